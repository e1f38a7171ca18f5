"""Evaluation datasets: what an application is asked, with what is expected of its answers."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from modelyard.wire.base import Record

EvaluationDatasetSort = Literal["name", "created_at", "updated_at", "records"]


class EvaluationDatasetExperiment(Record):
    """An experiment that a dataset is in."""

    id: str
    name: str


class EvaluationDataset(Record):
    id: str
    name: str
    tags: dict[str, str]
    experiments: list[EvaluationDatasetExperiment]
    record_count: int
    digest: str = Field(description="Another one after every upload of records.")
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


class EvaluationRecord(Record):
    """One question with the answers that are expected; no two records of a dataset have the same inputs."""

    id: str
    inputs: Any = Field(description="A JSON object.")
    expectations: Any = Field(description="A JSON object by the names of the expectations; null where there are none.")
    outputs: Any = Field(description="Any JSON value; null where there are none.")
    tags: dict[str, str]
    source_type: str | None = Field(description="`TRACE`, `HUMAN`, `DOCUMENT`, `CODE` or `UNSPECIFIED`.")
    source_id: str | None = Field(description="Of a record that was made of a trace the trace's id.")
    source_data: Any = Field(description="What the client said of the source, a JSON object; null where nothing.")
    created_at: datetime
    created_by: str | None
    updated_at: datetime
    updated_by: str | None
