"""Training a version again from what is recorded of it, and the outcomes."""

from fastapi import Request
from sqlalchemy import Connection

from modelyard.server.access.scope import Scope
from modelyard.server.artifacts.verification import check_file
from modelyard.server.db import Db
from modelyard.server.engines.dependency import Jobs
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import CorruptFile, InvalidState
from modelyard.server.kernel.routing import Router
from modelyard.server.registry.models.parameters import ModelName
from modelyard.server.registry.models.routes import MayRead
from modelyard.server.registry.versions.files import list_files
from modelyard.server.registry.versions.parameters import VersionReference
from modelyard.server.registry.versions.queries import VersionKey, get_key
from modelyard.server.storage import FileStore, StoredFile
from modelyard.server.storage.dependency import Files
from modelyard.server.training.configs.service import CheckedConfig, check_config
from modelyard.server.training.reproductions import queries, service
from modelyard.server.training.reproductions.packages import PYTHON, REQUIREMENTS, compare_packages
from modelyard.server.training.versions.routes import MayTrain
from modelyard.server.training.versions.service import read_training, start_training
from modelyard.wire.models import TrainRequest, VersionStatus
from modelyard.wire.reproduction import PackageDifference, ReproduceRequest, Reproduction

router = Router(prefix="/projects/{project}/models/{model}/versions/{number}", tags=["versions"])

_OTHER_PYTHON = "Workers have a Python of their own (worker_python), so packages are compared after the training."
_NOT_RECORDED = "The version does not say with which packages it was trained."


@router.post("/reproduce", status_code=201)
async def reproduce_version(
    model: ModelName,
    number: VersionReference,
    body: ReproduceRequest,
    request: Request,
    database: Db,
    store: Files,
    supervisor: Jobs,
    access: MayTrain,
) -> Reproduction:
    """Trains a version again as a new one: the same config, dataset version and seed; packages that differ are named.

    The stored table is compared with its digest first: 500 `corrupt_file` when it is not what was uploaded. 409
    `invalid_state` for a version that was registered, or that is not Ready.
    """

    def read(connection: Connection, scope: Scope) -> tuple[VersionKey, TrainRequest, dict[str, StoredFile]]:
        key = get_key(connection, scope.project_id, model, number)
        again = read_training(connection, scope.project_id, model, key.number)
        if key.status is not VersionStatus.READY:
            raise InvalidState(f"Version {key.number} of {model!r} is {key.status}: only Ready ones can be reproduced.")
        files = list_files(connection, key.id, "model/")
        return key, again, {file.path: StoredFile(stored, file.size_bytes, file.digest) for file, stored in files}

    key, again, files = await access.read(read)
    scope = await access.scope()
    checked = await check_config(database, store, scope.project_id, again.config, again.dataset, again.dataset_version)
    await _require_whole(store, checked)
    has_own_python = request.app.state.settings.worker_python is not None
    packages, notes = await _compare_packages(store, files, has_own_python=has_own_python)

    def start(connection: Connection, scope: Scope) -> Reproduction:
        copy = start_training(connection, scope.actor, scope.project_id, scope.project, model, checked, again)
        copy_id = get_key(connection, scope.project_id, model, copy.number).id
        original = (key.id, key.model, key.number)
        service.add_reproduction(connection, copy_id, original, body.tolerance, packages, notes, now_ms())
        return queries.list_reproductions(connection, copy_id)[0]

    reproduction = await access.write(start)
    supervisor.wake()
    return reproduction


@router.get("/reproductions")
async def list_reproductions(model: ModelName, number: VersionReference, access: MayRead) -> list[Reproduction]:
    """Reproductions of a version, and the one that it is itself; newest first, at most 200."""

    def read(connection: Connection, scope: Scope) -> list[Reproduction]:
        return queries.list_reproductions(connection, get_key(connection, scope.project_id, model, number).id)

    return await access.read(read)


async def _require_whole(store: FileStore, checked: CheckedConfig) -> None:
    data = checked.data
    finding = await check_file(store, StoredFile(data.data_key, data.record.size_bytes, data.record.digest))
    if finding.state != "ok":
        raise CorruptFile(
            f"The table of {data.record.dataset}@{data.record.number} is {finding.state}: it is not what was uploaded.",
            hint="`modelyard verify` on the server names every such file; restore it first.",
        )


async def _compare_packages(
    store: FileStore, files: dict[str, StoredFile], *, has_own_python: bool
) -> tuple[list[PackageDifference], list[str]]:
    if REQUIREMENTS not in files:
        return [], [_NOT_RECORDED]
    if has_own_python:
        return [], [_OTHER_PYTHON]
    texts = [
        (await store.read_checked(files[path])).decode("utf-8", "replace") if path in files else ""
        for path in (REQUIREMENTS, PYTHON)
    ]
    return compare_packages(*texts), []
