"""Histories of metrics."""

import msgspec
from msgspec import Struct

from modelyard.server.access.permissions import Permission
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.protocols.mlflow.documents import number
from modelyard.server.protocols.mlflow.endpoints import Call, Endpoint, reads
from modelyard.server.protocols.mlflow.errors import invalid, missing
from modelyard.server.protocols.mlflow.limits import check_page_size, check_required, check_run_id
from modelyard.server.protocols.mlflow.messages import runs as messages
from modelyard.server.tracking.metrics import queries
from modelyard.server.tracking.metrics.queries import HistoryPoint
from modelyard.server.tracking.runs.queries import Run, get_run
from modelyard.server.tracking.runs.search import run_ids

_MAX_RUNS = 100
_MAX_POINTS = 25_000
_MAX_PAGE_SIZE = 100_000_000


def get_history(call: Call, request: messages.MetricHistory) -> object:
    key = check_required(request.metric_key, "metric_key", 100_000)
    run = get_run(call.raw, call.project_id, check_run_id(request.run_id or request.run_uuid))
    limit = None if request.max_results is None else check_page_size(request.max_results, 1, _MAX_PAGE_SIZE)

    def encode() -> bytes:
        return _encode_history(call, run, key, limit, request.page_token)

    return encode() if limit is not None or request.page_token else call.documents.history(run, key, encode)


def _encode_history(call: Call, run: Run, key: str, limit: int | None, page_token: str | None) -> bytes:
    rows, token = queries.list_history(call.raw, run.id, key, limit=limit, page_token=page_token)
    if not rows:
        return b"{}"
    metrics = [
        # An infinity less itself is NaN, which differs from 0.
        _Metric(key, value if value is not None and value - value == 0 else number(value), timestamp, step)
        for timestamp, step, value, *_ in rows
    ]
    return msgspec.json.encode(
        {"metrics": metrics} if token is None else {"metrics": metrics, "next_page_token": token}
    )


class _Metric(Struct, gc=False):
    """As fast to make and to encode as there is: a history has a hundred thousand."""

    key: str
    value: float | str
    timestamp: int
    step: int


def get_history_bulk(call: Call, request: messages.BulkHistory) -> object:
    key = check_required(request.metric_key, "metric_key", 100_000)
    _check_runs(request.run_id, "run_id")
    max_points = _MAX_POINTS if request.max_results is None else min(max(request.max_results, 0), _MAX_POINTS)
    points = (
        queries.list_bulk(call.raw, run_ids(call.raw, call.project_id, request.run_id), key, max_points)
        if max_points
        else []
    )
    return {"metrics": [_json(key, run_id, item) for run_id, item in points]}


def get_history_bulk_interval(call: Call, request: messages.BulkInterval) -> object:
    key = check_required(request.metric_key, "metric_key", 100_000)
    _check_runs(request.run_ids, "run_ids")
    max_points = check_page_size(request.max_results, 2500, 2500)
    if (request.start_step is None) != (request.end_step is None):
        raise InvalidArgument("If either start step or end step are specified, both must be specified.")
    steps = None
    if request.start_step is not None and request.end_step is not None:
        if request.start_step > request.end_step:
            raise invalid("end_step", request.end_step, f"it is before start_step, {request.start_step}.")
        steps = (request.start_step, request.end_step)
    metrics = [
        _json(key, run_id, item)
        for run, run_id in run_ids(call.raw, call.project_id, request.run_ids)
        for item in queries.list_interval(call.raw, run, key, steps, max_points)
    ]
    return {"metrics": metrics} if metrics else {}


def _check_runs(ids: list[str], parameter: str) -> None:
    if not ids:
        raise missing(parameter)
    if len(ids) > _MAX_RUNS:
        raise invalid(parameter, len(ids), f"at most {_MAX_RUNS} runs can be asked for.")


def _json(key: str, run_id: str, item: HistoryPoint) -> dict[str, object]:
    return {
        "key": key,
        "value": number(item.value),
        "timestamp": item.timestamp_ms,
        "step": item.step,
        "run_id": run_id,
    }


_READ = Permission.PROJECT_EXPERIMENTS_READ

ENDPOINTS: list[Endpoint] = [
    reads("GET", "metrics/get-history", messages.MetricHistory, get_history, _READ),
    reads("GET", "metrics/get-history-bulk", messages.BulkHistory, get_history_bulk, _READ),
    reads("GET", "metrics/get-history-bulk-interval", messages.BulkInterval, get_history_bulk_interval, _READ),
]
