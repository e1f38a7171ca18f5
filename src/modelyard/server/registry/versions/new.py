"""New versions, wherever they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from modelyard.server.registry.bumps import Contract
from modelyard.server.registry.signatures import features_of
from modelyard.wire.models import OutputType, Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionTraining:
    """The training of a version: the data, the config, and the engine that it waits for."""

    engine: str
    dataset_id: int
    dataset_version_id: int
    dataset: str
    dataset_number: int
    target: str
    output_type: OutputType
    trainer: str
    seed: int
    given_config: Mapping[str, Any]
    rendered_config: Mapping[str, Any]
    params: Mapping[str, str]
    """Of its run."""
    column_types: Mapping[str, str] = field(default_factory=dict)
    """Types that its input columns are expected to have."""
    classes: frozenset[str] | None = None
    """Of a target whose values are all known."""


class ModelSource(NamedTuple):
    """Where a model that exists already is said to be, where its files are, and what it came from.

    Empty texts are none. The run and the logged model may be on another server.
    """

    uri: str
    storage_location: str
    run_id: str = ""
    run_link: str = ""
    logged_model_id: str = ""


class ImportedHistory(NamedTuple):
    """The facts that a version brings from elsewhere. Times are milliseconds since the epoch.

    Who gives one holds the model's lock, and has found the number and the semantic version free.
    """

    number: int
    semver: str | None
    created_at: int
    created_by: str
    updated_at: int
    stage: str
    status: str
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewModelVersion:
    """A version to be: trained here, or with its model at a source."""

    model: str
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    parent: int | None = None
    signature: Signature | None = None
    algorithm: str | None = None
    """The flavors of a model that exists already."""
    semver: str | None = None
    """As somebody chose it; that of the tags, when absent."""
    force_semver: bool = False
    """Also when it is smaller than the changes allow. Only for who may administrate models."""
    training: VersionTraining | None = None
    source: ModelSource | None = None
    history: ImportedHistory | None = None


def contract_of(new: NewModelVersion) -> Contract:
    """The promises of a new version to its callers, as far as they are known before a training."""
    training = new.training
    if training is None:
        return Contract(signature=new.signature, algorithm=new.algorithm)
    return Contract(
        signature=new.signature,
        features=features_of(training.rendered_config),
        column_types=training.column_types,
        output_type=training.output_type,
        algorithm=training.trainer,
        classes=training.classes,
    )


class VersionToCreate(NamedTuple):
    """A version that somebody makes in a project, known by key and by name."""

    actor: str
    project_id: int
    project: str
    version: NewModelVersion
    may_administrate: bool = False
