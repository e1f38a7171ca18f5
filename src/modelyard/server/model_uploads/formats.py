"""What the files of an upload are: which format, and where in the upload the model is."""

import posixpath
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.storage import StoredFile
from modelyard.server.tracking.logged_models.mlmodel import MLMODEL
from modelyard.wire.errors import Problem
from modelyard.wire.model_uploads import ModelFormat

HYPERPARAMETERS = "model_hyperparameters.json"
METADATA = "training_set_metadata.json"
PROGRESS = "training_progress.json"
WEIGHTS = ("model_weights.safetensors", "model_weights")
STATISTICS = "training_statistics.json"

_LUDWIG_FILES = frozenset({HYPERPARAMETERS, METADATA, PROGRESS, STATISTICS, *WEIGHTS})
_FOLDER = "model"


class UploadedModel(NamedTuple):
    """The files of a version, by the paths that they will have in it. `folder` is where the model is in the upload."""

    format: ModelFormat
    folder: str
    files: Mapping[str, StoredFile]

    def find(self, name: str) -> StoredFile | None:
        """A file of the model's folder."""
        return self.files.get(f"{_FOLDER}/{name}")


def find_model(files: Mapping[str, StoredFile], requested: ModelFormat | None) -> UploadedModel:
    """The one model of an upload, in the folder that holds it or in one below.

    :raises InvalidArgument: there is none or more than one, files are missing, or some are outside of its folder.
    """
    if not files:
        raise InvalidArgument("The upload has no files.", hint="Send the files of the model, then finish it.")
    is_mlflow = requested == "mlflow" or (requested is None and _folders_with(files, MLMODEL))
    if is_mlflow:
        folder = _only(_folders_with(files, MLMODEL), f"no file {MLMODEL!r}")
        return UploadedModel("mlflow", folder, _relative(files, folder, below=_FOLDER))
    if requested is None and not any(posixpath.basename(path) in _LUDWIG_FILES for path in files):
        raise InvalidArgument(
            f"The upload is no model: it has neither {MLMODEL!r} nor a file of Ludwig, such as {HYPERPARAMETERS!r}.",
            hint="Send the folder that MLflow's save_model or Ludwig has written, with everything in it.",
        )
    return _find_ludwig(files)


def _find_ludwig(files: Mapping[str, StoredFile]) -> UploadedModel:
    named = [path for path in files if posixpath.basename(path) in _LUDWIG_FILES - {STATISTICS}]
    folders = sorted({posixpath.dirname(path) for path in named}, key=lambda folder: folder.count("/"))
    # Checkpoints of a training have weights of their own, further down.
    folder = folders[0] if folders else ""
    missing = [name for name in (HYPERPARAMETERS, METADATA, PROGRESS) if posixpath.join(folder, name) not in files]
    if not any(posixpath.join(folder, name) in files for name in WEIGHTS):
        missing.append(WEIGHTS[0])
    if missing:
        listed = ", ".join(missing)
        raise InvalidArgument(
            f"The Ludwig model lacks {listed}.",
            hint="Train without skip_save_model and skip_save_progress, and send the whole folder.",
            problems=[Problem(path=posixpath.join(folder, name), message="is missing") for name in missing],
        )
    above = posixpath.dirname(folder) if posixpath.basename(folder) == _FOLDER else None
    if above is None:
        return UploadedModel("ludwig", folder, _relative(files, folder, below=_FOLDER))
    return UploadedModel("ludwig", folder, _relative(files, above, below=""))


def _folders_with(files: Collection[str], name: str) -> list[str]:
    """The folders that have a file of this name, without those below another."""
    folders = sorted(posixpath.dirname(path) for path in files if posixpath.basename(path) == name)
    return [folder for folder in folders if not any(_is_below(folder, other) for other in folders if other != folder)]


def _only(folders: Sequence[str], lack: str) -> str:
    if not folders:
        raise InvalidArgument(f"The upload has {lack}.", hint="Send the folder that MLflow's save_model has written.")
    if len(folders) > 1:
        listed = ", ".join(repr(folder) for folder in folders[:5])
        raise InvalidArgument(f"The upload has {len(folders)} models: {listed}.", hint="Send one at a time.")
    return folders[0]


def _relative(files: Mapping[str, StoredFile], folder: str, *, below: str) -> dict[str, StoredFile]:
    """Files by their paths in a folder, put below another."""
    for path in files:
        if not _is_below(path, folder):
            raise InvalidArgument(
                f"The file {path[:200]!r} is not in the model's folder {folder!r}.", hint="Send that folder alone."
            )
    return {posixpath.join(below, posixpath.relpath(path, folder or ".")): file for path, file in files.items()}


def _is_below(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")
