"""Uploads from their first file to the last. Files are reserved for as long as the upload may last.

Nothing of an upload is seen before it is finished. One that is given up leaves reserved files, which the sweeper
deletes when their time is over.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection, delete, insert

from modelyard.server.access.guards import ProjectAccess
from modelyard.server.access.scope import Scope
from modelyard.server.artifacts.service import mark_for_deletion, reserve
from modelyard.server.db import Database
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import Conflict, NotFound, TooLarge
from modelyard.server.kernel.ids import new_id
from modelyard.server.model_uploads.archives import list_archive, open_archive, read_archived
from modelyard.server.model_uploads.limits import MAX_FILES, check_upload_path
from modelyard.server.model_uploads.queries import get_upload, get_upload_key, list_upload_files, measure_upload
from modelyard.server.model_uploads.tables import model_upload_files, model_uploads
from modelyard.server.storage import FileStore, StoredFile
from modelyard.wire.model_uploads import ModelUpload
from modelyard.wire.models import VersionFile

_LASTS_MS = 24 * 3600 * 1000
_WRITTEN_AT_ONCE = 200


def begin_upload(connection: Connection, scope: Scope) -> ModelUpload:
    """Also forgets those whose time is over."""
    now = now_ms()
    connection.execute(delete(model_uploads).where(model_uploads.c.expires_at <= now))
    upload_id = new_id()
    connection.execute(
        insert(model_uploads).values(
            id=upload_id,
            project_id=scope.project_id,
            created_at=now,
            created_by=scope.actor,
            expires_at=now + _LASTS_MS,
        )
    )
    return get_upload(connection, scope.project_id, upload_id)


async def store_file(
    access: ProjectAccess,
    database: Database,
    store: FileStore,
    upload_id: str,
    path: str,
    chunks: AsyncIterator[bytes],
    max_bytes: int,
) -> VersionFile:
    """Stores a file of an upload, in place of one of the same path.

    :raises NotFound: there is no such upload.
    :raises InvalidArgument: the path is not allowed.
    :raises Conflict: the path is a folder of the upload, or a part of it is a file.
    :raises TooLarge: the files are too many, or together too large.
    """
    check_upload_path(path)
    async with reserved(access, database, upload_id, 1) as (key,):
        stored = await store.write(key, bounded(chunks, max_bytes))
        await access.write(
            lambda connection, scope: add_files(connection, scope.project_id, upload_id, {path: stored}, max_bytes)
        )
    return VersionFile(path=path, size_bytes=stored.size_bytes, digest=stored.digest)


async def store_archive(
    access: ProjectAccess, database: Database, store: FileStore, upload_id: str, path: Path, max_bytes: int
) -> ModelUpload:
    """Adds the files of a zip file, all or none.

    :raises NotFound: there is no such upload.
    :raises InvalidArgument: it is no zip file, or something in it is not allowed.
    :raises TooLarge: too much would come out of it.
    """
    archive = await asyncio.to_thread(open_archive, path)
    with archive:
        files = await asyncio.to_thread(list_archive, archive, path, max_bytes)
        async with reserved(access, database, upload_id, len(files)) as keys:
            stored = {
                file.path: await store.write(key, bounded(read_archived(archive, file), max_bytes))
                for key, file in zip(keys, files, strict=True)
            }
            return await access.write(
                lambda connection, scope: add_files(connection, scope.project_id, upload_id, stored, max_bytes)
            )


@asynccontextmanager
async def reserved(access: ProjectAccess, database: Database, upload_id: str, count: int) -> AsyncIterator[list[str]]:
    """Keys of files that may be written as long as the upload lasts; on an exception they become garbage."""

    def begin(connection: Connection, scope: Scope) -> list[str]:
        upload = get_upload_key(connection, scope.project_id, upload_id)
        keys = [f"model-uploads/{scope.project_id}/{new_id()}" for _ in range(count)]
        for start in range(0, count, _WRITTEN_AT_ONCE):
            reserve(connection, keys[start : start + _WRITTEN_AT_ONCE], upload.expires_at)
        return keys

    keys = await access.write(begin)
    try:
        yield keys
    except BaseException:
        # Shielded: a client that went away cancels this task, and the mark must be made all the same.
        await asyncio.shield(database.write(lambda connection: mark_for_deletion(connection, keys)))
        raise


def add_files(
    connection: Connection, project_id: int, upload_id: str, files: Mapping[str, StoredFile], max_bytes: int
) -> ModelUpload:
    """Files that were stored, in place of those of the same paths."""
    upload = get_upload_key(connection, project_id, upload_id, lock=True)
    existing = list_upload_files(connection, upload.id)
    _remove(connection, upload.id, [path for path in files if path in existing])
    _check_folders({*existing, *files})
    rows = [
        {
            "upload_id": upload.id,
            "path": path,
            "key": file.key,
            "size_bytes": file.size_bytes,
            "digest": file.digest,
        }
        for path, file in files.items()
    ]
    for start in range(0, len(rows), _WRITTEN_AT_ONCE):
        connection.execute(insert(model_upload_files), rows[start : start + _WRITTEN_AT_ONCE])
    count, size_bytes = measure_upload(connection, upload.id)
    if count > MAX_FILES:
        raise TooLarge(f"The upload has more than {MAX_FILES:,} files.")
    if size_bytes > max_bytes:
        raise _too_large(max_bytes)
    return get_upload(connection, project_id, upload.id)


def delete_files(connection: Connection, project_id: int, upload_id: str, path: str) -> ModelUpload:
    """Deletes a file, or a folder with all that is in it.

    :raises NotFound: there is neither.
    """
    upload = get_upload_key(connection, project_id, upload_id, lock=True)
    existing = list_upload_files(connection, upload.id)
    below = [name for name in existing if name == path or name.startswith(f"{path.rstrip('/')}/")]
    if not below:
        raise NotFound(f"The upload has no file {path[:200]!r}.", hint="List its files to see their paths.")
    _remove(connection, upload.id, below)
    return get_upload(connection, project_id, upload.id)


def cancel_upload(connection: Connection, project_id: int, upload_id: str) -> None:
    """:raises NotFound: there is no such upload, or it was finished."""
    upload = get_upload_key(connection, project_id, upload_id, lock=True)
    mark_for_deletion(connection, [file.key for file in list_upload_files(connection, upload.id).values()])
    connection.execute(delete(model_uploads).where(model_uploads.c.id == upload.id))


async def bounded(chunks: AsyncIterator[bytes], max_bytes: int) -> AsyncIterator[bytes]:
    """:raises TooLarge: there are more bytes."""
    size_bytes = 0
    async for chunk in chunks:
        size_bytes += len(chunk)
        if size_bytes > max_bytes:
            raise _too_large(max_bytes)
        yield chunk


def _remove(connection: Connection, upload_id: str, paths: Sequence[str]) -> None:
    for start in range(0, len(paths), _WRITTEN_AT_ONCE):
        keys = connection.scalars(
            delete(model_upload_files)
            .where(
                model_upload_files.c.upload_id == upload_id,
                model_upload_files.c.path.in_(paths[start : start + _WRITTEN_AT_ONCE]),
            )
            .returning(model_upload_files.c.key)
        ).all()
        mark_for_deletion(connection, keys)


def _check_folders(paths: set[str]) -> None:
    folders = {"/".join(parts[:end]) for path in paths for parts in [path.split("/")] for end in range(1, len(parts))}
    for path in sorted(folders & paths):
        raise Conflict(f"{path[:200]!r} would be both a file and a folder.", hint="Delete one of them first.")


def _too_large(max_bytes: int) -> TooLarge:
    return TooLarge(
        f"The upload is larger than the limit of {max_bytes:,} bytes.",
        hint="Raise the server's setting max_upload_bytes.",
    )
