"""Putting what is logged on runs in order for searching. See docs/contributing/run-search.md.

Logging writes no search index: an index entry lies in a page of its own, and a metric moves with every point. A run is
settled once, when it ends or has been quiet for a moment; until then searches look at it by itself.
"""

from collections.abc import Sequence

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.tracking.runs.queries import among_locked
from modelyard.server.tracking.tables import HEAD_LENGTH


def settle_runs(raw: Raw, runs: Sequence[int]) -> None:
    """Brings the search columns of the runs up to date, in the caller's transaction."""
    # First, because it waits for whoever is logging on them; what follows then sees all that was logged.
    raw.run(f"UPDATE runs SET unsettled = 0 WHERE {among_locked(raw, 'id', len(runs))}", runs)  # noqa: S608
    differs = "IS NOT" if raw.is_sqlite else "IS DISTINCT FROM"
    _update(raw, "run_metrics", "ranked_value", "value", differs, runs)
    head = f"substr(value, 1, {HEAD_LENGTH})"
    _update(raw, "run_params", "head", head, differs, runs)
    _update(raw, "run_tags", "head", head, differs, runs)


def _update(raw: Raw, table: str, column: str, value: str, differs: str, runs: Sequence[int]) -> None:
    raw.run(
        f"UPDATE {table} SET {column} = {value}, "  # noqa: S608
        f"experiment_id = (SELECT r.experiment_id FROM runs r WHERE r.id = {table}.run) "
        f"WHERE run IN ({placeholders(len(runs))}) AND (experiment_id IS NULL OR {column} {differs} {value})",
        runs,
    )
