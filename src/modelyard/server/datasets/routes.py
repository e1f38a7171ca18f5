"""Datasets: uploads, versions, profiles, rows and downloads."""

from functools import partial
from typing import Annotated, Literal

from fastapi import Depends, Path, Query, Request, Response
from pydantic import Field
from starlette.requests import ClientDisconnect

from modelyard.server.access.guards import ProjectAccess, project_guard
from modelyard.server.access.permissions import Permission
from modelyard.server.access.scope import Scope
from modelyard.server.datasets import queries, service
from modelyard.server.datasets.dependencies import CountModels, Rows, TableUploads
from modelyard.server.datasets.profiles import read_profile
from modelyard.server.datasets.queries import DatasetSort, StoredVersion
from modelyard.server.datasets.receiving import too_large
from modelyard.server.datasets.uploads import TableUpload, check_file_name
from modelyard.server.kernel.disconnects import until_disconnect
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.names import check_name
from modelyard.server.kernel.routing import Router
from modelyard.server.projects.routes import Direction, Limit, PageToken
from modelyard.server.storage import StoredFile
from modelyard.server.storage.dependency import Files
from modelyard.server.storage.responses import file_response
from modelyard.wire.base import Page
from modelyard.wire.datasets import (
    Dataset,
    DatasetProfile,
    DatasetUpdate,
    DatasetVersion,
    DatasetVersionSummary,
    Retype,
    RowsPage,
    UploadResult,
)

router = Router(prefix="/projects/{project}/datasets", tags=["datasets"])

Reader = Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_DATASETS_READ))]
Writer = Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_DATASETS_WRITE))]
Deleter = Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_DATASETS_DELETE))]
DatasetName = Annotated[str, Path(description="The dataset's name.", examples=["iris"])]
Number = Annotated[
    Literal["latest"] | Annotated[int, Field(ge=1, le=2**31 - 1)],
    Path(description="The version's number, or `latest`.", examples=[1, "latest"]),
]

_PARQUET = "application/vnd.apache.parquet"
_ANY_BYTES = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


@router.get("")
async def list_datasets(
    access: Reader,
    count_models: CountModels,
    search: Annotated[str | None, Query(description="Looked for in names and descriptions, whatever the case.")] = None,
    sort: Annotated[DatasetSort, Query(description="What to sort by.")] = "name",
    order: Direction = "asc",
    limit: Limit = 100,
    page_token: PageToken = None,
) -> Page[Dataset]:
    """The project's datasets, each with its latest version."""
    return await access.read(
        lambda connection, scope: queries.list_datasets(
            connection,
            scope.project_id,
            count_models,
            search=search,
            sort=sort,
            order=order,
            limit=limit,
            page_token=page_token,
        )
    )


@router.post(
    "/{dataset}/versions",
    status_code=201,
    responses={200: {"model": UploadResult, "description": "Identical to the latest version: nothing was added."}},
    openapi_extra={"requestBody": {"required": True, **_ANY_BYTES}},
)
async def upload_dataset_version(
    request: Request,
    response: Response,
    dataset: DatasetName,
    uploads: TableUploads,
    access: Writer,
    filename: Annotated[
        str, Query(description="The file's name; its ending tells the format.", examples=["iris.csv", "iris.csv.gz"])
    ],
    upload_id: Annotated[
        str | None,
        Query(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Chosen by the client: topic `upload:<id>` has progress."),
    ] = None,
) -> UploadResult:
    """Uploads a table as the dataset's next version; the dataset is made if there is none of that name.

    The body is the file as it is, not a form. Formats: CSV, TSV, Parquet, JSON Lines, JSON; text formats also as
    `.gz` and `.zst`.
    """
    check_name(dataset, "dataset")
    plain_name = check_file_name(filename)
    announced = request.headers.get("content-length")
    size = int(announced) if announced is not None else None
    limit = request.app.state.settings.max_upload_bytes
    if size is not None and size > limit:
        raise too_large(limit)
    scope = await access.scope()
    upload = TableUpload(
        scope=scope,
        enter=access.enter,
        caller=_caller(request, scope),
        dataset=dataset,
        file_name=plain_name,
        size_bytes=size,
        upload_id=upload_id,
    )
    try:
        result = await uploads.take(upload, request.stream(), partial(until_disconnect, request))
    except ClientDisconnect as error:
        raise InvalidArgument("The upload ended before the file was whole; nothing was kept.") from error
    response.status_code = 201 if result.created else 200
    return result


@router.post(
    "/{dataset}/versions/{number}/retype",
    status_code=201,
    responses={200: {"model": UploadResult, "description": "The types are those of the version: nothing was added."}},
)
async def retype_dataset_version(
    body: Retype,
    request: Request,
    response: Response,
    dataset: DatasetName,
    number: Number,
    uploads: TableUploads,
    access: Writer,
) -> UploadResult:
    """Makes a new version of the same rows in which some columns have another type."""
    version = await _version(access, dataset, number)
    names = [change.column for change in body.changes]
    unknown = sorted(set(names) - {column.name for column in version.record.columns})
    if unknown:
        raise InvalidArgument(f"There is no column {unknown[0]!r}.", hint="Names are case-sensitive.")
    if len(set(names)) < len(names):
        raise InvalidArgument("A column can have one type only.", hint="Name each column once.")
    scope = await access.scope()
    upload = TableUpload(
        scope=scope,
        enter=access.enter,
        caller=_caller(request, scope),
        dataset=dataset,
        file_name=version.record.source_name,
        size_bytes=None,
        upload_id=None,
    )
    result = await uploads.retype(upload, version, body.changes, partial(until_disconnect, request))
    response.status_code = 201 if result.created else 200
    return result


@router.get("/{dataset}")
async def get_dataset(dataset: DatasetName, access: Reader, count_models: CountModels) -> Dataset:
    """A dataset with its latest version."""
    return await access.read(
        lambda connection, scope: queries.get_dataset(connection, scope.project_id, dataset, count_models)
    )


@router.patch("/{dataset}")
async def update_dataset(
    body: DatasetUpdate, dataset: DatasetName, access: Writer, count_models: CountModels
) -> Dataset:
    """Changes its description."""
    return await access.write(
        lambda connection, scope: service.update_dataset(
            connection,
            scope.actor,
            scope.project_id,
            scope.project,
            dataset,
            body.description,
            count_models,
        )
    )


@router.delete("/{dataset}", status_code=204)
async def delete_dataset(dataset: DatasetName, access: Deleter) -> None:
    """Deletes the dataset with all its versions; refused with 409 when a model version was trained on one of them."""
    await access.write(
        lambda connection, scope: service.delete_dataset(
            connection, scope.actor, scope.project_id, scope.project, dataset
        )
    )


@router.get("/{dataset}/versions")
async def list_dataset_versions(
    dataset: DatasetName, access: Reader, limit: Limit = 100, page_token: PageToken = None
) -> Page[DatasetVersionSummary]:
    """Newest first."""
    return await access.read(
        lambda connection, scope: queries.list_versions(
            connection, scope.project_id, dataset, limit=limit, page_token=page_token
        )
    )


@router.get("/{dataset}/versions/{number}")
async def get_dataset_version(dataset: DatasetName, number: Number, access: Reader) -> DatasetVersion:
    """A version with its columns."""
    return (await _version(access, dataset, number)).record


@router.get("/{dataset}/versions/{number}/profile")
async def get_dataset_profile(dataset: DatasetName, number: Number, store: Files, access: Reader) -> DatasetProfile:
    """A profile of each column: counts, quantiles, most frequent values, a histogram."""
    return await read_profile(store, await _version(access, dataset, number))


@router.get("/{dataset}/versions/{number}/rows")
async def get_dataset_rows(
    request: Request,
    dataset: DatasetName,
    number: Number,
    rows: Rows,
    access: Reader,
    offset: Annotated[int, Query(ge=0, le=2**62, description="Rows to skip.")] = 0,
    limit: Limit = 100,
    sort: Annotated[str | None, Query(description="A column's name; the file's order if absent.")] = None,
    order: Direction = "asc",
    where: Annotated[
        list[str] | None,
        Query(
            description="Conditions that all hold, each a JSON list of column, operator and value: "
            '`["age", ">=", "30"]`. Operators: `=`, `!=`, `<`, `<=`, `>`, `>=`, `contains`, `missing`, `present`.',
        ),
    ] = None,
    search: Annotated[str, Query(max_length=200, description="A text that any column holds, in any case.")] = "",
) -> RowsPage:
    """A page of rows, of those that fulfill the conditions."""
    version = await _version(access, dataset, number)
    page = rows.page(
        version, offset=offset, limit=limit, sort=sort, order=order, where=where or (), search=search.strip()
    )
    return await until_disconnect(request, page)


@router.get(
    "/{dataset}/versions/{number}/data",
    response_class=Response,
    responses={
        200: {"content": {_PARQUET: {"schema": {"type": "string", "format": "binary"}}}},
        206: {"description": "The range that was asked for."},
    },
)
async def download_dataset_version(
    request: Request, dataset: DatasetName, number: Number, store: Files, access: Reader
) -> Response:
    """The table as a Parquet file. Ranges are answered; the entity tag is the digest."""
    version = await _version(access, dataset, number)
    record = version.record
    return file_response(
        store,
        StoredFile(version.data_key, record.size_bytes, record.digest),
        request.headers,
        media_type=_PARQUET,
        download_name=f"{record.dataset}-{record.number}.parquet",
    )


def _caller(request: Request, scope: Scope) -> str:
    return f"{scope.actor} at {request.client.host if request.client else ''}"


async def _version(access: ProjectAccess, dataset: str, number: Literal["latest"] | int) -> StoredVersion:
    version_number = None if number == "latest" else number
    return await access.read(
        lambda connection, scope: queries.get_version(connection, scope.project_id, dataset, version_number)
    )
