"""Bringing artifact files over: several at once, each once, and marked when a folder is whole."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from urllib.parse import urlsplit

from modelyard.sdk._client import Client
from modelyard.sdk._errors import ModelyardError
from modelyard.sdk.mlflow_import.importing.sending import Receiver
from modelyard.sdk.mlflow_import.protocol import protocol_of
from modelyard.sdk.mlflow_import.report import TransferReport
from modelyard.sdk.mlflow_import.sources.files import PROXY
from modelyard.sdk.mlflow_import.sources.records import SourceFile
from modelyard.sdk.mlflow_import.sources.source import Source
from modelyard.wire.imports import DoneLine, LoggedModelLine, RunLine

_AT_ONCE = 4
_A_ROUND = 64


@dataclass(frozen=True, slots=True)
class ArtifactTask:
    """Files at `location` that go below the artifacts of the experiment `experiment` (its id here), in `folder`."""

    owner: RunLine | LoggedModelLine | None
    location: str
    experiment: str
    folder: str


@dataclass(slots=True)
class _Result:
    task: ArtifactTask
    files: int = 0
    size_bytes: int = 0
    sent: int = 0
    done: DoneLine | None = None
    known: bool = False
    error: str | None = None


class ArtifactTransfer:
    """Into the artifacts of the client's project."""

    def __init__(
        self, client: Client, source: Source, receiver: Receiver, report: TransferReport, everything: bool
    ) -> None:
        self._source, self._receiver, self._report, self._everything = source, receiver, report, everything
        self._http = protocol_of(client)
        self._known: dict[str, str] = {}
        self._roots: dict[str, str | None] = {"imported": "imported"}

    def transfer(self, tasks: Sequence[ArtifactTask], progress: Callable[[float | None, str], None]) -> None:
        """Brings what can be read and written; the report names the rest."""
        if not self._everything:
            self._known = {key: item.fingerprint for key, item in self._receiver.items("artifacts").items()}
        waiting, done = iter(tasks), 0
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="modelyard-artifacts") as pool:
            while part := list(islice(waiting, _A_ROUND)):
                for result in pool.map(self._bring, self._rooted(part)):
                    self._count(result)
                done += len(part)
                # Marks are sent soon, so that little is looked at again after an interruption.
                self._receiver.flush()
                progress(done / len(tasks), f"artifacts, {done} of {len(tasks)} folders")
        self._http.close()

    def _rooted(self, tasks: Sequence[ArtifactTask]) -> Iterator[tuple[ArtifactTask, str]]:
        for task in tasks:
            if task.experiment not in self._roots:
                self._roots[task.experiment] = self._root(task.experiment)
            root = self._roots[task.experiment]
            if root is not None:
                yield task, root

    def _root(self, experiment: str) -> str | None:
        """Where the server keeps artifacts of an experiment; None when they are in a store of the experiment's own."""
        if not experiment:
            return ""
        shown = self._http.get("experiments/get", experiment_id=experiment)["experiment"]
        location: str = shown["artifact_location"]
        parts = urlsplit(location)
        if parts.scheme == PROXY:
            return parts.path.strip("/")
        self._report.notes.append(f"Artifacts of experiment {experiment} stay at {location}.")
        return None

    def _bring(self, rooted: tuple[ArtifactTask, str]) -> _Result:
        task, root = rooted
        result = _Result(task)
        folder = f"{root}/{task.folder}"
        try:
            files = self._source.list_files(task.location, task.owner)
            result.files, result.size_bytes = len(files), sum(file.size_bytes for file in files)
            fingerprint = _digest(files)
            result.known = bool(files) and self._known.get(folder) == fingerprint
            if files and not result.known and not self._receiver.dry_run:
                result.sent = self._upload(task, folder, files)
                result.done = DoneLine(what="artifacts", key=folder, fingerprint=fingerprint)
        except (ModelyardError, OSError) as error:
            result.error = str(error)
        return result

    def _upload(self, task: ArtifactTask, folder: str, files: Sequence[SourceFile]) -> int:
        sizes = {} if self._everything else dict(self._listed(folder, ""))
        missing = [file for file in files if sizes.get(file.path) != file.size_bytes]
        for file in missing:
            chunks = self._source.read_file(task.location, file.path, task.owner)
            self._http.upload_artifact(f"{folder}/{file.path}", chunks)
        return len(missing)

    def _listed(self, root: str, folder: str) -> Iterator[tuple[str, int]]:
        for entry in self._http.list_artifacts(f"{root}/{folder}".strip("/")):
            path = f"{folder}/{entry['path'].rpartition('/')[2]}".strip("/")
            if entry.get("is_dir"):
                yield from self._listed(root, path)
            else:
                yield path, int(entry.get("file_size", 0))

    def _count(self, result: _Result) -> None:
        self._report.find({"artifact_files": result.files, "artifact_bytes": result.size_bytes})
        counted = self._report.kinds["artifact_files"]
        counted.written += result.sent
        if result.error is not None:
            self._report.fail("artifact_files", result.task.folder, result.error)
            return
        counted.before += result.files if result.known else max(0, result.files - result.sent) if result.done else 0
        if result.done is not None:
            self._receiver.add(result.done)


def _digest(files: Sequence[SourceFile]) -> str:
    digest = blake2b(digest_size=16)
    for file in files:
        digest.update(f"{file.path}\0{file.size_bytes}\n".encode())
    return digest.hexdigest()
