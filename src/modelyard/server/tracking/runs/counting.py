"""How many runs a search finds, at a bounded cost."""

from collections.abc import Sequence

from modelyard.server.db.filtering import Sql
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.filters import Expression
from modelyard.server.tracking.experiments.queries import Experiment
from modelyard.server.tracking.runs.conditions import condition
from modelyard.server.tracking.runs.search import own_stages, staged
from modelyard.server.tracking.runs.selectivity import is_one_of, selective_runs
from modelyard.wire.base import Count


def count_runs(
    raw: Raw,
    experiments: Sequence[Experiment],
    expression: Expression | None,
    stages: frozenset[str],
    *,
    max_scanned: int = 200_000,
) -> Count:
    """Without a filter always exact. With one only so many runs are looked at, in each experiment the newest."""
    total = 0
    remaining = max_scanned
    for experiment in experiments:
        own = own_stages(stages, experiment)
        if not own:
            continue
        if expression is None:
            in_experiment = Sql("r.experiment_id = ?", (experiment.id,))
            total += _count_where(raw, "runs r", [in_experiment, staged(own)])
            continue
        count, looked_at = _count_matching(raw, experiment.id, expression, own, remaining)
        total += count
        remaining -= looked_at
        if remaining < 0:
            return Count(count=total, exact=False)
    return Count(count=total, exact=True)


def _count_matching(
    raw: Raw, experiment_id: int, expression: Expression, stages: frozenset[str], max_scanned: int
) -> tuple[int, int]:
    """How many match, and how many were looked at: one more than `most` when there are more."""
    where = [staged(stages), condition(expression, is_sqlite=raw.is_sqlite)]
    in_experiment = Sql("r.experiment_id = ?", (experiment_id,))
    with raw.along_indexes():
        few = selective_runs(raw, experiment_id, expression)
    if few is not None:
        # What is not settled is not in the index that the few come from.
        settled = [in_experiment, Sql("r.unsettled = 0", ()), *where]
        narrow = _count_where(raw, "runs r", [is_one_of(few), *settled]) if few else 0
        unsettled = Sql("r.experiment_id = ? AND r.unsettled = 1", (experiment_id,))
        return narrow + _count_where(raw, "runs r", [unsettled, *where]), 0
    size = raw.number(
        "SELECT count(*) FROM (SELECT 1 FROM runs WHERE experiment_id = ? LIMIT ?) AS bounded",
        (experiment_id, max_scanned + 1),
    )
    if size <= max_scanned:
        return _count_where(raw, "runs r", [in_experiment, *where]), size
    newest = "(SELECT * FROM runs WHERE experiment_id = ? ORDER BY started_at DESC, id DESC LIMIT ?) r"
    return _count_where(raw, newest, where, (experiment_id, max_scanned)), size


def _count_where(raw: Raw, source: str, where: Sequence[Sql], values: Sequence[object] = ()) -> int:
    joined = " AND ".join(f"({item.text})" for item in where)
    return raw.number(
        f"SELECT count(*) FROM {source} WHERE {joined}",  # noqa: S608
        [*values, *(value for item in where for value in item.values)],
    )
