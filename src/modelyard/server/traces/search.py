"""Finding traces."""

from collections.abc import Sequence

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.filters import (
    Comparison,
    Expression,
    Family,
    Kind,
    Membership,
    NullTest,
    OrderTerm,
    Vocabulary,
)
from modelyard.server.kernel.pages import decode_token, encode_token, fingerprint
from modelyard.server.traces.queries import TRACE_COLUMNS, Trace
from modelyard.server.tracking.experiments.search import after, order_by
from modelyard.server.tracking.runs.conditions import Sql, compare, compile_condition

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
        "feedback": Family("feedback", _T),
        "expectation": Family("expectation", _T),
    },
    attribute_prefixes=frozenset({"attribute", "attributes", "attr", "trace"}),
    closed={"span": ("span", {"name": _T, "type": _T, "status": _T, "content": _T})},
)

_COLUMNS = {
    "trace_id": "t.trace_id",
    "client_request_id": "t.client_request_id",
    "name": "t.name",
    "status": "t.state",
    "timestamp_ms": "t.request_time",
    "execution_time_ms": "t.duration_ms",
    "end_time_ms": "(t.request_time + t.duration_ms)",
}
_TABLES = {"tag": "trace_tags", "metadata": "trace_metadata"}
_SOURCE_RUN = "mlflow.sourceRun"


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

    :raises InvalidArgument: an order by something that traces cannot be sorted by.
    """
    keys = _keys(raw, order)
    if not experiment_ids:
        return [], None
    where = [Sql(f"t.experiment_id IN ({placeholders(len(experiment_ids))})", tuple(experiment_ids))]
    if expression is not None:
        where.append(compile_condition(expression, lambda node: _predicate(node, is_sqlite=raw.is_sqlite)))
    query = fingerprint("traces", sorted(experiment_ids), expression, tuple(order))
    if page_token:
        where.append(after(keys, decode_token(page_token, query)))
    selected = ", ".join(column for column, _ in keys)
    joined = " AND ".join(f"({item.text})" for item in where)
    rows = raw.all(
        f"SELECT {selected}, {TRACE_COLUMNS} FROM traces t WHERE {joined} ORDER BY {order_by(keys)} LIMIT ?",  # noqa: S608
        [*(value for item in where for value in item.values), limit + 1],
    )
    token = encode_token(rows[limit - 1][: len(keys)], query) if len(rows) > limit else None
    return [Trace(*row[len(keys) :]) for row in rows[:limit]], token


def _keys(raw: Raw, order: Sequence[OrderTerm]) -> list[tuple[str, bool]]:
    keys = []
    for term in order:
        column = _COLUMNS.get(term.field.key) if term.field.family == "attribute" else None
        if column is None:
            raise InvalidArgument(f"Traces cannot be sorted by {term.field.family} {term.field.key!r}.")
        if term.kind is _T:
            keys.append((f"coalesce({column}, '')" + ("" if raw.is_sqlite else ' COLLATE "C"'), term.descending))
        else:
            keys.append((f"coalesce({column}, -1)", term.descending))
    return [*(keys or [("t.request_time", True)]), ("t.id", True)]


def _predicate(node: Comparison | Membership | NullTest, *, is_sqlite: bool) -> Sql:
    family, key = node.field.family, node.field.key
    if family == "attribute":
        if key == "text":
            return _there("SELECT 1 FROM spans x WHERE x.trace = t.id", (), "x.content", node, is_sqlite=is_sqlite)
        if key == "run_id":
            return _run(node, is_sqlite=is_sqlite)
        return _column(_COLUMNS[key], node, is_sqlite=is_sqlite)
    if family == "span":
        return _there("SELECT 1 FROM spans x WHERE x.trace = t.id", (), f"x.{key}", node, is_sqlite=is_sqlite)
    if family in _TABLES:
        there = f"SELECT 1 FROM {_TABLES[family]} x WHERE x.trace = t.id AND x.key = ?"  # noqa: S608
        return _there(there, (key,), "x.value", node, is_sqlite=is_sqlite)
    there = "SELECT 1 FROM assessments x WHERE x.trace = t.id AND x.kind = ? AND x.name = ?"
    return _there(there, (family, key), "x.value", node, is_sqlite=is_sqlite)


def _column(column: str, node: Comparison | Membership | NullTest, *, is_sqlite: bool) -> Sql:
    if isinstance(node, NullTest):
        return Sql(f"{column} IS {'NOT ' if node.negated else ''}NULL", ())
    inner = compare(column, node, is_sqlite=is_sqlite)
    return Sql(f"({column} IS NOT NULL AND {inner.text})", inner.values)


def _run(node: Comparison | Membership | NullTest, *, is_sqlite: bool) -> Sql:
    """A trace is of the run that it was made in, and of those that it was linked to."""
    made = "SELECT x.value AS run_id FROM trace_metadata x WHERE x.trace = t.id AND x.key = ?"
    there = f"SELECT 1 FROM ({made} UNION SELECT y.run_id FROM trace_runs y WHERE y.trace = t.id) z WHERE 1 = 1"  # noqa: S608
    return _there(there, (_SOURCE_RUN,), "z.run_id", node, is_sqlite=is_sqlite)


def _there(
    there: str,
    values: tuple[object, ...],
    column: str,
    node: Comparison | Membership | NullTest,
    *,
    is_sqlite: bool,
) -> Sql:
    if isinstance(node, NullTest):
        return Sql(f"{'' if node.negated else 'NOT '}EXISTS ({there})", values)
    inner = compare(column, node, is_sqlite=is_sqlite)
    return Sql(f"EXISTS ({there} AND {inner.text})", (*values, *inner.values))
