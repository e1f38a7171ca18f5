"""Reading a config from a dict, YAML text or a file."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelyard.sdk._errors import InvalidArgumentError, InvalidConfigError
from modelyard.wire.config import load_yaml

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
    config, problems = load_yaml(text)
    if config is None:
        raise InvalidConfigError(f"{where} is not a config", problems=problems)
    return config
