"""The rules of logged models."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from modelyard.server.activity.service import record
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import InvalidArgument, NotFound
from modelyard.server.kernel.ids import new_id
from modelyard.server.tracking.experiments.service import active_experiment
from modelyard.server.tracking.limits import check_params, check_tag, text_fault
from modelyard.server.tracking.logged_models.queries import (
    LoggedModel,
    find_logged_model,
    get_logged_model,
    is_deleted,
    list_logged_on_models,
)
from modelyard.server.tracking.metrics.service import Point
from modelyard.server.tracking.random_names import random_name
from modelyard.wire.limits import MAX_NAME_LENGTH, MAX_RUN_TAG_LENGTH

PENDING = "LOGGED_MODEL_PENDING"
ENDINGS = frozenset({"LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"})


class ModelPoint(NamedTuple):
    """A metric that a run logged on a model, perhaps for a dataset; empty texts stand for none."""

    model_id: str
    point: Point
    dataset_name: str
    dataset_digest: str


def name_fault(name: str) -> str | None:
    """Why a logged model cannot have this name."""
    bad = next((character for character in name if character in "/:.%\"'"), None)
    if bad is not None:
        return f"it must not contain {bad!r}: no slash, colon, period, percent sign or quote."
    return text_fault(name, MAX_NAME_LENGTH)


def create_logged_model(
    raw: Raw,
    actor: str,
    project_id: int,
    *,
    experiment_id: str,
    name: str,
    model_type: str,
    source_run_id: str,
    params: Mapping[str, str],
    tags: Mapping[str, str],
) -> LoggedModel:
    """Makes a pending model; one without a name gets a random one.

    :raises NotFound: there is no such experiment.
    :raises InvalidState: it is deleted.
    :raises InvalidArgument: the name, a param or a tag cannot be kept.
    """
    name = name or random_name()
    fault = name_fault(name)
    if fault is not None:
        raise InvalidArgument(f"A logged model cannot be called {name[:80]!r}: {fault}")
    experiment = active_experiment(raw, actor, project_id, experiment_id)
    model_id = f"m-{new_id()}"
    now = now_ms()
    key = raw.number(
        "INSERT INTO logged_models (model_id, experiment_id, name, model_type, source_run_id, status, lifecycle_stage, "
        "created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, 'active', ?, ?) RETURNING id",
        (model_id, experiment.id, name, model_type, source_run_id, PENDING, now, now),
    )
    _put_params(raw, key, params)
    _put_tags(raw, key, tags)
    record(raw.connection, project_id, actor, "logged_model.created", model_id, name=name)
    return get_logged_model(raw, project_id, model_id)


def finalize_logged_model(raw: Raw, project_id: int, model_id: str, status: str) -> LoggedModel:
    """:raises NotFound: there is no such model.
    :raises InvalidArgument: the status is not one that a model ends in.
    """
    model = get_logged_model(raw, project_id, model_id)
    if status not in ENDINGS:
        raise InvalidArgument(f"A logged model ends as one of {', '.join(sorted(ENDINGS))}, not as {status}.")
    raw.run("UPDATE logged_models SET status = ?, updated_at = ? WHERE id = ?", (status, now_ms(), model.id))
    return get_logged_model(raw, project_id, model_id)


def delete_logged_model(raw: Raw, actor: str, project_id: int, model_id: str) -> None:
    """Marks a model as deleted; deleting it again is fine.

    :raises NotFound: there was never such a model.
    """
    model = find_logged_model(raw, project_id, model_id)
    if model is None and is_deleted(raw, project_id, model_id):
        return
    model = model or get_logged_model(raw, project_id, model_id)
    raw.run("UPDATE logged_models SET lifecycle_stage = 'deleted', updated_at = ? WHERE id = ?", (now_ms(), model.id))
    record(raw.connection, project_id, actor, "logged_model.deleted", model_id, name=model.name)


def set_logged_model_tags(raw: Raw, project_id: int, model_id: str, tags: Mapping[str, str]) -> LoggedModel:
    model = get_logged_model(raw, project_id, model_id)
    _put_tags(raw, model.id, tags)
    return model


def delete_logged_model_tag(raw: Raw, project_id: int, model_id: str, key: str) -> None:
    """:raises NotFound: the model has no such tag."""
    model = get_logged_model(raw, project_id, model_id)
    if not raw.run("DELETE FROM logged_model_tags WHERE model = ? AND key = ?", (model.id, key)).rowcount:
        raise NotFound(f"No tag with key {key!r} in logged model {model_id}")


def log_logged_model_params(raw: Raw, project_id: int, model_id: str, params: Mapping[str, str]) -> LoggedModel:
    """Adds params; the same value again is fine.

    :raises InvalidArgument: one that is there has another value.
    """
    model = get_logged_model(raw, project_id, model_id)
    existing = dict(list_logged_on_models(raw, [model.id])[model.id].params)
    for key, value in params.items():
        if existing.get(key, value) != value:
            raise InvalidArgument(
                f"Changing param values is not allowed. The param {key[:250]!r} of the model {model_id} "
                f"was logged with the value {existing[key][:250]!r}, and now with {value[:250]!r}."
            )
    _put_params(raw, model.id, params)
    return model


def log_model_points(raw: Raw, project_id: int, run_id: str, points: Sequence[ModelPoint]) -> None:
    """Keeps the latest point of each metric of a model, by run and dataset; unknown models are passed over."""
    latest: dict[tuple[str, str, str, str], Point] = {}
    for item in points:
        place = (item.model_id, item.point.key, item.dataset_name, item.dataset_digest)
        before = latest.get(place)
        if before is None or _rank(item.point) >= _rank(before):
            latest[place] = item.point
    ids: dict[str, int] = {}
    for model_id in {item.model_id for item in points}:
        model = find_logged_model(raw, project_id, model_id)
        if model is not None:
            ids[model_id] = model.id
    raw.insert(
        "INSERT INTO logged_model_metrics (model, key, run_id, dataset_name, dataset_digest, step, timestamp_ms, value)"
        " VALUES",
        [
            (ids[model_id], key, run_id, name, digest, item.step, item.timestamp_ms, item.value)
            for (model_id, key, name, digest), item in latest.items()
            if model_id in ids
        ],
        "ON CONFLICT (model, key, run_id, dataset_name, dataset_digest) DO UPDATE SET step = excluded.step, "
        "timestamp_ms = excluded.timestamp_ms, value = excluded.value "
        "WHERE excluded.step > logged_model_metrics.step OR (excluded.step = logged_model_metrics.step "
        "AND excluded.timestamp_ms >= logged_model_metrics.timestamp_ms)",
    )


def _put_params(raw: Raw, model: int, params: Mapping[str, str]) -> None:
    check_params(params)
    _put(raw, "logged_model_params", model, params)


def _put_tags(raw: Raw, model: int, tags: Mapping[str, str]) -> None:
    for key, value in tags.items():
        check_tag(key, value, MAX_RUN_TAG_LENGTH)
    _put(raw, "logged_model_tags", model, tags)


def _put(raw: Raw, table: str, model: int, items: Mapping[str, str]) -> None:
    raw.insert(
        f"INSERT INTO {table} (model, key, value) VALUES",
        [(model, key, value) for key, value in items.items()],
        "ON CONFLICT (model, key) DO UPDATE SET value = excluded.value",
    )


def _rank(item: Point) -> tuple[int, int, float]:
    return item.step, item.timestamp_ms, -math.inf if item.value is None else item.value
