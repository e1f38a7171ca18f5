"""Uploads in parts and signed addresses on the wire: what no client does on purpose."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.support.server import ModelyardServer

FILES = "/api/2.0/mlflow-artifacts"
URLS = "/api/2.0/mlflow/artifacts"


@pytest.fixture
def mlflow(server: ModelyardServer, project: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server.url}/projects/{project}", timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture
def run(mlflow: httpx.Client) -> dict[str, Any]:
    """A run's info."""
    made = mlflow.post("/api/2.0/mlflow/runs/create", json={"experiment_id": "0"}).raise_for_status()
    info: dict[str, Any] = made.json()["run"]["info"]
    return info


def begin(mlflow: httpx.Client, parts: int, folder: str = "1/x/artifacts", name: str = "big.bin") -> dict[str, Any]:
    answer = mlflow.post(f"{FILES}/mpu/create/{folder}", json={"path": name, "num_parts": parts})
    begun: dict[str, Any] = answer.raise_for_status().json()
    return begun


def end(
    mlflow: httpx.Client, action: str, upload: dict[str, Any], numbers: list[int], name: str = "big.bin"
) -> httpx.Response:
    parts = [{"part_number": number, "etag": "e", "url": "u"} for number in numbers]
    body = {"path": name, "upload_id": upload["upload_id"], "parts": parts}
    return mlflow.post(f"{FILES}/mpu/{action}/1/x/artifacts", json=body)


def put(credential: dict[str, Any], content: bytes) -> httpx.Response:
    return httpx.put(credential["url"], content=content, headers=credential["headers"], trust_env=False, timeout=60)


def refused(answer: httpx.Response, status: int, words: str) -> None:
    assert (answer.status_code, words in answer.text) == (status, True), answer.text


def test_parts_come_in_any_order_and_again(mlflow: httpx.Client):
    upload = begin(mlflow, 3)
    first, second, third = upload["credentials"]
    assert [part["part_number"] for part in upload["credentials"]] == [1, 2, 3]
    put(third, b"c").raise_for_status()
    put(first, b"wrong").raise_for_status()
    put(first, b"a" * 100_000).raise_for_status()
    refused(end(mlflow, "complete", upload, [1, 2, 3]), 400, "Part 2 of 3 was not uploaded")
    assert mlflow.get(f"{FILES}/artifacts/1/x/artifacts/big.bin").status_code == 404
    assert put(second, b"b").raise_for_status().headers["etag"]
    refused(end(mlflow, "complete", upload, [1, 3]), 400, "3 parts")
    refused(end(mlflow, "complete", upload, [1, 2, 2]), 400, "3 parts")
    end(mlflow, "complete", upload, [3, 1, 2]).raise_for_status()
    assert mlflow.get(f"{FILES}/artifacts/1/x/artifacts/big.bin").content == b"a" * 100_000 + b"bc"
    # Again, as a client that did not hear the answer.
    end(mlflow, "complete", upload, [1, 2, 3]).raise_for_status()
    refused(put(second, b"b"), 400, "ended")
    end(mlflow, "abort", upload, []).raise_for_status()
    assert mlflow.get(f"{FILES}/artifacts/1/x/artifacts/big.bin").status_code == 200


def test_two_that_complete_an_upload_at_once_both_hear_that_it_is_there(mlflow: httpx.Client):
    upload = begin(mlflow, 2)
    for part in upload["credentials"]:
        put(part, b"x" * 3_000_000).raise_for_status()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: end(mlflow, "complete", upload, [1, 2]).status_code, range(4)))
    assert answers == [200] * 4
    assert len(mlflow.get(f"{FILES}/artifacts/1/x/artifacts/big.bin").content) == 6_000_000


def test_an_upload_that_is_aborted_takes_nothing_more(mlflow: httpx.Client):
    upload = begin(mlflow, 1)
    put(upload["credentials"][0], b"a").raise_for_status()
    end(mlflow, "abort", upload, []).raise_for_status()
    refused(put(upload["credentials"][0], b"a"), 400, "ended")
    refused(end(mlflow, "complete", upload, [1]), 400, "ended")


@pytest.mark.parametrize(
    ("folder", "body", "words"),
    [
        ("1/x", {"path": "a", "num_parts": 0}, "1 to 10000"),
        ("1/x", {"path": "a", "num_parts": 10_001}, "1 to 10000"),
        ("1/x", {"num_parts": 1}, "path"),
        ("1/x", {"path": "..", "num_parts": 1}, "Invalid path"),
        ("1/x/%252e%252e/y", {"path": "a", "num_parts": 1}, "Invalid path"),
        ("1/x", {"path": "a", "num_parts": "many"}, "num_parts"),
    ],
)
def test_an_upload_that_cannot_be_is_refused(mlflow: httpx.Client, folder: str, body: dict[str, Any], words: str):
    refused(mlflow.post(f"{FILES}/mpu/create/{folder}", json=body), 400, words)


def test_an_older_clients_path_of_its_own_machine_names_the_file(mlflow: httpx.Client):
    upload = begin(mlflow, 1, name="C:\\Users\\me\\big.bin")
    put(upload["credentials"][0], b"a").raise_for_status()
    end(mlflow, "complete", upload, [1], name="/home/me/big.bin").raise_for_status()
    assert mlflow.get(f"{FILES}/artifacts/1/x/artifacts/big.bin").content == b"a"


def test_an_address_is_good_for_what_it_was_given_for_alone(
    mlflow: httpx.Client, run: dict[str, Any], http: httpx.Client, project: str, server: ModelyardServer
):
    upload = begin(mlflow, 2)
    url = upload["credentials"][0]["url"]
    base = url.removesuffix("/1")
    refused(httpx.put(f"{base}/3", content=b"a", trust_env=False), 400, "2 parts")
    refused(httpx.put(base, content=b"a", trust_env=False), 403, "something else")
    refused(httpx.get(base, trust_env=False), 403, "something else")
    refused(httpx.get(f"{server.url}{FILES}/signed/nonsense", trust_env=False), 403, "did not issue")
    refused(httpx.put(url.replace("signed/gA", "signed/gB"), content=b"a", trust_env=False), 403, "did not issue")
    refused(end(mlflow, "complete", {"upload_id": "nonsense"}, [1, 2]), 403, "did not issue")
    refused(end(mlflow, "complete", upload, [1, 2], name="other.bin"), 400, "another file")
    http.post("projects", json={"name": f"{project}-b"}).raise_for_status()
    with httpx.Client(base_url=f"{server.url}/projects/{project}-b", trust_env=False) as other:
        refused(end(other, "abort", upload, []), 400, "another file")


def test_a_signed_address_reads_in_ranges_until_it_expires(mlflow: httpx.Client, run: dict[str, Any]):
    path = run["artifact_uri"].removeprefix("mlflow-artifacts:/")
    mlflow.put(f"{FILES}/artifacts/{path}/a/b.txt", content=b"0123456789").raise_for_status()
    signed = mlflow.get(f"{FILES}/presigned/{path}/a/b.txt").raise_for_status().json()
    assert signed["file_size"] == 10
    part = httpx.get(signed["url"], headers={**signed["headers"], "Range": "bytes=2-4"}, trust_env=False)
    assert (part.status_code, part.content) == (206, b"234")
    # It names what was there, whatever the path names by now.
    mlflow.put(f"{FILES}/artifacts/{path}/c.txt", content=b"new").raise_for_status()
    assert httpx.get(signed["url"], trust_env=False).content == b"0123456789"
    assert mlflow.get(f"{FILES}/presigned/{path}/none").status_code == 404
    asked = {"run_id": run["run_id"], "path": "a/b.txt", "expiration": 1}
    brief = mlflow.post(f"{URLS}/presigned-download-url", json=asked).raise_for_status().json()
    assert brief["file_size"] == 10
    deadline = time.monotonic() + 20
    while httpx.get(brief["presigned_url"], trust_env=False).status_code == 200 and time.monotonic() < deadline:
        time.sleep(0.2)
    refused(httpx.get(brief["presigned_url"], trust_env=False), 403, "expired")


def test_a_signed_address_takes_a_file_of_a_run(mlflow: httpx.Client, run: dict[str, Any]):
    asked = {"run_id": run["run_id"], "path": "plots/a.png"}
    url = mlflow.post(f"{URLS}/presigned-upload-url", json=asked).raise_for_status().json()["presigned_url"]
    httpx.put(url, content=b"png", trust_env=False).raise_for_status()
    listed = mlflow.get(f"{URLS}/list", params={"run_id": run["run_id"], "path": "plots"}).json()["files"]
    assert listed == [{"path": "plots/a.png", "is_dir": False, "file_size": 3}]
    refused(httpx.get(url, trust_env=False), 403, "something else")


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        ("upload", {"run_id": None}, "Exactly one"),
        ("upload", {"model_id": "m-1"}, "Exactly one"),
        ("upload", {"path": "../x"}, "Invalid path"),
        ("upload", {"path": ""}, "path"),
        ("upload", {"expiration": 0}, "expiration"),
        ("download", {"expiration": 604_801}, "expiration"),
        ("download", {"run_id": None, "model_id": "m-1"}, "model_id"),
    ],
)
def test_an_address_that_cannot_be_given_is_refused(
    mlflow: httpx.Client, run: dict[str, Any], kind: str, change: dict[str, Any], words: str
):
    asked = {"run_id": run["run_id"], "path": "a.txt", **change}
    body = {name: value for name, value in asked.items() if value is not None}
    refused(mlflow.post(f"{URLS}/presigned-{kind}-url", json=body), 400, words)


def test_parts_outlive_the_server_and_leave_nothing_behind(new_server: Callable[..., ModelyardServer]):
    server = new_server().start()
    with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as mlflow:
        upload = begin(mlflow, 2)
        put(upload["credentials"][0], b"a").raise_for_status()
    server.kill()
    before, server = server.url, server.restart()
    with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as mlflow:
        second = upload["credentials"][1]
        put({**second, "url": second["url"].replace(before, server.url)}, b"b").raise_for_status()
        end(mlflow, "complete", upload, [1, 2]).raise_for_status()
        assert mlflow.get(f"{FILES}/artifacts/1/x/artifacts/big.bin").content == b"ab"
    files = server.data_dir / "files" / "artifacts"
    deadline = time.monotonic() + 30
    while (left := [path for path in files.rglob("*") if path.is_file()]) and len(left) > 1:
        assert time.monotonic() < deadline, left
        time.sleep(0.2)


def test_nobody_writes_among_the_files_of_what_was_trained_here(mlflow: httpx.Client, run: dict[str, Any]):
    for path in ("versions/1/model/MLmodel", "versions/999999/x", "versions//1/x", "versions/1/../1/x", "versions/1"):
        answer = mlflow.put(f"{FILES}/artifacts/{path}", content=b"x")
        assert answer.status_code in (400, 403), path
        assert mlflow.delete(f"{FILES}/artifacts/{path}").status_code in (400, 403), path
    refused(mlflow.put(f"{FILES}/artifacts/versions/1/model/x", content=b"x"), 403, "PERMISSION_DENIED")
    body = {"path": "big.bin", "num_parts": 1}
    refused(mlflow.post(f"{FILES}/mpu/create/versions/1/model", json=body), 403, "PERMISSION_DENIED")
    mlflow.put(f"{FILES}/artifacts/1/{run['run_id']}/artifacts/versions/1/x", content=b"x").raise_for_status()
    mlflow.put(f"{FILES}/artifacts/versions/notes.txt", content=b"x").raise_for_status()


@pytest.mark.parametrize("name", ["a.js", "a.mjs", "a.css", "a.jsm", "a.es", "a.html", "a.svg", "a.xhtml"])
def test_no_file_is_run_by_a_page_of_this_server(mlflow: httpx.Client, run: dict[str, Any], name: str):
    path = f"{run['artifact_uri'].removeprefix('mlflow-artifacts:/')}/{name}"
    mlflow.put(f"{FILES}/artifacts/{path}", content=b"alert(1)").raise_for_status()
    signed = mlflow.get(f"{FILES}/presigned/{path}").raise_for_status().json()
    places = [f"{FILES}/artifacts/{path}", f"/get-artifact?run_id={run['run_id']}&path={name}", signed["url"]]
    for place in places:
        answer = mlflow.get(place)
        kind = answer.raise_for_status().headers["content-type"]
        assert not any(word in kind for word in ("script", "css")), kind
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["content-security-policy"]
