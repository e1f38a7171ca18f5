"""Lists, searches, live events and signed addresses show nothing that the caller may not see, also when rights end."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, get_args

import httpx
import pytest

from modelyard.server.access.kinds import PERMISSIONS_OF_EVENTS, PERMISSIONS_OF_OBJECTS
from modelyard.wire.events import EVENT_KINDS, ObjectChanged
from modelyard.wire.projects import ObjectKind
from tests.server.access.conftest import HIDDEN, READ, TEAM, USERS, calling
from tests.support.identities import GuardedServer

ROWS = "".join(f"{index},{index % 2}\n" for index in range(60))
CONFIG = {"input_features": [{"name": "a", "type": "number"}], "output_features": [{"name": "b", "type": "binary"}]}


@pytest.fixture
def admin(own_guarded: GuardedServer) -> Iterator[httpx.Client]:
    with calling(own_guarded, "admin") as client:
        yield client


@pytest.fixture
def caller(own_guarded: GuardedServer) -> Iterator[Callable[..., httpx.Client]]:
    """Makes the client of a user `u` with these rights."""
    clients = []

    def make(**rights: list[str]) -> httpx.Client:
        own_guarded.allow({**USERS, "u": {name.replace("server", ""): names for name, names in rights.items()}})
        clients.append(calling(own_guarded, "u"))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


def fill(admin: httpx.Client, project: str) -> None:
    """A dataset, a model, a run and a webhook, all named `thing`."""
    api = f"/api/v1/projects/{project}"
    admin.post(
        f"{api}/datasets/thing/versions", params={"filename": "t.csv"}, content=f"a,b\n{ROWS}"
    ).raise_for_status()
    admin.post(f"{api}/models", json={"name": "thing"}).raise_for_status()
    hook = {"url": "http://127.0.0.1:9/thing", "name": "thing", "events": ["model_version_tag.deleted"]}
    admin.post(f"{api}/webhooks", json=hook).raise_for_status()
    experiment = admin.post(f"{api}/experiments", json={"name": "thing"}).json()["id"]
    run = {"experiment_id": experiment, "run_name": "thing"}
    admin.post(f"/projects/{project}/api/2.0/mlflow/runs/create", json=run).raise_for_status()


def train(admin: httpx.Client, project: str) -> None:
    body = {"dataset": "thing", "config": CONFIG}
    admin.post(f"/api/v1/projects/{project}/models/thing/versions", json=body).raise_for_status()


def test_projects_and_queues_are_those_that_the_caller_may_see(
    admin: httpx.Client, caller: Callable[..., httpx.Client]
):
    user = caller(server=["server:projects:read", "server:engines:read"], team=[READ, "project:models:read"])
    assert [item["name"] for item in user.get("/api/v1/projects").json()] == [TEAM]
    assert {item["name"] for item in admin.get("/api/v1/projects").json()} == {"default", TEAM, HIDDEN}
    fill(admin, HIDDEN)
    train(admin, HIDDEN)
    (engine,) = admin.get("/api/v1/engines").json()
    assert [job["project"] for job in engine["jobs"]] == [HIDDEN], "the training has not ended yet"
    for shown in (user.get("/api/v1/engines").json()[0], user.get("/api/v1/engines/local").json()):
        assert (shown["jobs"], shown["running"], shown["queued"]) == ([], 0, 0)


@pytest.mark.parametrize(
    ("right", "kinds"),
    [
        ("project:datasets:read", {"dataset"}),
        ("project:models:read", {"model"}),
        ("project:experiments:read", {"run"}),
        ("project:settings:write", set()),
    ],
)
def test_a_search_finds_what_the_caller_may_read(
    admin: httpx.Client, caller: Callable[..., httpx.Client], right: str, kinds: set[str]
):
    fill(admin, TEAM)
    user = caller(team=[READ, right])
    for text in ("thing", ""):
        hits = user.get(f"/api/v1/projects/{TEAM}/search", params={"q": text}).json()["hits"]
        assert {hit["kind"] for hit in hits} == (kinds if text else kinds - {"run"})
    everything = admin.get(f"/api/v1/projects/{TEAM}/search", params={"q": "thing"}).json()["hits"]
    assert {hit["kind"] for hit in everything} == {"dataset", "model", "run"}


def test_the_audit_record_tells_of_what_the_caller_may_read(admin: httpx.Client, caller: Callable[..., httpx.Client]):
    fill(admin, TEAM)
    user = caller(team=[READ, "project:activity:read", "project:datasets:read"])
    record = f"/api/v1/projects/{TEAM}/activity"
    assert {line["object_kind"] for line in user.get(record).json()["items"]} == {"project", "dataset"}
    assert user.get(record, params={"object_kind": "model"}).json()["items"] == []
    kinds = {line["object_kind"] for line in admin.get(record).json()["items"]}
    assert kinds >= {"project", "dataset", "model", "webhook", "experiment", "run"}
    page, seen = user.get(record, params={"limit": 1}).json(), 0
    while page["next_page_token"] is not None:
        seen += len(page["items"])
        page = user.get(record, params={"limit": 1, "page_token": page["next_page_token"]}).json()
    assert seen + len(page["items"]) == len(user.get(record).json()["items"])


def test_the_audit_record_keeps_the_users_id_beside_the_name(admin: httpx.Client, caller: Callable[..., httpx.Client]):
    user = caller(team=[READ, "project:models:write", "project:experiments:write"])
    experiment = user.post(f"/api/v1/projects/{TEAM}/experiments", json={"name": "of the user"}).json()["id"]
    run = {"experiment_id": experiment}
    user.post(f"/projects/{TEAM}/api/2.0/mlflow/runs/create", json=run).raise_for_status()
    user.post(f"/api/v1/projects/{TEAM}/models", json={"name": "thing"}).raise_for_status()
    number = user.get("/api/v1/me").json()["user_id"]
    lines = admin.get(f"/api/v1/projects/{TEAM}/activity").json()["items"]
    by_user = {(line["action"], line["actor_id"]) for line in lines if line["actor"] == "u"}
    assert by_user == {("experiment.created", number), ("run.created", number), ("model.created", number)}
    assert {line["actor_id"] for line in lines if line["actor"] == "admin"} == {100}


class Stream:
    """What a view is told, until its stream ends."""

    def __init__(self, client: httpx.Client, *topics: str) -> None:
        self.events: list[dict[str, Any]] = []
        self.ended = threading.Event()
        self._ready = threading.Event()
        threading.Thread(target=self._listen, args=(client, topics), daemon=True).start()
        assert self._ready.wait(30)

    def _listen(self, client: httpx.Client, topics: tuple[str, ...]) -> None:
        url = f"/api/v1/projects/{TEAM}/events"
        try:
            with client.stream("GET", url, params={"topic": topics}) as answer:
                for line in answer.iter_lines():
                    if line == "event: ready":
                        self._ready.set()
                    elif line.startswith("data: {") and line != "data: {}":
                        self.events.append(json.loads(line.removeprefix("data: ")))
        except httpx.TransportError:
            return
        self.ended.set()

    def until(self, kind: str) -> None:
        deadline = time.monotonic() + 30
        while not any(event["type"] == kind for event in self.events):
            assert time.monotonic() < deadline, self.events
            time.sleep(0.02)


def test_a_topic_needs_the_permission_to_read_what_it_tells_of(caller: Callable[..., httpx.Client]):
    user = caller(team=[READ, "project:datasets:read"])
    for topic, permission in {
        "models": "project:models:read",
        "version:thing/1": "project:models:read",
        "experiment:1": "project:experiments:read",
        "activity": "project:activity:read",
        "engines": "server:engines:read",
    }.items():
        answer = user.get(f"/api/v1/projects/{TEAM}/events", params={"topic": ["datasets", topic]})
        assert (answer.status_code, permission in answer.json()["error"]["message"]) == (403, True), topic


def test_an_event_is_told_to_who_may_read_what_it_is_about(admin: httpx.Client, caller: Callable[..., httpx.Client]):
    fill(admin, TEAM)
    user = caller(server=["server:engines:read"], team=[READ])
    seen, all_of_it = Stream(user, "engines"), Stream(admin, "engines")
    train(admin, TEAM)
    all_of_it.until("progress.changed")
    seen.until("object.changed")
    time.sleep(0.2)
    assert {(event["type"], event.get("kind")) for event in seen.events} == {("object.changed", "engine")}


def test_a_stream_ends_with_the_right(
    own_guarded: GuardedServer, admin: httpx.Client, caller: Callable[..., httpx.Client]
):
    user = caller(team=[READ, "project:datasets:read"])
    stream, other = Stream(user, "datasets"), Stream(admin, "datasets")
    own_guarded.allow({**USERS, "u": {TEAM: [READ]}})
    time.sleep(1.1)
    fill(admin, TEAM)
    other.until("object.changed")
    assert stream.ended.wait(10)
    assert stream.events == []
    assert user.get(f"/api/v1/projects/{TEAM}/events", params={"topic": "datasets"}).status_code == 403
    assert not other.ended.is_set()


def test_a_token_that_was_revoked_is_refused_within_a_second(
    own_guarded: GuardedServer, caller: Callable[..., httpx.Client]
):
    user = caller(team=[READ])
    assert user.get(f"/api/v1/projects/{TEAM}").status_code == 200
    own_guarded.allow(USERS)
    deadline = time.monotonic() + 1.5
    while user.get(f"/api/v1/projects/{TEAM}").status_code != 401:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_signed_address_ends_with_the_right_of_whoever_got_it(
    own_guarded: GuardedServer, caller: Callable[..., httpx.Client]
):
    right = {TEAM: [READ, "project:experiments:read", "project:experiments:write"]}
    user = caller(**right)
    proxy = f"/projects/{TEAM}/api/2.0/mlflow-artifacts"
    user.put(f"{proxy}/artifacts/x/y.txt", content=b"kept").raise_for_status()
    reading = user.get(f"{proxy}/presigned/x/y.txt").json()["url"]
    begun = user.post(f"{proxy}/mpu/create/x", json={"path": "z.txt", "num_parts": 1}).json()
    (part,) = [item["url"] for item in begun["credentials"]]
    assert httpx.get(reading, trust_env=False).content == b"kept"
    assert httpx.put(part, content=b"a part", trust_env=False).status_code == 200
    own_guarded.allow({**USERS, "u": {TEAM: [READ]}})
    time.sleep(1.1)
    for answer in (httpx.get(reading, trust_env=False), httpx.put(part, content=b"more", trust_env=False)):
        assert (answer.status_code, answer.json()["error_code"]) == (403, "PERMISSION_DENIED")
    own_guarded.allow(USERS)
    time.sleep(1.1)
    assert httpx.get(reading, trust_env=False).status_code == 401


def test_a_right_that_ends_while_a_table_comes_keeps_it_out(
    own_guarded: GuardedServer, admin: httpx.Client, caller: Callable[..., httpx.Client]
):
    user = caller(team=[READ, "project:datasets:write"])

    def body() -> Iterator[bytes]:
        yield b"a,b\n"
        own_guarded.allow({**USERS, "u": {TEAM: [READ]}})
        time.sleep(1.1)
        yield ROWS.encode()

    answer = user.post(f"/api/v1/projects/{TEAM}/datasets/late/versions", params={"filename": "t.csv"}, content=body())
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "permission_denied")
    assert admin.get(f"/api/v1/projects/{TEAM}/datasets").json()["items"] == []


def test_every_event_and_every_kind_of_object_has_its_permission():
    events = set(EVENT_KINDS) - {ObjectChanged}
    assert events == PERMISSIONS_OF_EVENTS.keys()
    kinds = {*get_args(ObjectKind), *get_args(ObjectChanged.model_fields["kind"].annotation)}
    assert kinds <= PERMISSIONS_OF_OBJECTS.keys()
