"""Configs as YAML text: read strictly, written for people. PyYAML is imported when the first is."""

from collections.abc import Mapping
from typing import Any

from modelyard.wire.errors import Problem

_TOP_KEYS = (
    "model_type",
    "input_features",
    "output_features",
    "preprocessing",
    "defaults",
    "trainer",
    "backend",
    "random_seed",
)


def load_yaml(text: str) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The mapping that `text` holds, or why there is none; problem paths are `line 3, column 5`."""
    import yaml  # noqa: PLC0415

    from modelyard.wire.config.yaml_classes import Loader  # noqa: PLC0415

    try:
        data = yaml.load(text, Loader=Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        path = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "yaml"
        return None, [Problem(path=path, message=f"Not valid YAML: {error.problem or error.context}.")]
    except yaml.YAMLError as error:
        return None, [Problem(path="yaml", message=f"Not valid YAML: {error}.")]
    except (ValueError, RecursionError) as error:
        return None, [Problem(path="yaml", message=f"Not valid YAML: {error}.")]
    if not isinstance(data, dict):
        hint = "Start with 'input_features:'."
        return None, [
            Problem(path="line 1, column 1", message="A config is a mapping of keys to values.", suggestion=hint)
        ]
    keys = [key for key in data if not isinstance(key, str)]
    if keys:
        return None, [Problem(path="yaml", message=f"Keys must be text, but one is {keys[0]!r}.")]
    return data, []


def dump_yaml(config: Mapping[str, Any]) -> str:
    """`config` as YAML, its top keys in the order people write them; `load_yaml` gives the same values back."""
    import yaml  # noqa: PLC0415

    from modelyard.wire.config.yaml_classes import Dumper  # noqa: PLC0415

    ordered = {key: config[key] for key in _TOP_KEYS if key in config}
    ordered.update({key: value for key, value in config.items() if key not in ordered})
    return yaml.dump(ordered, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=100, default_flow_style=None)
