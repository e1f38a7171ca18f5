"""Experiments as the native API lists them."""

from collections.abc import Sequence

from modelyard.server.db.filtering import Keys, Sql, name_contains
from modelyard.server.db.keyset import Order
from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.clock import to_datetime
from modelyard.server.kernel.filters import Expression
from modelyard.server.kernel.pages import fingerprint
from modelyard.server.tracking.experiments import queries
from modelyard.server.tracking.experiments.queries import Experiment, tags_of
from modelyard.server.tracking.experiments.search import fetch_experiments
from modelyard.wire import experiments as wire
from modelyard.wire.base import Page
from modelyard.wire.experiments import ExperimentSort, StateFilter

DESCRIPTION_TAG = "mlflow.note.content"
"""Clients keep the description of an experiment or run in this tag."""

STAGES: dict[StateFilter, frozenset[str]] = {
    "active": frozenset({"active"}),
    "deleted": frozenset({"deleted"}),
    "all": frozenset({"active", "deleted"}),
}

_RUN_COUNT = "(SELECT count(*) FROM runs r WHERE r.experiment_id = e.id AND r.lifecycle_stage = 'active')"

_OF_MODELS = "e.id IN (SELECT experiment_id FROM models WHERE project_id = ?)"

_SORTS: dict[ExperimentSort, str] = {
    "name": "e.name",
    "created_at": "e.created_at",
    "updated_at": "e.updated_at",
    "runs": _RUN_COUNT,
}


def list_experiments(
    raw: Raw,
    project_id: int,
    *,
    expression: Expression | None,
    search: str | None,
    state: StateFilter,
    of_models: bool | None,
    sort: ExperimentSort,
    order: Order,
    limit: int,
    page_token: str | None,
) -> Page[wire.Experiment]:
    """A page of experiments; `search` is looked for in their names, whatever the case of ASCII letters.

    Only those that hold the trainings of models when `of_models` is true, only the others when it is false.
    """
    collate = ' COLLATE "C"' if sort == "name" and not raw.is_sqlite else ""
    keys: Keys = [(_SORTS[sort] + collate, order == "desc"), ("e.id", order == "desc")]
    conditions = [name_contains(raw, "e.name", search)] if search else []
    if of_models is not None:
        conditions.append(Sql(_OF_MODELS if of_models else f"NOT {_OF_MODELS}", (project_id,)))
    experiments, token = fetch_experiments(
        raw,
        project_id,
        conditions=conditions,
        expression=expression,
        stages=STAGES[state],
        keys=keys,
        limit=limit,
        page_token=page_token,
        query=fingerprint("experiments", project_id, expression, search, state, of_models, sort, order),
    )
    return Page(items=to_wire(raw, experiments), next_page_token=token)


def get_experiment(raw: Raw, project_id: int, experiment_id: str) -> wire.Experiment:
    """:raises NotFound: the project has no such experiment."""
    return to_wire(raw, [queries.get_experiment(raw, project_id, experiment_id)])[0]


def to_wire(raw: Raw, experiments: Sequence[Experiment]) -> list[wire.Experiment]:
    ids = [experiment.id for experiment in experiments]
    tags = tags_of(raw, ids)
    counts = count_runs_of(raw, ids)
    models = _models_of(raw, ids)
    return [
        _to_wire(experiment, dict(tags.get(experiment.id, [])), counts[experiment.id], models.get(experiment.id))
        for experiment in experiments
    ]


def _models_of(raw: Raw, experiment_ids: Sequence[int]) -> dict[int, str]:
    """The models whose trainings the experiments hold; other experiments are left out."""
    if not experiment_ids:
        return {}
    marks = placeholders(len(experiment_ids))
    rows = raw.all(f"SELECT experiment_id, name FROM models WHERE experiment_id IN ({marks})", experiment_ids)  # noqa: S608
    return dict(rows)


def count_runs_of(raw: Raw, experiment_ids: Sequence[int]) -> dict[int, int]:
    """How many runs each of the experiments has, without those that are deleted."""
    if not experiment_ids:
        return {}
    marks = placeholders(len(experiment_ids))
    rows = raw.all(f"SELECT e.id, {_RUN_COUNT} FROM experiments e WHERE e.id IN ({marks})", experiment_ids)  # noqa: S608
    return dict(rows)


def _to_wire(experiment: Experiment, tags: dict[str, str], run_count: int, model: str | None) -> wire.Experiment:
    return wire.Experiment.model_validate(
        {
            "id": str(experiment.id),
            "name": experiment.name,
            "description": tags.get(DESCRIPTION_TAG, ""),
            "tags": tags,
            "state": experiment.lifecycle_stage,
            "artifact_location": experiment.location,
            "run_count": run_count,
            "created_at": to_datetime(experiment.created_at),
            "updated_at": to_datetime(experiment.updated_at),
            "model": model,
        }
    )
