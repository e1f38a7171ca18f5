"""Which runs traces belong to: the one that a trace was made in, and those that it was linked to."""

from collections.abc import Sequence

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.filters import And, Comparison, Expression, Field
from modelyard.server.tracking.runs.queries import Run

SOURCE_RUN = "mlflow.sourceRun"
"""The metadata that names the run that a trace was made in."""


def run_ids_of(raw: Raw, traces: Sequence[int]) -> dict[int, list[str]]:
    """The ids of runs by trace."""
    found: dict[int, list[str]] = {trace: [] for trace in traces}
    if traces:
        marks = placeholders(len(traces))
        made = f"SELECT trace, value FROM trace_metadata WHERE key = ? AND trace IN ({marks})"  # noqa: S608
        linked = (
            "SELECT t.id, x.run_id FROM traces t JOIN trace_links x ON x.trace_id = t.trace_id "  # noqa: S608
            f"WHERE t.id IN ({marks})"
        )
        for trace, run_id in raw.run(f"{made} UNION {linked} ORDER BY 2", [SOURCE_RUN, *traces, *traces]):
            found[trace].append(run_id)
    return found


def name_runs(raw: Raw, project_id: int, run_ids: Sequence[str]) -> dict[str, str]:
    """The names of the runs that the project has."""
    if not run_ids:
        return {}
    return dict(
        raw.all(
            "SELECT r.run_id, r.name FROM runs r JOIN experiments e ON e.id = r.experiment_id "  # noqa: S608
            f"WHERE e.project_id = ? AND r.run_id IN ({placeholders(len(run_ids))})",
            [project_id, *run_ids],
        )
    )


def within_run(run: Run, expression: Expression | None) -> Expression:
    """A filter narrowed to the traces of a run."""
    own = Comparison(Field("attribute", "run_id"), "=", run.run_id)
    if expression is None:
        return own
    return And((own, *(expression.terms if isinstance(expression, And) else (expression,))))
