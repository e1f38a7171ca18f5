"""Params, tags, signatures, files and packages of two versions."""

import contextlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from modelyard.server.comparison.configs import same
from modelyard.wire.comparison import ChangeKind, DiffChange
from modelyard.wire.models import Signature, VersionFile

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)(\[[^\]]*\])?\s*(.*?)\s*(?:#.*)?$")
_DASHES = re.compile(r"[-_.]+")
_WORDS = {"true": True, "false": False, "none": None, "null": None}


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], is_same: Callable[[Any, Any], bool] = same
) -> list[DiffChange]:
    """By key, in alphabetical order."""
    listed = []
    for key in sorted({*before, *after}):
        if key not in after:
            listed.append(DiffChange(path=key, kind=ChangeKind.REMOVED, before=before[key]))
        elif key not in before:
            listed.append(DiffChange(path=key, kind=ChangeKind.ADDED, after=after[key]))
        elif not is_same(before[key], after[key]):
            listed.append(DiffChange(path=key, kind=ChangeKind.CHANGED, before=before[key], after=after[key]))
    return listed


def same_param(before: str, after: str) -> bool:
    """Params are text: `0.10` and `0.1`, or `True` and `true`, mean the same."""
    return before == after or same(_meaning(before), _meaning(after))


def _meaning(text: str) -> Any:
    word = text.strip().lower()
    if word in _WORDS:
        return _WORDS[word]
    for read in (json.loads, float):
        with contextlib.suppress(ValueError, RecursionError):
            return read(text)
    return text


def signature_changes(before: Signature | None, after: Signature | None) -> list[DiffChange]:
    """Columns by name, such as `inputs.age`; the value is the type, with `optional` where it may be left out."""
    return changes(_columns(before), _columns(after))


def _columns(signature: Signature | None) -> dict[str, str]:
    if signature is None:
        return {}
    return {
        f"{side}.{column.name}": column.type if column.required else f"{column.type}, optional"
        for side, columns in (("inputs", signature.inputs), ("outputs", signature.outputs))
        for column in columns
    }


def file_changes(before: Iterable[VersionFile], after: Iterable[VersionFile]) -> list[DiffChange]:
    return changes({each.path: _content(each) for each in before}, {each.path: _content(each) for each in after})


def _content(file: VersionFile) -> dict[str, Any]:
    return {"size_bytes": file.size_bytes, "digest": file.digest}


def read_requirements(text: str) -> dict[str, str]:
    """Packages by their normalized names, each with what is said of its version, as `requirements.txt` has them.

    Options and addresses are left out.
    """
    packages = {}
    for line in text.splitlines():
        match = _REQUIREMENT.fullmatch(line)
        if match is not None and "://" not in line:
            packages[_normalized(match[1])] = (match[2] or "") + match[3]
    return packages


def read_conda(text: str) -> dict[str, str]:
    """As `read_requirements`, of a `conda.yaml`, with `python` among the packages."""
    dependencies = _yaml(text).get("dependencies")
    packages = {}
    for item in dependencies if isinstance(dependencies, list) else ():
        if isinstance(item, Mapping):
            pip = item.get("pip")
            packages.update(read_requirements("\n".join(map(str, pip))) if isinstance(pip, list) else {})
        elif isinstance(item, str):
            name, _, version = item.partition("=")
            packages[_normalized(name)] = f"={version}" if version else ""
    return {name: version for name, version in packages.items() if name != "pip"}


def read_python_env(text: str) -> dict[str, str]:
    """The version of Python in a `python_env.yaml`."""
    python = _yaml(text).get("python")
    return {"python": f"={python}"} if python is not None else {}


def _yaml(text: str) -> Mapping[str, Any]:
    import yaml  # noqa: PLC0415 - few requests are about such a file

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        read = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return read if isinstance(read, Mapping) else {}


def _normalized(name: str) -> str:
    return _DASHES.sub("-", name.strip()).lower()
