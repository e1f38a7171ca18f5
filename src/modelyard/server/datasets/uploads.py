"""An upload from its first byte to the version: received, read in a process of its own, stored, recorded."""

import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from modelyard.server.access.scope import Scope
from modelyard.server.activity.events import Emission, Hub
from modelyard.server.artifacts.service import writing
from modelyard.server.datasets import queries, service
from modelyard.server.datasets.ingest import Ingest, Reader, TableFile
from modelyard.server.datasets.profiles import read_profile
from modelyard.server.datasets.queries import StoredVersion
from modelyard.server.datasets.receiving import check_room, receive, storage_full
from modelyard.server.db import Database
from modelyard.server.kernel.disconnects import UntilDisconnect
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.ids import new_id
from modelyard.server.settings import MIB, Settings
from modelyard.server.storage import FileStore, StoredFile
from modelyard.server.storage.faults import translated
from modelyard.server.storage.streams import write_stream
from modelyard.wire.datasets import ColumnChange, UploadResult
from modelyard.wire.events import UploadProgress
from modelyard.wire.ingest import (
    PARQUET_NAME,
    PROFILE_NAME,
    READ_WHILE_ARRIVING,
    TABLE_FORMATS,
    IngestProgress,
    IngestResult,
    Retyping,
    table_ending,
)

_REPORT_SECONDS = 0.2
_MAX_FILE_NAME_LENGTH = 255
_LARGE_BYTES = 16 * MIB
"""From this size on, the reading process starts while the rest of the file arrives."""
_SOON_SECONDS = 5.0
"""A file whose rest is expected within this time, at the pace so far, is read while it arrives."""


@dataclass(frozen=True, slots=True)
class TableUpload:
    """An upload: the file, its sender and its dataset."""

    scope: Scope
    enter: Callable[[Connection], Scope]
    """Enters the project again, when the table is to be kept."""
    caller: str
    """Who shares the places for reading tables with others: the actor, at an address."""
    dataset: str
    file_name: str
    size_bytes: int | None
    """As announced by the client; None when it is not known beforehand."""
    upload_id: str | None


class Uploads:
    """Turns uploaded files into dataset versions."""

    def __init__(self, settings: Settings, database: Database, store: FileStore, hub: Hub) -> None:
        self._settings = settings
        self._database = database
        self._store = store
        self._hub = hub
        self._ingest = Ingest(settings)

    async def take(
        self, upload: TableUpload, chunks: AsyncIterator[bytes], until_disconnect: "UntilDisconnect[IngestResult]"
    ) -> UploadResult:
        """Receives a table file and makes it the dataset's next version, or finds it identical to the latest.

        Whatever goes wrong, nothing is left behind: no row, no stored file, no temporary file. Reading ends when
        the sender leaves.

        :raises InvalidTable: it cannot be read as a table; the problems say where.
        :raises TooLarge: it is above a limit.
        :raises StorageFull: the disk is full.
        """
        report = _Report(self._hub, upload)
        check_room(self._settings, upload.size_bytes or 0)
        with self._folder() as folder:
            async with self._ingest.reader(folder, upload.caller) as reader:
                source = folder / "source"
                received = _reading_ahead(upload, source, reader, report)
                written = await receive(chunks, source, self._settings, received)
                latest = await self._find_latest(upload)
                if latest is not None and _is_same_file(latest, written.digest, upload.file_name):
                    return UploadResult(created=False, version=latest.record)
                report.send("reading", None)
                file = TableFile(source, upload.file_name, written.size_bytes, upload.dataset)
                result = await until_disconnect(reader.read(file, report.ingested))
            if latest is not None and latest.content_digest == result.content_digest:
                return UploadResult(created=False, version=latest.record)
            report.send("storing", None)
            return await self._keep(upload, folder, written.digest, result)

    async def retype(
        self,
        upload: TableUpload,
        version: StoredVersion,
        changes: list[ColumnChange],
        until_disconnect: "UntilDisconnect[IngestResult]",
    ) -> UploadResult:
        """Makes a version of the same rows, with other types for some columns, the dataset's next.

        :raises InvalidTable: a value does not fit the type that was chosen for its column.
        :raises CorruptFile: the version's files are not what was written.
        """
        profile = await read_profile(self._store, version)
        retyping = Retyping(
            columns=version.record.columns,
            notes={column.name: column.notes for column in profile.columns},
            changes=changes,
        )
        with self._folder() as folder:
            source = folder / "source"
            with translated(version.data_key):
                await write_stream(source, self._store.read(version.data_key))
            file = TableFile(source, PARQUET_NAME, version.record.size_bytes, upload.dataset, retyping)
            async with self._ingest.reader(folder, upload.caller) as reader:
                result = await until_disconnect(reader.read(file, _Report(self._hub, upload).ingested))
            if result.columns == version.record.columns:
                return UploadResult(created=False, version=version.record)
            # It came from no file that anyone might upload again.
            return await self._keep(upload, folder, result.content_digest, result)

    async def _find_latest(self, upload: TableUpload) -> StoredVersion | None:
        return await self._database.read(
            lambda connection: queries.find_latest(connection, upload.scope.project_id, upload.dataset)
        )

    async def _keep(self, upload: TableUpload, folder: Path, source_digest: str, result: IngestResult) -> UploadResult:
        prefix = f"datasets/{upload.scope.project_id}/{new_id()}"
        data_key, profile_key = f"{prefix}/{PARQUET_NAME}", f"{prefix}/{PROFILE_NAME}"
        async with writing(self._database, data_key, profile_key):
            data = await self._store.adopt(
                StoredFile(data_key, result.size_bytes, result.digest), folder / PARQUET_NAME
            )
            new = service.DatasetVersionToInsert(
                source_name=upload.file_name,
                source_digest=source_digest,
                content_digest=result.content_digest,
                row_count=result.row_count,
                columns=result.columns,
                data=data,
                profile=await self._store.write_file(profile_key, folder / PROFILE_NAME),
            )

            def add(connection: Connection) -> UploadResult:
                scope = upload.enter(connection)
                return service.add_version(
                    connection, scope.actor, scope.project_id, scope.project, upload.dataset, new
                )

            return await self._database.write(add)

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        try:
            folder = Path(tempfile.mkdtemp(prefix="upload-", dir=self._settings.temporary_dir))
        except OSError as error:
            raise storage_full() from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _reading_ahead(upload: TableUpload, source: Path, reader: Reader, report: "_Report") -> Callable[[int], None]:
    """A callback for each received piece: the reading of a large file starts before its end."""
    began = time.monotonic()
    size = upload.size_bytes
    can_follow = table_ending(upload.file_name) in READ_WHILE_ARRIVING

    def received(so_far: int) -> None:
        report.received(so_far)
        if so_far < _LARGE_BYTES:
            return
        reader.start()
        if size is not None and can_follow:
            remaining_seconds = (time.monotonic() - began) / so_far * (size - so_far)
            if remaining_seconds < _SOON_SECONDS:
                reader.follow(TableFile(source, upload.file_name, size, upload.dataset))

    return received


class _Report:
    """Progress for the views that listen to the upload's id."""

    def __init__(self, hub: Hub, upload: TableUpload) -> None:
        self._hub = hub
        self._upload = upload
        self._last = 0.0

    def received(self, size_bytes: int) -> None:
        if time.monotonic() - self._last >= _REPORT_SECONDS:
            self._last = time.monotonic()
            total = self._upload.size_bytes
            self.send("receiving", min(1.0, size_bytes / total) if total else None)

    def ingested(self, progress: IngestProgress) -> None:
        self.send(progress.stage, progress.fraction)

    def send(self, stage: Literal["receiving", "reading", "profiling", "storing"], fraction: float | None) -> None:
        upload_id = self._upload.upload_id
        if upload_id is not None:
            event = UploadProgress(upload_id=upload_id, stage=stage, fraction=fraction)
            self._hub.publish(Emission(self._upload.scope.project, (f"upload:{upload_id}",), event))


def _is_same_file(version: StoredVersion, source_digest: str, file_name: str) -> bool:
    same_format = table_ending(version.record.source_name) == table_ending(file_name)
    return same_format and version.source_digest == source_digest


def check_file_name(file_name: str) -> str:
    """The name without folders, when its ending is that of a format that can be read.

    :raises InvalidArgument: otherwise.
    """
    plain = file_name.replace("\\", "/").rpartition("/")[2]
    if table_ending(plain) is None:
        raise InvalidArgument(
            f"The file name {plain[:100]!r} does not end like a table that can be read.",
            hint=f"Known endings: {', '.join(TABLE_FORMATS)}.",
        )
    if len(plain) > _MAX_FILE_NAME_LENGTH or not plain.isprintable():
        raise InvalidArgument(
            f"The file name must be {_MAX_FILE_NAME_LENGTH} printable characters at most.", hint="Rename the file."
        )
    return plain
