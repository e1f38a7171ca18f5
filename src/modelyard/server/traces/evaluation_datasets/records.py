"""Evaluation datasets and their records as the native API shows them."""

import json
from collections.abc import Sequence
from typing import Any

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import to_datetime
from modelyard.server.traces.evaluation_datasets import queries
from modelyard.server.traces.evaluation_datasets.queries import EvaluationDataset
from modelyard.server.traces.json_values import sendable
from modelyard.wire import evaluation_datasets as wire
from modelyard.wire.evaluation_datasets import EvaluationDatasetExperiment, EvaluationRecord


def to_datasets(raw: Raw, datasets: Sequence[EvaluationDataset]) -> list[wire.EvaluationDataset]:
    """Datasets as rows of a table, in a fixed number of statements however many they are."""
    keys = [dataset.id for dataset in datasets]
    tags, experiments = queries.tags_of(raw, keys), queries.experiments_of(raw, keys)
    counts = queries.count_records(raw, keys)
    return [
        wire.EvaluationDataset(
            id=dataset.dataset_id,
            name=dataset.name,
            tags=tags[dataset.id],
            experiments=[
                EvaluationDatasetExperiment(id=str(experiment), name=name)
                for experiment, name in experiments[dataset.id]
            ],
            record_count=counts[dataset.id],
            digest=dataset.digest,
            created_at=to_datetime(dataset.created_at),
            created_by=dataset.created_by,
            updated_at=to_datetime(dataset.updated_at),
            updated_by=dataset.updated_by,
        )
        for dataset in datasets
    ]


def to_record(text: str) -> EvaluationRecord:
    body = json.loads(text)
    return EvaluationRecord(
        id=body["dataset_record_id"],
        inputs=sendable(body["inputs"]),
        expectations=sendable(body.get("expectations") or None),
        outputs=sendable(body.get("outputs")),
        tags={key: _text(value) for key, value in body["tags"].items()},
        source_type=body.get("source_type"),
        source_id=_optional_text(body.get("source_id")),
        source_data=sendable((body.get("source") or {}).get("source_data") or None),
        created_at=to_datetime(body["created_time"]),
        created_by=_optional_text(body.get("created_by")),
        updated_at=to_datetime(body["last_update_time"]),
        updated_by=_optional_text(body.get("last_updated_by")),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _optional_text(value: Any) -> str | None:
    return None if value is None else _text(value)
