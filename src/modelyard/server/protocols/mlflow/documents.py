"""Runs as JSON, kept in memory while they are true.

A run has a revision that counts its changes, read in the same transaction as everything else; a document is looked up
by it, so it is never stale, on any number of servers. The cost of a page of runs is then the cost of finding them.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import msgspec

from modelyard.server.db.raw import Raw
from modelyard.server.tracking.inputs.queries import Inputs, list_inputs
from modelyard.server.tracking.runs.queries import Logged, Run, get_logged, list_logged

_MOST_BYTES = 64 * 1024 * 1024

_Version = tuple[str, int, str]


class RunDocuments:
    """Encoded runs, at most 64 MiB of them, the least recently used forgotten first. Safe for threads."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._documents: OrderedDict[_Version, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, raw: Raw, run: Run) -> bytes:
        found = self._find(run)
        if found is None:
            inputs = list_inputs(raw, [run.id])
            found = encode_run(run, get_logged(raw, run.id), inputs.get(run.id))
            self._keep(run, found)
        return found

    def list(self, raw: Raw, runs: Sequence[Run]) -> list[bytes]:
        documents = [self._find(run) for run in runs]
        absent = [run for run, document in zip(runs, documents, strict=True) if document is None]
        if absent:
            ids = [run.id for run in absent]
            logged = list_logged(raw, ids)
            inputs = list_inputs(raw, ids)
            made = {run.run_id: encode_run(run, logged[run.id], inputs.get(run.id)) for run in absent}
            for run in absent:
                self._keep(run, made[run.run_id])
            documents = [document or made[run.run_id] for run, document in zip(runs, documents, strict=True)]
        return [document for document in documents if document is not None]

    def _find(self, run: Run) -> bytes | None:
        version = (run.run_id, run.revision, run.experiment_stage)
        with self._lock:
            found = self._documents.get(version)
            if found is not None:
                self._documents.move_to_end(version)
            return found

    def _keep(self, run: Run, document: bytes) -> None:
        version = (run.run_id, run.revision, run.experiment_stage)
        with self._lock:
            if version in self._documents:
                return
            self._documents[version] = document
            self._bytes += len(document)
            while self._bytes > self._most_bytes:
                _, forgotten = self._documents.popitem(last=False)
                self._bytes -= len(forgotten)


def number(value: float | None) -> float | str:
    """A double as the protocol writes it: what JSON cannot say is text. None is NaN."""
    if value is None or value != value:  # noqa: PLR0124 - NaN differs from itself
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def run_info(run: Run) -> dict[str, Any]:
    info = {
        "run_uuid": run.run_id,
        "experiment_id": str(run.experiment_id),
        "run_name": run.name,
        "user_id": run.user_name,
        "status": run.status,
        "start_time": run.started_at,
    }
    if run.ended_at is not None:
        info["end_time"] = run.ended_at
    return {
        **info,
        "artifact_uri": run.artifact_uri,
        "lifecycle_stage": run.lifecycle_stage,
        "run_id": run.run_id,
    }


def encode_run(run: Run, logged: Logged, inputs: Inputs | None) -> bytes:
    """A whole run. Empty lists are left out."""
    data: dict[str, Any] = {}
    if logged.metrics:
        data["metrics"] = [
            {"key": key, "value": number(value), "timestamp": timestamp, "step": step}
            for key, value, timestamp, step in logged.metrics
        ]
    if logged.params:
        data["params"] = tags_json(logged.params)
    if logged.tags:
        data["tags"] = tags_json(logged.tags)
    given: dict[str, Any] = {}
    made: dict[str, Any] = {}
    if inputs is not None:
        if inputs.datasets:
            given["dataset_inputs"] = [
                {
                    **({"tags": tags_json(list(item.tags.items()))} if item.tags else {}),
                    "dataset": {name: value for name, value in item.dataset._asdict().items() if value is not None},
                }
                for item in inputs.datasets
            ]
        if inputs.models:
            given["model_inputs"] = [{"model_id": model_id} for model_id in inputs.models]
        if inputs.outputs:
            made["model_outputs"] = [{"model_id": model_id, "step": step} for model_id, step in inputs.outputs]
    return msgspec.json.encode({"info": run_info(run), "data": data, "inputs": given, "outputs": made})


def tags_json(items: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in items]
