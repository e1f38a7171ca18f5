"""Uploads of models: a folder file by file, a zip file as it is."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from modelyard.sdk._errors import InvalidArgumentError, ModelyardError
from modelyard.sdk._http import CHUNK_BYTES, Http, api_path
from modelyard.wire.model_uploads import ModelFormat, ModelUpload, ModelUploadFinish
from modelyard.wire.models import Version

UploadProgress = Callable[[int, int], None]
"""Called with the bytes sent so far, and all of them."""


def upload_model(
    http: Http,
    project: str,
    model: str,
    path: str | os.PathLike[str],
    *,
    model_format: ModelFormat | None,
    description: str,
    semver: str | None,
    aliases: Sequence[str],
    progress: UploadProgress | None,
) -> Version:
    """Send a folder or a zip file, and make it the next version. Whatever goes wrong, nothing of it is left."""
    source = Path(path).expanduser()
    files = _list_files(source)
    base = api_path("projects", project, "model-uploads")
    upload: ModelUpload = http.call("POST", base, ModelUpload)
    body = ModelUploadFinish(
        model=model, format=model_format, description=description, semver=semver, aliases=list(aliases)
    )
    counter = _Counter(progress, sum(file.stat().st_size for _, file in files))
    try:
        for name, file in files:
            target = f"{base}/{upload.id}/archive" if name is None else f"{base}/{upload.id}/files" + _quoted(name)
            with http.stream("PUT", target, content=counter.read(file), content_type="application/octet-stream"):
                pass
        return http.call("POST", f"{base}/{upload.id}/finish", Version, body=body)
    except BaseException:
        # What cannot be told now, the server deletes by itself within a day.
        with suppress(ModelyardError):
            http.delete(f"{base}/{upload.id}")
        raise


class _Counter:
    """Reads files, and says how far it is."""

    def __init__(self, progress: UploadProgress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._sent = 0

    def read(self, path: Path) -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
                self._sent += len(chunk)
                if self._progress is not None:
                    self._progress(self._sent, self._total)


def _list_files(source: Path) -> list[tuple[str | None, Path]]:
    """Files with their paths in the upload; a zip file has none."""
    if source.is_dir():
        files = [(file.relative_to(source).as_posix(), file) for file in sorted(source.rglob("*")) if file.is_file()]
        if not files:
            raise InvalidArgumentError(f"{source} has no files", hint="Name the folder of a model.")
        return list(files)
    if not source.exists():
        raise InvalidArgumentError(
            f"there is no file {source}", hint="Name the folder of a model, or a zip file of it."
        )
    if not zipfile.is_zipfile(source):
        raise InvalidArgumentError(
            f"{source} is neither a folder nor a zip file", hint="Name the folder of a model, or a zip file of it."
        )
    return [(None, source)]


def _quoted(path: str) -> str:
    return api_path(*path.split("/"))
