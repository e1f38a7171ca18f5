"""The rendered config: every default written out, so that it means the same for ever."""

import copy
from typing import Any

from modelyard.wire.config.features import (
    KEEPING,
    PREPROCESSING,
    CategoryPreprocessing,
    NumberPreprocessing,
    Preprocessing,
)
from modelyard.wire.config.models import Config, StratifySplit
from modelyard.wire.trainers import TrainerInfo

_ONE_HOT_CATEGORIES = 100


def render_config(config: Config, trainer: TrainerInfo) -> dict[str, Any]:
    """Every default filled in, as plain JSON values in the order people write them.

    A feature's own settings win over `defaults.<type>`, which win over what its type and trainer default to. The
    result says everything per feature, so it has no `defaults`; rendering it again changes nothing.
    """
    target = config.output_features[0]
    rendered_split = config.preprocessing.split.model_dump(mode="json")
    if isinstance(config.preprocessing.split, StratifySplit) and config.preprocessing.split.column is None:
        rendered_split["column"] = target.source
    return {
        "model_type": config.model_type,
        "input_features": [
            {
                "name": feature.name,
                "type": feature.type,
                "column": feature.source,
                "preprocessing": _render_preprocessing(feature.type, feature.preprocessing, config, trainer),
            }
            for feature in config.input_features
        ],
        "output_features": [
            {
                "name": target.name,
                "type": target.type,
                "column": target.source,
                "preprocessing": target.preprocessing.model_dump(mode="json"),
            }
        ],
        "preprocessing": {**config.preprocessing.model_dump(mode="json"), "split": _type_first(rendered_split)},
        "trainer": {
            option.name: copy.deepcopy(config.trainer.get(option.name, option.default)) for option in trainer.options
        },
        "backend": config.backend.model_dump(mode="json"),
        "random_seed": config.random_seed,
    }


def _render_preprocessing(kind: str, own: Preprocessing, config: Config, trainer: TrainerInfo) -> dict[str, Any]:
    shared = getattr(config.defaults, kind).preprocessing
    chosen = {**shared.model_dump(exclude_unset=True), **own.model_dump(exclude_unset=True)}
    if trainer.takes_missing and kind in KEEPING:
        chosen = {"missing_value_strategy": "keep", **chosen}
    rendered = PREPROCESSING[kind](**chosen)
    if isinstance(rendered, NumberPreprocessing):
        if "normalization" not in chosen and trainer.feature_encoding == "native":
            rendered = rendered.model_copy(update={"normalization": None})
        if rendered.missing_value_strategy == "fill_with_const" and rendered.fill_value is None:
            rendered = rendered.model_copy(update={"fill_value": 0.0})
    if (
        isinstance(rendered, CategoryPreprocessing)
        and "most_common" not in chosen
        and trainer.feature_encoding == "dense"
    ):
        rendered = rendered.model_copy(update={"most_common": _ONE_HOT_CATEGORIES})
    return rendered.model_dump(mode="json")


def _type_first(split: dict[str, Any]) -> dict[str, Any]:
    return {"type": split["type"], **split}
