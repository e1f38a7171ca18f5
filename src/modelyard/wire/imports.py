"""Imports: bringing over what another server or folder has, in bulk, with its ids and times.

Records are sent as lines of JSON (NDJSON), one object a line, told apart by `kind`. They are read with msgspec, because
there may be millions of them. Times are milliseconds since the epoch, UTC.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from pydantic import Field

from modelyard.wire.base import LAST_MOMENT, MAX_NUMBER, Record, Request, example
from modelyard.wire.limits import (
    MAX_DIGEST_LENGTH,
    MAX_IMPORTED_TEXT_LENGTH,
    MAX_KEY_LENGTH,
    MAX_LOCATION_LENGTH,
    MAX_NAME_LENGTH,
    MAX_PROFILE_LENGTH,
    MAX_SCHEMA_LENGTH,
    MAX_USER_LENGTH,
    MAX_WHOLE,
)

Key = Annotated[str, Meta(min_length=1, max_length=MAX_KEY_LENGTH)]
Text = Annotated[str, Meta(max_length=MAX_IMPORTED_TEXT_LENGTH)]
Name = Annotated[str, Meta(min_length=1, max_length=MAX_NAME_LENGTH)]
Digest = Annotated[str, Meta(max_length=MAX_DIGEST_LENGTH)]
ModelName = Annotated[str, Meta(min_length=1, max_length=256)]
SourceKey = Annotated[str, Meta(min_length=1, max_length=500)]
RunId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]
ModelId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Moment = Annotated[int, Meta(ge=0, le=LAST_MOMENT)]
"""Up to the end of the year 9999, so that a date can show it."""
Whole = Annotated[int, Meta(ge=-MAX_WHOLE - 1, le=MAX_WHOLE)]
Number = Annotated[int, Meta(ge=1, le=MAX_NUMBER)]
TraceId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$")]
Fingerprint = Annotated[str, Meta(max_length=64)]
State = Literal["active", "deleted"]

MAX_LINE_BYTES = 64 * 1024 * 1024
"""The longest line that is read; a longer history is sent in several lines of the same run."""


class ImportLine(msgspec.Struct, tag_field="kind", forbid_unknown_fields=True, omit_defaults=True):
    """One object. `fingerprint` is kept with it, to tell later whether it has changed at the source."""


class ExperimentLine(ImportLine, tag="experiment", kw_only=True):
    """`key` is its id at the source, which its runs and logged models name. `location` is where its artifacts stay."""

    key: SourceKey
    name: Name
    state: State = "active"
    created_at: Moment | None = None
    updated_at: Moment | None = None
    tags: dict[Key, Text] = {}
    location: Annotated[str, Meta(max_length=MAX_LOCATION_LENGTH)] | None = None
    fingerprint: Fingerprint = ""


class Series(msgspec.Struct, forbid_unknown_fields=True):
    """Points of one metric as columns of equal length. Values that JSON lacks are text: NaN, Infinity, -Infinity."""

    steps: list[Whole]
    timestamps: list[Moment]
    values: list[float | Literal["NaN", "Infinity", "-Infinity"]]


class DatasetLine(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    name: Name
    digest: Annotated[str, Meta(min_length=1, max_length=MAX_DIGEST_LENGTH)]
    source_type: Text
    source: Text
    schema: Annotated[str, Meta(max_length=MAX_SCHEMA_LENGTH)] | None = None
    profile: Annotated[str, Meta(max_length=MAX_PROFILE_LENGTH)] | None = None
    tags: dict[Key, Text] = {}


class RunLine(ImportLine, tag="run", kw_only=True):
    """A run with what is logged on it. A run that is here already gets what it lacks, so a line may be sent twice."""

    run_id: RunId
    experiment: SourceKey
    name: Annotated[str, Meta(max_length=MAX_NAME_LENGTH)] = ""
    status: Literal["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"] = "FINISHED"
    state: State = "active"
    user: Annotated[str, Meta(max_length=MAX_USER_LENGTH)] = ""
    started_at: Moment = 0
    ended_at: Moment | None = None
    params: dict[Key, Text] = {}
    tags: dict[Key, Text] = {}
    metrics: dict[Key, Series] = {}
    datasets: list[DatasetLine] = []
    input_models: list[ModelId] = []
    output_models: dict[ModelId, Whole] = {}
    fingerprint: Fingerprint = ""


class ModelMetricLine(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    key: Key
    value: float | Literal["NaN", "Infinity", "-Infinity"]
    timestamp: Moment
    step: Whole
    run_id: RunId
    dataset_name: Annotated[str, Meta(max_length=MAX_NAME_LENGTH)] = ""
    dataset_digest: Digest = ""


class LoggedModelLine(ImportLine, tag="logged_model", kw_only=True):
    model_id: ModelId
    experiment: SourceKey
    name: Name
    model_type: Annotated[str, Meta(max_length=MAX_NAME_LENGTH)] = ""
    source_run_id: Annotated[str, Meta(max_length=256)] = ""
    status: Literal["LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"] = "LOGGED_MODEL_READY"
    state: State = "active"
    created_at: Moment
    updated_at: Moment
    params: dict[Key, Text] = {}
    tags: dict[Key, Text] = {}
    metrics: list[ModelMetricLine] = []
    fingerprint: Fingerprint = ""


class AssessmentLine(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Feedback on a trace, or an expectation of it. `value` is any JSON value; of an issue it is the issue's name."""

    assessment_id: TraceId
    name: Name
    type: Literal["feedback", "expectation", "issue"]
    value: Any = None
    error: dict[Key, Text] | None = None
    source_type: Annotated[str, Meta(min_length=1, max_length=50)]
    source_id: Annotated[str, Meta(max_length=500)] = ""
    created_at: Moment
    updated_at: Moment
    span_id: Annotated[str, Meta(max_length=50)] = ""
    rationale: Text | None = None
    metadata: dict[Key, Text] = {}
    overrides: Annotated[str, Meta(max_length=100)] = ""
    valid: bool = True


class TraceLine(ImportLine, tag="trace", kw_only=True):
    """A trace with spans and assessments. One that is here already is told anew; spans that it has stay.

    Each of the spans is written as in OpenTelemetry's JSON: ids in hexadecimal digits, times in nanoseconds.
    """

    trace_id: TraceId
    experiment: SourceKey
    state: Literal["OK", "ERROR", "IN_PROGRESS", "STATE_UNSPECIFIED"] = "OK"
    started_at: Moment
    duration_ms: Annotated[int, Meta(ge=0, le=LAST_MOMENT)] | None = None
    client_request_id: Text | None = None
    request_preview: Text | None = None
    response_preview: Text | None = None
    tags: dict[Key, Text] = {}
    metadata: dict[Key, Text] = {}
    assessments: list[AssessmentLine] = []
    spans: list[dict[str, Any]] = []
    fingerprint: Fingerprint = ""


class TraceRunLine(ImportLine, tag="trace_run", kw_only=True):
    """Links a trace that is here to a run that is here, besides the one that it was made in."""

    trace_id: TraceId
    run_id: RunId


class ModelLine(ImportLine, tag="model", kw_only=True):
    """A registered model. `last_number` is the highest number ever given to a version, which may be deleted."""

    name: ModelName
    description: Annotated[str, Meta(max_length=20_000)] = ""
    created_at: Moment
    updated_at: Moment
    tags: dict[Key, Text] = {}
    last_number: Annotated[int, Meta(ge=0, le=MAX_NUMBER)] = 0
    fingerprint: Fingerprint = ""


class Place(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Where a version's files are, below the artifacts of a run or of a logged model that is here."""

    run_id: Annotated[str, Meta(max_length=32)] = ""
    model_id: Annotated[str, Meta(max_length=64)] = ""
    path: Annotated[str, Meta(max_length=1000)] = ""


class VersionLine(ImportLine, tag="version", kw_only=True):
    """A version under its number. Its files are at `place`, or else where `source` says."""

    model: ModelName
    number: Number
    description: Annotated[str, Meta(max_length=20_000)] = ""
    created_at: Moment
    updated_at: Moment
    user: Annotated[str, Meta(max_length=500)] = ""
    stage: Literal["None", "Staging", "Production", "Archived"] = "None"
    status: Literal["READY", "PENDING_REGISTRATION", "FAILED_REGISTRATION"] = "READY"
    status_message: Text = ""
    source: Annotated[str, Meta(max_length=2000)] = ""
    place: Place | None = None
    run_id: Annotated[str, Meta(max_length=256)] = ""
    run_link: Annotated[str, Meta(max_length=2000)] = ""
    logged_model_id: Annotated[str, Meta(max_length=64)] = ""
    tags: dict[Key, Text] = {}
    fingerprint: Fingerprint = ""


class AliasLine(ImportLine, tag="alias", kw_only=True):
    model: ModelName
    alias: Annotated[str, Meta(min_length=1, max_length=255)]
    number: Number


class DoneLine(ImportLine, tag="done", kw_only=True):
    """Says that something which is not sent as a record, such as the artifacts of a run, is here as a whole."""

    what: Literal["artifacts"]
    key: SourceKey
    fingerprint: Fingerprint


AnyLine = (
    ExperimentLine
    | RunLine
    | LoggedModelLine
    | TraceLine
    | TraceRunLine
    | ModelLine
    | VersionLine
    | AliasLine
    | DoneLine
)


class ImportStart(Request):
    """The lines of an import."""

    model_config = {**Request.model_config, **example(source="http://mlflow.example:5000")}

    source: str = Field(min_length=1, max_length=500, description="What it comes from; the same text goes on with it.")


class ImportFinish(Request):
    """The report of a client that has sent everything."""

    model_config = {**Request.model_config, **example(report={"runs": {"found": 120, "here": 120}})}

    report: dict[str, Any] = Field(description="By kind, what was found at the source and what is here.")


class Import(Record):
    """The import of one source into one project."""

    id: str
    source: str
    started_at: datetime
    started_by: str
    finished_at: datetime | None
    report: dict[str, Any] | None


ItemKind = Literal["experiment", "run", "logged_model", "trace", "model", "version", "artifacts"]


class ImportedItem(Record):
    """An object that an import has brought."""

    key: str = Field(description="What it is called at the source.")
    target: str = Field(description="What it is called here.")
    fingerprint: str


class LineFailure(Record):
    """A line that was not taken; the others were."""

    line: int = Field(description="Counted from 1.")
    kind: str | None
    key: str | None
    message: str


class ImportResult(Record):
    """The outcome of each line of a request."""

    created: dict[str, int] = Field(description="By kind: objects that were not here before.")
    merged: dict[str, int] = Field(description="By kind: objects that were here, and got what they lacked.")
    points: int = Field(description="Points of metrics that were not here before.")
    failure_count: int
    failures: list[LineFailure] = Field(description="At most 1,000 of them.")


class ImportCounts(Record):
    """The objects of an import that are here, counted in the objects themselves."""

    counts: dict[str, int] = Field(
        description="By kind, e.g. `experiments`, `runs`, `metric_points`, `traces`, `versions`."
    )
