"""A worker that holds one model and answers prediction tasks until nobody asks any more."""

import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from modelyard.wire.jobs import JobFinish, PredictSpec, PredictTask
from modelyard.wire.predictions import MISSING_INPUTS_HEADER, missing_inputs_header
from modelyard.worker.errors import JobError
from modelyard.worker.inference import InvalidInputError
from modelyard.worker.job.client import JobClient
from modelyard.worker.job.reporter import Reporter
from modelyard.worker.job.tables import read_table, write_table
from modelyard.worker.loading.model import LoadedModel, fetch_and_load

_LOGGER = logging.getLogger(__name__)
_LONG_POLL_SECONDS = 20
_CHUNK_ROWS = 50_000
_MAX_NAMES = 20


def work(spec: Mapping[str, Any], client: JobClient, reporter: Reporter, folder: Path) -> JobFinish:
    """The job `predict`."""
    run_predictions(PredictSpec.model_validate(spec), client, reporter, folder)
    return JobFinish(status="Ready")


def run_predictions(spec: PredictSpec, client: JobClient, reporter: Reporter, folder: Path) -> None:
    """Fetch and load the model, then answer tasks until idle for `spec.idle_seconds`.

    A table that cannot be predicted is an answer too; only a model that cannot be loaded raises JobError.
    """
    model = _load(spec, client, folder)
    _LOGGER.info("Ready to predict with %s version %d.", spec.model, spec.number)
    idle_since = time.monotonic()
    while True:
        reporter.check()
        remaining = spec.idle_seconds - (time.monotonic() - idle_since)
        if remaining <= 0:
            return
        task = client.next_task(max(1, min(_LONG_POLL_SECONDS, round(remaining))))
        if task is not None:
            _answer(task, model, client, folder)
            idle_since = time.monotonic()


def _load(spec: PredictSpec, client: JobClient, folder: Path) -> LoadedModel:
    def fetch(path: str, target: Path) -> None:
        client.download(f"files/{path}", target)

    try:
        return fetch_and_load(
            spec.files,
            folder / "model",
            fetch,
            threads=spec.threads,
            allow_pickled_models=spec.allow_pickled_models,
        )
    except JobError as error:
        raise JobError(f"{spec.model} version {spec.number} cannot predict here. {error}", error.code) from error


def _answer(task: PredictTask, model: LoadedModel, client: JobClient, folder: Path) -> None:
    rows, answered = folder / f"{task.id}.in", folder / f"{task.id}.out"
    try:
        client.download(f"tasks/{task.id}/input", rows)
        table = read_table(rows, task.input_format, model.input_columns)
        missing = _missing_inputs(model, table, strict=task.strict)
        write_table(_predict(model, table), answered, task.output_format, missing)
    except InvalidInputError as error:
        client.fail_task(task.id, str(error))
    except JobError as error:
        client.fail_task(task.id, str(error), error.code)
    except MemoryError:
        client.fail_task(task.id, "The table does not fit into the memory of the worker: send fewer rows at once.")
    else:
        _send(task, answered, missing, client)
    finally:
        rows.unlink(missing_ok=True)
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


def _missing_inputs(model: LoadedModel, table: pd.DataFrame, *, strict: bool) -> list[str]:
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


def _predict(model: LoadedModel, table: pd.DataFrame) -> pd.DataFrame:
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
