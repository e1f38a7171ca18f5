"""Page tokens of every list over HTTP: a position that somebody changed reaches no statement."""

import base64
import json
import re
from collections.abc import Callable

import httpx
import pytest

from tests.server.tracking.logged import Logged
from tests.support.server import ModelyardServer

CHANGES: list[Callable[[list[object]], list[object]]] = [
    lambda position: position[:-1],
    lambda position: [*position, 1],
    lambda position: [None for _ in position],
    lambda position: ["x" for _ in position],
    lambda position: [10**40 for _ in position],
    lambda position: [[] for _ in position],
]


@pytest.fixture
def logged(server: ModelyardServer, http: httpx.Client, project: str) -> Logged:
    made = Logged(server, http, project)
    for name in ("a", "b"):
        made.run(made.experiment(name), metrics={"m": [1.0, 2.0]})
        http.post(f"projects/{project}/models", json={"name": name}).raise_for_status()
    return made


@pytest.mark.parametrize("path", ["experiments", "models", "activity", "runs"])
def test_a_changed_position_is_refused(logged: Logged, path: str):
    url = f"projects/{logged.project}/{path}"
    token = logged.http.get(url, params={"limit": 1}).raise_for_status().json()["next_page_token"]
    content = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    found = re.search(rb'\["[0-9a-f]{12}"', content)  # after the signature, which may have any byte
    assert found is not None
    start = found.start()
    query, *position = json.loads(content[start:])
    for change in CHANGES:
        forged = content[:start] + json.dumps([query, *change(position)]).encode()
        for text in (forged, forged[start:]):
            params: dict[str, str | int] = {
                "limit": 1,
                "page_token": base64.urlsafe_b64encode(text).decode().rstrip("="),
            }
            answer = logged.http.get(url, params=params)
            assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_page_token"), text


def test_a_token_outlives_the_server(new_server: Callable[..., ModelyardServer]):
    server = new_server().start()
    with server.client() as http:
        for name in ("a", "b"):
            http.post("projects", json={"name": name}).raise_for_status()
            http.post("projects/a/models", json={"name": name}).raise_for_status()
        token = http.get("projects/a/models", params={"limit": 1}).json()["next_page_token"]
    server.kill()
    server.restart()
    with server.client() as http:
        answer = http.get("projects/a/models", params={"limit": 1, "page_token": token})
        assert answer.status_code == 200
        assert len(answer.json()["items"]) == 1
