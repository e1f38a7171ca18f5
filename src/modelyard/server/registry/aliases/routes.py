"""Aliases: naming versions, with the history of every move."""

from typing import Annotated

from fastapi import Depends, Path, Query
from sqlalchemy import Connection

from modelyard.server.access.guards import ProjectAccess, project_guard
from modelyard.server.access.permissions import Permission
from modelyard.server.access.scope import Scope
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import NotFound
from modelyard.server.kernel.routing import Router
from modelyard.server.registry.aliases import board, service
from modelyard.server.registry.aliases.service import Mover
from modelyard.server.registry.models.parameters import ModelName
from modelyard.server.registry.models.queries import find_model
from modelyard.server.registry.models.routes import MayRead, MayWrite
from modelyard.wire.aliases import Alias, AliasChange, AliasProtection, AliasRollback, AliasSet

router = Router(prefix="/projects/{project}", tags=["aliases"])

MayAdministrate = Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_MODELS_ADMINISTRATE))]
AliasName = Annotated[str, Path(description="The alias.", examples=["prod"])]
Message = Annotated[str, Query(description="Why.", max_length=2000)]
Expected = Annotated[
    int | None, Query(description="The number that it names now, as far as the caller knows.", ge=0, le=2**31 - 1)
]


@router.get("/aliases/{alias}")
async def list_alias_holders(alias: AliasName, access: MayRead) -> list[Alias]:
    """One alias on all models that have it: what is in production."""
    return await access.read(lambda connection, scope: board.list_holders(Raw(connection), scope.project_id, alias))


@router.get("/models/{model}/aliases")
async def list_aliases(model: ModelName, access: MayRead) -> list[Alias]:
    """Aliases of a model, by name."""
    return await access.read(
        lambda connection, scope: board.list_aliases(
            Raw(connection), find_model(connection, scope.project_id, model).id
        )
    )


@router.get("/models/{model}/aliases/{alias}/history")
async def list_alias_changes(
    model: ModelName,
    alias: AliasName,
    access: MayRead,
    limit: Annotated[int, Query(description="At most so many, the newest.", ge=1, le=1000)] = 100,
) -> list[AliasChange]:
    """Every move of an alias: who, when and why, the newest first."""
    return await access.read(
        lambda connection, scope: board.list_changes(
            Raw(connection), find_model(connection, scope.project_id, model).id, alias, limit
        )
    )


@router.put("/models/{model}/aliases/{alias}")
async def set_alias(model: ModelName, alias: AliasName, body: AliasSet, access: MayWrite) -> Alias:
    """Makes the alias name a version; 409 `alias_moved` when it names another than `expected`."""

    def write(connection: Connection, scope: Scope) -> Alias:
        raw = Raw(connection)
        model_id = find_model(connection, scope.project_id, model).id
        mover = _mover(scope, body.message, body.expected)
        service.set_alias(raw, mover, scope.project_id, model, model_id, alias, body.version)
        return _details(raw, model_id, alias)

    return await access.write(write)


@router.delete("/models/{model}/aliases/{alias}", status_code=204)
async def remove_alias(
    model: ModelName, alias: AliasName, access: MayWrite, message: Message = "", expected: Expected = None
) -> None:
    """Removes an alias; its history stays."""

    def write(connection: Connection, scope: Scope) -> None:
        raw = Raw(connection)
        model_id = find_model(connection, scope.project_id, model).id
        if not service.delete_alias(raw, _mover(scope, message, expected), scope.project_id, model, model_id, alias):
            raise _not_found(model, alias)

    await access.write(write)


@router.post("/models/{model}/aliases/{alias}/rollback")
async def roll_back_alias(model: ModelName, alias: AliasName, body: AliasRollback, access: MayWrite) -> Alias:
    """Moves the alias back to the version that it named before; 409 when there is none."""

    def write(connection: Connection, scope: Scope) -> Alias:
        raw = Raw(connection)
        model_id = find_model(connection, scope.project_id, model).id
        service.roll_back(raw, _mover(scope, body.message, body.expected), scope.project_id, model, model_id, alias)
        return _details(raw, model_id, alias)

    return await access.write(write)


@router.put("/models/{model}/aliases/{alias}/protection")
async def protect_alias(
    model: ModelName, alias: AliasName, body: AliasProtection, access: MayAdministrate
) -> AliasProtection:
    """Protects an alias, or ends that: only who may administrate models moves a protected one."""

    def write(connection: Connection, scope: Scope) -> None:
        model_id = find_model(connection, scope.project_id, model).id
        service.protect_alias(
            Raw(connection), scope.actor, scope.project_id, model, model_id, alias, is_protected=body.is_protected
        )

    await access.write(write)
    return body


def _mover(scope: Scope, message: str, expected: int | None) -> Mover:
    return Mover(scope.actor, scope.may(Permission.PROJECT_MODELS_ADMINISTRATE), message, expected)


def _details(raw: Raw, model_id: int, alias: str) -> Alias:
    details = board.find_details(raw, model_id, alias)
    assert details is not None
    return details


def _not_found(model: str, alias: str) -> NotFound:
    return NotFound(f"Model {model!r} has no alias {alias[:100]!r}.", hint="List its aliases to see their names.")
