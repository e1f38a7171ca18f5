"""Writing estimators with skops so that equal estimators are equal bytes: without times, addresses and random names."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import skops.io

_SCHEMA = "schema.json"
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The first time that a zip file can name."""


def write_skops_file(estimator: Any, path: Path) -> None:
    """Write what skops writes, its parts numbered in the order in which the schema names them."""
    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(estimator))) as source, zipfile.ZipFile(path, "w") as target:
        names = {name for name in source.namelist() if name != _SCHEMA}
        numbering = _Numbering(names)
        schema = json.dumps(numbering.renumber(json.loads(source.read(_SCHEMA))), indent=2)
        for name, new_name in numbering.files.items():
            target.writestr(_entry(new_name, source.getinfo(name)), source.read(name))
        target.writestr(_entry(_SCHEMA, source.getinfo(_SCHEMA)), schema)


def _entry(name: str, source: zipfile.ZipInfo) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type, entry.external_attr = source.compress_type, source.external_attr
    return entry


class _Numbering:
    """Objects are named by their addresses in memory, and files after them or at random."""

    def __init__(self, names: set[str]) -> None:
        self.files: dict[str, str] = {}
        self._names = names
        self._objects: dict[int, int] = {}

    def renumber(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.renumber(item) for item in value]
        if isinstance(value, dict):
            return {key: self._renumber_field(key, item) for key, item in value.items()}
        return value

    def _renumber_field(self, key: str, value: Any) -> Any:
        if key == "__id__" and isinstance(value, int):
            return self._objects.setdefault(value, len(self._objects) + 1)
        if key == "file" and isinstance(value, str) and value in self._names:
            return self.files.setdefault(value, f"{len(self.files) + 1}{Path(value).suffix}")
        return self.renumber(value)
