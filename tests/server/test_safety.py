"""Who may even ask."""

import signal
from collections.abc import Callable

import httpx
import pytest

from tests.support.server import ModelyardServer


def test_a_foreign_host_header_is_refused(server: ModelyardServer):
    answer = httpx.get(f"{server.url}/api/v1/projects", headers={"Host": "evil.example"}, trust_env=False)
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "permission_denied"


def test_a_request_from_a_foreign_page_is_refused(server: ModelyardServer):
    answer = httpx.post(
        f"{server.url}/api/v1/projects",
        json={"name": "stolen"},
        headers={"Origin": "https://evil.example"},
        trust_env=False,
    )
    assert answer.status_code == 403


def asked(server: ModelyardServer, method: str = "GET", path: str = "/api/v1/projects", **headers: str) -> int:
    """The status of an answer to a request with these headers, `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.request(method, server.url + path, headers=named, trust_env=False).status_code


def test_a_page_of_another_port_is_foreign(server: ModelyardServer):
    port = server.url.rpartition(":")[2]
    assert asked(server, Origin=server.url) == 200
    assert asked(server, Host=f"localhost:{port}", Origin=f"http://localhost:{port}") == 200
    for origin in ("http://127.0.0.1:1", "http://127.0.0.1", f"http://localhost:{port}", "null", "http://[", "file://"):
        assert asked(server, Origin=origin) == 403, origin


def test_what_a_browser_calls_a_request_of_another_site_is_refused(server: ModelyardServer):
    for site in ("cross-site", "same-site", "anything"):
        assert asked(server, Sec_Fetch_Site=site) == 403
        assert asked(server, Sec_Fetch_Site=site, Sec_Fetch_Mode="no-cors", Sec_Fetch_Dest="script", path="/") == 403
        assert asked(server, Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="iframe") == 403
        assert asked(server, Sec_Fetch_Site=site, path="/api/2.0/mlflow/experiments/get?experiment_id=0") == 403
        form = {"Sec_Fetch_Site": site, "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
        assert asked(server, "POST", path="/api/2.0/mlflow/experiments/create", **form) == 403
    for site in ("same-origin", "none"):
        assert asked(server, Sec_Fetch_Site=site) == 200


def test_a_link_from_another_site_may_be_followed(server: ModelyardServer):
    answer = asked(server, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="document")
    assert answer == 200


def test_pages_of_others_are_refused_by_an_open_server_too(new_server: Callable[..., ModelyardServer]):
    server = new_server(host="0.0.0.0", allow_unauthenticated=True).start()
    assert asked(server, Sec_Fetch_Site="cross-site") == 403
    assert asked(server, Host="models.example.com", Sec_Fetch_Site="same-origin") == 200


def test_pages_of_the_public_address_are_the_servers_own(new_server: Callable[..., ModelyardServer]):
    server = new_server(public_url="https://models.example.com").start()
    assert asked(server, Origin="https://models.example.com") == 200
    assert asked(server, Origin="https://models.example.com:8443") == 403


@pytest.mark.parametrize("path", ["/", "/api/v1/projects", "/version", "/nothing"])
def test_no_page_of_others_may_use_an_answer(server: ModelyardServer, path: str):
    answer = httpx.get(server.url + path, trust_env=False)
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "projects/default/modles", 404),
        ("GET", "projects/default/models/a%2Fb", 404),
        ("PUT", "projects", 405),
    ],
)
def test_what_the_api_does_not_have_is_named(server: ModelyardServer, method: str, path: str, status: int):
    answer = httpx.request(method, f"{server.url}/api/v1/{path}", trust_env=False)
    error = answer.json()["error"]
    assert (answer.status_code, method in error["message"]) == (status, True)
    assert "openapi.json" in error["hint"]


@pytest.mark.parametrize(
    ("path", "place"), [("models/m/versions/0", "number"), ("models?limit=0", "limit"), ("events", "topic")]
)
def test_a_parameter_that_does_not_fit_is_named(server: ModelyardServer, path: str, place: str):
    answer = httpx.get(f"{server.url}/api/v1/projects/default/{path}", trust_env=False)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "invalid_argument")
    assert {problem["path"] for problem in error["problems"]} == {place}


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1"])
def test_it_refuses_to_listen_beyond_this_machine_without_a_login(
    new_server: Callable[..., ModelyardServer], host: str
):
    result = new_server(host=host).run("run")
    assert result.returncode == 1
    assert "Refusing to listen" in result.stderr


def test_the_open_door_must_be_asked_for(new_server: Callable[..., ModelyardServer]):
    server = new_server(host="0.0.0.0", allow_unauthenticated=True).start()
    with server.client() as http:
        assert http.get("server").json()["authentication"] == "open"


def test_a_second_server_on_the_same_data_directory_is_refused(new_server: Callable[..., ModelyardServer]):
    server = new_server().start()
    result = server.run("run", "--port=0")
    assert result.returncode != 0
    assert "Another server is using the data directory" in result.stderr


def test_an_unknown_setting_is_refused_by_name(new_server: Callable[..., ModelyardServer], tmp_path):
    (tmp_path / "c.toml").write_text("prot = 7301\n")
    result = new_server().run("run", f"--config={tmp_path / 'c.toml'}")
    assert result.returncode == 1
    assert "prot" in result.stderr


def test_a_port_that_is_taken_is_named(server: ModelyardServer, new_server: Callable[..., ModelyardServer]):
    port = server.url.rpartition(":")[2]
    result = new_server().run("run", f"--port={port}")
    assert result.returncode == 1
    assert f"Cannot listen on 127.0.0.1, port {port}: Address already in use." in result.stderr


def test_a_refused_server_leaves_the_first_ones_address_alone(new_server: Callable[..., ModelyardServer]):
    server = new_server().start()
    before = (server.data_dir / "server.json").read_text()
    server.run("run", "--port=0")
    assert (server.data_dir / "server.json").read_text() == before


def test_it_ends_quietly_on_an_interrupt(new_server: Callable[..., ModelyardServer]):
    server = new_server().start()
    assert server.process is not None
    with (
        server.client() as http,
        http.stream("GET", "projects/default/events", params={"topic": "models"}) as stream,
    ):
        assert next(stream.iter_lines()) == "event: ready"
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(20) == 0
    assert "Traceback" not in server.log_file.read_text()
    assert "exceeded" not in server.log_file.read_text()
