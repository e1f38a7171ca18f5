"""Configs with one thing changed, and what differs between two of them."""

import copy
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from modelyard.wire.suggestions import ConfigChange

WrittenConfig = Mapping[str, Any]
"""A config as a person wrote it, without defaults."""


def with_option(config: WrittenConfig, **options: Any) -> dict[str, Any]:
    """With options of the trainer set."""
    changed = _copied(config)
    changed["trainer"] = {**(changed.get("trainer") or {}), **options}
    return changed


def with_trainer(config: WrittenConfig, trainer: str) -> dict[str, Any]:
    """With another trainer and its default options; what only the present one takes is left to the defaults."""
    changed = _copied(config)
    changed["model_type"] = trainer
    changed.pop("trainer", None)
    for section in [*changed["input_features"], *(changed.get("defaults") or {}).values()]:
        preprocessing = section.get("preprocessing")
        if preprocessing and preprocessing.get("missing_value_strategy") == "keep":
            del preprocessing["missing_value_strategy"]
    return changed


def with_preparation(config: WrittenConfig, **settings: Any) -> dict[str, Any]:
    """With settings of the config's `preprocessing` set."""
    changed = _copied(config)
    changed["preprocessing"] = {**(changed.get("preprocessing") or {}), **settings}
    return changed


def with_feature_settings(config: WrittenConfig, features: Collection[str], **settings: Any) -> dict[str, Any]:
    """With settings of the preprocessing of some input features set."""
    changed = _copied(config)
    for feature in changed["input_features"]:
        if feature["name"] in features:
            feature["preprocessing"] = {**(feature.get("preprocessing") or {}), **settings}
    return changed


def without_features(config: WrittenConfig, features: Collection[str]) -> dict[str, Any]:
    """With some input features left out."""
    changed = _copied(config)
    changed["input_features"] = [feature for feature in changed["input_features"] if feature["name"] not in features]
    return changed


def with_seed(config: WrittenConfig, seed: int) -> dict[str, Any]:
    """With another seed: of the split, and of every random choice of the trainer."""
    return {**_copied(config), "random_seed": seed}


def list_changes(
    before: WrittenConfig, rendered: Mapping[str, Any], after: WrittenConfig, after_rendered: Mapping[str, Any]
) -> list[ConfigChange]:
    """The differences between two configs as people wrote them; a default takes the value that it had or gets."""
    # A section without settings is no setting.
    old, new = ({path: leaf for path, leaf in _leaves(config) if leaf != {}} for config in (before, after))
    old_defaults, new_defaults = dict(_leaves(rendered)), dict(_leaves(after_rendered))
    changes = []
    for path in dict.fromkeys([*old, *new]):
        if path in old and path in new and old[path] == new[path]:
            continue
        change = ConfigChange(
            path=path, old=old.get(path, old_defaults.get(path)), new=new.get(path, new_defaults.get(path))
        )
        if change.old != change.new:
            changes.append(change)
    return _whole_features(changes, before, after)


def _whole_features(changes: list[ConfigChange], before: WrittenConfig, after: WrittenConfig) -> list[ConfigChange]:
    """A feature that is left out is one change."""
    names = {feature["name"] for feature in after["input_features"]}
    dropped = {
        f"input_features[{feature['name']}]": feature
        for feature in before["input_features"]
        if feature["name"] not in names
    }
    kept = [change for change in changes if not any(change.path.startswith(f"{path}.") for path in dropped)]
    return [*(ConfigChange(path=path, old=feature, new=None) for path, feature in dropped.items()), *kept]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Values by path. Features are told apart by their names, so that one left out does not move the others."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for item in value:
            yield from _leaves(item, f"{path}[{item.get('name')}]")
    else:
        yield path, value


def _copied(config: WrittenConfig) -> dict[str, Any]:
    return copy.deepcopy(dict(config))
