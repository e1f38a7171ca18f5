"""The files of a version: `model/...` and `reports/...`, each a stored file."""

import posixpath

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from modelyard.server.artifacts.service import keep, mark_for_deletion
from modelyard.server.kernel.errors import InvalidArgument, NotFound
from modelyard.server.registry.tables import version_files, versions
from modelyard.server.storage import StoredFile
from modelyard.wire.models import VersionFile

EVALUATION_REPORT = "reports/evaluation.json"
EXPLANATION_REPORT = "reports/explanation.json"
MODEL_FOLDER = "model/"

_MAX_PATH_LENGTH = 400


def check_path(path: str) -> str:
    """:raises InvalidArgument: a path that is not plainly relative, such as `/etc/x`, `a/../b` or `a//b`."""
    plain = posixpath.normpath(path) == path and not path.startswith(("/", "..")) and path != "."
    readable = path.isprintable() and "\\" not in path
    if not plain or not readable or len(path) > _MAX_PATH_LENGTH:
        raise InvalidArgument(
            f"The file path {path[:80]!r} is not allowed.",
            hint=f"Use a relative path without '..', of at most {_MAX_PATH_LENGTH} characters.",
        )
    return path


def list_files(connection: Connection, version_id: int, prefix: str = "") -> list[tuple[VersionFile, str]]:
    """Files by path, each with its key in the store."""
    rows = connection.execute(
        select(version_files)
        .where(version_files.c.version_id == version_id, version_files.c.path.startswith(prefix, autoescape=True))
        .order_by(version_files.c.path)
    )
    return [(VersionFile(path=row.path, size_bytes=row.size_bytes, digest=row.digest), row.key) for row in rows]


def get_file(connection: Connection, version_id: int, path: str) -> StoredFile:
    """:raises NotFound: the version has no such file."""
    row = connection.execute(
        select(version_files).where(version_files.c.version_id == version_id, version_files.c.path == path)
    ).one_or_none()
    if row is None:
        raise NotFound(f"This version has no file {path[:200]!r}.", hint="List its files to see their paths.")
    return StoredFile(row.key, row.size_bytes, row.digest)


def add_file(connection: Connection, version_id: int, path: str, file: StoredFile) -> VersionFile:
    """Adds a file, in place of one of the same path."""
    _remove(connection, version_id, (version_files.c.path == path))
    keep(connection, file)
    connection.execute(
        insert(version_files).values(
            version_id=version_id, path=path, key=file.key, size_bytes=file.size_bytes, digest=file.digest
        )
    )
    _count(connection, version_id, 1, file.size_bytes)
    return VersionFile(path=path, size_bytes=file.size_bytes, digest=file.digest)


def drop_files(connection: Connection, version_id: int) -> None:
    """Removes the files of a training that did not finish."""
    _remove(connection, version_id, version_files.c.version_id == version_id)


def _remove(connection: Connection, version_id: int, which: ColumnElement[bool]) -> None:
    rows = connection.execute(
        delete(version_files)
        .where(version_files.c.version_id == version_id, which)
        .returning(version_files.c.key, version_files.c.size_bytes)
    ).all()
    if rows:
        mark_for_deletion(connection, [row.key for row in rows])
        _count(connection, version_id, -len(rows), -sum(row.size_bytes for row in rows))


def _count(connection: Connection, version_id: int, files: int, size_bytes: int) -> None:
    connection.execute(
        update(versions)
        .where(versions.c.id == version_id)
        .values(file_count=versions.c.file_count + files, size_bytes=versions.c.size_bytes + size_bytes)
    )
