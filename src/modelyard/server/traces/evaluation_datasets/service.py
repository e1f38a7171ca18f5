"""The rules of evaluation datasets."""

import hashlib
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modelyard.server.activity.service import record
from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.traces.evaluation_datasets.live_events import dataset_changed
from modelyard.server.traces.evaluation_datasets.queries import EvaluationDataset, find_record_of_inputs, get_dataset

_USER_TAG = "mlflow.user"
_SOURCES = ("UNSPECIFIED", "TRACE", "HUMAN", "DOCUMENT", "CODE")


@dataclass(frozen=True, slots=True)
class Stored:
    """How many records of an upload were new, and how many were said again."""

    inserted: int
    updated: int


def create_dataset(
    raw: Raw, actor: str, project_id: int, name: str, tags: Mapping[str, str], experiments: Sequence[int]
) -> EvaluationDataset:
    dataset_id, now = f"d-{uuid.uuid4().hex}", now_ms()
    user = tags.get(_USER_TAG, actor)[:200]
    key = raw.number(
        "INSERT INTO evaluation_datasets (dataset_id, project_id, name, digest, created_at, created_by, updated_at, "
        "updated_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (dataset_id, project_id, name, _digest(name, now), now, user, now, user),
    )
    set_tags(raw, key, tags)
    add_experiments(raw, key, experiments)
    record(raw.connection, project_id, actor, "evaluation_dataset.created", name, dataset_id=dataset_id)
    return get_dataset(raw, project_id, dataset_id)


def delete_dataset(raw: Raw, actor: str, project_id: int, dataset: EvaluationDataset) -> None:
    dataset_changed(raw, dataset.id)
    raw.run("DELETE FROM evaluation_datasets WHERE id = ?", (dataset.id,))
    record(raw.connection, project_id, actor, "evaluation_dataset.deleted", dataset.name, dataset_id=dataset.dataset_id)


def set_tags(raw: Raw, dataset: int, tags: Mapping[str, str | None]) -> None:
    """Adds to the tags; one without a value is deleted."""
    for key in (key for key, value in tags.items() if value is None):
        delete_tag(raw, dataset, key)
    raw.insert(
        "INSERT INTO evaluation_dataset_tags (dataset, key, value) VALUES",
        [(dataset, key, value) for key, value in tags.items() if value is not None],
        "ON CONFLICT (dataset, key) DO UPDATE SET value = excluded.value",
    )
    dataset_changed(raw, dataset)


def delete_tag(raw: Raw, dataset: int, key: str) -> None:
    """A tag that is not there is fine."""
    raw.run("DELETE FROM evaluation_dataset_tags WHERE dataset = ? AND key = ?", (dataset, key))
    dataset_changed(raw, dataset)


def add_experiments(raw: Raw, dataset: int, experiments: Sequence[int]) -> None:
    raw.insert(
        "INSERT INTO evaluation_dataset_experiments (dataset, experiment) VALUES",
        [(dataset, experiment) for experiment in dict.fromkeys(experiments)],
        "ON CONFLICT (dataset, experiment) DO NOTHING",
    )
    dataset_changed(raw, dataset)


def remove_experiments(raw: Raw, dataset: int, experiments: Collection[int]) -> None:
    if experiments:
        dataset_changed(raw, dataset)
        marks = placeholders(len(experiments))
        raw.run(
            f"DELETE FROM evaluation_dataset_experiments WHERE dataset = ? AND experiment IN ({marks})",  # noqa: S608
            [dataset, *experiments],
        )


def put_records(raw: Raw, actor: str, dataset: EvaluationDataset, records: Sequence[Any]) -> Stored:
    """Adds records; one with the inputs of one that is there is merged into it.

    :raises InvalidArgument: a record that is none; the message says which.
    """
    inserted, now = 0, now_ms()
    for index, document in enumerate(records):
        _check(document, f"records[{index}]")
        inserted += _put_record(raw, dataset, document, now)
    raw.run(
        "UPDATE evaluation_datasets SET digest = ?, updated_at = ?, updated_by = ? WHERE id = ?",
        (_digest(dataset.name, now), now, _user(records, actor), dataset.id),
    )
    dataset_changed(raw, dataset.id)
    return Stored(inserted, len(records) - inserted)


def delete_records(raw: Raw, dataset: EvaluationDataset, record_ids: Sequence[str]) -> int:
    """Answers how many there were."""
    deleted: int = raw.run(
        f"DELETE FROM evaluation_records WHERE dataset = ? AND record_id IN ({placeholders(len(record_ids))})",  # noqa: S608
        [dataset.id, *record_ids],
    ).rowcount
    dataset_changed(raw, dataset.id)
    return deleted


def _put_record(raw: Raw, dataset: EvaluationDataset, document: dict[str, Any], now: int) -> bool:
    """Whether it is new."""
    digest = hashlib.sha256(json.dumps(document["inputs"], sort_keys=True).encode()).hexdigest()
    row = find_record_of_inputs(raw, dataset.id, digest)
    tags = document.get("tags") or {}
    if row is not None:
        body = json.loads(row[1])
        if "outputs" in document:
            body["outputs"] = document["outputs"]
        body["expectations"] = {**(body.get("expectations") or {}), **(document.get("expectations") or {})}
        body["tags"] = {**(body.get("tags") or {}), **tags}
        body["last_update_time"] = now
        if _USER_TAG in tags:
            body["last_updated_by"] = tags[_USER_TAG]
        raw.run("UPDATE evaluation_records SET body = ? WHERE id = ?", (_text(body), row[0]))
        return False
    record_id = f"dr-{uuid.uuid4().hex}"
    body = {
        "dataset_record_id": record_id,
        "dataset_id": dataset.dataset_id,
        "inputs": document["inputs"],
        "created_time": now,
        "last_update_time": now,
        "tags": tags,
    }
    body |= {key: document[key] for key in ("outputs", "expectations") if document.get(key) is not None}
    if source := document.get("source"):
        data = source.get("source_data") or {}
        identity = data.get("trace_id") if source["source_type"] == "TRACE" else data.get("source_id")
        body |= {"source": source, "source_type": source["source_type"]}
        body |= {"source_id": identity} if identity else {}
    if _USER_TAG in tags:
        body |= {"created_by": tags[_USER_TAG], "last_updated_by": tags[_USER_TAG]}
    raw.run(
        "INSERT INTO evaluation_records (dataset, record_id, inputs_digest, body) VALUES (?, ?, ?, ?)",
        (dataset.id, record_id, digest, _text(body)),
    )
    return True


def _check(document: Any, where: str) -> None:
    if not isinstance(document, dict) or not isinstance(document.get("inputs"), dict):
        raise InvalidArgument(f"{where} must be an object with 'inputs', which are an object.")
    for key in ("expectations", "tags"):
        if not isinstance(document.get(key), dict | None):
            raise InvalidArgument(f"{where}.{key} must be an object.")
    source = document.get("source")
    if source is not None and (
        not isinstance(source, dict)
        or source.get("source_type") not in _SOURCES
        or not isinstance(source.get("source_data"), dict | None)
    ):
        raise InvalidArgument(f"{where}.source must have a source_type of {', '.join(_SOURCES)} and source_data.")


def _user(records: Sequence[Any], actor: str) -> str:
    named = [str(document["tags"][_USER_TAG]) for document in records if _USER_TAG in (document.get("tags") or {})]
    return (named[-1] if named else actor)[:200]


def _digest(name: str, now: int) -> str:
    return hashlib.sha256(f"{name}:{now}".encode()).hexdigest()[:8]


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=True)
