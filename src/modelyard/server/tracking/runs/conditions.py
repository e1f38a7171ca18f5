"""From a filter's tree to SQL over `runs r`."""

from dataclasses import replace

from modelyard.server.db.filtering import Sql, compare, compile_condition
from modelyard.server.kernel.filters import (
    And,
    Comparison,
    Expression,
    Family,
    Field,
    Kind,
    Membership,
    NullTest,
    Vocabulary,
)

_N, _T = Kind.NUMBER, Kind.TEXT
_PARAM, _METRIC, _TAG = Family("param", _T), Family("metric", _N), Family("tag", _T)

RUNS = Vocabulary(
    attributes={
        "run_id": ("run_id", _T),
        "run_name": ("run_name", _T),
        "run name": ("run_name", _T),
        "name": ("run_name", _T),
        "status": ("status", _T),
        "artifact_uri": ("artifact_uri", _T),
        "user_id": ("user_id", _T),
        "user": ("user_id", _T),
        "start_time": ("start_time", _N),
        "created": ("start_time", _N),
        "end_time": ("end_time", _N),
        "duration_seconds": ("duration_seconds", _N),
    },
    families={
        "metric": _METRIC,
        "metrics": _METRIC,
        "param": _PARAM,
        "params": _PARAM,
        "parameter": _PARAM,
        "parameters": _PARAM,
        "tag": _TAG,
        "tags": _TAG,
    },
    attribute_prefixes=frozenset({"attribute", "attributes", "attr", "run"}),
    closed={
        "dataset": ("dataset", {"name": _T, "digest": _T, "context": _T}),
        "datasets": ("dataset", {"name": _T, "digest": _T, "context": _T}),
    },
    sorts_by=frozenset({"attribute", "metric", "param", "tag"}),
)

COLUMNS = {
    "run_id": "r.run_id",
    "run_name": "r.name",
    "status": "r.status",
    "user_id": "r.user_name",
    "start_time": "r.started_at",
    "end_time": "r.ended_at",
    "duration_seconds": "(CAST(r.ended_at - r.started_at AS DOUBLE PRECISION) / 1000)",
    "artifact_uri": (
        # A query, from chr(63) on, stays the end of the address.
        "(SELECT CASE WHEN strpos(x.artifact_location, chr(63)) > 0 "
        "THEN rtrim(substr(x.artifact_location, 1, strpos(x.artifact_location, chr(63)) - 1), '/') "
        "|| '/' || r.run_id || '/artifacts' || substr(x.artifact_location, strpos(x.artifact_location, chr(63))) "
        "ELSE rtrim(coalesce(x.artifact_location, 'mlflow-artifacts:/' || x.id), '/') "
        "|| '/' || r.run_id || '/artifacts' END "
        "FROM experiments x WHERE x.id = r.experiment_id)"
    ),
}
"""The SQL of each attribute."""

UNTIL_ENDED = frozenset({"end_time", "duration_seconds"})
"""Attributes that a run lacks until it ends."""

TABLES = {"metric": "run_metrics", "param": "run_params", "tag": "run_tags"}

_DATASET_COLUMNS = {"name": "g.name", "digest": "g.digest", "context": "d.context"}


def condition(expression: Expression, *, is_sqlite: bool, run: str = "r.id", is_tried_first: bool = False) -> Sql:
    """A condition that is true or false for every run, never null, so that NOT is the plain complement.

    `run` is the SQL of the run's key. Terms that must all hold come in the order of what they cost: SQLite tries them
    as they are written. PostgreSQL makes joins of them, in an order of its own, unless each `is_tried_first`.
    """
    if isinstance(expression, And):
        expression = And(tuple(sorted(expression.terms, key=_cost)))
    # What it keeps PostgreSQL from is taking the term for a join.
    end = " OFFSET 0" if is_tried_first and not is_sqlite else ""
    return compile_condition(expression, lambda node: _predicate(node, run, end, is_sqlite=is_sqlite))


def _cost(term: Expression) -> int:
    """How many places in the database a term looks at."""
    if isinstance(term, Comparison | Membership | NullTest):
        return {"attribute": 0, "param": 1, "tag": 1}.get(term.field.family, 2)
    return 3


def _predicate(node: Comparison | Membership | NullTest, run: str, end: str, *, is_sqlite: bool) -> Sql:
    field = node.field
    if field.family == "attribute":
        # A status may be written as it is shown, e.g. Finished.
        named = _upper(node) if field.key == "status" else node
        return _attribute(field.key, named, is_sqlite=is_sqlite)
    matches = (
        _dataset(field, node, run, is_sqlite) if field.family == "dataset" else _logged(field, node, run, is_sqlite)
    )
    is_absent = isinstance(node, NullTest) and not node.negated
    return Sql(f"{'NOT ' if is_absent else ''}EXISTS ({matches.text}{end})", matches.values)


def _logged(field: Field, node: Comparison | Membership | NullTest, run: str, is_sqlite: bool) -> Sql:
    """The entries of a run that the node is about."""
    matches = f"SELECT 1 FROM {TABLES[field.family]} x WHERE x.run = {run} AND x.key = ?"  # noqa: S608
    if isinstance(node, NullTest):
        return Sql(matches, (field.key,))
    if field.family == "metric" and isinstance(node, Comparison) and node.operator == "!=":
        # NaN, stored as null, differs from every number.
        return Sql(f"{matches} AND (x.value IS NULL OR x.value <> ?)", (field.key, node.value))
    inner = compare("x.value", node, is_sqlite=is_sqlite)
    return Sql(f"{matches} AND {inner.text}", (field.key, *inner.values))


def _attribute(name: str, node: Comparison | Membership | NullTest, *, is_sqlite: bool) -> Sql:
    column = COLUMNS[name]
    if isinstance(node, NullTest):
        return Sql(f"{column} IS {'NOT ' if node.negated else ''}NULL", ())
    inner = compare(column, node, is_sqlite=is_sqlite)
    if name in UNTIL_ENDED:
        return Sql(f"({column} IS NOT NULL AND {inner.text})", inner.values)
    return inner


def _upper(node: Comparison | Membership | NullTest) -> Comparison | Membership | NullTest:
    if isinstance(node, Comparison):
        return replace(node, value=str(node.value).upper())
    if isinstance(node, Membership):
        return replace(node, values=tuple(str(value).upper() for value in node.values))
    return node


def _dataset(field: Field, node: Comparison | Membership | NullTest, run: str, is_sqlite: bool) -> Sql:
    """The datasets of a run that the node is about."""
    matches = f"SELECT 1 FROM run_datasets d JOIN logged_datasets g ON g.id = d.dataset WHERE d.run = {run}"  # noqa: S608
    if isinstance(node, NullTest):
        return Sql(matches, ())
    inner = compare(_DATASET_COLUMNS[field.key], node, is_sqlite=is_sqlite)
    return Sql(f"{matches} AND {inner.text}", inner.values)
