"""Bodies of requests to the native API: bounded before they are read, and few mistakes named of many."""

import json
import time
from typing import Any

import httpx
import pytest

from tests.support.hostile import FRAGMENTS, with_fragment
from tests.support.raw_http import RawClient
from tests.support.server import ModelyardServer

MIB = 1024 * 1024


def post(http: httpx.Client, path: str, content: bytes) -> httpx.Response:
    return http.post(path, content=content, headers={"Content-Type": "application/json"})


def error(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()["error"]
    assert (answer.status_code, found["code"]) == (status, code), answer.text[:300]
    return found


def test_a_body_of_more_than_a_mebibyte_is_refused(http: httpx.Client):
    said = error(post(http, "projects", json.dumps({"name": "x" * MIB}).encode()), 413, "too_large")
    assert "1,048,576 bytes" in said["message"]


def test_a_body_without_end_is_refused_while_it_comes(server: ModelyardServer):
    with RawClient(int(server.url.rpartition(":")[2])) as client:
        head = "POST /api/v1/projects HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        client.send(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        for _ in range(20):
            client.send(b"10000\r\n" + b" " * 65536 + b"\r\n")
        assert client.read_answer().status == 413


def test_a_config_may_be_larger(http: httpx.Client, project: str):
    body = {"dataset": "none", "config": {"input_features": [{"name": "x" * 100} for _ in range(20_000)]}}
    content = json.dumps(body).encode()
    assert len(content) > 2 * MIB
    error(post(http, f"projects/{project}/config/validate", content), 404, "not_found")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("projects", {f"k{index}": 1 for index in range(60_000)}),
        ("projects", {"name": "x", **{f"k{index}": 1 for index in range(20)}}),
        ("projects/default/webhooks", {"name": "x", "url": "https://example.com", "events": ["a"] * 150_000}),
        ("projects/default/runs/delete", {"ids": [1] * 300_000}),
        ("projects/default/runs/delete", {"ids": [1] * 1000}),
    ],
    ids=["many unknown", "some unknown", "many items", "very many items", "some items"],
)
def test_of_many_mistakes_few_are_named_and_soon(http: httpx.Client, path: str, body: dict[str, Any]):
    began = time.monotonic()
    answer = post(http, path, json.dumps(body).encode())
    assert time.monotonic() - began < 5
    assert 1 <= len(error(answer, 400, "invalid_argument")["problems"]) <= 20
    assert len(answer.content) < 20_000


def test_of_many_mistakes_in_an_address_few_are_named(http: httpx.Client):
    answer = http.get("projects", params={f"k{index}": 1 for index in range(1000)})
    assert len(error(answer, 400, "invalid_argument")["problems"]) == 20


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("nested without end", "nested too deep"),
        ("nested deep", "nested more than 100 deep"),
        ("a number beyond all", "not valid JSON"),
        ("a number of 5,000 digits", "not valid JSON"),
        ("half of a character", "half of a character"),
    ],
)
@pytest.mark.parametrize("field", ["name", "unknown"])
def test_json_that_nobody_can_keep_is_named_as_such(http: httpx.Client, fragment: str, said: str, field: str):
    answer = post(http, "projects", with_fragment({"name": "x"}, (field,), FRAGMENTS[fragment]))
    assert said in error(answer, 400, "invalid_argument")["message"]


def test_json_may_be_nested_as_deep_as_anybody_needs(http: httpx.Client, project: str):
    deep: Any = 1
    for _ in range(90):
        deep = [deep]
    body = json.dumps({"dataset": "none", "config": {"deep": deep}}).encode()
    error(post(http, f"projects/{project}/config/validate", body), 404, "not_found")
