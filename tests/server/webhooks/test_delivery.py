"""What happens is told: signed, again when it fails, under one id, and written down."""

import socket
import time
import uuid
from collections.abc import Callable
from email.utils import formatdate
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.server.webhooks.conftest import Hooks
from tests.support.receiver import SETTINGS, Answer, Receiver, receiving
from tests.support.server import ModelyardServer
from tests.support.waiting import wait_until

SECRET = "s3cret-of-the-hook"


def ended(hooks: Hooks, hook: dict[str, Any], state: str, count: int = 1) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = wait_until(
        lambda: len(found := hooks.deliveries(hook, state=state)) >= count and found
    )
    return listed


def test_an_event_arrives_signed_and_is_in_the_log(hooks: Hooks, receiver: Receiver):
    hook = hooks.make(receiver.url, secret=SECRET)
    name = hooks.make_model()
    (request,) = receiver.wait_for(1)
    said = request.said
    assert (said["entity"], said["action"], said["workspace"]) == ("registered_model", "created", hooks.project)
    assert said["data"] == {"name": name, "tags": {}, "description": None}
    assert request.headers["content-type"] == "application/json"
    assert request.is_signed_with(SECRET)
    assert not request.is_signed_with("another")
    (delivery,) = ended(hooks, hook, "delivered")
    assert (delivery["id"], delivery["event"]) == (request.delivery_id, "registered_model.created")
    detail = hooks.delivery(hook, delivery["id"])
    assert detail["body"].encode() == request.body
    assert detail["headers"]["X-MLflow-Delivery-Id"] == delivery["id"]
    (attempt,) = detail["attempts"]
    assert (attempt["number"], attempt["response_status"], attempt["response_body"]) == (1, 200, "thanks")
    assert attempt["url"] == receiver.url
    assert hooks.http.get(f"{hooks.base}/{hook['id']}").json()["last_state"] == "delivered"


def test_without_a_secret_nothing_is_signed(hooks: Hooks, receiver: Receiver):
    assert hooks.make(receiver.url)["has_secret"] is False
    hooks.make_model()
    assert "x-mlflow-signature" not in receiver.wait_for(1)[0].headers


def test_every_event_of_models_and_prompts(hooks: Hooks, receiver: Receiver):
    events = [
        *("registered_model.created", "model_version.created", "model_version_tag.set", "model_version_tag.deleted"),
        *("model_version_alias.created", "model_version_alias.deleted", "prompt.created", "prompt_version.created"),
        *("prompt_tag.set", "prompt_tag.deleted", "prompt_version_tag.set", "prompt_version_tag.deleted"),
        *("prompt_alias.created", "prompt_alias.deleted"),
    ]
    hooks.make(receiver.url, *events)
    tags = [{"key": "team", "value": "a"}]
    is_prompt = {"key": "mlflow.prompt.is_prompt", "value": "true"}
    text = {"key": "mlflow.prompt.text", "value": "Hi {{you}}"}
    hooks.call("POST", "registered-models/create", name="m", tags=tags, description="d")
    hooks.call("POST", "model-versions/create", name="m", source="s3://b/x", run_id="r1", tags=tags)
    hooks.call("POST", "registered-models/create", name="p", tags=[*tags, is_prompt])
    hooks.call("POST", "model-versions/create", name="p", source="dummy-source", tags=[is_prompt, text])
    for model in ("m", "p"):
        hooks.call("POST", "registered-models/set-tag", name=model, key="k", value="v")
        hooks.call("DELETE", "registered-models/delete-tag", name=model, key="k")
        hooks.call("POST", "model-versions/set-tag", name=model, version="1", key="k", value="v")
        hooks.call("DELETE", "model-versions/delete-tag", name=model, version="1", key="k")
        hooks.call("POST", "registered-models/alias", name=model, alias="a", version="1")
        hooks.call("DELETE", "registered-models/alias", name=model, alias="a")
    received = receiver.wait_for(len(events))
    told = {f"{said['entity']}.{said['action']}": said["data"] for said in (each.said for each in received)}
    tag = {"version": "1", "key": "k"}
    assert told == {
        "registered_model.created": {"name": "m", "tags": {"team": "a"}, "description": "d"},
        "model_version.created": {
            "name": "m",
            "version": "1",
            "source": "s3://b/x",
            "run_id": "r1",
            "tags": {"team": "a"},
            "description": None,
        },
        "model_version_tag.set": {"name": "m", **tag, "value": "v"},
        "model_version_tag.deleted": {"name": "m", **tag},
        "model_version_alias.created": {"name": "m", "alias": "a", "version": "1"},
        "model_version_alias.deleted": {"name": "m", "alias": "a"},
        "prompt.created": {"name": "p", "tags": {"team": "a"}, "description": None},
        "prompt_version.created": {
            "name": "p",
            "version": "1",
            "template": "Hi {{you}}",
            "tags": {},
            "description": None,
        },
        "prompt_tag.set": {"name": "p", "key": "k", "value": "v"},
        "prompt_tag.deleted": {"name": "p", "key": "k"},
        "prompt_version_tag.set": {"name": "p", **tag, "value": "v"},
        "prompt_version_tag.deleted": {"name": "p", **tag},
        "prompt_alias.created": {"name": "p", "alias": "a", "version": "1"},
        "prompt_alias.deleted": {"name": "p", "alias": "a"},
    }
    assert len(received) == len(events)


def test_an_alias_that_goes_with_its_version_is_told_of(hooks: Hooks, receiver: Receiver):
    hooks.make(receiver.url, "model_version_alias.deleted")
    hooks.call("POST", "registered-models/create", name="m")
    hooks.call("POST", "model-versions/create", name="m", source="s3://b/x")
    hooks.call("POST", "registered-models/alias", name="m", alias="prod", version="1")
    hooks.call("DELETE", "model-versions/delete", name="m", version="1")
    assert receiver.wait_for(1)[0].said["data"] == {"name": "m", "alias": "prod"}


def test_only_what_was_asked_for_of_this_project_is_told(hooks: Hooks, receiver: Receiver):
    hooks.make(receiver.url, "model_version.created")
    other = f"p-{uuid.uuid4().hex[:10]}"
    hooks.http.post("projects", json={"name": other}).raise_for_status()
    elsewhere = Hooks(hooks.http, other)
    elsewhere.make_model("m")
    elsewhere.call("POST", "model-versions/create", name="m", source="s3://b/elsewhere")
    hooks.make_model("m")
    refused = hooks.http.post(f"{hooks.mlflow}/model-versions/create", json={"name": "m", "source": "/etc/passwd"})
    assert refused.status_code == 400
    hooks.call("POST", "model-versions/create", name="m", source="s3://b/x")
    assert [each.said["data"]["source"] for each in receiver.wait_for(1)] == ["s3://b/x"]


def test_a_refused_delivery_is_tried_again_under_the_same_id_with_a_fresh_signature(hooks: Hooks, receiver: Receiver):
    receiver.answers = [Answer(500, body=b"oops"), Answer(503), Answer(429), Answer(200)]
    hook = hooks.make(receiver.url, secret=SECRET)
    hooks.make_model()
    received = receiver.wait_for(4)
    assert len({request.delivery_id for request in received}) == 1
    assert len({request.body for request in received}) == 1
    assert all(request.is_signed_with(SECRET) for request in received)
    (delivery,) = ended(hooks, hook, "delivered")
    tried = hooks.delivery(hook, delivery["id"])["attempts"]
    assert [attempt["response_status"] for attempt in tried] == [500, 503, 429, 200]
    assert [attempt["response_body"] for attempt in tried][:1] == ["oops"]
    waits = [later.at - earlier.at for earlier, later in pairwise(received)]
    assert waits[0] >= 0.05
    assert waits[1] >= 0.2
    assert waits[2] >= 0.8


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_receiver_that_asks_to_be_left_alone_is(hooks: Hooks, receiver: Receiver, form: str):
    # A date has whole seconds, and does not become later while the webhook is made.
    value, began = "2" if form == "seconds" else formatdate(time.time() + 3, usegmt=True), time.monotonic()
    receiver.answers = [Answer(429, (("retry-after", value),)), Answer(200)]
    hooks.make(receiver.url)
    hooks.make_model()
    first, second = receiver.wait_for(2)
    assert second.at - (first.at if form == "seconds" else began) >= 1.9


@pytest.mark.parametrize("status", [400, 401, 404, 410])
def test_what_is_wrong_for_good_is_not_tried_again_but_can_be_replayed(hooks: Hooks, receiver: Receiver, status: int):
    receiver.answers = [Answer(status)]
    hook = hooks.make(receiver.url)
    hooks.make_model()
    (failed,) = ended(hooks, hook, "failed")
    assert (failed["attempt_count"], failed["response_status"]) == (1, status)
    assert str(status) in failed["error"]
    receiver.answers = [Answer(200)]
    assert hooks.replay(hook, failed["id"])["state"] == "waiting"
    (delivered,) = ended(hooks, hook, "delivered")
    assert (delivered["id"], delivered["attempt_count"], delivered["error"]) == (failed["id"], 2, None)
    first, second = receiver.received
    assert (first.delivery_id, first.body) == (second.delivery_id, second.body)


def test_a_redirect_is_not_followed(hooks: Hooks, receiver: Receiver):
    with receiving() as inside:
        receiver.answers = [Answer(307, (("location", inside.url),))]
        hook = hooks.make(receiver.url)
        hooks.make_model()
        (failed,) = ended(hooks, hook, "failed")
        assert inside.url in failed["error"]
        assert inside.received == []


def test_a_receiver_that_comes_back_gets_what_it_missed(hooks: Hooks):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    hook = hooks.make(f"http://127.0.0.1:{port}/hook")
    name = hooks.make_model()
    waiting = wait_until(lambda: [each for each in hooks.deliveries(hook) if each["attempt_count"] > 0])
    assert waiting[0]["state"] == "waiting"
    with receiving(port=port) as back:
        assert back.wait_for(1)[0].said["data"]["name"] == name
        ended(hooks, hook, "delivered")


def test_a_disabled_webhook_is_told_nothing_and_what_waits_is_given_up(hooks: Hooks, receiver: Receiver):
    receiver.answers = [Answer(500, (("retry-after", "600"),))]
    hook = hooks.make(receiver.url)
    hooks.make_model()
    receiver.wait_for(1)
    hooks.http.patch(f"{hooks.base}/{hook['id']}", json={"status": "disabled"}).raise_for_status()
    (given_up,) = ended(hooks, hook, "failed")
    refused = hooks.http.post(f"{hooks.base}/{hook['id']}/deliveries/{given_up['id']}/replay")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "invalid_state")
    hooks.make_model()
    receiver.answers = [Answer(200)]
    hooks.http.patch(f"{hooks.base}/{hook['id']}", json={"status": "active"}).raise_for_status()
    last = hooks.make_model()
    assert receiver.wait_for(2)[1].said["data"]["name"] == last
    assert len(ended(hooks, hook, "delivered")) == 1


def test_a_slow_receiver_does_not_hold_up_the_others(hooks: Hooks, receiver: Receiver):
    with receiving() as slow:
        slow.answers = [Answer(after_seconds=3)]
        hooks.make(slow.url)
        hooks.make(receiver.url)
        for _ in range(40):
            hooks.make_model()
        began = time.monotonic()
        receiver.wait_for(40)
        assert time.monotonic() - began < 20
        assert len(slow.received) < 40


def test_a_test_sends_an_example_once_and_says_what_came_back(hooks: Hooks, receiver: Receiver):
    receiver.answers = [Answer(500, body=b"\xffnot today" + b"x" * 20_000)]
    hook = hooks.make(receiver.url, "model_version.created", secret=SECRET)
    answer = hooks.http.post(f"{hooks.base}/{hook['id']}/test", json={}).json()
    assert (answer["success"], answer["response_status"]) == (False, 500)
    assert answer["response_body"].startswith("\N{REPLACEMENT CHARACTER}not today")
    assert len(answer["response_body"]) <= 8192
    (request,) = receiver.received
    assert request.is_signed_with(SECRET)
    assert request.said["data"]["name"] == "example_model"
    receiver.answers = [Answer(204, body=b"")]
    chosen = hooks.http.post(f"{hooks.base}/{hook['id']}/test", json={"event": "prompt.created"}).json()
    assert (chosen["success"], chosen["error"]) == (True, None)
    assert receiver.received[1].said["entity"] == "prompt"
    assert hooks.deliveries(hook) == []


@pytest.fixture
def frail(new_server: Callable[..., ModelyardServer]) -> ModelyardServer:
    return new_server(**{**SETTINGS, "webhook_timeout_seconds": 2, "webhook_attempts": 3})


def test_what_was_answered_is_told_although_the_server_was_killed(frail: ModelyardServer, receiver: Receiver):
    """Killed while deliveries are on their way: what may have arrived comes again under its id, the rest comes."""
    receiver.answers = [Answer(after_seconds=1.5)]
    frail.start()
    with frail.client() as http:
        hooks = Hooks(http, "default")
        hook = hooks.make(receiver.url, secret=SECRET)
        names = {hooks.make_model() for _ in range(20)}
    frail.kill()
    before = {request.delivery_id: request.body for request in receiver.received}
    assert len(before) < 20
    receiver.answers = [Answer()]
    frail.restart()
    wait_until(lambda: {request.said["data"]["name"] for request in receiver.received} == names)
    with frail.client() as http:
        ended(Hooks(http, "default"), hook, "delivered", 20)
    bodies: dict[str, set[bytes]] = {}
    for request in receiver.received:
        bodies.setdefault(request.delivery_id, set()).add(request.body)
    assert len(bodies) == 20
    assert all(len(sent) == 1 for sent in bodies.values())
    assert before.keys() <= bodies.keys()
    assert all(request.is_signed_with(SECRET) for request in receiver.received)


def test_a_delivery_fails_after_the_last_attempt(frail: ModelyardServer, receiver: Receiver):
    receiver.answers = [Answer(after_seconds=5)]
    frail.start()
    with frail.client() as http:
        hooks = Hooks(http, "default")
        hook = hooks.make(receiver.url)
        hooks.make_model()
        (failed,) = ended(hooks, hook, "failed")
        assert (failed["attempt_count"], failed["response_status"]) == (3, None)
        assert "2 s" in failed["error"]


def test_a_version_trained_here_is_told_of_when_it_is_ready(hooks: Hooks, receiver: Receiver):
    hooks.make(receiver.url, "model_version.created", "registered_model.created")
    base = f"projects/{hooks.project}"
    rows = b"x,colour,y\n" + b"".join(b"%d,%s,%d\n" % (n, b"red" if n % 3 else b"blue", n % 2) for n in range(60))
    upload = hooks.http.post(f"{base}/datasets/t/versions", params={"filename": "t.csv"}, content=rows)
    assert upload.status_code == 201, upload.text
    config = hooks.http.post(f"{base}/config/detect", json={"dataset": "t", "target": "y"}).json()["config"]
    config = {**config, "model_type": "linear", "trainer": {}}
    started = hooks.http.post(f"{base}/models/m/versions", json={"config": config, "dataset": "t"})
    assert started.status_code == 201, started.text
    _, version = receiver.wait_for(2, seconds=100)
    assert hooks.http.get(f"{base}/models/m/versions/1").json()["status"] == "Ready"
    data = version.said["data"]
    assert (data["name"], data["version"]) == ("m", "1")
    uri = httpx.get(f"{hooks.mlflow}/model-versions/get-download-uri", params={"name": "m", "version": "1"}).json()
    assert data["source"] == uri["artifact_uri"]
