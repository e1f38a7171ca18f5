"""Runs and histories as JSON, kept in memory while they are true.

A run has a revision that counts its changes, read in the same transaction as everything else; a document is looked up
with it, so it is never stale, on any number of servers. The cost of a page of runs is then the cost of finding them.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import msgspec

from modelyard.server.db.raw import Raw
from modelyard.server.tracking.inputs.queries import Inputs, list_inputs
from modelyard.server.tracking.runs.queries import Logged, Run, list_logged

_MAX_BYTES = 64 * 1024 * 1024


class RunDocuments:
    """Encoded runs and encoded histories of metrics, at most 64 MiB of each."""

    def __init__(self) -> None:
        self._runs = _Documents(_MAX_BYTES)
        self._histories = _Documents(_MAX_BYTES)

    def list(self, raw: Raw, runs: Sequence[Run]) -> list[bytes]:
        documents = [self._runs.find(run.run_id, _version(run)) for run in runs]
        absent = [run for run, document in zip(runs, documents, strict=True) if document is None]
        if absent:
            ids = [run.id for run in absent]
            logged = list_logged(raw, ids)
            inputs = list_inputs(raw, ids)
            encoded = {run.run_id: encode_run(run, logged[run.id], inputs.get(run.id)) for run in absent}
            for run in absent:
                self._runs.keep(run.run_id, _version(run), encoded[run.run_id])
            documents = [document or encoded[run.run_id] for run, document in zip(runs, documents, strict=True)]
        return [document for document in documents if document is not None]

    def history(self, run: Run, key: str, make: Callable[[], bytes]) -> bytes:
        """The whole history of a metric, made when it is not kept."""
        return self._histories.get((run.run_id, key), _version(run), make)


def _version(run: Run) -> Hashable:
    return run.revision, run.experiment_stage


class _Documents:
    """Documents by key, each at one version, the least recently used forgotten first. Safe for threads."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._documents: OrderedDict[Hashable, tuple[Hashable, bytes]] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable, version: Hashable, make: Callable[[], bytes]) -> bytes:
        document = self.find(key, version)
        if document is None:
            document = make()
            self.keep(key, version, document)
        return document

    def find(self, key: Hashable, version: Hashable) -> bytes | None:
        with self._lock:
            kept = self._documents.get(key)
            if kept is None or kept[0] != version:
                return None
            self._documents.move_to_end(key)
            return kept[1]

    def keep(self, key: Hashable, version: Hashable, document: bytes) -> None:
        with self._lock:
            before = self._documents.pop(key, None)
            if before is not None:
                self._bytes -= len(before[1])
            self._documents[key] = (version, document)
            self._bytes += len(document)
            while self._bytes > self._max_bytes:
                _, (_, forgotten) = self._documents.popitem(last=False)
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
    run_inputs: dict[str, Any] = {}
    run_outputs: dict[str, Any] = {}
    if inputs is not None:
        if inputs.datasets:
            run_inputs["dataset_inputs"] = [
                {
                    **({"tags": tags_json(list(item.tags.items()))} if item.tags else {}),
                    "dataset": {name: value for name, value in item.dataset._asdict().items() if value is not None},
                }
                for item in inputs.datasets
            ]
        if inputs.models:
            run_inputs["model_inputs"] = [{"model_id": model_id} for model_id in inputs.models]
        if inputs.outputs:
            run_outputs["model_outputs"] = [{"model_id": model_id, "step": step} for model_id, step in inputs.outputs]
    return msgspec.json.encode({"info": run_info(run), "data": data, "inputs": run_inputs, "outputs": run_outputs})


def tags_json(items: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in items]
