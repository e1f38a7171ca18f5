"""The experiments that traces are in."""

from modelyard.server.db.raw import Raw
from modelyard.server.tracking.runs.queries import Run


def experiments_with_traces(raw: Raw, project_id: int) -> list[int]:
    """Of a project, deleted or not."""
    rows = raw.all(
        "SELECT e.id FROM experiments e WHERE e.project_id = ? "
        "AND EXISTS (SELECT 1 FROM traces t WHERE t.experiment_id = e.id) ORDER BY e.id",
        (project_id,),
    )
    return [experiment for (experiment,) in rows]


def experiments_of_run(raw: Raw, run: Run) -> list[int]:
    """Traces of other experiments may be linked to a run."""
    linked = raw.all(
        "SELECT DISTINCT t.experiment_id FROM trace_links x JOIN traces t ON t.trace_id = x.trace_id "
        "WHERE x.run_id = ?",
        (run.run_id,),
    )
    return sorted({run.experiment_id, *(experiment for (experiment,) in linked)})
