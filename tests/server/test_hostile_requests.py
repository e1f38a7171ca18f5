"""Whatever is asked of the native API, the answer is not a mistake of the server."""

import asyncio
import itertools
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from modelyard.server.app import create_api
from modelyard.server.settings import Settings
from tests.server.tracking.logged import Logged
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
VALUES = ["\0", "'%", "\\", "9" * 30, "-1", "NaN", "x" * 5000, "٣\U0001f600", "../..", ""]
TEXTS = ["\0", "\ud800", "x" * 100_000, ["a"], 10**40]


def bodies(operation: dict[str, Any]) -> list[Any]:
    """Bodies that do not fit, and the example with one field after the other made strange."""
    described = operation["requestBody"]["content"].get("application/json")
    if described is None:
        return [None]
    schema = described["schema"]
    example = SCHEMAS.get(schema.get("$ref", "").rpartition("/")[2], schema).get("examples", [{}])[0]
    changed = [{**example, field: value} for field, value in itertools.product(example, TEXTS)]
    nested = [
        {**example, field: {**inner, value: value}}
        for field, inner in example.items()
        if isinstance(inner, dict)
        for value in ("\0", "\ud800", "x" * 1000)
    ]
    return [None, [], {}, "\0", *changed, *nested]


@pytest.mark.parametrize(
    ("method", "path", "operation"), OPERATIONS, ids=[f"{method} {path}" for method, path, _ in OPERATIONS]
)
def test_no_request_is_a_mistake_of_the_server(
    server: ModelyardServer, http: httpx.Client, project: str, method: str, path: str, operation: dict[str, Any]
):
    logged = Logged(server, http, project)
    run = logged.run(logged.experiment("e"), metrics={"m": [1.0, 2.0]})
    http.post(f"projects/{project}/models", json={"name": "a"}).raise_for_status()
    known = {"project": project, "run_id": run, "experiment_id": logged.read(f"runs/{run}")["experiment_id"]}
    parameters = operation.get("parameters", [])
    named = [item["name"] for item in parameters if item["in"] == "path" and item["name"] != "project"]
    queried = [item["name"] for item in parameters if item["in"] == "query"]
    asked: list[tuple[dict[str, str], dict[str, str], Any]] = [
        ({name: value}, {}, {}) for name, value in itertools.product(named, VALUES) if value
    ]
    asked += [({}, {name: value}, {}) for name, value in itertools.product(queried, VALUES)]
    if "requestBody" in operation:
        asked += [({}, {}, body) for body in bodies(operation)]
    for places, query, body in asked:
        filled = {**dict.fromkeys(re.findall(r"{(\w+)", path), "a"), **known, **places}
        url = re.sub(r"{(\w+)(:path)?}", lambda match: quote(filled[match.group(1)], safe=""), path)  # noqa: B023
        content = json.dumps(body) if "requestBody" in operation else None
        params = {"run": run, **query} if "run" in queried else query
        headers = {"Content-Type": "application/json"}
        relative = url.removeprefix("/api/v1/")
        answer = http.request(method.upper(), relative, params=params, content=content, headers=headers)
        assert answer.status_code < 500, (url[-80:], query, repr(body)[:200], answer.text)
