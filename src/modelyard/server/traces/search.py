"""Finding traces."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.filters import Expression, Family, Kind, OrderTerm, Vocabulary
from modelyard.server.kernel.pages import decode_token, encode_token, fingerprint
from modelyard.server.traces.conditions import COLUMNS, condition, has_pattern
from modelyard.server.traces.queries import TRACE_COLUMNS, Trace
from modelyard.server.tracking.experiments.search import after, order_by
from modelyard.server.tracking.runs.conditions import Sql

_MOST_SECONDS = 10
"""PostgreSQL compiles some regular expressions for longer than anybody waits, such as `((\\b){0,60})*`."""

_N, _T = Kind.NUMBER, Kind.TEXT
_TAG, _METADATA = Family("tag", _T), Family("metadata", _T)

TRACES = Vocabulary(
    attributes={
        "request_id": ("trace_id", _T),
        "trace_id": ("trace_id", _T),
        "client_request_id": ("client_request_id", _T),
        "name": ("name", _T),
        "status": ("status", _T),
        "state": ("status", _T),
        "run_id": ("run_id", _T),
        "text": ("text", _T),
        "prompt": ("prompt", Kind.NAME),
        "timestamp": ("timestamp_ms", _N),
        "timestamp_ms": ("timestamp_ms", _N),
        "execution_time": ("execution_time_ms", _N),
        "execution_time_ms": ("execution_time_ms", _N),
        "end_time": ("end_time_ms", _N),
        "end_time_ms": ("end_time_ms", _N),
    },
    families={
        "tag": _TAG,
        "tags": _TAG,
        "metadata": _METADATA,
        "request_metadata": _METADATA,
        "feedback": Family("feedback", Kind.EITHER),
        "expectation": Family("expectation", Kind.EITHER),
        "span.attributes": Family("span.attribute", _T),
    },
    attribute_prefixes=frozenset({"attribute", "attributes", "attr", "trace"}),
    closed={
        "span": ("span", {"name": _T, "type": _T, "status": _T, "content": _T}),
        "issue": ("issue", {"id": Kind.NAME}),
    },
    patterns=True,
)


def search_traces(
    raw: Raw,
    experiment_ids: Sequence[int],
    *,
    expression: Expression | None,
    order: Sequence[OrderTerm],
    limit: int,
    page_token: str | None,
) -> tuple[list[Trace], str | None]:
    """A page of the traces of experiments, by default the newest first, and the token of the next.

    :raises InvalidArgument: an order by something that traces cannot be sorted by, a condition that cannot be asked,
        or a regular expression that takes too long.
    """
    keys = _keys(raw, order)
    if not experiment_ids:
        return [], None
    where = [Sql(f"t.experiment_id IN ({placeholders(len(experiment_ids))})", tuple(experiment_ids))]
    if expression is not None:
        where.append(condition(expression, is_sqlite=raw.is_sqlite))
    query = fingerprint("traces", sorted(experiment_ids), expression, tuple(order))
    if page_token:
        where.append(after(keys, decode_token(page_token, query)))
    selected = ", ".join(column for column, _ in keys)
    joined = " AND ".join(f"({item.text})" for item in where)
    statement = f"SELECT {selected}, {TRACE_COLUMNS} FROM traces t WHERE {joined} ORDER BY {order_by(keys)} LIMIT ?"  # noqa: S608
    with ending_in_time(raw, expression):
        rows = raw.all(statement, [*(value for item in where for value in item.values), limit + 1])
    token = encode_token(rows[limit - 1][: len(keys)], query) if len(rows) > limit else None
    return [Trace(*row[len(keys) :]) for row in rows[:limit]], token


def ending_in_time(raw: Raw, expression: Expression | None) -> AbstractContextManager[None]:
    """Around a statement with the filter: a regular expression may take for ever.

    :raises InvalidArgument: it took too long.
    """
    return raw.given_up_after(_MOST_SECONDS) if has_pattern(expression) else nullcontext()


def _keys(raw: Raw, order: Sequence[OrderTerm]) -> list[tuple[str, bool]]:
    keys = []
    for term in order:
        column = COLUMNS.get(term.field.key) if term.field.family == "attribute" else None
        if column is None:
            raise InvalidArgument(f"Traces cannot be sorted by {term.field.family} {term.field.key!r}.")
        if term.kind is _T:
            keys.append((f"coalesce({column}, '')" + ("" if raw.is_sqlite else ' COLLATE "C"'), term.descending))
        else:
            keys.append((f"coalesce({column}, -1)", term.descending))
    return [*(keys or [("t.request_time", True)]), ("t.id", True)]
