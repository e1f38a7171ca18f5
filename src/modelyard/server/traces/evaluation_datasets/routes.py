"""Evaluation datasets: finding, reading and deleting them."""

from typing import Annotated

from fastapi import Path, Query
from sqlalchemy import Connection

from modelyard.server.access.scope import Scope
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.filters import parse_filter
from modelyard.server.kernel.routing import Router
from modelyard.server.projects.routes import Direction, Limit, PageToken
from modelyard.server.traces.evaluation_datasets import listing, queries, service
from modelyard.server.traces.evaluation_datasets.queries import EVALUATION_DATASETS
from modelyard.server.tracking.parameters import MayDelete, MayRead, OfExperiments
from modelyard.wire.base import Page
from modelyard.wire.evaluation_datasets import EvaluationDataset, EvaluationDatasetSort, EvaluationRecord

router = Router(prefix="/projects/{project}/evaluation-datasets", tags=["traces"])

DatasetId = Annotated[
    str, Path(description="The evaluation dataset's id.", examples=["d-6985432a0f9722c32177766536f97f52"])
]
RecordId = Annotated[str, Path(description="The record's id.", examples=["dr-0f6dbb2c5f9c4b44a8a3c1ce04b4ba5e"])]
Filter = Annotated[
    str,
    Query(
        alias="filter",
        description="In the filter grammar, e.g. `created_by = 'ada' AND tags.stage = 'golden'`. An error names the "
        "character.",
    ),
]


@router.get("")
async def list_evaluation_datasets(
    access: MayRead,
    experiment: OfExperiments = [],  # noqa: B006 - FastAPI copies defaults
    filter_text: Filter = "",
    search: Annotated[str | None, Query(description="Looked for in names.", max_length=500)] = None,
    sort: Annotated[EvaluationDatasetSort, Query(description="What to sort by.")] = "updated_at",
    order: Direction = "desc",
    limit: Limit = 50,
    page_token: PageToken = None,
) -> Page[EvaluationDataset]:
    """Evaluation datasets with the number of their records."""

    def read(connection: Connection, scope: Scope) -> Page[EvaluationDataset]:
        return listing.list_datasets(
            Raw(connection),
            scope.project_id,
            experiments=experiment,
            expression=parse_filter(filter_text, EVALUATION_DATASETS),
            search=search,
            sort=sort,
            order=order,
            limit=limit,
            page_token=page_token,
        )

    return await access.read(read)


@router.get("/{dataset_id}")
async def get_evaluation_dataset(dataset_id: DatasetId, access: MayRead) -> EvaluationDataset:
    """One evaluation dataset, without its records."""
    return await access.read(
        lambda connection, scope: listing.get_dataset(Raw(connection), scope.project_id, dataset_id)
    )


@router.delete("/{dataset_id}", status_code=204)
async def delete_evaluation_dataset(dataset_id: DatasetId, access: MayDelete) -> None:
    """Deletes an evaluation dataset with its records, for good. The traces that they were made of stay."""

    def write(connection: Connection, scope: Scope) -> None:
        raw = Raw(connection)
        dataset = queries.get_dataset(raw, scope.project_id, dataset_id)
        service.delete_dataset(raw, scope.actor, scope.project_id, dataset)

    await access.write(write)


@router.get("/{dataset_id}/records")
async def list_evaluation_records(
    dataset_id: DatasetId, access: MayRead, limit: Limit = 100, page_token: PageToken = None
) -> Page[EvaluationRecord]:
    """The records of an evaluation dataset in the order in which they came, with how many there are."""
    return await access.read(
        lambda connection, scope: listing.list_records(
            Raw(connection), scope.project_id, dataset_id, limit=limit, page_token=page_token
        )
    )


@router.get("/{dataset_id}/records/{record_id}")
async def get_evaluation_record(dataset_id: DatasetId, record_id: RecordId, access: MayRead) -> EvaluationRecord:
    """One record of an evaluation dataset."""
    return await access.read(
        lambda connection, scope: listing.get_record(Raw(connection), scope.project_id, dataset_id, record_id)
    )
