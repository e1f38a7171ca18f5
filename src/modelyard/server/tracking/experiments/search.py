"""Finding experiments."""

from collections.abc import Sequence

from modelyard.server.db.filtering import Keys, Sql, after, compare, compile_condition, order_by
from modelyard.server.db.raw import Raw
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
from modelyard.server.tracking.experiments.queries import Experiment

_N, _T = Kind.NUMBER, Kind.TEXT
_TAG = Family("tag", _T)

EXPERIMENTS = Vocabulary(
    attributes={
        "name": ("name", _T),
        "experiment_id": ("experiment_id", _T),
        "creation_time": ("creation_time", _N),
        "last_update_time": ("last_update_time", _N),
    },
    families={"tag": _TAG, "tags": _TAG},
)

_COLUMNS = {
    "name": "e.name",
    "experiment_id": "CAST(e.id AS TEXT)",
    "creation_time": "e.created_at",
    "last_update_time": "e.updated_at",
}


def search_experiments(
    raw: Raw,
    project_id: int,
    *,
    expression: Expression | None,
    stages: frozenset[str],
    order: Sequence[OrderTerm],
    limit: int,
    page_token: str | None,
) -> tuple[list[Experiment], str | None]:
    """A page of experiments, by default the newest first, and the token of the next."""
    return fetch_experiments(
        raw,
        project_id,
        conditions=(),
        expression=expression,
        stages=stages,
        keys=_keys(raw, order),
        limit=limit,
        page_token=page_token,
        query=fingerprint("experiments", project_id, expression, sorted(stages), tuple(order)),
    )


def fetch_experiments(
    raw: Raw,
    project_id: int,
    *,
    conditions: Sequence[Sql],
    expression: Expression | None,
    stages: frozenset[str],
    keys: Keys,
    limit: int,
    page_token: str | None,
    query: str,
) -> tuple[list[Experiment], str | None]:
    """A page of `experiments e`, sorted by `keys`; `query` is the fingerprint of what is asked for."""
    where = [Sql("e.project_id = ?", (project_id,)), *conditions]
    if len(stages) == 1:
        where.append(Sql("e.lifecycle_stage = ?", tuple(stages)))
    if expression is not None:
        where.append(compile_condition(expression, lambda node: _predicate(node, is_sqlite=raw.is_sqlite)))
    if page_token:
        where.append(after(keys, decode_token(page_token, query)))
    selected = ", ".join(column for column, _ in keys)
    joined = " AND ".join(f"({item.text})" for item in where)
    rows = raw.all(
        f"SELECT {selected}, e.id, e.name, e.lifecycle_stage, e.artifact_location, e.created_at, e.updated_at "  # noqa: S608
        f"FROM experiments e WHERE {joined} ORDER BY {order_by(keys)} LIMIT ?",
        [*(value for item in where for value in item.values), limit + 1],
    )
    token = encode_token(rows[limit - 1][: len(keys)], query) if len(rows) > limit else None
    return [Experiment(*row[len(keys) :]) for row in rows[:limit]], token


def _keys(raw: Raw, order: Sequence[OrderTerm]) -> Keys:
    if not order:
        return [("e.created_at", True), ("e.id", False)]
    collate = "" if raw.is_sqlite else ' COLLATE "C"'
    keys = []
    for term in order:
        if term.field.key == "experiment_id":
            keys.append(("e.id", term.descending))
        else:
            keys.append((_COLUMNS[term.field.key] + (collate if term.kind is _T else ""), term.descending))
    return keys if any(column == "e.id" for column, _ in keys) else [*keys, ("e.id", True)]


def _check_ids(node: Comparison | Membership) -> None:
    """:raises InvalidArgument: what is compared with an id is no number."""
    if isinstance(node, Comparison) and node.operator not in ("=", "!="):
        return
    for value in node.values if isinstance(node, Membership) else (node.value,):
        text = str(value).removeprefix("-")
        if not (text.isascii() and text.isdecimal()):
            raise InvalidArgument(f"The id of an experiment is an integer, not {str(value)[:50]!r}.")


def _predicate(node: Comparison | Membership | NullTest, *, is_sqlite: bool) -> Sql:
    if node.field.family == "attribute":
        column = _COLUMNS[node.field.key]
        if isinstance(node, NullTest):
            return Sql(f"{column} IS {'NOT ' if node.negated else ''}NULL", ())
        if node.field.key == "experiment_id":
            _check_ids(node)
        return compare(column, node, is_sqlite=is_sqlite)
    matches = "SELECT 1 FROM experiment_tags x WHERE x.experiment = e.id AND x.key = ?"
    if isinstance(node, NullTest):
        return Sql(f"{'' if node.negated else 'NOT '}EXISTS ({matches})", (node.field.key,))
    inner = compare("x.value", node, is_sqlite=is_sqlite)
    return Sql(f"EXISTS ({matches} AND {inner.text})", (node.field.key, *inner.values))
