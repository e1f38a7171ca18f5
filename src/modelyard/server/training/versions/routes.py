"""Starting, canceling and repeating trainings."""

from typing import Annotated

from fastapi import Depends
from sqlalchemy import Connection

from modelyard.server.access.guards import ProjectAccess, project_guard
from modelyard.server.access.permissions import Permission
from modelyard.server.access.scope import Scope
from modelyard.server.db import Database, Db
from modelyard.server.engines.dependency import Jobs
from modelyard.server.kernel.bodies import takes_body_of
from modelyard.server.kernel.routing import Router
from modelyard.server.registry.models.guards import require_force
from modelyard.server.registry.models.parameters import ModelName
from modelyard.server.registry.models.routes import MayRead
from modelyard.server.registry.versions.parameters import VersionNumber
from modelyard.server.storage import FileStore
from modelyard.server.storage.dependency import Files
from modelyard.server.training.configs.service import MAX_CONFIG_BYTES, check_config
from modelyard.server.training.versions import proposals, service
from modelyard.wire.models import RetrainRequest, TrainRequest, Version
from modelyard.wire.proposals import SemverProposal, SemverQuestion

router = Router(prefix="/projects/{project}/models/{model}/versions", tags=["versions"])

MayTrain = Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_MODELS_TRAIN))]


@router.post("", status_code=201)
@takes_body_of(MAX_CONFIG_BYTES)
async def train_version(
    model: ModelName, body: TrainRequest, database: Db, store: Files, supervisor: Jobs, access: MayTrain
) -> Version:
    """Starts the training of a new version; the model is made when there is none.

    The config is checked against its data first: 422 `invalid_config` names up to 20 problems, and nothing is made.
    """
    version = await _train(database, store, access, model, body)
    supervisor.wake()
    return version


@router.post("/propose-semver")
@takes_body_of(MAX_CONFIG_BYTES)
async def propose_semver(
    model: ModelName, body: SemverQuestion, database: Db, store: Files, access: MayRead
) -> SemverProposal:
    """The smallest semantic version that a training may have, and why, before anything is made.

    What only the training finds out, such as types of columns, is checked again when it has ended.
    """
    scope = await access.scope()
    checked = await check_config(database, store, scope.project_id, body.config, body.dataset, body.dataset_version)
    return await access.read(
        lambda connection, scope: proposals.propose(connection, scope.project_id, model, checked, body.semver)
    )


@router.post("/{number}/retrain", status_code=201)
async def retrain_version(
    model: ModelName,
    number: VersionNumber,
    database: Db,
    store: Files,
    supervisor: Jobs,
    access: MayTrain,
    body: RetrainRequest | None = None,
) -> Version:
    """Starts a new version with the config of this one, which becomes its parent, on the same or the newest data."""
    request = await access.read(
        lambda connection, scope: service.read_training(connection, scope.project_id, model, number)
    )
    if body is not None and body.newest_data:
        request = request.model_copy(update={"dataset_version": None})
    version = await _train(database, store, access, model, request)
    supervisor.wake()
    return version


@router.post("/{number}/cancel")
async def cancel_version(model: ModelName, number: VersionNumber, supervisor: Jobs, access: MayTrain) -> Version:
    """Stops a training at any step; 409 `invalid_state` when it has ended."""
    version = await access.write(
        lambda connection, scope: service.cancel_training(
            connection, scope.actor, scope.project_id, scope.project, model, number
        )
    )
    supervisor.wake()
    return version


async def _train(
    database: Database, store: FileStore, access: ProjectAccess, model: str, request: TrainRequest
) -> Version:
    service.check_request(model, request)
    scope = await access.scope()
    checked = await check_config(
        database, store, scope.project_id, request.config, request.dataset, request.dataset_version
    )

    def write(connection: Connection, scope: Scope) -> Version:
        require_force(scope, force=request.force_semver)
        return service.start_training(connection, scope.actor, scope.project_id, scope.project, model, checked, request)

    return await access.write(write)
