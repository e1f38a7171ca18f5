"""Forks: a version becomes the first of a new model, with files of its own, so that it outlives where it came from."""

from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from modelyard.server.access.guards import ProjectAccess
from modelyard.server.access.scope import Scope
from modelyard.server.artifacts.service import keep, writing
from modelyard.server.db import Database
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import InvalidState
from modelyard.server.kernel.ids import new_id
from modelyard.server.registry.lifecycle import MOVING
from modelyard.server.registry.models.service import create_model
from modelyard.server.registry.signatures import get_signature
from modelyard.server.registry.tables import version_details, version_files, version_metrics, versions
from modelyard.server.registry.versions.contents import list_contents
from modelyard.server.registry.versions.creation import create_versions
from modelyard.server.registry.versions.new import ModelSource, NewModelVersion, VersionToCreate
from modelyard.server.registry.versions.protocol_files import location
from modelyard.server.registry.versions.queries import Number, VersionKey, get_key
from modelyard.server.registry.versions.registered import RegisteredVersion
from modelyard.server.storage import FileStore, StoredFile
from modelyard.wire.models import ForkRequest, VersionFile, VersionStatus

_COPIED = (
    "target",
    "output_type",
    "trainer",
    "metric_name",
    "metric_split",
    "metric_value",
    "metric_higher_is_better",
    "positive_class",
    "best_iteration",
)
_COPIED_DETAILS = ("given_config", "rendered_config", "warnings", "packaging")
_NOT_FORKED = {*MOVING, VersionStatus.FAILED, VersionStatus.CANCELED}


class ForkOrigin(NamedTuple):
    """A version with its files, each with its key in the store."""

    key: VersionKey
    run_id: str
    files: list[tuple[VersionFile, str]]


async def fork_version(
    access: ProjectAccess, database: Database, store: FileStore, model: str, number: Number, request: ForkRequest
) -> RegisteredVersion:
    """Makes a new model whose first version is this one again.

    :raises NotFound: there is no such version.
    :raises InvalidState: it is not Ready.
    :raises AlreadyExists: there is a model of that name.
    """
    origin = await access.read(lambda connection, scope: _read_origin(connection, scope, model, number))
    keys = [f"forks/{new_id()}" for _ in origin.files]
    async with writing(database, *keys):
        copies = []
        for key, (file, stored_key) in zip(keys, origin.files, strict=True):
            copies.append((file.path, await store.write(key, store.read(stored_key))))
        return await access.write(lambda connection, scope: _create(connection, scope, origin, copies, request))


def _read_origin(connection: Connection, scope: Scope, model: str, number: Number) -> ForkOrigin:
    key = get_key(connection, scope.project_id, model, number)
    if key.status in _NOT_FORKED:
        raise InvalidState(
            f"Version {key.number} of {model!r} is {key.status} and cannot be forked.", hint="Only Ready versions can."
        )
    run_id = connection.scalar(select(versions.c.run_id).where(versions.c.id == key.id))
    return ForkOrigin(key, run_id or "", list_contents(connection, scope.project_id, key))


def _create(
    connection: Connection,
    scope: Scope,
    origin: ForkOrigin,
    copies: list[tuple[str, StoredFile]],
    request: ForkRequest,
) -> RegisteredVersion:
    key = get_key(connection, scope.project_id, origin.key.model, origin.key.number)
    model = create_model(
        connection, scope.actor, scope.project_id, scope.project, request.model, request.model_description
    )
    uri = f"models:/{key.model}/{key.number}"
    new = NewModelVersion(
        model=model.name,
        description=request.description,
        signature=get_signature(connection, key.id),
        source=ModelSource(uri=uri, storage_location=key.location or location(key.id), run_id=origin.run_id),
    )
    (version,) = create_versions(Raw(connection), [VersionToCreate(scope.actor, scope.project_id, scope.project, new)])
    _copy_results(connection, key.id, version.id)
    if copies:
        _add_files(connection, version.id, copies)
    return version


def _copy_results(connection: Connection, origin_id: int, version_id: int) -> None:
    row = connection.execute(select(*(versions.c[name] for name in _COPIED)).where(versions.c.id == origin_id)).one()
    connection.execute(update(versions).where(versions.c.id == version_id).values(**row._asdict()))
    details = connection.execute(
        select(*(version_details.c[name] for name in _COPIED_DETAILS)).where(version_details.c.version_id == origin_id)
    ).one()
    connection.execute(
        update(version_details).where(version_details.c.version_id == version_id).values(**details._asdict())
    )
    metrics = connection.execute(select(version_metrics).where(version_metrics.c.version_id == origin_id)).all()
    if metrics:
        connection.execute(insert(version_metrics), [{**row._asdict(), "version_id": version_id} for row in metrics])


def _add_files(connection: Connection, version_id: int, copies: list[tuple[str, StoredFile]]) -> None:
    for path, file in copies:
        keep(connection, file)
        connection.execute(
            insert(version_files).values(
                version_id=version_id, path=path, key=file.key, size_bytes=file.size_bytes, digest=file.digest
            )
        )
    connection.execute(
        update(versions)
        .where(versions.c.id == version_id)
        .values(
            storage_location=location(version_id),
            file_count=len(copies),
            size_bytes=sum(file.size_bytes for _, file in copies),
        )
    )
