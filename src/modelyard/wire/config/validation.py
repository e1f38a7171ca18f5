"""From what a person wrote to a Config, or to everything that is wrong with it at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pydantic import ValidationError

from modelyard.wire.config.data_checks import check_against_data
from modelyard.wire.config.features import KEEPING
from modelyard.wire.config.models import DEFAULT_TRAINER, Config
from modelyard.wire.config.options import check_options
from modelyard.wire.config.paths import did_you_mean, problems_of
from modelyard.wire.datasets import DatasetProfile
from modelyard.wire.errors import MAX_PROBLEMS, Problem
from modelyard.wire.trainers import TrainerInfo


@dataclass(frozen=True)
class ParsedConfig:
    """`config` is there exactly when `problems`, the first of what is wrong, is empty."""

    config: Config | None
    problems: list[Problem]


def parse_config(
    data: Mapping[str, Any], trainers: Mapping[str, TrainerInfo], profile: DatasetProfile | None = None
) -> ParsedConfig:
    """Read a config and check it: its keys and values, the trainer's options, and the data if a profile is given."""
    problems: list[Problem] = []
    config: Config | None = None
    try:
        config = Config.model_validate(dict(data))
    except ValidationError as error:
        problems.extend(problems_of(error, Config))
    trainer = _find_trainer(data, trainers, problems)
    options = data.get("trainer", {})
    if trainer is not None and isinstance(options, Mapping):
        problems.extend(check_options(options, trainer))
    if config is not None:
        problems.extend(islice(_check_features(config), MAX_PROBLEMS))
        if trainer is not None:
            problems.extend(_check_support(config, trainer))
        if profile is not None:
            problems.extend(check_against_data(config, profile))
    return ParsedConfig(config=None if problems else config, problems=problems[:MAX_PROBLEMS])


def _find_trainer(
    data: Mapping[str, Any], trainers: Mapping[str, TrainerInfo], problems: list[Problem]
) -> TrainerInfo | None:
    name = data.get("model_type", DEFAULT_TRAINER)
    if not isinstance(name, str):
        return None  # already a problem of the wrong type
    if name not in trainers:
        hint = did_you_mean(name, trainers) or f"Trainers: {', '.join(sorted(trainers))}."
        problems.append(Problem(path="model_type", message=f"There is no trainer '{name}'.", suggestion=hint))
    return trainers.get(name)


def _check_features(config: Config) -> Iterator[Problem]:
    """Names that repeat, and a target that the model would be given as an input."""
    target = config.output_features[0]
    seen: dict[str, int] = {}
    for index, feature in enumerate(config.input_features):
        path = f"input_features[{index}].name"
        if feature.source == target.source or feature.name == target.name:
            message = f"'{feature.name}' is the target and cannot be an input too."
            yield Problem(path=path, message=message, suggestion="Remove it from input_features.")
        if feature.name in seen:
            message = f"'{feature.name}' is already the name of input_features[{seen[feature.name]}]."
            yield Problem(path=path, message=message, suggestion="Feature names are unique.")
        seen.setdefault(feature.name, index)
    preparation = config.preprocessing
    resampling = {
        "oversample_minority": preparation.oversample_minority,
        "undersample_majority": preparation.undersample_majority,
    }
    for key, value in resampling.items():
        if value is not None and target.type != "binary":
            yield Problem(
                path=f"preprocessing.{key}", message=f"{key} is for a binary target; this one is {target.type}."
            )


def _check_support(config: Config, trainer: TrainerInfo) -> list[Problem]:
    problems = [
        Problem(
            path=f"input_features[{index}].type",
            message=f"Trainer {trainer.name} takes no inputs of type {feature.type}.",
            suggestion=f"It takes {', '.join(trainer.input_types)}.",
        )
        for index, feature in enumerate(config.input_features)
        if feature.type not in trainer.input_types
    ]
    if not trainer.takes_missing:
        problems.extend(
            Problem(
                path=f"{path}.preprocessing.missing_value_strategy",
                message=f"Trainer {trainer.name} cannot learn from missing values, so they cannot be kept.",
                suggestion="Choose a strategy that fills them, or drop_row.",
            )
            for path in _keeping(config)
        )
    output = config.output_features[0]
    if output.type not in trainer.output_types:
        problems.append(
            Problem(
                path="output_features[0].type",
                message=f"Trainer {trainer.name} cannot predict type {output.type}.",
                suggestion=f"It predicts {', '.join(trainer.output_types)}.",
            )
        )
    return problems


def _keeping(config: Config) -> list[str]:
    """The places in a config that keep missing values."""
    shared = [(f"defaults.{kind}", getattr(config.defaults, kind)) for kind in KEEPING]
    own = [(f"input_features[{index}]", feature) for index, feature in enumerate(config.input_features)]
    return [path for path, part in [*shared, *own] if part.preprocessing.missing_value_strategy == "keep"]
