"""Files at the places where MLflow keeps artifacts: folders of this machine, and object stores."""

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from modelyard.sdk._errors import InvalidArgumentError, NotFoundError
from modelyard.sdk.mlflow_import.sources.records import SourceFile
from modelyard.wire.errors import ErrorCode

PROXY = "mlflow-artifacts"
STORES = frozenset({"s3", "gs", "gcs", "az", "abfs", "abfss", "wasb", "wasbs", "adl", "r2"})

_CHUNK = 1024 * 1024


class Files:
    """`artifacts` is what `mlflow-artifacts:/` stands for: a folder or the address of a store."""

    def __init__(self, artifacts: str | None) -> None:
        self._artifacts = artifacts

    def list_files(self, location: str) -> list[SourceFile]:
        """Every file below a location; none where nothing was ever logged."""
        place = self._place(location)
        if isinstance(place, Path):
            return _in_folder(place)
        return _in_store(place)

    def read_file(self, location: str, path: str) -> Iterator[bytes]:
        place = self._place(location)
        if isinstance(place, Path):
            with (place / path).open("rb") as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        else:
            for chunk in _store(place).get(path).stream(_CHUNK):
                yield bytes(chunk)

    def _place(self, location: str) -> Path | str:
        parts = urlsplit(location)
        if parts.scheme == PROXY:
            if self._artifacts is None:
                raise InvalidArgumentError(
                    f"The artifacts are at {location!r}, which only that server knows.",
                    hint="Name its --artifacts-destination with --artifacts, or import from the server's address.",
                )
            return self._place(f"{self._artifacts.rstrip('/')}/{parts.path.lstrip('/')}")
        if parts.scheme == "file":
            return Path(unquote(parts.path))
        if parts.scheme in STORES:
            return location.rstrip("/")
        if parts.scheme and len(parts.scheme) > 1:
            raise InvalidArgumentError(f"Artifacts at {location!r} cannot be read: {parts.scheme} is not supported.")
        return Path(location)


def _in_folder(folder: Path) -> list[SourceFile]:
    files = []
    for root, _, names in os.walk(folder, followlinks=True):
        for name in names:
            path = Path(root, name)
            files.append(SourceFile(path.relative_to(folder).as_posix(), path.stat().st_size))
    return sorted(files, key=lambda file: file.path)


def _in_store(address: str) -> list[SourceFile]:
    files = []
    for page in _store(address).list():
        files += [SourceFile(entry["path"], entry["size"]) for entry in page]
    return sorted(files, key=lambda file: file.path)


@lru_cache(maxsize=64)
def _store(address: str) -> Any:
    from obstore.exceptions import BaseError  # noqa: PLC0415 - only where a store is read
    from obstore.store import from_url  # noqa: PLC0415

    try:
        return from_url(address.replace("gcs://", "gs://", 1))
    except BaseError as error:
        raise NotFoundError(f"The store {address!r} cannot be opened: {error}", code=ErrorCode.NOT_FOUND) from error
