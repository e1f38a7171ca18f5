"""The rules of starting and canceling trainings."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from modelyard.server.activity.service import record
from modelyard.server.db.raw import Raw
from modelyard.server.engines import service as engines
from modelyard.server.engines.local.engine import NAME as LOCAL
from modelyard.server.engines.queries import find_active_job, find_job
from modelyard.server.engines.service import NewJob
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import InvalidArgument, InvalidState
from modelyard.server.kernel.names import check_name
from modelyard.server.registry.lifecycle import ENDED
from modelyard.server.registry.models.service import ensure_model
from modelyard.server.registry.tables import version_details, versions
from modelyard.server.registry.versions import queries
from modelyard.server.registry.versions.creation import create_versions
from modelyard.server.registry.versions.moves import move_version
from modelyard.server.registry.versions.new import NewModelVersion, VersionToCreate, VersionTraining
from modelyard.server.registry.versions.queries import Number
from modelyard.server.registry.versions.subjects import VersionSubject, version_subject
from modelyard.server.training.configs.service import CheckedConfig, flatten_params
from modelyard.server.training.jobs.owner import TRAIN
from modelyard.wire.models import TrainRequest, Version, VersionStatus
from modelyard.wire.suggestions import SUGGESTION_TAG


def check_request(model: str, request: TrainRequest) -> None:
    """What can be refused before any data is read.

    :raises InvalidName: the model's name is not allowed.
    :raises InvalidArgument: there is no such engine, or a suggestion was for no version.
    """
    check_name(model, "model")
    if request.engine != LOCAL:
        raise InvalidArgument(f"There is no engine {request.engine[:100]!r}.", hint=f"Engines: {LOCAL}.")
    if request.suggestion is not None and request.parent is None:
        raise InvalidArgument("A suggestion is for a version: name it as the `parent`.")


def start_training(
    connection: Connection,
    actor: str,
    project_id: int,
    project: str,
    model: str,
    checked: CheckedConfig,
    request: TrainRequest,
) -> Version:
    """Adds a Queued version, its run and its job, and the model when there is none, all in one transaction.

    :raises InvalidArgument: there is no such parent version.
    """
    config, data = checked.config, checked.data.record
    training = VersionTraining(
        engine=request.engine,
        dataset_id=checked.data.dataset_id,
        dataset_version_id=checked.data.id,
        dataset=data.dataset,
        dataset_number=data.number,
        target=config.target,
        output_type=config.output_features[0].type,
        trainer=config.model_type,
        seed=config.random_seed,
        given_config=checked.given,
        rendered_config=checked.rendered,
        params=flatten_params(checked.rendered),
        column_types=checked.column_types,
        classes=checked.classes,
    )
    model = ensure_model(connection, actor, project_id, project, model).name
    new = NewModelVersion(
        model=model,
        description=request.description,
        tags={} if request.suggestion is None else {SUGGESTION_TAG: request.suggestion},
        parent=request.parent,
        training=training,
        semver=request.semver,
        force_semver=request.force_semver,
    )
    (added,) = create_versions(Raw(connection), [VersionToCreate(actor, project_id, project, new)])
    version = VersionSubject(added.id, model, added.number)
    job = NewJob(
        kind=TRAIN,
        engine=request.engine,
        project_id=project_id,
        project=project,
        subject=version.subject,
        title=version.title,
        payload=version.payload,
        retries=config.backend.max_retries,
        memory_limit_bytes=config.backend.memory_limit_bytes,
        cpu_limit=config.backend.cpu_limit,
        created_by=actor,
    )
    engines.add_job(connection, job, now_ms())
    return queries.get_version(connection, project_id, model, added.number)


def read_training(connection: Connection, project_id: int, model: str, number: Number) -> TrainRequest:
    """What would train a version again, with it as the parent.

    :raises NotFound: there is no such version.
    :raises InvalidState: it was not trained here.
    """
    key = queries.get_key(connection, project_id, model, number)
    row = connection.execute(
        select(
            versions.c.dataset,
            versions.c.dataset_number,
            versions.c.engine,
            versions.c.description,
            version_details.c.given_config,
        )
        .join(version_details)
        .where(versions.c.id == key.id)
    ).one_or_none()
    if row is None or row.dataset is None or row.engine is None:
        raise InvalidState(f"Version {key.number} of {model!r} was not trained here, so it cannot be trained again.")
    given: Mapping[str, Any] = row.given_config
    return TrainRequest(
        config=dict(given),
        dataset=row.dataset,
        dataset_version=row.dataset_number,
        engine=row.engine,
        description=row.description,
        parent=key.number,
    )


def cancel_training(
    connection: Connection, actor: str, project_id: int, project: str, model: str, number: Number
) -> Version:
    """Queued: Canceled at once. At work: Canceling until the worker has stopped. Cancelling twice is fine.

    :raises NotFound: there is no such version.
    :raises InvalidState: it has ended.
    """
    key = queries.get_key(connection, project_id, model, number)
    job = find_active_job(connection, TRAIN, version_subject(key.id))
    if job is not None:
        # Workers lock their job before their version; the same order here keeps the two from waiting for each other.
        job = find_job(connection, job.id, lock=True)
        key = queries.get_key(connection, project_id, model, key.number)
    if key.status in ENDED:
        raise InvalidState(f"Version {key.number} of {model!r} is {key.status}: there is nothing to cancel.")
    if key.status is not VersionStatus.CANCELING:
        now = now_ms()
        has_ended = job is None or engines.cancel_job(connection, job, now)
        status = VersionStatus.CANCELED if has_ended else VersionStatus.CANCELING
        move_version(connection, project, key.id, status, now)
        record(connection, project_id, actor, "version.cancelled", f"{key.model}/{key.number}")
    return queries.get_version(connection, project_id, model, key.number)
