"""The files of MLflow's file store: fields as YAML, texts and points a file each."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from modelyard.sdk._errors import ModelyardError

META = "meta.yaml"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_meta(folder: Path) -> dict[str, Any]:
    return read_yaml(folder / META)


def read_yaml(path: Path) -> dict[str, Any]:
    """Raises ModelyardError when it has no fields."""
    try:
        meta = yaml.load(path.read_text(), Loader=_Loader)  # noqa: S506 - a safe loader, written in C where there is one
    except (OSError, yaml.YAMLError) as error:
        raise ModelyardError(f"{path} cannot be read: {error}") from error
    if not isinstance(meta, dict):
        raise ModelyardError(f"{path} is not what MLflow writes: it has no fields.")
    return meta


def children(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.iterdir() if (path / META).is_file()) if folder.is_dir() else ()


def walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """Files by key; a key with a slash is a path."""
    paths = [Path(root, name) for root, _, names in os.walk(folder) for name in names]
    return iter(sorted((path.relative_to(folder).as_posix(), path) for path in paths))


def texts(folder: Path) -> dict[str, str]:
    return {key: path.read_text() for key, path in walk(folder)}


def lines(path: Path, lengths: Sequence[int]) -> Iterator[list[str]]:
    with path.open() as file:
        for number, line in enumerate(file, 1):
            words = line.split()
            if words and len(words) not in lengths:
                raise ModelyardError(f"{path}, line {number}: a point has {' or '.join(map(str, lengths))} words.")
            if words:
                yield words
