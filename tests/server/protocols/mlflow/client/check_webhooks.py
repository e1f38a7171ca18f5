"""Webhooks through the unmodified client, which also makes the signature that deliveries must carry."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities.webhook import WebhookEvent, WebhookStatus
from mlflow.exceptions import MlflowException
from mlflow.webhooks.delivery import _generate_hmac_signature
from mlflow.webhooks.types import get_example_payload_for_event

SECRET = "s3cret"


class Inbox:
    """What arrived: headers and body of each request."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/"
        self.status = 200
        self.arrived: list[tuple[dict[str, str], str]] = []

    def wait(self, count: int) -> list[dict[str, Any]]:
        deadline = time.monotonic() + 60
        while len(self.arrived) < count:
            assert time.monotonic() < deadline, f"{len(self.arrived)} of {count} arrived"
            time.sleep(0.05)
        for headers, body in self.arrived:
            made = _generate_hmac_signature(
                SECRET, headers["x-mlflow-delivery-id"], headers["x-mlflow-timestamp"], body
            )
            assert headers["x-mlflow-signature"] == made
        return [json.loads(body) for _, body in self.arrived]


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            box.arrived.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(box.status)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    box = Inbox(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield box
    server.shutdown()
    server.server_close()


def check_a_webhook_is_made_listed_changed_and_deleted(client: MlflowClient, name: str, inbox: Inbox):
    made = client.create_webhook(
        name, inbox.url, ["model_version.created", WebhookEvent("prompt", "created")], description="d", secret=SECRET
    )
    assert (made.name, made.url, made.description, made.status) == (name, inbox.url, "d", WebhookStatus.ACTIVE)
    assert {str(event) for event in made.events} == {"model_version.created", "prompt.created"}
    assert (made.secret, made.creation_timestamp, made.last_updated_timestamp > 0) == (
        None,
        made.last_updated_timestamp,
        True,
    )
    assert repr(client.get_webhook(made.webhook_id)) == repr(made)
    others = [client.create_webhook(f"{name}-{i}", inbox.url, ["prompt.created"]).webhook_id for i in range(3)]
    page = client.list_webhooks(max_results=2)
    rest = client.list_webhooks(max_results=100, page_token=page.token)
    listed = [hook.webhook_id for hook in [*page, *rest]]
    assert listed[:4] == [*others[::-1], made.webhook_id]
    changed = client.update_webhook(
        made.webhook_id, name=f"{name}.2", description="e", events=["prompt_tag.set"], status="DISABLED"
    )
    assert (changed.name, changed.description, changed.status) == (f"{name}.2", "e", WebhookStatus.DISABLED)
    assert [str(event) for event in changed.events] == ["prompt_tag.set"]
    for webhook_id in [made.webhook_id, *others]:
        client.delete_webhook(webhook_id)
        with pytest.raises(MlflowException) as caught:
            client.get_webhook(webhook_id)
        assert caught.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def check_what_cannot_be_is_refused(client: MlflowClient, name: str, inbox: Inbox):
    for url in ("ftp://example.com/", "nonsense", "http://user:secret@127.0.0.1/"):
        with pytest.raises(MlflowException) as caught:
            client.create_webhook(name, url, ["prompt.created"])
        assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
    with pytest.raises(MlflowException, match="is not allowed") as caught:
        client.create_webhook("no spaces", inbox.url, ["prompt.created"])
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"


def check_what_happens_arrives_with_the_clients_signature(client: MlflowClient, name: str, inbox: Inbox):
    events = [
        *("registered_model.created", "model_version.created", "model_version_tag.set", "model_version_tag.deleted"),
        *("model_version_alias.created", "model_version_alias.deleted", "prompt.created", "prompt_version.created"),
    ]
    hook = client.create_webhook(name, inbox.url, events, secret=SECRET)
    client.create_registered_model(name, tags={"a": "b"}, description="d")
    client.create_model_version(name, "s3://bucket/m", tags={"c": "d"}, await_creation_for=None)
    client.set_model_version_tag(name, "1", "k", "v")
    client.delete_model_version_tag(name, "1", "k")
    client.set_registered_model_alias(name, "prod", "1")
    client.delete_registered_model_alias(name, "prod")
    mlflow.genai.register_prompt(f"{name}-prompt", "Hi {{you}}")
    said = {f"{each['entity']}.{each['action']}": each["data"] for each in inbox.wait(len(events))}
    assert set(said) == set(events)
    for event, data in said.items():
        entity, _, action = event.partition(".")
        assert set(data) == set(get_example_payload_for_event(WebhookEvent(entity, action))), event
    assert said["registered_model.created"] == {"name": name, "tags": {"a": "b"}, "description": "d"}
    assert (said["model_version.created"]["version"], said["model_version.created"]["tags"]) == ("1", {"c": "d"})
    assert said["prompt_version.created"]["template"] == "Hi {{you}}"
    client.delete_webhook(hook.webhook_id)


def check_a_test_says_what_the_receiver_answered(client: MlflowClient, name: str, inbox: Inbox):
    hook = client.create_webhook(name, inbox.url, ["model_version.created"], secret=SECRET)
    tested = client.test_webhook(hook.webhook_id)
    assert (tested.success, tested.response_status, tested.response_body) == (True, 200, "ok")
    inbox.status = 418
    tested = client.test_webhook(hook.webhook_id, "prompt.created")
    assert (tested.success, tested.response_status) == (False, 418)
    assert "418" in tested.error_message
    first, second = inbox.wait(2)
    assert first["data"].keys() == get_example_payload_for_event(WebhookEvent("model_version", "created")).keys()
    assert second["entity"] == "prompt"
    client.delete_webhook(hook.webhook_id)
