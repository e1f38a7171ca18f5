"""Fetching a version's model and loading it, by whichever code reads its format."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import pandas as pd

from modelyard.worker.errors import JobError
from modelyard.worker.importing import import_lightgbm
from modelyard.worker.inference import Model
from modelyard.worker.inference.estimators import UnknownEstimatorError
from modelyard.worker.inference.model import DESCRIPTION_FILE
from modelyard.worker.loading.description import MLMODEL, Description, read_description

_PREFIX = "model/"
_LUDWIG_CONFIG = "model_hyperparameters.json"


class LoadedModel(Protocol):
    """What predicts tables."""

    @property
    def input_columns(self) -> list[str]: ...

    def missing_inputs(self, table: pd.DataFrame) -> list[str]:
        """Inputs that a table lacks."""

    def predict(self, table: pd.DataFrame) -> pd.DataFrame:
        """One row for each of the table's.

        Raises InvalidInputError if the table does not fit, JobError if the environment lacks what the model needs.
        """


def fetch_and_load(
    files: Sequence[str],
    folder: Path,
    fetch: Callable[[str, Path], object],
    *,
    threads: int,
    allow_pickled_models: bool,
) -> LoadedModel:
    """Loads the model whose `files` (`model/...`) `fetch` writes into `folder`. Raises JobError if that cannot be."""
    names = [name.removeprefix(_PREFIX) for name in files]
    if MLMODEL not in names and _LUDWIG_CONFIG in names:
        raise JobError(
            "It is a model of Ludwig, and this server has no engine for Ludwig yet: it cannot predict.",
            "unmet_requirements",
        )
    if MLMODEL not in names:
        raise JobError("It has no file `MLmodel`, so it is not a model in MLflow's format.", "invalid_model")
    _fetch(MLMODEL, folder, fetch)
    description = read_description(folder)
    if description.is_own:
        # The code that lies beside an own model is for other programs.
        data = [name for name in names if name.startswith("data/")]
    else:
        if not description.pyfunc:
            raise JobError("It has no flavor `python_function`, by which it could be called.", "invalid_model")
        if not description.inputs:
            raise JobError("It has no signature that names its input columns: log it with one.", "invalid_model")
        data = [name for name in names if name != MLMODEL]
    for name in data:
        _fetch(name, folder, fetch)
    return (
        _load_own(folder, description, threads)
        if description.is_own
        else _load_foreign(folder, description, allow_pickled_models=allow_pickled_models)
    )


def _fetch(name: str, folder: Path, fetch: Callable[[str, Path], object]) -> None:
    target = folder / name
    if not target.resolve().is_relative_to(folder.resolve()):
        raise JobError(f"The model has a file outside of its folder: {name}.", "invalid_model")
    target.parent.mkdir(parents=True, exist_ok=True)
    fetch(_PREFIX + name, target)


def _load_own(folder: Path, description: Description, threads: int) -> LoadedModel:
    try:
        data = folder / description.pyfunc["data"]
        if not data.resolve().is_relative_to(folder.resolve()):
            raise JobError("The model's data is outside of its folder.", "invalid_model")
        if json.loads((data / DESCRIPTION_FILE).read_text(encoding="utf-8"))["estimator"]["kind"] == "lightgbm":
            import_lightgbm()
        return Model.load(data, threads)
    except UnknownEstimatorError as error:
        raise JobError(
            f"{error} Install the package of its trainer where the workers run.", "unmet_requirements"
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise JobError(f"It cannot be loaded: {error}", "invalid_model") from error


def _load_foreign(folder: Path, description: Description, *, allow_pickled_models: bool) -> LoadedModel:
    # Imported here: our own models do without, and are loaded sooner.
    from modelyard.worker.loading.foreign import ForeignModel  # noqa: PLC0415
    from modelyard.worker.loading.requirements import check_requirements  # noqa: PLC0415
    from modelyard.worker.loading.trust import check_trust, trust_types  # noqa: PLC0415

    check_requirements(folder, description)
    check_trust(folder, description, allow_pickled_models=allow_pickled_models)
    if not allow_pickled_models:
        trust_types(folder)
    return ForeignModel.load(folder, description)
