"""Versions with what is known of their files, which may have come, or be seen, only after they were registered."""

from collections.abc import Sequence

from sqlalchemy import Connection

from modelyard.server.db import Database
from modelyard.server.registry.versions import contents, queries
from modelyard.server.registry.versions.queries import Number
from modelyard.server.storage import FileStore, StoredFile
from modelyard.server.tracking.logged_models.mlmodel import read_mlmodel
from modelyard.wire.models import Version


async def show_version(database: Database, store: FileStore, project_id: int, model: str, number: Number) -> Version:
    """:raises NotFound: there is no such version."""
    (version,) = await show_versions(database, store, project_id, model, [number])
    return version


async def show_versions(
    database: Database, store: FileStore, project_id: int, model: str, numbers: Sequence[Number]
) -> list[Version]:
    """Versions of a model, in the order in which they are asked for.

    :raises NotFound: there is no such version.
    """
    versions = await database.read(
        lambda connection: [_look(connection, project_id, model, number) for number in numbers]
    )
    return [
        version
        if described is None
        else version.model_copy(update={"signature": (await read_mlmodel(store, described)).signature})
        for version, described in versions
    ]


def _look(connection: Connection, project_id: int, model: str, number: Number) -> tuple[Version, StoredFile | None]:
    """A version, and the file that describes it when its signature is still to be read."""
    version = queries.get_version(connection, project_id, model, number)
    if version.source is None or not version.source.is_here:
        return version, None
    key = queries.get_key(connection, project_id, model, version.number)
    files = contents.list_contents(connection, project_id, key)
    shown = version.model_copy(
        update={"file_count": len(files), "size_bytes": sum(file.size_bytes for file, _ in files)}
    )
    if shown.signature is not None:
        return shown, None
    return shown, contents.find_mlmodel(connection, project_id, version.source.location)
