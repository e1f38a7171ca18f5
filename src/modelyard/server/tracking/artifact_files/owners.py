"""Whose the files below a path are."""

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import PermissionDenied
from modelyard.server.tracking.artifact_files.locations import VERSIONS, inside_proxy, is_inside_proxy
from modelyard.server.tracking.artifact_files.seals import require_writable
from modelyard.server.tracking.experiments.queries import find_experiment
from modelyard.server.tracking.lifecycle import experiment_deleted, logged_model_deleted
from modelyard.server.tracking.logged_models.queries import is_deleted
from modelyard.server.tracking.runs.queries import find_run, run_deleted

_ARTIFACTS = "artifacts"
_MODELS = "models"


def require_changeable(raw: Raw, project_id: int, path: str) -> None:
    """Files of what is deleted stay as they are, so that it is whole when it is restored; those of versions always do.

    :raises PermissionDenied: the path is of what was trained here, where only the training writes.
    :raises Immutable: the path would be new in the folder of a finished version.
    :raises InvalidState: the path is of a run, a logged model or an experiment that is deleted.
    """
    parts = path.split("/")
    if parts[0] == VERSIONS and len(parts) > 1 and parts[1].isdigit():
        raise PermissionDenied(
            f"The artifacts of version {parts[1][:20]} are those of its training; nobody else writes there."
        )
    require_writable(raw, project_id, path)
    for index, name in enumerate(parts[:-1], 1):
        if parts[index] == _ARTIFACTS:
            _check_owner(raw, project_id, parts[: index + 1], name)
    if _may_be_experiment(parts[0]):
        experiment = find_experiment(raw, project_id, parts[0])
        # Default of another project than the first is called 0, and has another id.
        if experiment is not None and str(experiment.id) == parts[0] and experiment.lifecycle_stage != "active":
            raise experiment_deleted(experiment.id)


def _check_owner(raw: Raw, project_id: int, parts: list[str], name: str) -> None:
    run = find_run(raw, project_id, name)
    if run is not None and is_inside_proxy(run.artifact_uri):
        if run.lifecycle_stage != "active" and inside_proxy(run.artifact_uri) == "/".join(parts):
            raise run_deleted(run)
    elif parts[-3:-2] == [_MODELS] and is_deleted(raw, project_id, name):
        raise logged_model_deleted(name)


def _may_be_experiment(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) < 20
