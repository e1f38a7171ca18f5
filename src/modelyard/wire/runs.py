"""Runs: what is logged on them, their curves, artifacts and models."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from modelyard.wire.base import Name, Record, Request, example
from modelyard.wire.experiments import TAG_CHANGES, LifecycleState
from modelyard.wire.limits import MAX_NAME_LENGTH, MAX_RUN_TAG_LENGTH
from modelyard.wire.models import CurvePoint, Signature

MAX_RUNS_PER_REQUEST = 1000

_RUN_ID = "0f6dbb2c5f9c4b44a8a3c1ce04b4ba5e"


class RunStatus(StrEnum):
    """How far a run is."""

    RUNNING = "Running"
    SCHEDULED = "Scheduled"
    FINISHED = "Finished"
    FAILED = "Failed"
    KILLED = "Killed"


class RunVersion(Record):
    """A version of a model that came from a run."""

    model: str
    number: int


class RunSummary(Record):
    """A run as one row of the runs table."""

    id: str
    name: str
    experiment_id: str
    experiment_name: str
    status: RunStatus
    user: str
    source_name: str | None = Field(description="What started it, e.g. a script or notebook.")
    source_type: str | None
    started_at: datetime
    ended_at: datetime | None
    duration_seconds: float | None = Field(description="From start to end; absent until the run ends.")
    state: LifecycleState = Field(description="A run is deleted by itself or with its experiment.")
    parent_id: str | None = Field(description="The run that this one is nested in.")
    child_count: int = Field(description="Runs of its experiment nested in this one that are not deleted.")
    params: dict[str, str]
    metrics: dict[str, float] = Field(description="The last value of each metric.")
    tags: dict[str, str]
    models: list[RunVersion] = Field(description="Versions that were registered from it or trained as it.")
    inputs: list[str] = Field(description="Names of the datasets it was given.")


class LoggedMetric(Record):
    """The last point of a metric."""

    key: str
    value: float
    step: int
    timestamp_ms: int


class RunInput(Record):
    """A dataset that a run was given, as the client described it."""

    name: str
    digest: str
    context: str | None = Field(description="What for, e.g. `training`.")
    source_type: str
    source: str
    dataset_schema: str | None = Field(description="The client's JSON, if it sent one.")
    tags: dict[str, str]


class LoggedModelRef(Record):
    """A logged model that a run was given or made."""

    id: str
    step: int


class Run(RunSummary):
    """A run with everything its page shows at first."""

    description: str = Field(description="Markdown; kept in the tag `mlflow.note.content`.")
    artifact_uri: str
    last_points: list[LoggedMetric] = Field(description="The last point of each metric, by key.")
    dataset_inputs: list[RunInput]
    model_inputs: list[LoggedModelRef]
    model_outputs: list[LoggedModelRef]


class RunUpdate(Request):
    """Fields left out stay as they are."""

    model_config = example(name="deeper trees", tags={"reviewed": "yes"})

    name: str | None = Field(default=None, min_length=1, max_length=MAX_NAME_LENGTH)
    description: str | None = Field(default=None, max_length=MAX_RUN_TAG_LENGTH)
    tags: dict[str, str | None] | None = TAG_CHANGES


class RunIds(Request):
    """All of them or none: one that does not exist leaves the others as they are."""

    model_config = example(ids=[_RUN_ID])

    ids: list[str] = Field(min_length=1, max_length=MAX_RUNS_PER_REQUEST)


class RunColumns(Record):
    """Names that runs of the experiments use, in alphabetical order."""

    params: list[str]
    metrics: list[str]
    tags: list[str]
    truncated: bool = Field(description="True when there are more names than are listed.")


class RunCurve(Record):
    """One metric of one run over its steps, downsampled to at most the number of points asked for."""

    run_id: str
    key: str
    points: list[CurvePoint]
    point_count: int = Field(description="How many points were logged.")


class RunCurves(Record):
    """By run in the order asked for, then by key."""

    curves: list[RunCurve]


class ArtifactEntry(Record):
    """A file or folder. `path` is relative to the run's artifacts."""

    path: str
    is_dir: bool
    size_bytes: int | None = Field(description="Absent for folders.")


class ArtifactListing(Record):
    """The entries of a folder, by name. A path that names no folder has no entries."""

    entries: list[ArtifactEntry]


class RunModel(Record):
    """A model among what a run left: a logged model, or a folder of its artifacts with an `MLmodel` file."""

    name: str
    logged_model_id: str | None = Field(description="Absent for a folder of the run's artifacts.")
    path: str | None = Field(description="The folder in the run's artifacts; absent for a logged model.")
    uri: str = Field(description="What clients load it by, `models:/m-...` or `runs:/...`.")
    model_type: str | None
    status: str | None = Field(description="Ready, Pending or Upload failed; absent for a folder.")
    flavors: list[str] = Field(description="From its `MLmodel` file.")
    signature: Signature | None
    error: str | None = Field(description="Why its `MLmodel` file cannot be read, if it cannot.")
    files: list[ArtifactEntry] = Field(description="Every file, relative to the model.")
    size_bytes: int
    versions: list[RunVersion] = Field(description="Versions that were registered from it.")


class RegisterRequest(Request):
    """Register a run's model as the next version of `model`, which is made when there is none."""

    model_config = example(
        model="churn", path="model", description="Deeper trees.", semver="1.2.0", aliases=["challenger"]
    )

    model: Name
    path: str | None = Field(default=None, description="A folder of the run's artifacts; or give `logged_model_id`.")
    logged_model_id: str | None = Field(default=None, description="Neither is needed when the run has one model.")
    description: str = ""
    semver: str | None = Field(
        default=None, description="The smallest that the changes allow, when absent; 1.0.0 for the first."
    )
    force_semver: bool = Field(
        default=False,
        description="Also when it is smaller than the changes allow; only for who may administrate models.",
    )
    aliases: list[str] = Field(default=[], max_length=20)
