"""How many traces a search finds, at a bounded cost."""

from collections.abc import Sequence

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.filters import Expression
from modelyard.server.traces.conditions import condition
from modelyard.server.traces.search import ending_in_time
from modelyard.wire.base import Count


def count_traces(
    raw: Raw, experiment_ids: Sequence[int], expression: Expression | None, *, max_scanned: int = 20_000
) -> Count:
    """Without a filter always exact. With one only so many traces are looked at, the newest.

    :raises InvalidArgument: a condition that cannot be asked, or a regular expression that takes too long.
    """
    if not experiment_ids:
        return Count(count=0, exact=True)
    source = f"FROM traces WHERE experiment_id IN ({placeholders(len(experiment_ids))})"
    if expression is None:
        return Count(count=raw.number(f"SELECT count(*) {source}", experiment_ids), exact=True)
    newest_values = [*experiment_ids, max_scanned]
    where = condition(expression, is_sqlite=raw.is_sqlite)
    newest = f"(SELECT * {source} ORDER BY request_time DESC, id DESC LIMIT ?) t"
    with ending_in_time(raw, expression):
        count = raw.number(f"SELECT count(*) FROM {newest} WHERE {where.text}", [*newest_values, *where.values])  # noqa: S608
    bounded = f"SELECT count(*) FROM (SELECT 1 {source} LIMIT ?) AS bounded"  # noqa: S608
    scanned = raw.number(bounded, [*experiment_ids, max_scanned + 1])
    return Count(count=count, exact=scanned <= max_scanned)
