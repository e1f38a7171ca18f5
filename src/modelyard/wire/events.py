"""The event stream of a view: what the server sends over server-sent events, one JSON object per event."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from modelyard.wire.base import Record
from modelyard.wire.models import CurvePoint, LogLine, Progress, VersionSummary


class VersionChanged(Record):
    """A version was made or changed. Sent to topics `model:<m>` and `version:<m>/<n>` and `models`."""

    type: Literal["version.changed"] = "version.changed"
    version: VersionSummary


class ProgressChanged(Record):
    """Topics `model:<m>`, `version:<m>/<n>` and `engines`."""

    type: Literal["progress.changed"] = "progress.changed"
    model: str
    number: int
    progress: Progress


class MetricsLogged(Record):
    """New points of a version's curves. Topic `version:<m>/<n>`."""

    type: Literal["metrics.logged"] = "metrics.logged"
    model: str
    number: int
    points: dict[str, list[CurvePoint]] = Field(description="By metric key, e.g. `validation_log_loss`.")


class LogAppended(Record):
    """Topic `version:<m>/<n>`."""

    type: Literal["log.appended"] = "log.appended"
    model: str
    number: int
    lines: list[LogLine]


class ObjectChanged(Record):
    """Something was made, changed or deleted: fetch it again.

    Topics `datasets`, `models`, `engines`, `projects`.
    """

    type: Literal["object.changed"] = "object.changed"
    kind: Literal["project", "dataset", "model", "version", "engine"]
    name: str
    deleted: bool = False


class ExperimentsChanged(Record):
    """Experiments were made or changed, or got more or fewer runs. Topics `experiments` and `experiment:<id>`."""

    type: Literal["experiments.changed"] = "experiments.changed"
    experiment_ids: list[str]


class RunsChanged(Record):
    """Runs were made or changed, or something was logged on them; at most two a second for each topic.

    Topics `experiment:<id>` and `run:<id>`.
    """

    type: Literal["runs.changed"] = "runs.changed"
    run_ids: list[str] = Field(description="At most 100 of them.")
    truncated: bool = Field(description="True when more runs changed than are named.")


class TracesChanged(Record):
    """Traces were made, changed, judged or deleted; at most two a second for each topic.

    Topics `experiment:<id>`, `run:<id>` and `trace:<id>`.
    """

    type: Literal["traces.changed"] = "traces.changed"
    trace_ids: list[str] = Field(description="At most 100 of them.")
    truncated: bool = Field(description="True when more traces changed than are named.")


class EvaluationDatasetsChanged(Record):
    """Evaluation datasets were made, changed or deleted, or got more or fewer records.

    Topics `experiment:<id>` and `evaluation_dataset:<id>`.
    """

    type: Literal["evaluation_datasets.changed"] = "evaluation_datasets.changed"
    dataset_ids: list[str] = Field(description="At most 100 of them.")


class ActivityRecorded(Record):
    """The audit record got new lines. Topic `activity`."""

    type: Literal["activity.recorded"] = "activity.recorded"


class UploadProgress(Record):
    """How far an upload's table is read, for the `upload_id` that the client chose. Topic `upload:<upload_id>`."""

    type: Literal["upload.progress"] = "upload.progress"
    upload_id: str
    stage: Literal["receiving", "reading", "profiling", "storing"]
    fraction: float | None


Event = Annotated[
    VersionChanged
    | ProgressChanged
    | MetricsLogged
    | LogAppended
    | ObjectChanged
    | ExperimentsChanged
    | RunsChanged
    | TracesChanged
    | EvaluationDatasetsChanged
    | ActivityRecorded
    | UploadProgress,
    Field(discriminator="type"),
]
"""Every kind of event, told apart by `type`: the one list, for the API's description, its clients and the web page."""

EVENT_KINDS: tuple[type[Record], ...] = get_args(get_args(Event)[0])
EVENT_TYPES = frozenset(kind.model_fields["type"].default for kind in EVENT_KINDS)
