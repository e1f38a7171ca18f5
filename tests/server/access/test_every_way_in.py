"""The access matrix: every way in, refused to whom it must be and open to who has its permission and no other."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from modelyard.server.access.permissions import Permission
from modelyard.server.protocols.mlflow import artifacts, transfers
from modelyard.server.protocols.mlflow.table import ENDPOINTS
from tests.server.access.conftest import TEAM, calling
from tests.server.access.ways import (
    KNOWN,
    NATIVE,
    OPEN,
    PROTOCOL,
    SIGNED,
    TRANSFERS,
    WITHOUT_CALLER,
    WORKER,
    permissions,
)
from tests.support.identities import GuardedServer

FILE = Path(__file__).parents[3] / "web" / "openapi.json"
ROOT = f"/projects/{TEAM}"
RUN = "0f6dbb2c5f9c4b44a8a3c1ce04b4ba5e"

QUERIES: dict[str, Any] = {
    "upload_dataset_version": {"filename": "iris.csv"},
    "stream_events": {"topic": "projects"},
    "get_run_curves": {"run": RUN},
    "compare_versions": {"v": 1},
    "diff_versions": {"other": 1},
    "list_import_items": {"kind": "run"},
}
"""What a route asks for in its address."""

FIELDS: dict[str, Any] = {"run_id": RUN, "key": "k", "timestamp": 1, "name": "m", "alias": "a"}
"""What rows of the protocol ask for before they look at anything else."""

HEADERS: dict[str, dict[str, str]] = {
    "predict": {"Content-Type": "application/json"},
    "put_job_file": {"X-Content-SHA256": "0" * 64},
}

EXPORT = {"content-type": "application/json", "x-mlflow-experiment-id": "1"}
SPAN = {"traceId": "ab" * 16, "spanId": "cd" * 8, "name": "s", "startTimeUnixNano": "1", "endTimeUnixNano": "2"}
SPANS = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [SPAN]}]}]}).encode()


@dataclass(frozen=True)
class Way:
    """A request by which a caller comes in."""

    name: str
    method: str
    path: str
    permission: str
    options: dict[str, Any] = field(default_factory=dict)

    def send(self, client: httpx.Client) -> tuple[int, str]:
        """The status and, of an error, the body; streams have no end."""
        with client.stream(self.method, self.path, **self.options) as answer:
            return answer.status_code, answer.read().decode() if answer.status_code >= 400 else ""


def _operations() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for path, methods in json.loads(FILE.read_text())["paths"].items():
        for method, operation in methods.items():
            yield operation["operationId"], method.upper(), path, operation


def _native() -> Iterator[Way]:
    schemas = json.loads(FILE.read_text())["components"]["schemas"]
    listed = permissions(NATIVE)
    for name, method, path, operation in _operations():
        filled = path.replace("{project}", TEAM)
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path" and parameter["name"] != "project":
                examples = parameter.get("examples") or parameter["schema"]["examples"]
                filled = filled.replace("{" + parameter["name"] + "}", str(examples[0]))
        options: dict[str, Any] = {"params": QUERIES.get(name), "headers": HEADERS.get(name)}
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        if "$ref" in schema:
            options["json"] = schemas[schema["$ref"].rpartition("/")[2]]["examples"][0]
        yield Way(name, method, filled, listed[name], options)


def _rows() -> Iterator[Way]:
    listed = permissions(PROTOCOL, ",")
    for endpoint in ENDPOINTS:
        name = f"{endpoint.method} {endpoint.version} {endpoint.path}"
        parts = (part if not part.startswith("{") else "none" for part in endpoint.path.split("/"))
        values = {**FIELDS, "value": 1.0 if endpoint.path == "runs/log-metric" else "v"}
        options = {"params": values} if endpoint.method == "GET" else {"json": values}
        path = f"{ROOT}/api/{endpoint.version}/mlflow/{'/'.join(parts)}"
        yield Way(name, endpoint.method, path, listed[name], options)


def _transfers() -> Iterator[Way]:
    for (method, path), permission in TRANSFERS.items():
        options: dict[str, Any] = {"headers": EXPORT, "content": SPANS} if method == "POST" else {}
        if method == "PUT" or "upload-artifact" in path:
            options = {"content": b"bytes"}
        elif "presigned-" in path:
            options["json"] = {"run_id": RUN, "path": "y.txt"}
            del options["content"]
        elif "/mpu/" in path:
            options["json"] = {"path": "y.txt", "num_parts": 1}
            del options["content"]
        yield Way(f"{method} {path}", method, ROOT + path, permission, options)


WAYS = [*_native(), *_rows(), *_transfers()]
GUARDED = [way for way in WAYS if ":" in way.permission]


def test_every_way_in_has_a_line():
    assert {name for name, *_ in _operations()} == permissions(NATIVE).keys()
    rows = {f"{endpoint.method} {endpoint.version} {endpoint.path}" for endpoint in ENDPOINTS}
    assert rows == permissions(PROTOCOL, ",").keys()
    paths = [path for _, path in TRANSFERS]
    for address in (*transfers.ACTIONS, *transfers.URLS, *artifacts.BY_PATH, *artifacts.OF_TRACES):
        assert any(
            address.replace("/ajax-api/2.0/mlflow/artifacts", "/api/2.0/mlflow/artifacts") in path
            for path in (*paths, SIGNED)
        ), address


def test_what_needs_no_caller(guarded: GuardedServer):
    with calling(guarded, "nobody") as http:
        for path in [*WITHOUT_CALLER, *(way.path for way in WAYS if way.permission == OPEN)]:
            assert http.get(path).status_code in (200, 404), path


@pytest.mark.parametrize("token", [None, "nobody"])
def test_who_is_not_known_is_refused_everywhere(guarded: GuardedServer, token: str | None):
    with calling(guarded, token) as http:
        wrong = [
            (way.name, status, text)
            for way in WAYS
            if way.permission != OPEN
            for status, text in [way.send(http)]
            if status != 401 or "nauthenticated" not in text.lower()
        ]
    assert not wrong, wrong


def test_who_may_not_see_a_project_is_told_that_there_is_none(guarded: GuardedServer):
    with calling(guarded, "stranger") as http:
        wrong = [
            (way.name, status, text)
            for way in GUARDED
            if way.permission.startswith("project:")
            for status, text in [way.send(http)]
            if status != 404 or f"There is no project '{TEAM}'" not in text
        ]
        hidden = http.get(f"/api/v1/projects/{TEAM}")
        absent = http.get("/api/v1/projects/absent")
    assert not wrong, wrong
    assert hidden.text.replace(TEAM, "absent") == absent.text


def test_who_lacks_the_permission_is_told_its_name(guarded: GuardedServer):
    with calling(guarded, "reader") as http:
        wrong = [
            (way.name, status, text)
            for way in GUARDED
            if way.permission != "project:project:read"
            for status, text in [way.send(http)]
            if status != 403 or way.permission not in text
        ]
    assert not wrong, wrong


def test_who_has_the_permission_and_no_other_comes_in(guarded: GuardedServer):
    wrong = []
    for way in GUARDED:
        with calling(guarded, way.permission) as http:
            status, text = way.send(http)
        if status == 401 or status >= 500 or "needs the permission" in text or "There is no project" in text:
            wrong.append((way.name, status, text))
    assert not wrong, wrong


def test_a_worker_comes_in_with_its_jobs_token_alone(guarded: GuardedServer):
    with calling(guarded, "admin") as http:
        statuses = {way.name: way.send(http)[0] for way in WAYS if way.permission == WORKER}
    assert set(statuses.values()) == {401}, statuses


def test_a_caller_is_told_what_they_may(guarded: GuardedServer):
    with calling(guarded, "project:models:train") as http:
        assert http.get("/api/v1/me").json()["permissions"] == []
        me = http.get(f"/api/v1/projects/{TEAM}/me").json()
        project = http.get(f"/api/v1/projects/{TEAM}").json()
    assert (me["name"], me["came_in"]) == ("project:models:train", "token")
    assert me["permissions"] == project["permissions"] == ["project:models:train", "project:project:read"]
    with calling(guarded, "admin") as http:
        assert http.get(f"/api/v1/projects/{TEAM}").json()["permissions"] == sorted(Permission)
        changed = http.patch(f"/api/v1/projects/{TEAM}", json={"description": "The team's"}).json()
        assert not any("permissions" in each for each in [changed, *http.get("/api/v1/projects").json()])
    with calling(guarded, "server:engines:read") as http:
        assert http.get("/api/v1/me").json()["permissions"] == ["server:engines:read"]
        assert http.get(f"/api/v1/projects/{TEAM}/me").status_code == 404
    assert KNOWN in NATIVE
