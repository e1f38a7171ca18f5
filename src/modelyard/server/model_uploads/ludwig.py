"""A model of Ludwig as its files describe it. They are JSON that somebody sent, so they may hold anything."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.json_texts import check_depth
from modelyard.server.tracking.metrics.service import Point, point
from modelyard.wire.limits import MAX_KEY_LENGTH
from modelyard.wire.models import ColumnSpec, MetricSummary, OutputType, Signature

Split = Literal["train", "validation", "test"]

_SPLITS: tuple[Split, ...] = ("train", "validation", "test")
_OUTPUT_TYPES: dict[str, OutputType] = {"binary": "binary", "category": "category", "number": "number"}
_LOWER_IS_BETTER = ("loss", "error", "perplexity", "distance")
_DEEPEST = 50
_MAX_POINTS = 1_000_000
_MAX_CLASSES = 10_000
_MAX_NAME_LENGTH = 500


@dataclass(frozen=True, slots=True)
class LudwigModel:
    """What a trained version is known by."""

    config: Mapping[str, Any]
    trainer: str
    target: str
    output_type: OutputType | None
    classes: list[str]
    signature: Signature
    metrics: list[MetricSummary]
    """Of the step that was kept."""
    points: list[Point]
    best_step: int | None

    @property
    def results_step(self) -> int:
        """One after the curves, as trainings have it."""
        return 1 + max((item.step for item in self.points), default=0)


def parse_json(name: str, content: bytes) -> Mapping[str, Any]:
    """:raises InvalidArgument: it is not an object in JSON."""
    try:
        # Python's own parser, because Ludwig writes NaN and Infinity, which are no JSON.
        parsed = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InvalidArgument(f"The file {name!r} is not JSON: {str(error)[:200]}.") from error
    check_depth(parsed, _DEEPEST, f"The file {name!r}")
    if not isinstance(parsed, Mapping):
        raise InvalidArgument(f"The file {name!r} is not an object in JSON.")
    return cast("Mapping[str, Any]", _storable(parsed))


def parse_ludwig(
    config: Mapping[str, Any], metadata: Mapping[str, Any], progress: Mapping[str, Any], now: int
) -> LudwigModel:
    """:raises InvalidArgument: the config has no features, or they are described in no known way."""
    inputs, outputs = _features(config, "input_features"), _features(config, "output_features")
    target, kind = outputs[0]
    classes = _classes(metadata.get(target))
    best_step = progress.get("best_eval_metric_steps")
    is_step = isinstance(best_step, int) and not isinstance(best_step, bool) and 0 <= best_step < 2**31
    return LudwigModel(
        config=config,
        trainer=str(config.get("model_type") or "ecd")[:100],
        target=target,
        output_type=_OUTPUT_TYPES.get(kind),
        classes=classes,
        signature=Signature(
            inputs=[ColumnSpec(name=name, type=_column_type(type_), required=True) for name, type_ in inputs],
            outputs=[ColumnSpec(name=name, type=_column_type(type_), required=True) for name, type_ in outputs],
        ),
        metrics=_metrics(progress, target, classes[1] if kind == "binary" and len(classes) == 2 else None),
        points=_points(progress, target, now),
        best_step=best_step if is_step else None,
    )


def _features(config: Mapping[str, Any], key: str) -> list[tuple[str, str]]:
    """Names and types."""
    listed = config.get(key)
    features = [
        (item["name"], str(item["type"])[:40])
        for item in (listed if isinstance(listed, list) else [])
        if isinstance(item, Mapping) and isinstance(item.get("name"), str) and isinstance(item.get("type"), str)
    ]
    if not features or len(features) != len(listed or []) or any(len(name) > _MAX_NAME_LENGTH for name, _ in features):
        raise InvalidArgument(
            f"The config in model_hyperparameters.json has no {key} with a name and a type each.",
            hint="Send the file that Ludwig has written.",
        )
    return features


def _column_type(kind: str) -> str:
    return "double" if kind == "number" else "string"


def _classes(described: object) -> list[str]:
    """In the order of the model; none for what is not a category."""
    if not isinstance(described, Mapping):
        return []
    listed = described.get("bool2str") or described.get("idx2str") or []
    return [str(item)[:1000] for item in listed[:_MAX_CLASSES]] if isinstance(listed, list) else []


def _metrics(progress: Mapping[str, Any], target: str, positive_class: str | None) -> list[MetricSummary]:
    metrics = []
    for split in _SPLITS:
        values = _inner(progress, f"best_eval_{split}_metrics", target)
        for name, value in values.items():
            if _is_number(value) and len(name) <= 100:
                metrics.append(
                    MetricSummary(
                        name=name,
                        split=split,
                        value=float(value),
                        higher_is_better=not any(word in name for word in _LOWER_IS_BETTER),
                        positive_class=positive_class,
                    )
                )
    return metrics


def _points(progress: Mapping[str, Any], target: str, now: int) -> list[Point]:
    """The curves of the target; a step that was measured twice has the later value."""
    curves: dict[tuple[str, int], float] = {}
    for split in _SPLITS:
        for name, entries in _inner(progress, f"{split}_metrics", target).items():
            for step, value in _entries(entries):
                curves[f"{split}_{name}"[:MAX_KEY_LENGTH], step] = value
    if len(curves) > _MAX_POINTS:
        raise InvalidArgument(f"training_progress.json has more than {_MAX_POINTS:,} values of metrics.")
    return [point(key, value, now, step) for (key, step), value in curves.items()]


def _entries(entries: object) -> Iterator[tuple[int, float]]:
    """Steps and values; Ludwig writes `[epoch, step, value]`."""
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, list) and len(entry) == 3 and isinstance(entry[1], int) and _is_number(entry[2]):
            yield entry[1], float(entry[2])


def _inner(progress: Mapping[str, Any], key: str, target: str) -> Mapping[str, Any]:
    by_feature = progress.get(key)
    inner = by_feature.get(target) if isinstance(by_feature, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e308


def _storable(value: Any) -> Any:
    """Without what JSON in a database cannot hold: NaN, infinities, and characters that are none."""
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    return None if isinstance(value, float) and not math.isfinite(value) else value
