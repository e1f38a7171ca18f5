"""Experiments: named collections of runs."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from modelyard.wire.base import Record, Request, example
from modelyard.wire.limits import MAX_EXPERIMENT_TAG_LENGTH, MAX_NAME_LENGTH

LifecycleState = Literal["active", "deleted"]
StateFilter = Literal["active", "deleted", "all"]
ExperimentSort = Literal["name", "created_at", "updated_at", "runs"]


TAG_CHANGES = Field(
    default=None, description="Tags to set, by key; null deletes one. Tags that are not named stay as they are."
)


class Experiment(Record):
    """An experiment as one row of the experiments table."""

    id: str
    name: str
    description: str = Field(description="Markdown; kept in the tag `mlflow.note.content`.")
    tags: dict[str, str]
    state: LifecycleState
    artifact_location: str = Field(description="Below which its runs keep their artifacts.")
    run_count: int = Field(description="Runs that are not deleted by themselves.")
    created_at: datetime
    updated_at: datetime = Field(description="When the experiment itself was last changed.")
    model: str | None = Field(description="The model whose trainings its runs are; absent for all other experiments.")


class ExperimentContents(Record):
    """How much is in an experiment that is not deleted."""

    runs: int
    traces: int
    evaluation_datasets: int


class ExperimentCreate(Request):
    model_config = example(name="churn", description="Who leaves next month?", tags={"team": "growth"})

    name: str = Field(min_length=1, max_length=MAX_NAME_LENGTH)
    description: str = Field(default="", max_length=MAX_EXPERIMENT_TAG_LENGTH)
    tags: dict[str, str] = Field(default={}, max_length=100)


class ExperimentUpdate(Request):
    """Fields left out stay as they are."""

    model_config = example(description="Who leaves next month?", tags={"team": "growth"})

    name: str | None = Field(default=None, min_length=1, max_length=MAX_NAME_LENGTH)
    description: str | None = Field(default=None, max_length=MAX_EXPERIMENT_TAG_LENGTH)
    tags: dict[str, str | None] | None = TAG_CHANGES
