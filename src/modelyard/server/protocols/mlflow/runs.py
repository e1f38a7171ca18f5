"""Runs: making, reading and searching them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from modelyard.server.access.permissions import Permission
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.filters import parse_filter, parse_order
from modelyard.server.protocols.mlflow.documents import run_info, tags_json
from modelyard.server.protocols.mlflow.endpoints import BatchedCall, Call, Endpoint, Together, enter_each, reads, writes
from modelyard.server.protocols.mlflow.errors import invalid
from modelyard.server.protocols.mlflow.experiments import stages_of
from modelyard.server.protocols.mlflow.limits import (
    check_experiment_id,
    check_experiment_ids,
    check_moment,
    check_page_size,
    check_run_id,
    check_run_tags,
    check_text,
)
from modelyard.server.protocols.mlflow.messages import runs as messages
from modelyard.server.tracking.experiments.queries import find_experiments
from modelyard.server.tracking.limits import NAME_TAG, RUN_STATUSES, status_fault
from modelyard.server.tracking.runs import queries, service
from modelyard.server.tracking.runs.conditions import RUNS
from modelyard.server.tracking.runs.search import RunSearch
from modelyard.server.tracking.runs.search import search_runs as search
from modelyard.wire.limits import MAX_NAME_LENGTH, MAX_USER_LENGTH

_DEFAULT_PAGE = 1000
_MAX_PAGE_SIZE = 50_000


def create_runs(connection: Connection, calls: Sequence[BatchedCall]) -> list[object]:
    raw = Raw(connection)
    scopes = enter_each(connection, calls)
    requests = [(scope.actor, scope.project_id, item.request) for item, scope in zip(calls, scopes, strict=True)]
    return [
        _created(run, new.tags) for run, (_, _, new) in zip(service.create_runs(raw, requests), requests, strict=True)
    ]


def _new_run(request: messages.CreateRun) -> service.NewRun:
    tags = check_run_tags(request.tags)
    name = check_text(request.run_name, "run_name", MAX_NAME_LENGTH)
    return service.NewRun(
        check_experiment_id(request.experiment_id or "0"),
        name,
        check_text(request.user_id, "user_id", MAX_USER_LENGTH),
        now_ms() if request.start_time is None else check_moment(request.start_time, "start_time"),
        tags,
    )


def _created(run: queries.Run, tags: Mapping[str, str]) -> object:
    shown = {**tags, NAME_TAG: run.name}
    data = {"tags": tags_json(sorted(shown.items()))}
    return {"run": {"info": run_info(run), "data": data, "inputs": {}, "outputs": {}}}


def get_runs(connection: Connection, calls: Sequence[BatchedCall]) -> list[bytes]:
    raw = Raw(connection)
    scopes = enter_each(connection, calls)
    places = [(scope.project_id, item.request) for scope, item in zip(scopes, calls, strict=True)]
    runs = list(queries.get_runs(raw, places).values())
    documents = calls[0].documents.list(raw, runs)
    by_id = {run.run_id: document for run, document in zip(runs, documents, strict=True)}
    return [b'{"run":' + by_id[item.request] + b"}" for item in calls]


def _run_of(request: messages.RunRequest) -> str:
    return check_run_id(request.run_id or request.run_uuid)


def update_run(call: Call, request: messages.UpdateRun) -> object:
    run_id = check_run_id(request.run_id or request.run_uuid)
    run = service.update_run(
        call.raw,
        call.project_id,
        run_id,
        status=_status(request.status),
        ended_at=None if request.end_time is None else check_moment(request.end_time, "end_time"),
        name=check_text(request.run_name, "run_name", MAX_NAME_LENGTH),
    )
    return {"run_info": run_info(run)}


def _status(status: str | int | None) -> str | None:
    if status is None:
        return None
    name = RUN_STATUSES[status - 1] if isinstance(status, int) and 0 < status <= len(RUN_STATUSES) else str(status)
    fault = status_fault(name)
    if fault is not None:
        raise invalid("status", status, fault)
    return name


def delete_run(call: Call, request: messages.RunRequest) -> object:
    service.delete_run(call.raw, call.actor, call.project_id, _run_of(request))
    return {}


def restore_run(call: Call, request: messages.RunRequest) -> object:
    service.restore_run(call.raw, call.actor, call.project_id, _run_of(request))
    return {}


def search_runs(call: Call, request: messages.SearchRuns) -> object:
    runs, token = search(
        call.raw,
        RunSearch(
            experiments=find_experiments(call.raw, call.project_id, check_experiment_ids(request.experiment_ids)),
            expression=parse_filter(request.filter or "", RUNS),
            stages=stages_of(request.run_view_type, "run_view_type"),
            order=parse_order(request.order_by, RUNS),
            limit=check_page_size(request.max_results, _DEFAULT_PAGE, _MAX_PAGE_SIZE),
            page_token=request.page_token,
            ties_by_id=True,
        ),
    )
    if not runs:
        return {}
    body = b'{"runs":[' + b",".join(call.documents.list(call.raw, runs)) + b"]"
    # A token holds letters, digits, - and _: nothing that JSON escapes.
    return body + (b"}" if token is None else b',"next_page_token":"' + token.encode() + b'"}')


_READ, _WRITE, _DELETE = (
    Permission.PROJECT_EXPERIMENTS_READ,
    Permission.PROJECT_EXPERIMENTS_WRITE,
    Permission.PROJECT_EXPERIMENTS_DELETE,
)

ENDPOINTS: list[Endpoint] = [
    writes("POST", "runs/create", messages.CreateRun, Together(_new_run, create_runs), _WRITE, "run.created"),
    reads("GET", "runs/get", messages.RunRequest, Together(_run_of, get_runs), _READ),
    writes("POST", "runs/update", messages.UpdateRun, update_run, _WRITE),
    writes("POST", "runs/delete", messages.RunRequest, delete_run, _DELETE, "run.deleted"),
    writes("POST", "runs/restore", messages.RunRequest, restore_run, _DELETE, "run.restored"),
    reads("POST", "runs/search", messages.SearchRuns, search_runs, _READ),
]
