"""The models that a run left: logged models, and folders of its artifacts that hold an `MLmodel` file."""

from typing import NamedTuple

from modelyard.server.db.raw import Raw
from modelyard.server.storage import StoredFile
from modelyard.server.tracking.artifact_files.locations import PROXY, inside_proxy
from modelyard.server.tracking.artifact_files.queries import FolderEntry, find_file, list_tree
from modelyard.server.tracking.inputs.queries import list_inputs
from modelyard.server.tracking.logged_models.mlmodel import MLMODEL
from modelyard.server.tracking.logged_models.queries import LoggedModel, find_logged_model
from modelyard.server.tracking.runs.queries import Run

_MAX_MODELS = 100
_MAX_FILES = 10_000


class FoundModel(NamedTuple):
    """Either `logged` or `path` is there. `files` are relative to the model; `description` is its `MLmodel` file."""

    name: str
    logged: LoggedModel | None
    path: str | None
    uri: str
    location: str
    files: list[FolderEntry]
    description: StoredFile | None


def find_run_models(raw: Raw, project_id: int, run: Run) -> list[FoundModel]:
    """Logged models in the order of their steps, then folders by path; at most 100 of each."""
    outputs = list_inputs(raw, [run.id]).get(run.id)
    ids = [] if outputs is None else [model_id for model_id, _ in outputs.outputs[:_MAX_MODELS]]
    logged = [model for model in (find_logged_model(raw, project_id, model_id) for model_id in ids) if model]
    models = [_of_logged(raw, project_id, model) for model in logged]
    if not run.artifact_uri.startswith(PROXY):
        return models
    files = list_tree(raw, project_id, inside_proxy(run.artifact_uri), _MAX_FILES)
    folders = sorted(file.name.rpartition("/")[0] for file in files if file.name.rpartition("/")[2] == MLMODEL)
    return models + [_of_folder(raw, project_id, run, folder, files) for folder in folders[:_MAX_MODELS]]


def _of_logged(raw: Raw, project_id: int, model: LoggedModel) -> FoundModel:
    here = model.artifact_uri.startswith(PROXY)
    root = inside_proxy(model.artifact_uri) if here else ""
    files = list_tree(raw, project_id, root, _MAX_FILES) if here else []
    description = find_file(raw, project_id, f"{root}/{MLMODEL}") if here else None
    uri = f"models:/{model.model_id}"
    return FoundModel(model.name, model, None, uri, model.artifact_uri, files, description)


def _of_folder(raw: Raw, project_id: int, run: Run, folder: str, files: list[FolderEntry]) -> FoundModel:
    prefix = f"{folder}/" if folder else ""
    own = [
        FolderEntry(file.name[len(prefix) :], False, file.size_bytes) for file in files if file.name.startswith(prefix)
    ]
    description = find_file(raw, project_id, f"{inside_proxy(run.artifact_uri)}/{prefix}{MLMODEL}")
    uri = f"runs:/{run.run_id}/{folder}".rstrip("/")
    location = f"{run.artifact_uri}/{folder}".rstrip("/")
    return FoundModel(folder.rpartition("/")[2] or run.name, None, folder, uri, location, own, description)
