"""Downloading the MLflow model of a version as a folder."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from modelyard.sdk._errors import InvalidArgumentError, NotFoundError, UnexpectedAnswerError
from modelyard.sdk._http import Http, api_path
from modelyard.sdk._storing import store_file
from modelyard.wire.models import VersionFile

_MODEL_FOLDER = "model/"


def download_model(
    http: Http,
    version_path: str,
    files: Sequence[VersionFile],
    target: Path,
    progress: Callable[[int, int], None] | None,
    *,
    hint: str,
) -> Path:
    """Fetch every file under `model/`, check its digest, and give the folder its name when all are there.

    Raises NotFoundError with `hint` when there is none.
    """
    model_files = [file for file in files if file.path.startswith(_MODEL_FOLDER)]
    if not model_files:
        raise NotFoundError("this version has no model to download", hint=hint)
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise InvalidArgumentError(f"{target} exists already", hint="Name a folder that does not exist or is empty.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent))
    except OSError as error:
        raise InvalidArgumentError(f"{target} cannot be written: {error.strerror}") from error
    try:
        _fetch_all(http, version_path, model_files, temporary, progress)
        temporary.chmod(0o755)
        if target.exists():
            target.rmdir()
        temporary.rename(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def _fetch_all(
    http: Http,
    version_path: str,
    files: Sequence[VersionFile],
    folder: Path,
    progress: Callable[[int, int], None] | None,
) -> None:
    total = sum(file.size_bytes for file in files)
    received = 0

    def counted(chunks: Iterator[bytes]) -> Iterator[bytes]:
        nonlocal received
        for chunk in chunks:
            yield chunk
            received += len(chunk)
            if progress is not None:
                progress(received, total)

    for file in files:
        parts = PurePosixPath(file.path).parts
        if ".." in parts or PurePosixPath(file.path).is_absolute() or "\\" in file.path:
            raise UnexpectedAnswerError(f"the server names a file that would leave the folder: {file.path!r}")
        with http.stream("GET", version_path + "/files" + api_path(*parts)) as response:
            store_file(counted(http.chunks(response)), folder.joinpath(*parts[1:]), expected_digest=file.digest)
