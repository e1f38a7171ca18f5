"""Models that runs left, and registering them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from modelyard.server.access.permissions import Permission
from modelyard.server.access.scope import Scope
from modelyard.server.db import Db
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.routing import Router
from modelyard.server.registry.models.guards import require_force
from modelyard.server.registry.models.routes import MayWrite
from modelyard.server.registry.runs.queries import find_versions_by_location
from modelyard.server.registry.runs.service import Registrar, choose_model, register_run_model
from modelyard.server.registry.versions.showing import show_version
from modelyard.server.storage.dependency import Files
from modelyard.server.tracking.artifact_files.routes import to_entry
from modelyard.server.tracking.artifact_files.run_models import FoundModel, find_run_models
from modelyard.server.tracking.logged_models.mlmodel import ModelFile, read_mlmodel
from modelyard.server.tracking.parameters import MayRead, RunId
from modelyard.server.tracking.runs.queries import Run, get_run
from modelyard.wire.models import Version
from modelyard.wire.runs import RegisterRequest, RunModel, RunVersion

router = Router(prefix="/projects/{project}/runs/{run_id}", tags=["runs"])


@router.get("/models")
async def list_run_models(run_id: RunId, store: Files, access: MayRead) -> list[RunModel]:
    """Its logged models, and the folders of its artifacts that hold an `MLmodel` file."""

    def read(connection: Connection, scope: Scope) -> tuple[list[FoundModel], Mapping[str, list[RunVersion]]]:
        raw = Raw(connection)
        run_models = find_run_models(raw, scope.project_id, get_run(raw, scope.project_id, run_id))
        return run_models, find_versions_by_location(raw, scope.project_id, run_id)

    run_models, registered = await access.read(read)
    return [
        _to_wire(model, await read_mlmodel(store, model.description), registered.get(model.location, []))
        for model in run_models
    ]


@router.post("/register", status_code=201)
async def register_run(run_id: RunId, body: RegisterRequest, database: Db, store: Files, access: MayWrite) -> Version:
    """Makes a model of the run the next version of a registered model, which is made when there is none.

    Without a semantic version it gets the smallest that the signatures of the two versions allow.
    """

    def read(connection: Connection, scope: Scope) -> tuple[Run, FoundModel]:
        raw = Raw(connection)
        run = get_run(raw, scope.project_id, run_id)
        return run, choose_model(find_run_models(raw, scope.project_id, run), run, body)

    run, model = await access.read(read)
    described = await read_mlmodel(store, model.description)

    def write(connection: Connection, scope: Scope) -> Version:
        require_force(scope, force=body.force_semver)
        may_administrate = scope.may(Permission.PROJECT_MODELS_ADMINISTRATE)
        who = Registrar(scope.actor, scope.project_id, scope.project, may_administrate)
        return register_run_model(connection, who, run, model, described, body)

    version = await access.write(write)
    scope = await access.scope()
    return await show_version(database, store, scope.project_id, version.model, version.number)


def _to_wire(model: FoundModel, described: ModelFile, registered: Sequence[RunVersion]) -> RunModel:
    logged = model.logged
    return RunModel(
        name=model.name,
        logged_model_id=None if logged is None else logged.model_id,
        path=model.path,
        uri=model.uri,
        model_type=None if logged is None else logged.model_type or None,
        status=None if logged is None else logged.status.removeprefix("LOGGED_MODEL_").replace("_", " ").capitalize(),
        flavors=described.flavors,
        signature=described.signature,
        error=described.error,
        files=[to_entry(file, file.name) for file in model.files],
        size_bytes=sum(file.size_bytes for file in model.files),
        versions=list(registered),
    )
