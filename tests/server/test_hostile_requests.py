"""Whatever is asked of the native API, the answer is not a mistake of the server."""

import asyncio
import itertools
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from modelyard.server.app import create_api
from modelyard.server.settings import Settings
from tests.server.tracking.logged import Logged
from tests.support.hostile import FRAGMENTS, paths, with_fragment
from tests.support.server import ModelyardServer

API = create_api(Settings(data_dir=Path("unused")), asyncio.Event()).openapi()
SCHEMAS = API["components"]["schemas"]
WORKERS_ONLY = "jobs"
OPERATIONS = [
    (method, path, operation)
    for path, methods in API["paths"].items()
    for method, operation in methods.items()
    if WORKERS_ONLY not in operation["tags"] and not path.endswith("/events")
]
VALUES = [
    "\0",
    "'%",
    "\\",
    "9" * 30,
    "9" * 5000,
    "^" + "9" * 5000,
    "http://[",
    "-1",
    "NaN",
    "x" * 5000,
    "٣\U0001f600",
    "../..",
    "",
]
LONG = "x" * 100_000


def bodies(operation: dict[str, Any]) -> list[bytes]:
    """Bodies that do not fit, and the example with one place after the other made strange, in different ways."""
    described = operation["requestBody"]["content"].get("application/json")
    plain = [b"null", b"[]", b"{}", *(text.encode() for text in FRAGMENTS.values())]
    if described is None:
        return plain
    schema = described["schema"]
    example = SCHEMAS.get(schema.get("$ref", "").rpartition("/")[2], schema).get("examples", [{}])[0]
    turns = itertools.cycle([*FRAGMENTS.values(), json.dumps(LONG)])
    changed = [
        with_fragment(example, place, text)
        for place in [("unknown",), *paths(example)]
        for text in itertools.islice(turns, 6)
    ]
    return [*plain, *changed]


@pytest.fixture(scope="module")
def logged(server: ModelyardServer) -> Iterator[Logged]:
    """A project with something of each kind, shared: nothing that is asked here changes it."""
    project = f"p-{uuid.uuid4().hex[:10]}"
    with server.client() as http:
        http.post("projects", json={"name": project}).raise_for_status()
        http.post(f"projects/{project}/models", json={"name": "a"}).raise_for_status()
        yield Logged(server, http, project)


@pytest.fixture(scope="module")
def known(logged: Logged) -> dict[str, str]:
    """Values of path parameters that name something."""
    experiment = logged.experiment("e")
    run = logged.run(experiment, metrics={"m": [1.0, 2.0]})
    return {"project": logged.project, "run_id": run, "experiment_id": experiment}


@pytest.mark.parametrize(
    ("method", "path", "operation"), OPERATIONS, ids=[f"{method} {path}" for method, path, _ in OPERATIONS]
)
def test_no_request_is_a_mistake_of_the_server(
    logged: Logged, known: dict[str, str], method: str, path: str, operation: dict[str, Any]
):
    parameters = operation.get("parameters", [])
    named = [item["name"] for item in parameters if item["in"] == "path" and item["name"] != "project"]
    queried = [item["name"] for item in parameters if item["in"] == "query"]
    asked: list[tuple[dict[str, str], dict[str, str], bytes | None]] = [
        ({name: value}, {}, None) for name, value in itertools.product(named, VALUES) if value
    ]
    asked += [({}, {name: value}, None) for name, value in itertools.product(queried, VALUES)]
    if "requestBody" in operation:
        asked += [({}, {}, body) for body in bodies(operation)]
    for places, query, body in asked:
        filled = {**dict.fromkeys(re.findall(r"{(\w+)", path), "a"), **known, **places}
        url = re.sub(r"{(\w+)(:path)?}", lambda match: quote(filled[match.group(1)], safe=""), path)  # noqa: B023
        content = body if body is not None or "requestBody" not in operation else b"null"
        params = {"run": known["run_id"], **query} if "run" in queried else query
        headers = {"Content-Type": "application/json"}
        relative = url.removeprefix("/api/v1/")
        answer = logged.http.request(method.upper(), relative, params=params, content=content, headers=headers)
        assert answer.status_code < 500, (url[-80:], query, repr(body)[:200], answer.text)
