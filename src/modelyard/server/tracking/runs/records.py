"""Runs as the native API shows them."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import to_datetime, to_optional_datetime
from modelyard.server.kernel.readable import readable
from modelyard.server.tracking.experiments.listing import DESCRIPTION_TAG
from modelyard.server.tracking.experiments.queries import names_of
from modelyard.server.tracking.inputs.queries import DatasetInput, Inputs, list_inputs
from modelyard.server.tracking.inputs.service import CONTEXT_TAG
from modelyard.server.tracking.runs.children import PARENT_TAG, count_children
from modelyard.server.tracking.runs.queries import Logged, Run, list_logged
from modelyard.wire import runs as wire
from modelyard.wire.runs import LoggedMetric, LoggedModelRef, RunInput, RunStatus, RunSummary, RunVersion

FindVersions = Callable[[Raw, int, Sequence[str]], Mapping[str, list[RunVersion]]]
"""Given a project and ids of runs: the versions that came from each of them. The registry stands above this domain."""

_STATUSES = {status.upper(): status for status in RunStatus}


def to_summaries(raw: Raw, project_id: int, runs: Sequence[Run], find_versions: FindVersions) -> list[RunSummary]:
    """Runs as rows of a table, in a fixed number of statements however many they are."""
    fields = _summaries(raw, project_id, runs, find_versions)[0]
    return readable(fields, lambda of_run: RunSummary(**of_run), "A run")


def to_run(raw: Raw, project_id: int, run: Run, find_versions: FindVersions) -> wire.Run:
    """A run with everything that is logged on it, but for histories."""
    (fields,), logged, inputs = _summaries(raw, project_id, [run], find_versions)
    run_inputs = inputs.get(run.id) or Inputs()
    return wire.Run(
        **fields,
        description=fields["tags"].get(DESCRIPTION_TAG, ""),
        artifact_uri=run.artifact_uri,
        last_points=[
            LoggedMetric(key=key, value=_number(value), step=step, timestamp_ms=timestamp)
            for key, value, timestamp, step in logged[run.id].metrics
        ],
        dataset_inputs=[_to_input(item) for item in run_inputs.datasets],
        model_inputs=[LoggedModelRef(id=model_id, step=0) for model_id in run_inputs.models],
        model_outputs=[LoggedModelRef(id=model_id, step=step) for model_id, step in run_inputs.outputs],
    )


def _summaries(
    raw: Raw, project_id: int, runs: Sequence[Run], find_versions: FindVersions
) -> tuple[list[dict[str, Any]], dict[int, Logged], dict[int, Inputs]]:
    ids = [run.id for run in runs]
    logged = list_logged(raw, ids)
    inputs = list_inputs(raw, ids)
    names = names_of(raw, {run.experiment_id for run in runs})
    versions = find_versions(raw, project_id, [run.run_id for run in runs])
    children = count_children(raw, runs)
    fields = [
        {
            **_summary(run, names[run.experiment_id], logged[run.id], inputs.get(run.id)),
            "child_count": children.get(run.run_id, 0),
            "models": versions.get(run.run_id, []),
        }
        for run in runs
    ]
    return fields, logged, inputs


def _summary(run: Run, experiment_name: str, logged: Logged, inputs: Inputs | None) -> dict[str, Any]:
    tags = dict(logged.tags)
    return {
        "id": run.run_id,
        "name": run.name,
        "experiment_id": str(run.experiment_id),
        "experiment_name": experiment_name,
        "status": _STATUSES.get(run.status, run.status),
        "user": run.user_name or tags.get("mlflow.user", ""),
        "source_name": tags.get("mlflow.source.name"),
        "source_type": tags.get("mlflow.source.type"),
        "started_at": to_datetime(run.started_at),
        "ended_at": to_optional_datetime(run.ended_at),
        "duration_seconds": None if run.ended_at is None else (run.ended_at - run.started_at) / 1000,
        "state": run.lifecycle_stage,
        "parent_id": tags.get(PARENT_TAG),
        "params": dict(logged.params),
        "metrics": {key: _number(value) for key, value, _, _ in logged.metrics},
        "tags": tags,
        "inputs": [] if inputs is None else [item.dataset.name for item in inputs.datasets],
    }


def _to_input(item: DatasetInput) -> RunInput:
    dataset = item.dataset
    return RunInput(
        name=dataset.name,
        digest=dataset.digest,
        context=item.tags.get(CONTEXT_TAG),
        source_type=dataset.source_type,
        source=dataset.source,
        dataset_schema=dataset.schema,
        tags=item.tags,
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else value
