"""The rows of new versions, in few statements however many they are."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from modelyard.server.db.raw import Raw
from modelyard.server.registry.counters import count_contributors, count_datasets
from modelyard.server.registry.tags.service import put_version_tags
from modelyard.server.registry.texts import search_text
from modelyard.server.registry.versions.new import NewModelVersion
from modelyard.server.registry.versions.registered import RegisteredVersion
from modelyard.wire.semver import SemverStep

_COLUMNS = (
    "project_id, model_id, model, number, semver, description, search_text, status, error_message, run, run_id, "
    "source, storage_location, run_link, logged_model_id, stage, parent, file_count, size_bytes, log_line_count, "
    "starred, archived, created_at, created_by, updated_at"
)
_TRAINING_COLUMNS = (
    "dataset_version_id, dataset, dataset_number, target, output_type, trainer, engine, waiting_since, "
    "counting_since, seed"
)
_INSERT = f"INSERT INTO versions ({_COLUMNS}) VALUES"
_INSERT_WITH_TRAINING = f"INSERT INTO versions ({_COLUMNS}, {_TRAINING_COLUMNS}) VALUES"


class VersionToInsert(NamedTuple):
    """A version whose number, semantic version, state and run are settled. Times are milliseconds since the epoch."""

    project_id: int
    model_id: int
    number: int
    new: NewModelVersion
    semver: str | None
    step: SemverStep | None
    status: str
    stage: str
    error: str | None
    run: int | None
    run_id: str
    created_at: int
    created_by: str
    updated_at: int

    def registered(self, key: int) -> RegisteredVersion:
        source = self.new.source
        return RegisteredVersion(
            id=key,
            model_id=self.model_id,
            model=self.new.model,
            number=self.number,
            semver=self.semver,
            created_at=self.created_at,
            updated_at=self.updated_at,
            created_by=self.created_by,
            stage=self.stage,
            description=self.new.description,
            source=None if source is None else source.uri,
            storage_location=None if source is None else source.storage_location,
            run_id=self.run_id,
            status=self.status,
            error_message=self.error,
            run_link=None if source is None else source.run_link,
            logged_model_id=None if source is None else source.logged_model_id,
        )


def insert_versions(raw: Raw, rows: Sequence[VersionToInsert]) -> list[int]:
    """Inserts versions with their tags, configs and first steps, and counts them; answers keys in the same order."""
    is_any_trained = any(row.new.training is not None for row in rows)
    # Registrations are many, and pay for no column of trainings.
    statement = _INSERT_WITH_TRAINING if is_any_trained else _INSERT
    values = [(*_values(row), *_training_values(row)) if is_any_trained else _values(row) for row in rows]
    inserted = raw.all_with(statement, values, "RETURNING id, model_id, number")
    keys_by_place = {(model_id, number): key for key, model_id, number in inserted}
    keys = [keys_by_place[row.model_id, row.number] for row in rows]
    raw.insert(
        "INSERT INTO version_details (version_id, given_config, rendered_config, signature, algorithm, semver_step) "
        "VALUES",
        [(key, *_details(row)) for key, row in zip(keys, rows, strict=True)],
    )
    put_version_tags(raw, [(key, row.new.tags) for key, row in zip(keys, rows, strict=True)])
    count_contributors(raw, [(row.model_id, row.created_by) for row in rows])
    if is_any_trained:
        _add_training_parts(raw, keys, rows)
    return keys


def _add_training_parts(raw: Raw, keys: Sequence[int], rows: Sequence[VersionToInsert]) -> None:
    """The first entries of timelines, and how many versions were trained on each dataset."""
    steps = []
    datasets = []
    for key, row in zip(keys, rows, strict=True):
        if row.new.training is not None:
            steps.append((key, 0, row.status, row.created_at))
            datasets.append((row.model_id, row.new.training.dataset_id, row.new.training.dataset))
    raw.insert("INSERT INTO version_steps (version_id, ordinal, step, started_at) VALUES", steps)
    count_datasets(raw, datasets)


def _values(row: VersionToInsert) -> tuple[object, ...]:
    new, source, training = row.new, row.new.source, row.new.training
    searched = [new.description, row.created_by]
    if training is not None:
        searched += [training.dataset, training.target, training.trainer]
    return (
        row.project_id,
        row.model_id,
        new.model,
        row.number,
        row.semver,
        new.description,
        search_text(searched),
        row.status,
        row.error,
        row.run,
        row.run_id,
        None if source is None else source.uri,
        None if source is None else source.storage_location,
        None if source is None else source.run_link,
        None if source is None else source.logged_model_id,
        row.stage,
        new.parent,
        0,
        0,
        0,
        False,
        False,
        row.created_at,
        row.created_by,
        row.updated_at,
    )


def _training_values(row: VersionToInsert) -> tuple[object, ...]:
    training = row.new.training
    if training is None:
        return (None,) * 10
    return (
        training.dataset_version_id,
        training.dataset,
        training.dataset_number,
        training.target,
        training.output_type,
        training.trainer,
        training.engine,
        row.created_at,
        row.created_at,
        training.seed,
    )


def _details(row: VersionToInsert) -> tuple[str, str, str | None, str | None, str | None]:
    """Configs, signature, algorithm, and the step of the semantic version."""
    new = row.new
    step = None if row.step is None else row.step.model_dump_json()
    signature = None if new.signature is None else json.dumps(new.signature.model_dump(mode="json"))
    if new.training is None:
        return "{}", "{}", signature, new.algorithm, step
    config, rendered = json.dumps(new.training.given_config), json.dumps(new.training.rendered_config)
    return config, rendered, signature, new.algorithm, step
