"""Trainers and configs."""

from typing import Annotated, Any

from fastapi import Depends

from modelyard.server.access.guards import ProjectAccess, ServerAccess, project_guard, server_guard
from modelyard.server.access.permissions import Permission
from modelyard.server.db import Db
from modelyard.server.kernel.bodies import takes_body_of
from modelyard.server.kernel.routing import Router
from modelyard.server.storage.dependency import Files
from modelyard.server.training.configs import service
from modelyard.server.training.configs.dependency import Leaks
from modelyard.server.training.configs.service import MAX_CONFIG_BYTES
from modelyard.server.training.configs.trainers import installed_trainers
from modelyard.wire.config import config_json_schema
from modelyard.wire.models import ConfigDetectRequest, ConfigValidateRequest, ConfigValidation, DetectedConfig
from modelyard.wire.trainers import TrainerInfo

router = Router(tags=["config"])


@router.get("/trainers")
async def list_trainers(
    access: Annotated[ServerAccess, Depends(server_guard(Permission.SERVER_INFO_READ))],
) -> list[TrainerInfo]:
    """Every installed trainer with the options that it publishes, by name."""
    await access.caller()
    return list(installed_trainers().values())


@router.get("/config-schema")
async def get_config_schema(
    access: Annotated[ServerAccess, Depends(server_guard(Permission.SERVER_INFO_READ))],
) -> dict[str, Any]:
    """JSON Schema of a whole config, for editors."""
    await access.caller()
    return config_json_schema(installed_trainers().values())


@router.post("/projects/{project}/config/detect")
async def detect_config(
    body: ConfigDetectRequest,
    database: Db,
    store: Files,
    leaks: Leaks,
    access: Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_DATASETS_READ))],
) -> DetectedConfig:
    """Proposes a config from the profile of the data, and says why."""
    scope = await access.scope()
    return await service.propose_config(database, store, leaks, scope.project_id, body)


@router.post("/projects/{project}/config/validate")
@takes_body_of(MAX_CONFIG_BYTES)
async def validate_config(
    body: ConfigValidateRequest,
    database: Db,
    store: Files,
    leaks: Leaks,
    access: Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_DATASETS_READ))],
) -> ConfigValidation:
    """Checks a config against its schema, the trainer's options and the data, and answers the first 20 problems."""
    scope = await access.scope()
    return await service.validate_config(database, store, leaks, scope.project_id, body)
