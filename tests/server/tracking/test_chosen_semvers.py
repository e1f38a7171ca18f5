"""Semantic versions that people and clients choose: allowed upwards, refused with reasons, forced with a trace."""

from typing import Any

import httpx
import pytest

from tests.server.tracking.logged import Logged
from tests.server.tracking.test_registered_files import create
from tests.server.tracking.test_run_artifacts import upload
from tests.server.tracking.test_run_models import mlmodel


@pytest.fixture
def run(logged: Logged) -> str:
    run_id = logged.run(logged.experiment("e"))
    upload(logged, run_id, "one/MLmodel", mlmodel({"a": "double", "b": "double"}))
    upload(logged, run_id, "fewer/MLmodel", mlmodel({"a": "double"}))
    return run_id


def register(logged: Logged, run: str, path: str, **body: Any) -> httpx.Response:
    return logged.send("POST", f"runs/{run}/register", {"model": "m", "path": path, **body})


def error(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_smaller_one_is_refused_with_the_reasons(logged: Logged, run: str):
    first = register(logged, run, "one").json()
    assert first["semver_step"]["reasons"] == ["It is the first semantic version."]
    refused = register(logged, run, "fewer", semver="1.1.0")
    assert error(refused) == (409, "semver_too_small")
    assert "The input column `b` is gone." in refused.json()["error"]["message"]
    assert refused.json()["error"]["problems"][0]["suggestion"] == "2.0.0"
    assert error(register(logged, run, "one", semver="1.0.0")) == (409, "semver_taken")
    assert error(register(logged, run, "one", semver="1.x")) == (400, "invalid_semver")
    larger = register(logged, run, "fewer", semver="2.1.0-rc1").json()
    step = larger["semver_step"]
    assert (step["level"], step["base"], step["smallest"], step["chosen_by"]) == ("major", "1.0.0", "2.0.0", "local")
    assert logged.read("models/m")["version_count"] == 2


def test_a_forced_one_leaves_an_audit_line(logged: Logged, run: str):
    register(logged, run, "one")
    forced = register(logged, run, "fewer", semver="1.0.1", force_semver=True).json()
    assert (forced["semver"], forced["semver_step"]["is_forced"]) == ("1.0.1", True)
    (line,) = [i for i in logged.read("activity", object_kind="version")["items"] if "forced" in i["action"]]
    assert (line["action"], line["object_name"], line["detail"]["smallest"]) == (
        "version.semver_forced",
        "m/2",
        "2.0.0",
    )


def test_an_older_line_may_be_corrected(logged: Logged, run: str):
    register(logged, run, "one")
    assert register(logged, run, "fewer").json()["semver"] == "2.0.0"
    assert register(logged, run, "one", semver="1.0.1").json()["semver_step"]["base"] == "1.0.0"
    assert error(register(logged, run, "fewer", semver="1.0.2")) == (409, "semver_too_small")
    assert error(register(logged, run, "one", semver="0.9.0")) == (409, "semver_too_small")


def test_it_is_edited_upwards(logged: Logged, run: str):
    register(logged, run, "one")
    edited = logged.send("PATCH", "models/m/versions/1", {"semver": "1.4.0"})
    assert edited.json()["semver"] == "1.4.0"
    assert error(logged.send("PATCH", "models/m/versions/1", {"semver": "1.3.0"})) == (409, "semver_too_small")
    assert logged.send("PATCH", "models/m/versions/1", {"semver": "1.3.0", "force_semver": True}).is_success
    logged.mlflow("model-versions/set-tag", name="m", version="1", key="gitlab.version", value="1.5.0")
    assert logged.read("models/m/versions/1")["semver"] == "1.5.0"
    with pytest.raises(httpx.HTTPStatusError):
        logged.mlflow("model-versions/set-tag", name="m", version="1", key="gitlab.version", value="one")


def test_a_model_may_have_none(logged: Logged, run: str):
    register(logged, run, "one")
    assert logged.change("PATCH", "models/m", {"uses_semver": False})["uses_semver"] is False
    assert register(logged, run, "one").json()["semver"] is None
    assert error(register(logged, run, "one", semver="3.0.0")) == (400, "invalid_semver")
    create(logged, f"runs:/{run}/one", run_id=run, tags=[{"key": "gitlab.version", "value": "9.0.0"}])
    assert logged.read("models/m/versions/3")["semver"] is None
    logged.change("PATCH", "models/m", {"uses_semver": True})
    assert register(logged, run, "one").json()["semver"] == "1.0.1"


def test_another_flavor_is_a_major_step(logged: Logged, run: str):
    other = mlmodel({"a": "double", "b": "double"}).replace(b"sklearn", b"xgboost")
    assert other != mlmodel({"a": "double", "b": "double"})
    upload(logged, run, "other/MLmodel", other)
    register(logged, run, "one")
    version = register(logged, run, "other").json()
    assert version["semver"] == "2.0.0"
    assert version["semver_step"]["reasons"] == ["The algorithm is xgboost; it was sklearn."]
