"""A worker that holds one model and answers prediction tasks until nobody asks any more."""

import json
import logging
import time
from pathlib import Path

import pandas as pd
import yaml

from modelyard.wire.jobs import PredictSpec, PredictTask
from modelyard.wire.predictions import MISSING_INPUTS_HEADER, missing_inputs_header
from modelyard.worker.errors import JobError
from modelyard.worker.importing import import_lightgbm
from modelyard.worker.inference import InvalidInputError, Model
from modelyard.worker.inference.model import DESCRIPTION_FILE
from modelyard.worker.job.client import JobClient
from modelyard.worker.job.reporter import Reporter
from modelyard.worker.job.tables import read_table, write_table

_LOGGER = logging.getLogger(__name__)
_LONG_POLL_SECONDS = 20
_CHUNK_ROWS = 50_000
_MAX_NAMES = 20


def run_predictions(spec: PredictSpec, client: JobClient, reporter: Reporter, work: Path) -> None:
    """Fetch and load the model, then answer tasks until idle for `spec.idle_seconds`.

    A table that cannot be predicted is an answer too; only a model that cannot be loaded raises JobError.
    """
    model = _load(spec, client, work)
    _LOGGER.info("Ready to predict with %s version %d.", spec.model, spec.number)
    idle_since = time.monotonic()
    while True:
        reporter.check()
        left = spec.idle_seconds - (time.monotonic() - idle_since)
        if left <= 0:
            return
        task = client.next_task(max(1, min(_LONG_POLL_SECONDS, round(left))))
        if task is not None:
            _answer(task, model, client, work)
            idle_since = time.monotonic()


def _load(spec: PredictSpec, client: JobClient, work: Path) -> Model:
    folder = work / "model"
    for name in spec.files:
        relative = name.removeprefix("model/")
        target = folder / relative
        if not target.resolve().is_relative_to(folder.resolve()):
            raise JobError(f"The model has a file outside of its folder: {name}.", "invalid_model")
        if relative == "MLmodel" or relative.startswith("data/"):
            target.parent.mkdir(parents=True, exist_ok=True)
            client.download(f"files/model/{relative}", target)
    try:
        described = yaml.safe_load((folder / "MLmodel").read_text(encoding="utf-8"))
        data = folder / described["flavors"]["python_function"]["data"]
        if json.loads((data / DESCRIPTION_FILE).read_text(encoding="utf-8"))["estimator"]["kind"] == "lightgbm":
            import_lightgbm()
        return Model.load(data, spec.threads)
    except (OSError, ValueError, KeyError) as error:
        raise JobError(
            f"The model of {spec.model} version {spec.number} cannot be loaded: {error}", "invalid_model"
        ) from error


def _answer(task: PredictTask, model: Model, client: JobClient, work: Path) -> None:
    given, answered = work / f"{task.id}.in", work / f"{task.id}.out"
    try:
        client.download(f"tasks/{task.id}/input", given)
        table = read_table(given, task.input_format, model.input_columns)
        missing = _missing_inputs(model, table, strict=task.strict)
        write_table(_predict(model, table), answered, task.output_format, missing)
    except InvalidInputError as error:
        client.fail_task(task.id, str(error))
    except MemoryError:
        client.fail_task(task.id, "The table does not fit into the memory of the worker: send fewer rows at once.")
    else:
        _send(task, answered, missing, client)
    finally:
        given.unlink(missing_ok=True)
        answered.unlink(missing_ok=True)


def _send(task: PredictTask, answered: Path, missing: list[str], client: JobClient) -> None:
    headers = _missing_header(missing)
    try:
        client.upload(f"tasks/{task.id}/output", answered, headers=headers, waits_for_room=False)
    except JobError as error:
        # Whoever asked waits for an answer and can ask again.
        if error.code != "disk_full":
            raise
        client.fail_task(task.id, str(error))


def _missing_inputs(model: Model, table: pd.DataFrame, *, strict: bool) -> list[str]:
    missing = model.missing_inputs(table)
    if strict and missing:
        names = ", ".join(f"'{name}'" for name in missing[:_MAX_NAMES])
        more = ", ..." if len(missing) > _MAX_NAMES else ""
        raise InvalidInputError(
            f"The table lacks {len(missing)} of the model's {len(model.input_columns)} inputs: {names}{more}."
        )
    return missing


def _missing_header(missing: list[str]) -> dict[str, str]:
    return {MISSING_INPUTS_HEADER: missing_inputs_header(missing)} if missing else {}


def _predict(model: Model, table: pd.DataFrame) -> pd.DataFrame:
    """In chunks, so that a long table needs memory for its answer only, not for a whole matrix."""
    if len(table) <= _CHUNK_ROWS:
        return model.predict(table)
    pieces = []
    for start in range(0, len(table), _CHUNK_ROWS):
        try:
            pieces.append(model.predict(table.iloc[start : start + _CHUNK_ROWS]))
        except InvalidInputError as error:
            raise InvalidInputError(f"In the rows from {start + 1}: {error}") from error
    return pd.concat(pieces)
