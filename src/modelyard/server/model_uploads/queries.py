"""Reads of uploads that are not finished."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from modelyard.server.kernel.clock import now_ms, to_datetime
from modelyard.server.kernel.errors import NotFound
from modelyard.server.model_uploads.tables import model_upload_files, model_uploads
from modelyard.server.storage import StoredFile
from modelyard.wire.model_uploads import ModelUpload
from modelyard.wire.models import VersionFile


@dataclass(frozen=True, slots=True)
class UploadKey:
    """An upload that takes files until `expires_at`, in milliseconds since the epoch."""

    id: str
    expires_at: int


def get_upload_key(connection: Connection, project_id: int, upload_id: str, *, lock: bool = False) -> UploadKey:
    """The upload; with `lock` nobody else changes it until the transaction ends.

    :raises NotFound: there is none, or it was finished, or its time is over.
    """
    statement = select(model_uploads.c.id, model_uploads.c.expires_at).where(
        model_uploads.c.project_id == project_id,
        model_uploads.c.id == upload_id,
        model_uploads.c.expires_at > now_ms(),
    )
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound(
            f"There is no upload {upload_id[:40]!r} that is not finished.", hint="Begin a new one and send the files."
        )
    return UploadKey(row.id, row.expires_at)


def get_upload(connection: Connection, project_id: int, upload_id: str) -> ModelUpload:
    """:raises NotFound: there is none, or it was finished, or its time is over."""
    key = get_upload_key(connection, project_id, upload_id)
    row = connection.execute(select(model_uploads).where(model_uploads.c.id == key.id)).one()
    return ModelUpload(
        id=row.id,
        created_at=to_datetime(row.created_at),
        created_by=row.created_by,
        expires_at=to_datetime(row.expires_at),
        files=[
            VersionFile(path=path, size_bytes=file.size_bytes, digest=file.digest)
            for path, file in list_upload_files(connection, row.id).items()
        ],
    )


def list_upload_files(connection: Connection, upload_id: str) -> dict[str, StoredFile]:
    """Files by path."""
    rows = connection.execute(
        select(model_upload_files)
        .where(model_upload_files.c.upload_id == upload_id)
        .order_by(model_upload_files.c.path)
    )
    return {row.path: StoredFile(row.key, row.size_bytes, row.digest) for row in rows}


def measure_upload(connection: Connection, upload_id: str) -> tuple[int, int]:
    """How many files an upload has, and their bytes."""
    row = connection.execute(
        select(func.count(), func.coalesce(func.sum(model_upload_files.c.size_bytes), 0)).where(
            model_upload_files.c.upload_id == upload_id
        )
    ).one()
    return int(row[0]), int(row[1])
