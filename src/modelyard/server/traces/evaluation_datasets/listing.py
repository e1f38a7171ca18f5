"""Evaluation datasets as the native API lists them."""

from collections.abc import Sequence

from modelyard.server.db.filtering import Keys, name_contains
from modelyard.server.db.keyset import Order
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.filters import Expression
from modelyard.server.kernel.pages import fingerprint
from modelyard.server.kernel.readable import readable
from modelyard.server.traces.evaluation_datasets import queries
from modelyard.server.traces.evaluation_datasets.queries import fetch_datasets
from modelyard.server.traces.evaluation_datasets.records import to_datasets, to_record
from modelyard.server.tracking.experiments.queries import get_experiment
from modelyard.wire.base import Page
from modelyard.wire.evaluation_datasets import EvaluationDataset, EvaluationDatasetSort, EvaluationRecord

_SORTS: dict[EvaluationDatasetSort, str] = {
    "name": "d.name",
    "created_at": "d.created_at",
    "updated_at": "d.updated_at",
    "records": "(SELECT count(*) FROM evaluation_records r WHERE r.dataset = d.id)",
}


def list_datasets(
    raw: Raw,
    project_id: int,
    *,
    experiments: Sequence[str],
    expression: Expression | None,
    search: str | None,
    sort: EvaluationDatasetSort,
    order: Order,
    limit: int,
    page_token: str | None,
) -> Page[EvaluationDataset]:
    """A page of datasets; `search` is looked for in their names, whatever the case of ASCII letters.

    :raises NotFound: there is no such experiment.
    """
    experiment_ids = sorted({get_experiment(raw, project_id, one).id for one in experiments}) or None
    collate = ' COLLATE "C"' if sort == "name" and not raw.is_sqlite else ""
    keys: Keys = [(_SORTS[sort] + collate, order == "desc"), ("d.id", order == "desc")]
    datasets, token = fetch_datasets(
        raw,
        project_id,
        conditions=[name_contains(raw, "d.name", search)] if search else [],
        experiment_ids=experiment_ids,
        expression=expression,
        keys=keys,
        limit=limit,
        page_token=page_token,
        query=fingerprint("evaluation_datasets", project_id, experiment_ids, expression, search, sort, order),
    )
    return Page(items=to_datasets(raw, datasets), next_page_token=token)


def get_dataset(raw: Raw, project_id: int, dataset_id: str) -> EvaluationDataset:
    """:raises NotFound: the project has no such dataset."""
    return to_datasets(raw, [queries.get_dataset(raw, project_id, dataset_id)])[0]


def list_records(
    raw: Raw, project_id: int, dataset_id: str, *, limit: int, page_token: str | None
) -> Page[EvaluationRecord]:
    """:raises NotFound: the project has no such dataset."""
    dataset = queries.get_dataset(raw, project_id, dataset_id)
    records, token = queries.list_records(raw, dataset.id, limit=limit, page_token=page_token)
    total = queries.count_records(raw, [dataset.id])[dataset.id]
    return Page(items=readable(records, to_record, f"A record of {dataset_id}"), next_page_token=token, total=total)


def get_record(raw: Raw, project_id: int, dataset_id: str, record_id: str) -> EvaluationRecord:
    """:raises NotFound: the project has no such dataset, or the dataset no such record."""
    return to_record(queries.get_record(raw, queries.get_dataset(raw, project_id, dataset_id), record_id))
