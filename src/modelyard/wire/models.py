"""Models (named repositories of versions) and their versions."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, get_args

from pydantic import Field, field_validator

from modelyard.wire.base import Name, Number, Record, Request, example
from modelyard.wire.data_warnings import DataWarning
from modelyard.wire.datasets import DatasetVersion
from modelyard.wire.errors import Problem
from modelyard.wire.experiments import TAG_CHANGES
from modelyard.wire.semver import SemverStep


class VersionStatus(StrEnum):
    """The twelve statuses of a version, plus Failed."""

    QUEUED = "Queued"
    PREPROCESSING = "Preprocessing"
    TRAINING = "Training"
    EVALUATING = "Evaluating"
    VISUALIZING = "Visualizing"
    EXPLAINING = "Explaining"
    READY = "Ready"
    FAILED = "Failed"
    CANCELING = "Canceling"
    CANCELED = "Canceled"
    DEPLOYING = "Deploying"
    DEPLOYED = "Deployed"
    UNDEPLOYING = "Undeploying"


STEPS = (
    VersionStatus.QUEUED,
    VersionStatus.PREPROCESSING,
    VersionStatus.TRAINING,
    VersionStatus.EVALUATING,
    VersionStatus.VISUALIZING,
    VersionStatus.EXPLAINING,
)
"""The timed steps of a training, in order."""

OutputType = Literal["binary", "category", "number"]

SuggestionRule = Literal[
    "leaky_column",
    "duplicate_rows",
    "time_order",
    "longer_training",
    "more_patience",
    "overfit",
    "underfit",
    "class_imbalance",
    "identifier_column",
    "constant_column",
    "high_cardinality",
    "missing_values",
    "weak_columns",
    "skewed_number",
    "skewed_target",
    "option_edge",
    "other_trainer",
    "more_seeds",
]
"""The rules of the Data Science Co-Pilot. The names are stable."""

_CONFIG = {
    "model_type": "gbm",
    "input_features": [{"name": "petal_length", "type": "number"}, {"name": "petal_width", "type": "number"}],
    "output_features": [{"name": "species", "type": "category"}],
    "trainer": {"learning_rate": 0.1},
}


class MetricSummary(Record):
    """A metric's value, with what is needed to show it well."""

    name: str = Field(description="e.g. `roc_auc`, `accuracy`, `mean_squared_error`.")
    split: Literal["train", "validation", "test"]
    value: float
    higher_is_better: bool
    positive_class: str | None = Field(
        default=None, description="Of two classes the one that counts as positive, if the metric depends on which."
    )


class DatasetRef(Record):
    name: Name
    number: int


class VersionError(Record):
    """Why a version is Failed."""

    step: VersionStatus
    code: str = Field(description="Stable, e.g. `worker_lost`, `out_of_memory`, `invalid_data`, `trainer_error`.")
    message: str = Field(description="What a person can act on.")


class StepTiming(Record):
    """One entry of the timeline."""

    step: VersionStatus
    started_at: datetime
    ended_at: datetime | None
    duration_ms: int | None
    error_message: str | None = None


class Progress(Record):
    """How far a moving version is."""

    fraction: float = Field(ge=0, le=1, description="Of the whole job, 0 to 1.")
    message: str = Field(description="What is being done, e.g. `iteration 40 of 500`.")
    remaining_ms: int | None = Field(description="Estimated time still needed; absent until it can be told honestly.")


VersionSort = Literal[
    "number",
    "created_at",
    "updated_at",
    "created_by",
    "duration",
    "metric",
    "status",
    "description",
    "dataset",
    "target",
    "trainer",
    "engine",
]
"""What a list of versions is sorted by."""


class VersionSummary(Record):
    """A version as one row of the versions table."""

    model: Name
    number: int
    semver: str | None = None
    description: str
    dataset: DatasetRef | None
    target: str | None
    output_type: OutputType | None
    trainer: str | None = Field(description="The config's `model_type`.")
    engine: str | None
    metric: MetricSummary | None = Field(description="The model's default metric, on the test split.")
    duration_ms: int | None = Field(
        description="Queue + preprocessing + training + evaluating; running total while moving."
    )
    status: VersionStatus
    progress: Progress | None = Field(description="While moving.")
    created_at: datetime
    created_by: str
    updated_at: datetime
    starred: bool
    archived: bool
    parent: int | None = Field(description="The version this one was made from.")
    is_default: bool = Field(description="True for the version that answers queries that name only the model.")


class VersionRow(VersionSummary):
    """A version as one row of the versions table, with the columns that were asked for."""

    aliases: list[str] = []
    tags: dict[str, str] = {}
    run_metrics: dict[str, float] = Field(default={}, description="Of the run that made it: those in `show`.")
    run_params: dict[str, str] = Field(default={}, description="Of the run that made it: those in `show`.")


class VersionColumns(Record):
    """Names that the runs of a model's versions use, in alphabetical order."""

    run_metrics: list[str]
    run_params: list[str]


class ColumnSpec(Record):
    """One column of a model's signature, in MLflow's type names."""

    name: str
    type: str
    required: bool


class Signature(Record):
    inputs: list[ColumnSpec]
    outputs: list[ColumnSpec]


class Packaging(Record):
    """The format of an uploaded model, and its own description of itself."""

    format: Literal["mlflow", "ludwig"]
    flavors: list[str] = Field(default=[], description="MLflow's names of the ways to load it.")
    requirements: list[str] = Field(default=[], description="The packages that it names, as pip reads them.")
    classes: list[str] = Field(default=[], description="Of a category, in the order in which the model has them.")


class VersionSource(Record):
    """Where the model of a registered version is."""

    uri: str = Field(description="As it was given, e.g. `runs:/5f3c.../model`.")
    location: str = Field(description="Where its files are.")
    is_here: bool = Field(description="True when they are below this server's artifacts, so that it can show them.")


CiSystem = Literal["GitLab", "GitHub Actions", "Jenkins"]


class CiItem(Record):
    """A job, a commit, ...: what it is called, and its page."""

    name: str
    url: str | None = Field(description="Only an address of http or https.")


class CiLink(Record):
    """The origin of a version in a continuous integration, from the tags of the version."""

    system: CiSystem
    job: CiItem | None
    pipeline: CiItem | None
    commit: CiItem | None
    branch: CiItem | None
    merge_request: CiItem | None


class Version(VersionSummary):
    """A version with everything its page shows at first."""

    aliases: list[str] = []
    tags: dict[str, str] = {}
    run_id: str
    seed: int | None
    error: VersionError | None
    timeline: list[StepTiming]
    metrics: list[MetricSummary] = Field(description="The final metrics of every split, at the best checkpoint.")
    positive_class: str | None = Field(default=None, description="Of two classes the one that counts as positive.")
    warnings: list[DataWarning] = Field(default=[], description="What is suspicious about the training.")
    best_iteration: int | None
    signature: Signature | None
    semver_step: SemverStep | None = Field(
        default=None, description="Why it has its semantic version; absent without one, and for imported versions."
    )
    queue_position: int | None = Field(description="1 for next in line; only while Queued.")
    file_count: int
    size_bytes: int
    ci: CiLink | None = Field(default=None, description="The job that made it, from its tags.")
    source: VersionSource | None = Field(default=None, description="Of a registered version; trained here has none.")
    packaging: Packaging | None = Field(default=None, description="Of a version that was uploaded as files.")


class VersionConfig(Record):
    given: dict[str, Any] = Field(description="As it was given.")
    given_yaml: str
    rendered: dict[str, Any] = Field(description="With every default filled in.")
    rendered_yaml: str


class TrainRequest(Request):
    """Train a new version of a model (which is made if it does not exist)."""

    model_config = example(config=_CONFIG, dataset="iris", dataset_version=2, description="Faster learning.")

    config: dict[str, Any] = Field(description="In Ludwig's format; see the config reference.")
    dataset: Name
    dataset_version: Number | None = Field(default=None, description="The latest, when absent.")
    engine: str = "local"
    description: str = ""
    parent: Number | None = Field(default=None, description="The version this config was derived from.")
    suggestion: str | None = Field(
        default=None,
        max_length=200,
        description="The id of the Co-Pilot's suggestion that this config is, e.g. `overfit`; needs a parent.",
    )
    semver: str | None = Field(
        default=None, description="The smallest that the changes allow, when absent. Checked again after the training."
    )
    force_semver: bool = Field(
        default=False,
        description="Also when it is smaller than the changes allow; only for who may administrate models.",
    )

    @field_validator("suggestion")
    @classmethod
    def _rule_exists(cls, value: str | None) -> str | None:
        if value is not None and value.partition(":")[0] not in get_args(SuggestionRule):
            raise ValueError(f"names no rule; rules: {', '.join(get_args(SuggestionRule))}")
        return value


class RetrainRequest(Request):
    """How to train a version again."""

    model_config = example(newest_data=True)

    newest_data: bool = Field(
        default=False, description="On the newest version of the dataset, instead of the one it was trained on."
    )


class ForkRequest(Request):
    """Make a version the first of a new model."""

    model_config = example(model="iris-berlin", description="For the greenhouse in Berlin.")

    model: Name
    model_description: str = ""
    description: str = Field(default="", description="Of the version.")


class VersionUpdate(Request):
    """Fields left out stay as they are."""

    model_config = example(description="The one for the report.", starred=True)

    description: str | None = None
    starred: bool | None = None
    archived: bool | None = None
    semver: str | None = Field(default=None, description="A larger semantic version than the one that it has.")
    force_semver: bool | None = Field(
        default=None,
        description="Also when it is smaller than the changes allow; only for who may administrate models.",
    )
    tags: dict[str, str | None] | None = TAG_CHANGES


class ModelCreate(Request):
    model_config = example(name="iris", description="Which iris is it?")

    name: Name
    description: str = ""


class ModelUpdate(Request):
    """Fields left out stay as they are."""

    model_config = example(description="Which iris is it?", default_metric="f1")

    name: Name | None = Field(default=None, description="A new name; the one before leads on.")
    description: str | None = None
    default_metric: str | None = None
    uses_semver: bool | None = Field(default=None, description="Whether new versions get semantic versions.")


class Model(Record):
    """A model repository, as one row of the Model Repositories table."""

    name: Name
    description: str
    datasets: list[str] = Field(description="Names of the datasets its versions were trained on.")
    contributors: list[str]
    latest_version: VersionSummary | None
    version_count: int
    default_metric: str | None = Field(description="Set for this model, or by the output type of its latest version.")
    created_at: datetime
    created_by: str
    uses_semver: bool = Field(default=True, description="Whether new versions get semantic versions.")
    updated_at: datetime = Field(description="Last modified: itself or any of its versions.")


class VersionFile(Record):
    path: str
    size_bytes: int
    digest: str = Field(description="SHA-256, 64 hex digits.")


class CurvePoint(Record):
    step: int
    timestamp_ms: int
    value: float


class Curve(Record):
    """One metric over the steps of a run, downsampled to at most the number of points asked for."""

    name: str = Field(description="The metric, without its split.")
    split: Literal["train", "validation", "test"] | None
    points: list[CurvePoint]
    point_count: int = Field(description="How many points were logged.")


class Curves(Record):
    curves: list[Curve]
    best_iteration: int | None


class LogLine(Record):
    sequence: int
    at: datetime
    text: str


class LogPage(Record):
    """Log lines in order. `next_after` continues from here; lines may still arrive while the version moves."""

    lines: list[LogLine]
    next_after: int
    total: int


class ConfigDetectRequest(Request):
    model_config = example(dataset="iris", target="species", trainer="gbm")

    dataset: Name
    dataset_version: Number | None = None
    target: str
    trainer: str | None = Field(default=None, description="Chosen by the data when absent.")


class ConfigValidateRequest(Request):
    """Exactly one of `config` and `yaml`."""

    model_config = example(config=_CONFIG, dataset="iris")

    config: dict[str, Any] | None = None
    yaml: str | None = None
    dataset: Name
    dataset_version: Number | None = None


class ConfigValidation(Record):
    valid: bool
    problems: list[Problem]
    config: dict[str, Any] | None = Field(description="The config as read; absent when the YAML cannot be parsed.")
    yaml: str
    rendered: dict[str, Any] | None = Field(description="With every default filled in, when valid.")
    warnings: list[DataWarning] = Field(default=[], description="What is suspicious about it on this data, when valid.")
    dataset_version: DatasetVersion = Field(description="The data that it was checked against.")
    classes: list[str] = Field(default=[], description="Of a target with exactly two values, both: one is positive.")


class DetectedConfig(ConfigValidation):
    """A config proposed from the data, checked against it, and why."""

    config: dict[str, Any]
    notes: list[str] = Field(description="What was noticed, e.g. a column left out because it is an identifier.")


class VersionComparison(Record):
    """Versions of one model, for the compare page."""

    versions: list[Version]
    configs: list[VersionConfig]
