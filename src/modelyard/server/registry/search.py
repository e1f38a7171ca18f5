"""Finding models and versions by the filter grammar."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from modelyard.server.db.filtering import Sql, after, compare, compile_condition, order_by, terms_of
from modelyard.server.db.raw import Raw, Row
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
    OrderTerm,
    Vocabulary,
)
from modelyard.server.kernel.pages import decode_token, encode_token, fingerprint
from modelyard.server.registry.models.registered import MODEL_COLUMNS, RegisteredModel
from modelyard.server.registry.prompt_tag import PROMPT_TAG
from modelyard.server.registry.versions.registered import VERSION_COLUMNS, RegisteredVersion

_N, _T = Kind.NUMBER, Kind.TEXT
_TAGS = {"tag": Family("tag", _T), "tags": Family("tag", _T)}

MODELS = Vocabulary(
    attributes={
        "name": ("name", _T),
        "creation_timestamp": ("creation_timestamp", _N),
        "timestamp": ("last_updated_timestamp", _N),
        "last_updated_timestamp": ("last_updated_timestamp", _N),
    },
    families=_TAGS,
)

VERSIONS = Vocabulary(
    attributes={
        "name": ("name", _T),
        "run_id": ("run_id", _T),
        "source_path": ("source_path", _T),
        "version_number": ("version_number", _N),
        "semver": ("semver", _T),
        "creation_timestamp": ("creation_timestamp", _N),
        "last_updated_timestamp": ("last_updated_timestamp", _N),
    },
    families=_TAGS,
)

_MODEL_COLUMNS = {
    "name": "m.name",
    "creation_timestamp": "m.created_at",
    "last_updated_timestamp": "m.updated_at",
}
_VERSION_COLUMNS = {
    "name": "v.model",
    "run_id": "v.run_id",
    "source_path": "coalesce(v.source, '')",
    "version_number": "v.number",
    "semver": "coalesce(v.semver, '')",
    "creation_timestamp": "v.created_at",
    "last_updated_timestamp": "v.updated_at",
}


class Search(NamedTuple):
    """A search as a client requests it."""

    expression: Expression | None
    order: tuple[OrderTerm, ...]
    limit: int
    page_token: str | None


def search_models(raw: Raw, project_id: int, search: Search) -> tuple[list[RegisteredModel], str | None]:
    """A page of models, by default by name, and the token of the next. Prompts are shown to those who ask for them."""
    where = [Sql("m.project_id = ?", (project_id,))]
    if not _names_tag(search.expression, PROMPT_TAG):
        where.append(_no_prompt("m.id"))
    keys = _keys(raw, search.order, _MODEL_COLUMNS, [("m.name", False)])
    query = fingerprint("registered_models", project_id, search.expression, search.order)
    tags = "SELECT 1 FROM model_tags x WHERE x.model_id = m.id AND x.key = ?"
    rows, token = _page(raw, f"{MODEL_COLUMNS} FROM models m", where, keys, search, query, _MODEL_COLUMNS, tags)
    return [RegisteredModel(*row) for row in rows], token


def _no_prompt(model: str) -> Sql:
    tags = f"SELECT 1 FROM model_tags p WHERE p.model_id = {model} AND p.key = ? AND p.value = 'true'"  # noqa: S608
    return Sql(f"NOT EXISTS ({tags})", (PROMPT_TAG,))


def search_versions(raw: Raw, project_id: int, search: Search) -> tuple[list[RegisteredVersion], str | None]:
    """A page of versions, by default the last updated first, and the token of the next.

    Versions of prompts are shown to those who ask for them.
    """
    last = [("v.model", False), ("v.number", True)]
    if not search.order:
        last.insert(0, ("v.updated_at", True))
    keys = _keys(raw, search.order, _VERSION_COLUMNS, last)
    model_id = _one_model(raw, project_id, search.expression)
    if model_id is None:
        where = [Sql("v.project_id = ?", (project_id,))]
    else:
        # One model has an index of its own, in which its name says nothing.
        where = [Sql("v.model_id = ?", (model_id,))]
        keys = [(column, descending) for column, descending in keys if not column.startswith("v.model")]
    if not _names_tag(search.expression, PROMPT_TAG):
        where.append(_no_prompt("v.model_id"))
    query = fingerprint("model_versions", project_id, search.expression, search.order)
    tags = "SELECT 1 FROM version_tags x WHERE x.version_id = v.id AND x.key = ?"
    rows, token = _page(raw, f"{VERSION_COLUMNS} FROM versions v", where, keys, search, query, _VERSION_COLUMNS, tags)
    return [RegisteredVersion(*row) for row in rows], token


def _page(
    raw: Raw,
    source: str,
    where: list[Sql],
    keys: Sequence[tuple[str, bool]],
    search: Search,
    query: str,
    columns: dict[str, str],
    tags: str,
) -> tuple[list[Row], str | None]:
    if search.expression is not None:
        where = [*where, compile_condition(search.expression, lambda node: _predicate(raw, node, columns, tags))]
    if search.page_token:
        where = [*where, after(keys, decode_token(search.page_token, query))]
    selected = ", ".join(column for column, _ in keys)
    conditions = " AND ".join(f"({item.text})" for item in where)
    statement = f"SELECT {selected}, {source} WHERE {conditions} ORDER BY {order_by(keys)} LIMIT ?"
    values = [*(value for item in where for value in item.values), search.limit + 1]
    if search.order:
        rows: list[Any] = raw.all(statement, values)
    else:  # as an index has them
        with raw.along_indexes(), raw.in_order_of_an_index():
            rows = raw.all(statement, values)
    token = encode_token(rows[search.limit - 1][: len(keys)], query) if len(rows) > search.limit else None
    return [row[len(keys) :] for row in rows[: search.limit]], token


def _keys(
    raw: Raw, order: Sequence[OrderTerm], columns: dict[str, str], last: list[tuple[str, bool]]
) -> list[tuple[str, bool]]:
    """The columns to sort by: those of the order, then what decides between equals."""
    collate = "" if raw.is_sqlite else ' COLLATE "C"'
    texts = {"m.name", "v.model", "v.run_id"}
    chosen = [(columns[term.field.key], term.descending) for term in order]
    named = {column for column, _ in chosen}
    every = [*chosen, *(item for item in last if item[0] not in named)]
    return [(column + (collate if column in texts or "coalesce" in column else ""), down) for column, down in every]


def _predicate(raw: Raw, node: Comparison | Membership | NullTest, columns: dict[str, str], tags: str) -> Sql:
    if node.field.family == "attribute":
        column = columns[node.field.key]
        if isinstance(node, NullTest):
            empty = "<>" if node.negated else "="
            return (
                Sql(f"{column} {empty} ''", ())
                if "coalesce" in column
                else Sql("1 = 1" if node.negated else "1 = 0", ())
            )
        return compare(column, node, is_sqlite=raw.is_sqlite)
    if isinstance(node, NullTest):
        return Sql(f"{'' if node.negated else 'NOT '}EXISTS ({tags})", (node.field.key,))
    if node.field.key == PROMPT_TAG and isinstance(node, Comparison):
        said = (node.operator, str(node.value).lower())
        if said in (("!=", "true"), ("=", "false")):
            # Clients add this to every search of models, whose tags do not say that they are no prompts.
            return Sql(f"NOT EXISTS ({tags} AND x.value = 'true')", (node.field.key,))
    inner = compare("x.value", node, is_sqlite=raw.is_sqlite)
    return Sql(f"EXISTS ({tags} AND {inner.text})", (node.field.key, *inner.values))


def _one_model(raw: Raw, project_id: int, expression: Expression | None) -> int | None:
    """The model that the filter names, when it names one."""
    for term in terms_of(expression):
        if (
            isinstance(term, Comparison)
            and (term.field.family, term.field.key) == ("attribute", "name")
            and term.operator == "="
        ):
            row = raw.one("SELECT id FROM models WHERE project_id = ? AND name = ?", (project_id, term.value))
            return None if row is None else row[0]
    return None


def _names_tag(expression: Expression | None, key: str) -> bool:
    if expression is None:
        return False
    if isinstance(expression, And | Or):
        return any(_names_tag(term, key) for term in expression.terms)
    if isinstance(expression, Not):
        return _names_tag(expression.term, key)
    return (expression.field.family, expression.field.key) == ("tag", key)
