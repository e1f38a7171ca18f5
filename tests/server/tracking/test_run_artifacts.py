"""Artifacts of runs in the native API."""

import pytest

from tests.server.tracking.logged import Logged, error


@pytest.fixture
def run(logged: Logged) -> str:
    return logged.run(logged.experiment("e"))


def upload(logged: Logged, run: str, path: str, content: bytes) -> None:
    logged.put(f"{logged.read(f'runs/{run}')['artifact_uri'].removeprefix('mlflow-artifacts:/')}/{path}", content)


def test_folders_are_listed_one_by_one(logged: Logged, run: str):
    upload(logged, run, "notes.txt", b"hello")
    upload(logged, run, "plots/a/roc.png", b"png")
    assert logged.read(f"runs/{run}/artifacts")["entries"] == [
        {"path": "notes.txt", "is_dir": False, "size_bytes": 5},
        {"path": "plots", "is_dir": True, "size_bytes": None},
    ]
    (inner,) = logged.read(f"runs/{run}/artifacts", path="plots/a")["entries"]
    assert inner == {"path": "plots/a/roc.png", "is_dir": False, "size_bytes": 3}
    assert logged.read(f"runs/{run}/artifacts", path="nowhere")["entries"] == []


def test_a_file_is_resumed_by_range(logged: Logged, run: str):
    upload(logged, run, "big.bin", bytes(range(256)) * 40)
    path = f"runs/{run}/artifacts/big.bin"
    whole = logged.get(path)
    assert (whole.content, whole.headers["accept-ranges"]) == (bytes(range(256)) * 40, "bytes")
    client, base = logged.http, f"projects/{logged.project}"
    part = client.get(f"{base}/{path}", headers={"Range": "bytes=10000-"})
    assert (part.status_code, part.content) == (206, whole.content[10000:])
    assert client.get(f"{base}/{path}", headers={"Range": "bytes=20000-"}).status_code == 416


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("page.html", "text/plain; charset=utf-8"),
        ("page.xhtml", "text/plain; charset=utf-8"),
        ("code.js", "text/plain; charset=utf-8"),
        ("model.json", "text/plain; charset=utf-8"),
        ("MLmodel", "text/plain; charset=utf-8"),
        ("picture.svg", "image/svg+xml"),
        ("picture.png", "image/png"),
        ("program.swf", "application/octet-stream"),
        ("strange", "application/octet-stream"),
    ],
)
def test_nothing_that_is_sent_can_run_scripts(logged: Logged, run: str, name: str, kind: str):
    upload(logged, run, name, b"<script>alert(1)</script>")
    answer = logged.get(f"runs/{run}/artifacts/{name}")
    assert answer.headers["content-type"] == kind
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment")
    policies = answer.headers.get_list("content-security-policy")
    assert any(policy.startswith("sandbox; default-src 'none'") for policy in policies)


def test_paths_that_lead_nowhere_or_elsewhere_are_refused(logged: Logged, run: str):
    upload(logged, run, "a.txt", b"x")
    other = logged.run(logged.experiment("other"))
    error(logged.get(f"runs/{run}/artifacts/b.txt"), 404, "not_found")
    error(logged.get(f"runs/{other}/artifacts/a.txt"), 404, "not_found")
    error(logged.get(f"runs/{'0' * 32}/artifacts"), 404, "not_found")
    error(logged.get(f"runs/{run}/artifacts", path="../.."), 400, "invalid_argument")
    error(logged.get(f"runs/{run}/artifacts/%252e%252e/%252e%252e/a"), 400, "invalid_argument")


def test_artifacts_that_are_not_on_this_server_are_said_to_be_elsewhere(logged: Logged):
    made = logged.mlflow("experiments/create", name="far", artifact_location="s3://bucket/far")
    run = logged.run(made["experiment_id"])
    assert "s3://bucket/far" in error(logged.get(f"runs/{run}/artifacts"), 400, "invalid_argument")["message"]
