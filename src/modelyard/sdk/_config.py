"""Reading a config from a dict, YAML text or a file."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from modelyard.sdk._errors import InvalidArgumentError, InvalidConfigError
from modelyard.wire.errors import Problem

Config = Mapping[str, Any] | str | os.PathLike[str]
"""A config: a dict, YAML (or JSON) text, or the path of a file with it."""


def read_config(config: Config) -> dict[str, Any]:
    """The config as a dict. Raises InvalidConfigError with line and column, InvalidArgumentError for a missing file."""
    if isinstance(config, Mapping):
        return dict(config)
    if isinstance(config, str) and not _names_a_file(config):
        return _parse(config, "the config")
    path = Path(config)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InvalidConfigError(f"{path} is not UTF-8 text") from error
    except OSError as error:
        raise InvalidArgumentError(f"the config {path} cannot be read: {error.strerror}") from error
    return _parse(text, str(path))


def _names_a_file(text: str) -> bool:
    return "\n" not in text and (text.endswith((".yaml", ".yml", ".json")) or ":" not in text or Path(text).is_file())


def _parse(text: str, where: str) -> dict[str, Any]:
    try:
        config = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else where
        problem = Problem(path=place, message=str(error.problem or error.context))
        raise InvalidConfigError(f"{where} is not valid YAML", problems=[problem]) from error
    except yaml.YAMLError as error:
        raise InvalidConfigError(f"{where} is not valid YAML: {error}") from error
    if not isinstance(config, dict):
        raise InvalidConfigError(
            f"{where} is not a config: it holds {_article(config)}",
            hint="A config has keys such as input_features, output_features and model_type.",
        )
    return config


def _article(value: Any) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"


class _StrictLoader(yaml.SafeLoader):
    """A key given twice is an error: YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, str):
                if key in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"{key!r} is given twice", key_node.start_mark)
                seen.add(key)
        return super().construct_mapping(node, deep=deep)
