"""Finding logged models."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from modelyard.server.db.filtering import Sql, after, compare, compile_condition, order_by
from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.filters import (
    And,
    Comparison,
    Expression,
    Family,
    Kind,
    Membership,
    Not,
    NullTest,
    Or,
    Vocabulary,
)
from modelyard.server.kernel.pages import decode_token, encode_token, fingerprint
from modelyard.server.tracking.logged_models.queries import COLUMNS, LoggedModel

_N, _T = Kind.NUMBER, Kind.TEXT
_FAMILIES = {
    name: Family(family, kind)
    for family, kind in (("metric", _N), ("param", _T), ("tag", _T))
    for name in (family, f"{family}s")
}

LOGGED_MODELS = Vocabulary(
    attributes={
        "name": ("name", _T),
        "model_id": ("model_id", _T),
        "model_type": ("model_type", _T),
        "status": ("status", _T),
        "source_run_id": ("source_run_id", _T),
        "experiment_id": ("experiment_id", _T),
        "creation_timestamp": ("creation_timestamp", _N),
        "creation_timestamp_ms": ("creation_timestamp", _N),
        "creation_time": ("creation_timestamp", _N),
        "last_updated_timestamp": ("last_updated_timestamp", _N),
        "last_updated_timestamp_ms": ("last_updated_timestamp", _N),
    },
    families=_FAMILIES,
)

_ATTRIBUTES = {
    "name": "m.name",
    "model_id": "m.model_id",
    "model_type": "m.model_type",
    # As people write it, READY as well as LOGGED_MODEL_READY.
    "status": "replace(replace(m.status, 'LOGGED_MODEL_', ''), 'UPLOAD_', '')",
    "source_run_id": "m.source_run_id",
    "experiment_id": "CAST(m.experiment_id AS TEXT)",
    "creation_timestamp": "m.created_at",
    "last_updated_timestamp": "m.updated_at",
}


_MAY_BE_EMPTY = frozenset({"model_type", "source_run_id"})
"""Models without them come last, in either direction."""
_STATUSES = frozenset({"READY", "PENDING", "FAILED"})


class ModelOrder(NamedTuple):
    """An attribute or `metrics.<key>`; empty texts stand for any dataset."""

    field: str
    descending: bool
    dataset_name: str
    dataset_digest: str


class ModelSearch(NamedTuple):
    """`datasets` are names and digests (empty for any): a metric then means the one on such a dataset."""

    experiment_ids: Sequence[int]
    expression: Expression | None
    datasets: Sequence[tuple[str, str]]
    order: Sequence[ModelOrder]
    limit: int
    page_token: str | None


def search_logged_models(raw: Raw, search: ModelSearch) -> tuple[list[LoggedModel], str | None]:
    """A page of models, by default the newest first, and the token of the next.

    :raises InvalidArgument: an order by something that models do not have.
    """
    keys, key_values = _keys(raw, search.order, search.datasets)
    if not search.experiment_ids:
        return [], None
    query = fingerprint(
        "logged_models", list(search.experiment_ids), search.expression, list(search.datasets), list(search.order)
    )
    marks = placeholders(len(search.experiment_ids))
    where = [
        Sql("m.lifecycle_stage = 'active' AND e.lifecycle_stage = 'active'", ()),
        Sql(f"m.experiment_id IN ({marks})", tuple(search.experiment_ids)),
    ]
    if search.expression is not None:
        where.append(compile_condition(search.expression, lambda node: _predicate(raw, node, search.datasets)))
    if search.datasets and not _names_metric(search.expression):
        on = _on_datasets(search.datasets)
        matches = f"SELECT 1 FROM logged_model_metrics x WHERE x.model = m.id AND {on.text}"  # noqa: S608
        where.append(Sql(f"EXISTS ({matches})", on.values))
    conditions = " AND ".join(f"({item.text})" for item in where)
    values = [*key_values, *(value for item in where for value in item.values)]
    names = [(f"k{index}", descending) for index, (_, descending) in enumerate(keys)]
    selected = ", ".join(f"{sql} AS k{index}" for index, (sql, _) in enumerate(keys))
    statement = (
        f"SELECT * FROM (SELECT {selected}, {COLUMNS} FROM logged_models m "  # noqa: S608
        f"JOIN experiments e ON e.id = m.experiment_id WHERE {conditions}) AS found"
    )
    if search.page_token:
        beyond = after(names, decode_token(search.page_token, query))
        statement += f" WHERE {beyond.text}"
        values += beyond.values
    rows = raw.all(f"{statement} ORDER BY {order_by(names)} LIMIT ?", (*values, search.limit + 1))
    token = encode_token(rows[search.limit - 1][: len(keys)], query) if len(rows) > search.limit else None
    return [LoggedModel(*row[len(keys) :]) for row in rows[: search.limit]], token


def _names_metric(expression: Expression | None) -> bool:
    if isinstance(expression, And | Or):
        return any(_names_metric(term) for term in expression.terms)
    if isinstance(expression, Not):
        return _names_metric(expression.term)
    return expression is not None and expression.field.family == "metric"


def _keys(
    raw: Raw, order: Sequence[ModelOrder], datasets: Sequence[tuple[str, str]]
) -> tuple[list[tuple[str, bool]], list[object]]:
    """Columns to sort by, each with whether it descends, and the values of their placeholders; none is ever null."""
    keys: list[tuple[str, bool]] = []
    values: list[object] = []
    collation = "" if raw.is_sqlite else ' COLLATE "C"'
    for term in order:
        family, dot, key = term.field.partition(".")
        if dot and family in ("metric", "metrics"):
            own = [(term.dataset_name, term.dataset_digest)] if term.dataset_name or term.dataset_digest else []
            metric = _metric(key, datasets, own)
            keys += [(f"CASE WHEN {metric.text} IS NULL THEN 1 ELSE 0 END", False)]
            keys += [(f"coalesce({metric.text}, 0)", term.descending)]
            values += [*metric.values, *metric.values]
            continue
        name = key if family in LOGGED_MODELS.attribute_prefixes else term.field
        attribute = LOGGED_MODELS.attributes.get(name)
        if attribute is None:
            raise InvalidArgument(f"Logged models cannot be ordered by {term.field!r}; use {LOGGED_MODELS.describe()}.")
        column = _ATTRIBUTES[attribute[0]] + (collation if attribute[1] is _T else "")
        if attribute[0] in _MAY_BE_EMPTY:
            keys.append((f"CASE WHEN {column} = '' THEN 1 ELSE 0 END", False))
        keys.append((column, term.descending))
    return [*keys, ("m.created_at", True), (f"m.model_id{collation}", False)], values


def _metric(key: str, *pairs: Sequence[tuple[str, str]]) -> Sql:
    """The latest value of a metric of a model, on one of the datasets of each list that has any."""
    parts = [_on_datasets(datasets) for datasets in pairs if datasets]
    text = " AND ".join(["SELECT x.value FROM logged_model_metrics x WHERE x.model = m.id AND x.key = ?"] + [
        part.text for part in parts
    ])  # fmt: skip
    latest = "ORDER BY x.step DESC, x.timestamp_ms DESC, x.value IS NULL, x.value DESC LIMIT 1"
    return Sql(f"({text} {latest})", (key, *(value for part in parts for value in part.values)))


def _on_datasets(datasets: Sequence[tuple[str, str]]) -> Sql:
    """Whether the metric `x` is on one of them."""
    parts = [
        "(x.dataset_name = ? AND x.dataset_digest = ?)" if digest else "x.dataset_name = ?" for _, digest in datasets
    ]
    values = [value for name, digest in datasets for value in ((name, digest) if digest else (name,))]
    return Sql(f"({' OR '.join(parts)})", tuple(values))


def _predicate(raw: Raw, node: Comparison | Membership | NullTest, datasets: Sequence[tuple[str, str]]) -> Sql:
    field = node.field
    if field.family == "attribute":
        column = _ATTRIBUTES[field.key]
        if isinstance(node, NullTest):
            return Sql(f"{column} IS {'NOT ' if node.negated else ''}NULL", ())
        return compare(column, _plain_status(node), is_sqlite=raw.is_sqlite)
    if field.family == "metric":
        metric = _metric(field.key, datasets)
        if isinstance(node, NullTest):
            return Sql(f"{metric.text} IS {'NOT ' if node.negated else ''}NULL", metric.values)
        inner = compare(metric.text, node, is_sqlite=raw.is_sqlite)
        return Sql(f"coalesce({inner.text}, {_false(raw)})", (*metric.values, *inner.values))
    matches = f"SELECT 1 FROM logged_model_{field.family}s x WHERE x.model = m.id AND x.key = ?"  # noqa: S608
    if isinstance(node, NullTest):
        return Sql(f"{'' if node.negated else 'NOT '}EXISTS ({matches})", (field.key,))
    inner = compare("x.value", node, is_sqlite=raw.is_sqlite)
    return Sql(f"EXISTS ({matches} AND {inner.text})", (field.key, *inner.values))


def _plain_status(node: Comparison | Membership) -> Comparison | Membership:
    """:raises InvalidArgument: a status that no model can have."""
    if node.field.key != "status":
        return node
    if isinstance(node, Membership):
        return replace(node, values=tuple(_status(str(value)) for value in node.values))
    if node.operator not in ("=", "!="):
        return node
    return replace(node, value=_status(str(node.value)))


def _status(text: str) -> str:
    plain = text.replace("LOGGED_MODEL_", "").replace("UPLOAD_", "")
    if plain not in _STATUSES:
        raise InvalidArgument(f"A logged model is never {text[:50]!r}; it is one of {', '.join(sorted(_STATUSES))}.")
    return plain


def _false(raw: Raw) -> str:
    return "0" if raw.is_sqlite else "false"
