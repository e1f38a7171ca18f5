"""Lineage: the origins and uses of versions, as a graph without cycles."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from modelyard.wire.base import Record
from modelyard.wire.models import MetricSummary


class NodeKind(StrEnum):
    """The thing that a node of a lineage stands for."""

    DATASET_VERSION = "dataset_version"
    LOGGED_DATASET = "logged_dataset"
    EVALUATION_DATASET = "evaluation_dataset"
    RUN = "run"
    LOGGED_MODEL = "logged_model"
    VERSION = "version"

    # Graphs of many thousands of nodes are sets of these; the one of enumerations is written in Python.
    __hash__ = str.__hash__


class EdgeKind(StrEnum):
    """How what an edge points at came of where it starts.

    Between versions: `parent` (its config was derived), `retrain` (the same config again), `fork` (the first version of
    a new model), `copy` (the same files under another name). `data` leads from a dataset to the run, or to the version,
    that was given it; `input` from a logged model to a run that was given it; `output` from a run to the logged model
    that it made; `trained` from a run to the version that it trained; `registered` from a run or a logged model to a
    version.
    """

    PARENT = "parent"
    RETRAIN = "retrain"
    FORK = "fork"
    COPY = "copy"
    DATA = "data"
    INPUT = "input"
    OUTPUT = "output"
    TRAINED = "trained"
    REGISTERED = "registered"

    __hash__ = str.__hash__


Presence = Literal["here", "deleted", "missing"]
Direction = Literal["origins", "uses", "both"]


class LineageNode(Record):
    """One thing. Which fields it has depends on its kind."""

    id: str = Field(
        description="Unique in the project: `version:iris/3`, `dataset_version:iris@2`, `run:<id>`, "
        "`logged_model:<id>`, `logged_dataset:<id>`, `evaluation_dataset:<id>`."
    )
    kind: NodeKind
    name: str = Field(description="Of the model, dataset, run or logged model.")
    number: int | None = Field(default=None, description="Of a version of a model or a dataset.")
    presence: Presence = Field(
        default="here",
        description="`deleted` when it was here once, `missing` when it is not here and may be on another server.",
    )
    depth: int | None = Field(
        default=None, description="Steps from the node that was asked about: negative for what it came from."
    )
    status: str | None = None
    created_at: datetime | None = None
    created_by: str | None = None
    deleted_at: datetime | None = None
    deleted_by: str | None = None
    metric: MetricSummary | None = Field(default=None, description="Of a version: the one its model shows.")
    semver: str | None = None
    aliases: list[str] = []
    trainer: str | None = None
    archived: bool = False
    detail: str | None = Field(
        default=None, description="A version's description, or the digest of a dataset that a run was given."
    )
    hidden: int = Field(default=0, description="How many of its neighbors are not in this graph.")


class LineageEdge(Record):
    """From what was first (`source`) to what came of it (`target`); ids of nodes. No pair has two edges of a kind."""

    source: str
    target: str
    kind: EdgeKind
    label: str | None = Field(default=None, description="What a run used a dataset for, such as `training`.")
    skipped: int = Field(default=0, description="How many versions stand between the two that the filter left out.")


class Lineage(Record):
    """Nodes, the newest versions first, and edges between them. There is no cycle."""

    root: str | None = Field(description="The node that was asked about; none for a whole model.")
    nodes: list[LineageNode]
    edges: list[LineageEdge]
    truncated: bool = Field(description="True when there is more than `limit` or `depth` allows.")
    total: int | None = Field(default=None, description="How many versions a whole model has that the filter finds.")
