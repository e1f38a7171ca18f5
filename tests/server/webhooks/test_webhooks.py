"""Making, changing and deleting webhooks; what is refused; what stays secret."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.server.webhooks.conftest import Hooks
from tests.server.webhooks.test_delivery import SECRET, ended
from tests.support.receiver import SETTINGS, Answer, Receiver
from tests.support.server import ModelyardServer
from tests.support.waiting import wait_until

URL = "http://127.0.0.1:9/hook"
EVENTS = [{"entity": "MODEL_VERSION", "action": "CREATED"}]


def test_a_webhook_is_made_changed_and_deleted(hooks: Hooks):
    hook = hooks.make(URL, "prompt.created", "model_version.created", description="d", secret=SECRET)
    assert (hook["events"], hook["status"], hook["has_secret"]) == (
        ["model_version.created", "prompt.created"],
        "active",
        True,
    )
    path = f"{hooks.base}/{hook['id']}"
    changed = hooks.http.patch(path, json={"name": "other", "events": ["prompt.created"], "secret": ""}).json()
    assert (changed["name"], changed["events"], changed["has_secret"]) == ("other", ["prompt.created"], False)
    assert (changed["url"], changed["description"], changed["status"]) == (URL, "d", "active")
    assert hooks.http.get(path).json() == changed
    assert hooks.http.delete(path).status_code == 204
    for method in ("GET", "DELETE"):
        gone = hooks.http.request(method, path)
        assert (gone.status_code, gone.json()["error"]["code"]) == (404, "not_found")


def test_webhooks_are_listed_newest_first_page_by_page(hooks: Hooks):
    made = [hooks.make(URL, name=f"h{index}")["id"] for index in range(5)]
    first = hooks.http.get(hooks.base, params={"limit": 3}).json()
    second = hooks.http.get(hooks.base, params={"limit": 3, "page_token": first["next_page_token"]}).json()
    assert [hook["id"] for hook in first["items"] + second["items"]] == made[::-1]
    assert second["next_page_token"] is None


def test_a_webhook_of_another_project_is_not_there(hooks: Hooks):
    hook = hooks.make(URL)
    elsewhere = f"projects/default/webhooks/{hook['id']}"
    for method, path, body in (
        ("GET", elsewhere, None),
        ("PATCH", elsewhere, {"status": "disabled"}),
        ("DELETE", elsewhere, None),
        ("POST", f"{elsewhere}/test", {}),
        ("GET", f"{elsewhere}/deliveries", None),
    ):
        assert hooks.http.request(method, path, json=body).status_code == 404
    assert hooks.http.get(f"{hooks.base}/{hook['id']}").json()["status"] == "active"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "-x"}, "invalid_name"),
        ({"name": "x" * 64}, "invalid_name"),
        ({"name": ""}, "invalid_name"),
        ({"events": []}, "invalid_argument"),
        ({"events": ["model_version.eaten"]}, "invalid_argument"),
        ({"description": "x" * 2001}, "invalid_argument"),
        ({"secret": "x" * 1001}, "invalid_argument"),
        ({"secret": "a\0b"}, "invalid_argument"),
        ({"status": "asleep"}, "invalid_argument"),
        ({"colour": "red"}, "invalid_argument"),
    ],
)
def test_what_cannot_be_is_refused_when_made_and_when_changed(hooks: Hooks, change: dict[str, Any], code: str):
    made = hooks.make(URL)
    for answer in (
        hooks.http.post(hooks.base, json={"name": "h", "url": URL, "events": ["prompt.created"], **change}),
        hooks.http.patch(f"{hooks.base}/{made['id']}", json=change),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, code), answer.text
    assert hooks.http.get(f"{hooks.base}/{made['id']}").json() == made


def test_a_project_is_deleted_with_its_webhooks(hooks: Hooks, receiver: Receiver):
    hook = hooks.make(receiver.url)
    name = hooks.make_model()
    ended(hooks, hook, "delivered")
    hooks.http.delete(f"projects/{hooks.project}/models/{name}").raise_for_status()
    assert hooks.http.delete(f"projects/{hooks.project}").status_code == 204


def test_the_audit_record_tells_the_host_alone_because_some_paths_are_secrets(hooks: Hooks):
    hook = hooks.make("https://127.0.0.1/services/T0/token")
    hooks.http.patch(f"{hooks.base}/{hook['id']}", json={"url": "https://127.0.0.2/token"}).raise_for_status()
    record = hooks.http.get(f"projects/{hooks.project}/activity", params={"object_kind": "webhook"}).json()["items"]
    assert [line["detail"]["host"] for line in record] == ["127.0.0.2", "127.0.0.1"]
    assert "token" not in str(record)


def test_the_secret_is_nowhere_to_be_read(new_server: Callable[..., ModelyardServer], receiver: Receiver):
    server = new_server(**SETTINGS, log_level="debug").start()
    receiver.answers = [Answer(500), Answer(200)]
    with server.client() as http:
        hooks = Hooks(http, "default")
        hook = hooks.make(receiver.url, secret=SECRET)
        answers = [http.patch(f"{hooks.base}/{hook['id']}", json={"secret": SECRET + "2"}).text]
        hooks.make_model()
        (delivery,) = ended(hooks, hook, "delivered")
        answers += [
            http.get(path).text
            for path in (
                hooks.base,
                f"{hooks.base}/{hook['id']}/deliveries/{delivery['id']}",
                "projects/default/activity",
                f"{hooks.mlflow}/webhooks",
            )
        ]
    assert receiver.received[0].is_signed_with(SECRET + "2")
    server.stop()
    engine = create_engine(server.database_url or f"sqlite:///{server.data_dir / 'modelyard.db'}")
    with engine.connect() as connection:
        answers += [str(row) for row in connection.execute(text("SELECT * FROM webhooks"))]
        answers += [str(row) for row in connection.execute(text("SELECT * FROM activity"))]
    engine.dispose()
    assert all(SECRET not in answer for answer in [*answers, server.log_file.read_text()])
    key_file = server.data_dir / "secret.key"
    assert key_file.stat().st_mode & 0o077 == 0


def test_another_key_cannot_read_secrets_and_an_old_one_beside_it_can(
    new_server: Callable[..., ModelyardServer], receiver: Receiver
):
    server = new_server(**SETTINGS).start()
    key_file = server.data_dir / "secret.key"
    with server.client() as http:
        hook = Hooks(http, "default").make(receiver.url, secret=SECRET)
    path = f"projects/default/webhooks/{hook['id']}/test"
    old = key_file.read_text()
    for keys, success in (("x" * 32, False), (f"{'x' * 32}\n{old}", True)):
        server.stop()
        key_file.write_text(keys)
        server.restart()
        with server.client() as http:
            tested = http.post(path, json={}).json()
        assert tested["success"] is success
        assert success or "another key" in tested["error"]
    assert [request.is_signed_with(SECRET) for request in receiver.received] == [True]


@pytest.mark.parametrize("content", [None, "", "short"])
def test_a_key_file_that_cannot_be_used_is_named_at_start(
    new_server: Callable[..., ModelyardServer], tmp_path: Any, content: str | None
):
    file = tmp_path / "keys"
    if content is not None:
        file.write_text(content)
    with pytest.raises(RuntimeError, match="secret key file"):
        new_server(secret_key_file=file).start()


def test_the_log_is_swept(new_server: Callable[..., ModelyardServer], receiver: Receiver):
    server = new_server(**SETTINGS, webhook_log_days=1).start()
    with server.client() as http:
        hooks = Hooks(http, "default")
        hook = hooks.make(receiver.url)
        hooks.make_model()
        hooks.make_model()
        young, old = ended(hooks, hook, "delivered", 2)
    server.stop()
    engine = create_engine(server.database_url or f"sqlite:///{server.data_dir / 'modelyard.db'}")
    with engine.begin() as connection:
        aged = "UPDATE webhook_deliveries SET finished_at = finished_at - 90000000 WHERE delivery_id = :id"
        assert connection.execute(text(aged), {"id": old["id"]}).rowcount == 1
    server.restart()
    with server.client() as http:
        wait_until(lambda: [each["id"] for each in Hooks(http, "default").deliveries(hook)] == [young["id"]])
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM webhook_attempts")) == 1
    engine.dispose()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"url": URL, "events": EVENTS}, "required parameter 'name'"),
        ({"name": "h", "events": EVENTS}, "required parameter 'url'"),
        ({"name": "h", "url": URL}, "required parameter 'events'"),
        ({"name": "h", "url": URL, "events": [{"entity": "MODEL_VERSION", "action": "EXCEEDED"}]}, "Invalid action"),
        ({"name": "h", "url": URL, "events": [{"entity": "MOON", "action": "CREATED"}]}, "events[0]"),
        ({"name": "h", "url": URL, "events": [{"entity": "PROMPT"}]}, "events[0].action"),
        ({"name": "h", "url": URL, "events": EVENTS, "status": "ASLEEP"}, "status"),
        ({"name": "a b", "url": URL, "events": EVENTS}, "a b"),
        ({"name": "h", "url": 7, "events": EVENTS}, "url"),
    ],
)
def test_what_no_client_should_send(hooks: Hooks, body: dict[str, Any], message: str):
    answer = hooks.http.post(f"{hooks.mlflow}/webhooks", json=body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert message in answer.json()["message"]


def test_what_is_not_there_has_the_protocols_name_for_it(hooks: Hooks):
    for method, path in (("GET", "none"), ("PATCH", "none"), ("DELETE", "none"), ("POST", "none/test")):
        answer = hooks.http.request(method, f"{hooks.mlflow}/webhooks/{path}", json=None if method == "GET" else {})
        assert (answer.status_code, answer.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
