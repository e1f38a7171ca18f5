"""Suggestions for the next experiments."""

from modelyard.server.copilot import service
from modelyard.server.kernel.routing import Router
from modelyard.server.registry.models.parameters import ModelName
from modelyard.server.registry.models.routes import MayRead
from modelyard.server.registry.versions.parameters import VersionNumber
from modelyard.server.storage.dependency import Files
from modelyard.server.training.configs.dependency import Leaks
from modelyard.wire.suggestions import Suggestions

router = Router(prefix="/projects/{project}/models/{model}/versions", tags=["versions"])


@router.get("/{number}/suggestions")
async def get_version_suggestions(
    model: ModelName, number: VersionNumber, store: Files, leaks: Leaks, access: MayRead
) -> Suggestions:
    """The Co-Pilot's next experiments for a version, each with its evidence, and what became of those tried before.

    Each has a whole config that was checked against the data; train it with this version as `parent` and the
    suggestion's id as `suggestion`. Facts of the dataset's columns need `project:datasets:read` besides.
    """
    return await service.suggest(access, store, leaks, model, number)
