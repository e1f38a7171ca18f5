"""The digest of a version, and reading all of it again."""

from collections.abc import Callable

from sqlalchemy import Connection

from modelyard.server.access.scope import Scope
from modelyard.server.integrity import service
from modelyard.server.kernel.routing import Router
from modelyard.server.registry.models.parameters import ModelName
from modelyard.server.registry.models.routes import MayRead
from modelyard.server.registry.versions.parameters import VersionReference
from modelyard.server.registry.versions.queries import Number
from modelyard.server.storage.dependency import Files
from modelyard.wire.verification import VersionDigest, VersionVerification

router = Router(prefix="/projects/{project}/models/{model}/versions/{number}", tags=["versions"])


@router.get("/digest")
async def get_version_digest(model: ModelName, number: VersionReference, access: MayRead) -> VersionDigest:
    """One digest for all files of a version, and one for what is recorded of it. Nothing is read again for it."""
    return (await access.read(_reading(model, number))).digest


@router.post("/verify")
async def verify_version(
    model: ModelName, number: VersionReference, store: Files, access: MayRead
) -> VersionVerification:
    """Reads every file of a version and compares it, its list of files, its config and its metrics with their digests.

    Takes as long as reading all of it does. 409 `invalid_state` for a version that is not finished.
    """
    return await service.verify(store, await access.read(_reading(model, number)))


def _reading(model: str, number: Number) -> Callable[[Connection, Scope], service.IntegritySubject]:
    def read(connection: Connection, scope: Scope) -> service.IntegritySubject:
        return service.read_subject(connection, scope.project_id, model, number)

    return read
