"""Reads of evaluation datasets."""

from collections.abc import Sequence
from typing import NamedTuple

from modelyard.server.db.filtering import Keys, Sql, after, compare, compile_condition, order_by
from modelyard.server.db.raw import Raw, Row, placeholders
from modelyard.server.kernel.errors import NotFound
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

_COLUMNS = "d.id, d.dataset_id, d.name, d.digest, d.created_at, d.created_by, d.updated_at, d.updated_by"
_N, _T = Kind.NUMBER, Kind.TEXT
_TAG = Family("tag", _T)

EVALUATION_DATASETS = Vocabulary(
    attributes={
        "name": ("name", _T),
        "created_by": ("created_by", _T),
        "last_updated_by": ("last_updated_by", _T),
        "created_time": ("created_time", _N),
        "last_update_time": ("last_update_time", _N),
    },
    families={"tag": _TAG, "tags": _TAG},
)
_ATTRIBUTES = {
    "name": "d.name",
    "created_by": "d.created_by",
    "last_updated_by": "d.updated_by",
    "created_time": "d.created_at",
    "last_update_time": "d.updated_at",
}


class EvaluationDataset(NamedTuple):
    """Times in milliseconds."""

    id: int
    dataset_id: str
    name: str
    digest: str
    created_at: int
    created_by: str
    updated_at: int
    updated_by: str


def get_dataset(raw: Raw, project_id: int, dataset_id: str) -> EvaluationDataset:
    """:raises NotFound: the project has no such dataset."""
    row = raw.one(
        f"SELECT {_COLUMNS} FROM evaluation_datasets d WHERE d.project_id = ? AND d.dataset_id = ?",  # noqa: S608
        (project_id, dataset_id),
    )
    if row is None:
        raise NotFound(f"Evaluation dataset with id '{dataset_id[:100]}' not found")
    return EvaluationDataset(*row)


def search_datasets(
    raw: Raw,
    project_id: int,
    *,
    experiment_ids: Sequence[int] | None,
    expression: Expression | None,
    order: Sequence[OrderTerm],
    limit: int,
    page_token: str | None,
) -> tuple[list[EvaluationDataset], str | None]:
    """A page of datasets, by default the newest first, and the token of the next; those of experiments, if given."""
    collate = "" if raw.is_sqlite else ' COLLATE "C"'
    chosen = [(_ATTRIBUTES[term.field.key] + (collate if term.kind is _T else ""), term.descending) for term in order]
    return fetch_datasets(
        raw,
        project_id,
        conditions=(),
        experiment_ids=experiment_ids,
        expression=expression,
        keys=[*(chosen or [("d.created_at", True)]), ("d.id", True)],
        limit=limit,
        page_token=page_token,
        query=fingerprint("evaluation_datasets", project_id, experiment_ids, expression, tuple(order)),
    )


def fetch_datasets(
    raw: Raw,
    project_id: int,
    *,
    conditions: Sequence[Sql],
    experiment_ids: Sequence[int] | None,
    expression: Expression | None,
    keys: Keys,
    limit: int,
    page_token: str | None,
    query: str,
) -> tuple[list[EvaluationDataset], str | None]:
    """A page of `evaluation_datasets d`, sorted by `keys`; `query` is the fingerprint of what is asked for."""
    where = [Sql("d.project_id = ?", (project_id,)), *conditions]
    if experiment_ids is not None:
        matches = "SELECT 1 FROM evaluation_dataset_experiments x WHERE x.dataset = d.id AND x.experiment IN"
        where.append(Sql(f"EXISTS ({matches} ({placeholders(len(experiment_ids)) or 'NULL'}))", tuple(experiment_ids)))
    if expression is not None:
        where.append(compile_condition(expression, lambda node: _predicate(node, is_sqlite=raw.is_sqlite)))
    if page_token:
        where.append(after(keys, decode_token(page_token, query)))
    selected = ", ".join(column for column, _ in keys)
    joined = " AND ".join(f"({item.text})" for item in where)
    rows = raw.all(
        f"SELECT {selected}, {_COLUMNS} FROM evaluation_datasets d WHERE {joined} ORDER BY {order_by(keys)} LIMIT ?",  # noqa: S608
        [*(value for item in where for value in item.values), limit + 1],
    )
    token = encode_token(rows[limit - 1][: len(keys)], query) if len(rows) > limit else None
    return [EvaluationDataset(*row[len(keys) :]) for row in rows[:limit]], token


def tags_of(raw: Raw, datasets: Sequence[int]) -> dict[int, dict[str, str]]:
    by_dataset: dict[int, dict[str, str]] = {dataset: {} for dataset in datasets}
    if datasets:
        marks = placeholders(len(datasets))
        statement = f"SELECT dataset, key, value FROM evaluation_dataset_tags WHERE dataset IN ({marks}) ORDER BY key"  # noqa: S608
        for dataset, key, value in raw.run(statement, datasets):
            by_dataset[dataset][key] = value
    return by_dataset


def experiments_of(raw: Raw, datasets: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    """The key and the name of each experiment that a dataset is in."""
    by_dataset: dict[int, list[tuple[int, str]]] = {dataset: [] for dataset in datasets}
    if datasets:
        marks = placeholders(len(datasets))
        for dataset, experiment, name in raw.run(
            "SELECT x.dataset, e.id, e.name FROM evaluation_dataset_experiments x "  # noqa: S608
            f"JOIN experiments e ON e.id = x.experiment WHERE x.dataset IN ({marks}) ORDER BY e.id",
            datasets,
        ):
            by_dataset[dataset].append((experiment, name))
    return by_dataset


def list_records(raw: Raw, dataset: int, *, limit: int, page_token: str | None) -> tuple[list[str], str | None]:
    """A page of records, each as JSON, in the order in which they came, and the token of the next."""
    query = fingerprint("evaluation_records", dataset)
    last = decode_token(page_token, query)[0] if page_token else 0
    rows = raw.all(
        "SELECT id, body FROM evaluation_records WHERE dataset = ? AND id > ? ORDER BY id LIMIT ?",
        (dataset, last, limit + 1),
    )
    token = encode_token([rows[limit - 1][0]], query) if len(rows) > limit else None
    return [body for _, body in rows[:limit]], token


def get_record(raw: Raw, dataset: EvaluationDataset, record_id: str) -> str:
    """A record as JSON.

    :raises NotFound: the dataset has no such record.
    """
    row = raw.one("SELECT body FROM evaluation_records WHERE dataset = ? AND record_id = ?", (dataset.id, record_id))
    if row is None:
        raise NotFound(f"Evaluation dataset '{dataset.dataset_id}' has no record with id '{record_id[:100]}'")
    body: str = row[0]
    return body


def count_records(raw: Raw, datasets: Sequence[int]) -> dict[int, int]:
    counts = dict.fromkeys(datasets, 0)
    if datasets:
        marks = placeholders(len(datasets))
        statement = f"SELECT dataset, count(*) FROM evaluation_records WHERE dataset IN ({marks}) GROUP BY dataset"  # noqa: S608
        counts.update(raw.all(statement, datasets))
    return counts


def _predicate(node: Comparison | Membership | NullTest, *, is_sqlite: bool) -> Sql:
    if node.field.family == "attribute":
        column = _ATTRIBUTES[node.field.key]
        if isinstance(node, NullTest):
            return Sql(f"{column} IS {'NOT ' if node.negated else ''}NULL", ())
        return compare(column, node, is_sqlite=is_sqlite)
    matches = "SELECT 1 FROM evaluation_dataset_tags x WHERE x.dataset = d.id AND x.key = ?"
    if isinstance(node, NullTest):
        return Sql(f"{'' if node.negated else 'NOT '}EXISTS ({matches})", (node.field.key,))
    inner = compare("x.value", node, is_sqlite=is_sqlite)
    return Sql(f"EXISTS ({matches} AND {inner.text})", (node.field.key, *inner.values))


def count_of_experiment(raw: Raw, experiment: int) -> int:
    """How many evaluation datasets are in an experiment."""
    return raw.number("SELECT count(*) FROM evaluation_dataset_experiments WHERE experiment = ?", (experiment,))


def find_place(raw: Raw, dataset: int) -> Row | None:
    """The id of the dataset of that key, and its project."""
    return raw.one("SELECT dataset_id, project_id FROM evaluation_datasets WHERE id = ?", (dataset,))


def find_record_of_inputs(raw: Raw, dataset: int, inputs_digest: str) -> Row | None:
    """The key and the JSON of the dataset's record of these inputs."""
    return raw.one(
        "SELECT id, body FROM evaluation_records WHERE dataset = ? AND inputs_digest = ?", (dataset, inputs_digest)
    )
