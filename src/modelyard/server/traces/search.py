"""Finding traces."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from modelyard.server.db.filtering import Sql, after, order_by
from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.filters import Expression, Family, Kind, OrderTerm, Vocabulary
from modelyard.server.kernel.pages import decode_token, encode_token, fingerprint
from modelyard.server.traces.conditions import COLUMNS, TABLES, condition, has_pattern
from modelyard.server.traces.queries import SOURCE_RUN, TRACE_COLUMNS, Trace

_MAX_SECONDS = 10
"""PostgreSQL compiles some regular expressions for longer than anybody waits, such as `((\\b){0,60})*`."""

_N, _T = Kind.NUMBER, Kind.TEXT
_TAG, _METADATA = Family("tag", _T), Family("metadata", _T)

TRACES = Vocabulary(
    attributes={
        "request_id": ("trace_id", _T),
        "trace_id": ("trace_id", _T),
        "client_request_id": ("client_request_id", _T),
        "experiment_id": ("experiment_id", _T),
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
    sorts_by=frozenset({"attribute", "tag", "metadata"}),
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
    keys = [key for index, term in enumerate(order) for key in _keys(raw, term, f"o{index}")]
    keys += [("t.request_time", True), (f"t.trace_id{_collation(raw)}", False)]
    joins = [_join(term, f"o{index}") for index, term in enumerate(order)]
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
    source = f"traces t{''.join(join.text for join in joins)}"
    statement = f"SELECT {selected}, {TRACE_COLUMNS} FROM {source} WHERE {joined} ORDER BY {order_by(keys)} LIMIT ?"  # noqa: S608
    with ending_in_time(raw, expression):
        rows = raw.all(statement, [*(value for item in [*joins, *where] for value in item.values), limit + 1])
    token = encode_token(rows[limit - 1][: len(keys)], query) if len(rows) > limit else None
    return [Trace(*row[len(keys) :]) for row in rows[:limit]], token


def ending_in_time(raw: Raw, expression: Expression | None) -> AbstractContextManager[None]:
    """Around a statement with the filter: a regular expression may take for ever.

    :raises InvalidArgument: it took too long.
    """
    return raw.given_up_after(_MAX_SECONDS) if has_pattern(expression) else nullcontext()


def _keys(raw: Raw, term: OrderTerm, alias: str) -> list[tuple[str, bool]]:
    """The column that a term sorts by; traces without it come last, in either direction."""
    column = _column(term, alias)
    if column is None:
        raise InvalidArgument(f"Traces cannot be sorted by {term.field.family} {term.field.key!r}.")
    is_absent = f"CASE WHEN {column} IS NULL THEN 1 ELSE 0 END"
    is_text = term.kind is _T and term.field.key != "experiment_id"
    value = f"coalesce({column}, ''){_collation(raw)}" if is_text else f"coalesce({column}, 0)"
    return [(is_absent, False), (value, term.descending)]


def _column(term: OrderTerm, alias: str) -> str | None:
    if _pair(term) is not None:
        return f"{alias}.value"
    if term.field.key == "experiment_id":
        return "t.experiment_id"
    return COLUMNS.get(term.field.key) if term.field.family == "attribute" else None


def _join(term: OrderTerm, alias: str) -> Sql:
    """The join with the tag or metadata of the term."""
    pair = _pair(term)
    if pair is None:
        return Sql("", ())
    table, key = pair
    return Sql(f" LEFT JOIN {table} {alias} ON {alias}.trace = t.id AND {alias}.key = ?", (key,))


def _pair(term: OrderTerm) -> tuple[str, str] | None:
    """The table and the key of a term that sorts by a tag or by metadata."""
    family, key = term.field.family, term.field.key
    if (family, key) == ("attribute", "run_id"):
        return TABLES["metadata"], SOURCE_RUN
    return (TABLES[family], key) if family in TABLES else None


def _collation(raw: Raw) -> str:
    return "" if raw.is_sqlite else ' COLLATE "C"'
