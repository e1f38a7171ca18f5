"""How a route gets at what datasets keep for as long as the server lives."""

from typing import Annotated, cast

from fastapi import Depends, Request

from modelyard.server.datasets.queries import ModelCounts
from modelyard.server.datasets.rows import RowReader
from modelyard.server.datasets.uploads import Uploads


def _uploads(request: Request) -> Uploads:
    return cast("Uploads", request.app.state.uploads)


def _row_reader(request: Request) -> RowReader:
    return cast("RowReader", request.app.state.row_reader)


def _model_counts(request: Request) -> ModelCounts:
    return cast("ModelCounts", request.app.state.count_dataset_models)


TableUploads = Annotated[Uploads, Depends(_uploads)]
Rows = Annotated[RowReader, Depends(_row_reader)]
CountModels = Annotated[ModelCounts, Depends(_model_counts)]
