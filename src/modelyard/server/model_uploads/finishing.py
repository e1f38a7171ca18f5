"""From the files of an upload to a version: its description is read first, then everything is written at once."""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, update

from modelyard.server.access.guards import ProjectAccess
from modelyard.server.access.scope import Scope
from modelyard.server.artifacts.service import keep
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import InvalidArgument, TooLarge
from modelyard.server.model_uploads.formats import HYPERPARAMETERS, METADATA, PROGRESS, UploadedModel, find_model
from modelyard.server.model_uploads.ludwig import LudwigModel, parse_json, parse_ludwig
from modelyard.server.model_uploads.queries import get_upload_key, list_upload_files
from modelyard.server.model_uploads.requirements import read_requirements
from modelyard.server.model_uploads.tables import model_uploads
from modelyard.server.model_uploads.trainings import set_training
from modelyard.server.registry.models.service import ensure_model
from modelyard.server.registry.tables import version_details, version_files, versions
from modelyard.server.registry.versions.creation import create_versions
from modelyard.server.registry.versions.digests import record_digests
from modelyard.server.registry.versions.new import NewModelVersion, VersionToCreate
from modelyard.server.registry.versions.registered import RegisteredVersion
from modelyard.server.registry.versions.semvers import SEMVER_TAGS
from modelyard.server.settings import MIB
from modelyard.server.storage import FileStore, StoredFile
from modelyard.server.tracking.logged_models.mlmodel import MLMODEL, read_mlmodel
from modelyard.wire.model_uploads import ModelUploadFinish
from modelyard.wire.models import Packaging, Signature

_ROWS_AT_ONCE = 200
_MAX_JSON_BYTES = 16 * MIB


class ModelDescription(NamedTuple):
    """What the files of a model say. `ludwig` is there for models of Ludwig."""

    packaging: Packaging
    signature: Signature | None
    ludwig: LudwigModel | None = None


async def finish_upload(
    access: ProjectAccess, store: FileStore, upload_id: str, request: ModelUploadFinish
) -> RegisteredVersion:
    """Makes a Ready version of the upload, which is then no more.

    :raises NotFound: there is no such upload.
    :raises InvalidArgument: the files are no model, or what describes it cannot be read; the upload stays as it is.
    :raises AlreadyExists: the model has a version with that semantic version.
    """
    files = await access.read(
        lambda connection, scope: list_upload_files(
            connection, get_upload_key(connection, scope.project_id, upload_id).id
        )
    )
    model = find_model(files, request.format)
    described = await (_read_mlflow(store, model) if model.format == "mlflow" else _read_ludwig(store, model))

    def finish(connection: Connection, scope: Scope) -> RegisteredVersion:
        upload = get_upload_key(connection, scope.project_id, upload_id, lock=True)
        if list_upload_files(connection, upload.id) != files:
            raise InvalidArgument("Files of the upload were changed while it was finished.", hint="Finish it again.")
        version = _create(connection, scope, request, described.signature)
        _add_files(connection, version.id, model)
        _set_packaging(connection, version.id, described.packaging)
        if described.ludwig is not None:
            set_training(connection, scope, version, described.ludwig)
        record_digests(connection, version.id, now_ms())
        connection.execute(delete(model_uploads).where(model_uploads.c.id == upload.id))
        return version

    return await access.write(finish)


async def _read_mlflow(store: FileStore, model: UploadedModel) -> ModelDescription:
    described = await read_mlmodel(store, model.find(MLMODEL))
    if described.error is not None:
        raise InvalidArgument(described.error, hint="Save the model again with MLflow.")
    requirements = await read_requirements(store, model)
    packaging = Packaging(format="mlflow", flavors=described.flavors, requirements=requirements)
    return ModelDescription(packaging, described.signature)


async def _read_ludwig(store: FileStore, model: UploadedModel) -> ModelDescription:
    config, metadata, progress = [
        await _read_json(store, model, name) for name in (HYPERPARAMETERS, METADATA, PROGRESS)
    ]
    ludwig = await asyncio.to_thread(parse_ludwig, config, metadata, progress, now_ms())
    version = config.get("ludwig_version")
    requirements = [f"ludwig=={version[:40]}"] if isinstance(version, str) else ["ludwig"]
    packaging = Packaging(format="ludwig", requirements=requirements, classes=ludwig.classes)
    return ModelDescription(packaging, ludwig.signature, ludwig)


async def _read_json(store: FileStore, model: UploadedModel, name: str) -> Mapping[str, Any]:
    file = model.find(name)
    assert file is not None
    if file.size_bytes > _MAX_JSON_BYTES:
        raise TooLarge(f"The file {name!r} has {file.size_bytes:,} bytes; at most {_MAX_JSON_BYTES:,} are read.")
    return await asyncio.to_thread(parse_json, name, await store.read_checked(file))


def _create(
    connection: Connection, scope: Scope, request: ModelUploadFinish, signature: Signature | None
) -> RegisteredVersion:
    model = ensure_model(connection, scope.actor, scope.project_id, scope.project, request.model)
    new = NewModelVersion(
        model=model.name,
        description=request.description,
        tags={SEMVER_TAGS[0]: request.semver} if request.semver else {},
        aliases=tuple(request.aliases),
        signature=signature,
    )
    (version,) = create_versions(Raw(connection), [VersionToCreate(scope.actor, scope.project_id, scope.project, new)])
    return version


def _add_files(connection: Connection, version_id: int, model: UploadedModel) -> None:
    rows = [_file_row(version_id, path, file) for path, file in model.files.items()]
    for file in model.files.values():
        keep(connection, file)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        connection.execute(insert(version_files), rows[start : start + _ROWS_AT_ONCE])
    size_bytes = sum(file.size_bytes for file in model.files.values())
    connection.execute(
        update(versions).where(versions.c.id == version_id).values(file_count=len(rows), size_bytes=size_bytes)
    )


def _file_row(version_id: int, path: str, file: StoredFile) -> dict[str, object]:
    return {
        "version_id": version_id,
        "path": path,
        "key": file.key,
        "size_bytes": file.size_bytes,
        "digest": file.digest,
    }


def _set_packaging(connection: Connection, version_id: int, packaging: Packaging) -> None:
    connection.execute(
        update(version_details)
        .where(version_details.c.version_id == version_id)
        .values(packaging=packaging.model_dump(mode="json"))
    )
