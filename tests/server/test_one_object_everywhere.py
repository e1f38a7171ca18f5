"""Whichever route answers an object, it shows the same of it."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from tests.server.traces.traced import Traced
from tests.server.tracking.logged import Logged
from tests.support.server import ModelyardServer

Json = dict[str, Any]
PUBLIC = "https://93.184.216.34/hook"


class Asked:
    """A project that has one of everything, and every way to ask for it."""

    def __init__(self, logged: Logged) -> None:
        self.logged = logged
        self._base = f"{logged.url}/projects/{logged.project}/api"
        self.experiment = self.post(
            "experiments/create", name="e", tags=pairs(z="1", a="2"), artifact_location="s3://bucket/e"
        )["experiment_id"]
        self.run = logged.run(
            self.experiment,
            params={"p": "1", "b": "2"},
            tags={"z": "1", "mlflow.note.content": "about it"},
            metrics={"acc": [0.1, 0.5], "loss": 2},
        )
        dataset = {"name": "d", "digest": "1", "source_type": "local", "source": "{}", "profile": "{}", "schema": "{}"}
        self.post("runs/log-inputs", run_id=self.run, datasets=[{"tags": pairs(x="y"), "dataset": dataset}])
        made = self.post(
            "logged-models",
            experiment_id=self.experiment,
            name="lm",
            model_type="tree",
            source_run_id=self.run,
            params=pairs(z="1", a="2"),
            tags=pairs(z="1", a="2"),
        )
        self.logged_model = made["model"]["info"]["model_id"]
        on = {"model_id": self.logged_model, "dataset_name": "d", "dataset_digest": "1"}
        self.post("runs/log-metric", run_id=self.run, key="f1", value=0.7, timestamp=5, step=1, **on)
        self.post("runs/outputs", run_id=self.run, models=[{"model_id": self.logged_model, "step": 1}])
        self.post("registered-models/create", name="m", description="about it", tags=pairs(z="1", a="2"))
        self.post(
            "model-versions/create",
            name="m",
            source=f"runs:/{self.run}/m",
            run_id=self.run,
            run_link="https://run",
            description="the first",
            model_id=self.logged_model,
            tags=[*pairs(z="1", a="2"), {"key": "gitlab.version", "value": "1.2.0"}],
        )
        for alias in ("prod", "next"):
            self.post("registered-models/alias", name="m", alias=alias, version="1")
        self.trace = Traced(logged).trace(
            self.experiment,
            tags={"z": "1"},
            metadata={"mlflow.sourceRun": self.run},
            client_request_id="c",
            response_preview="That.",
        )
        self.assessment = Traced(logged).assess(self.trace, "correct", feedback={"value": True}, rationale="So.")
        self.evaluation = Traced(logged).dataset("q", self.experiment, tags={"z": "1"}, records=[{"inputs": {"a": 1}}])
        sent = logged.http.post(
            f"projects/{logged.project}/datasets/t/versions", params={"filename": "t.csv"}, content=b"a,b\n1,2\n"
        )
        sent.raise_for_status()

    def post(self, path: str, version: str = "2.0", /, **body: Any) -> Json:
        return self._ask("POST", path, version, json=body)

    def patch(self, path: str, version: str = "2.0", /, **body: Any) -> Json:
        return self._ask("PATCH", path, version, json=body)

    def get(self, path: str, version: str = "2.0", /, **query: Any) -> Json:
        return self._ask("GET", path, version, params=query)

    def _ask(self, method: str, path: str, version: str, **content: Any) -> Json:
        answer = httpx.request(method, f"{self._base}/{version}/mlflow/{path}", timeout=60, trust_env=False, **content)
        found: Json = answer.raise_for_status().json()
        return found

    def one(self, path: str, **query: Any) -> Json:
        """The only item of a list of the native API."""
        (found,) = self.logged.read(path, **query)["items"]
        shown: Json = found
        return shown


def pairs(**values: str) -> list[Json]:
    return [{"key": key, "value": value} for key, value in values.items()]


@pytest.fixture
def asked(server: ModelyardServer, http: httpx.Client, project: str) -> Asked:
    return Asked(Logged(server, http, project))


def same(answers: Mapping[str, Callable[[], Json]]) -> Json:
    """What all of them answer, each asked in turn."""
    shown = {route: answer() for route, answer in answers.items()}
    first, *rest = shown.items()
    for route, found in rest:
        assert found == first[1], f"{route} differs from {first[0]}"
    return first[1]


def within(full: Json, answers: Mapping[str, Callable[[], Json]], *own: str) -> None:
    """Lists show less of an object than its own page, and nothing else; but what is `own`."""
    for route, answer in answers.items():
        found = answer()
        assert {key: value for key, value in found.items() if key not in own} == {
            key: full[key] for key in found if key not in own
        }, route


def test_registered_models_and_versions(asked: Asked):
    number = {"name": "m", "version": "1"}
    version = same(
        {
            "transition-stage": lambda: asked.post(
                "model-versions/transition-stage", **number, stage="Staging", archive_existing_versions=False
            )["model_version"],
            "get": lambda: asked.get("model-versions/get", **number)["model_version"],
            "search": lambda: asked.get("model-versions/search", filter="name = 'm'")["model_versions"][0],
            "search of all": lambda: asked.get("model-versions/search")["model_versions"][0],
            "alias": lambda: asked.get("registered-models/alias", name="m", alias="prod")["model_version"],
            "latest": lambda: asked.post("registered-models/get-latest-versions", name="m")["model_versions"][0],
            "semver": lambda: asked.post("registered-models/get-latest-versions", name="m", stages=["1.2.0"])[
                "model_versions"
            ][0],
            "model": lambda: asked.get("registered-models/get", name="m")["registered_model"]["latest_versions"][0],
            "models": lambda: asked.get("registered-models/search")["registered_models"][0]["latest_versions"][0],
        }
    )
    assert (version["aliases"], version["model_id"]) == (["next", "prod"], asked.logged_model)
    assert {tag["key"] for tag in version["tags"]} == {"a", "gitlab.version", "modelyard.semver", "z"}
    same(
        {
            "update": lambda: asked.patch("model-versions/update", **number, description="second")["model_version"],
            "get": lambda: asked.get("model-versions/get", **number)["model_version"],
        }
    )
    model = same(
        {
            "rename": lambda: asked.post("registered-models/rename", name="m", new_name="m")["registered_model"],
            "get": lambda: asked.get("registered-models/get", name="m")["registered_model"],
            "search": lambda: asked.get("registered-models/search")["registered_models"][0],
        }
    )
    assert [alias["alias"] for alias in model["aliases"]] == ["next", "prod"]
    same(
        {
            "update": lambda: asked.patch("registered-models/update", name="m", description="x")["registered_model"],
            "get": lambda: asked.get("registered-models/get", name="m")["registered_model"],
        }
    )
    made = asked.post("model-versions/create", name="m", source="s3://b/m", tags=pairs(z="1", a="2"))["model_version"]
    assert made == asked.get("model-versions/get", name="m", version="2")["model_version"]


def test_models_and_versions_of_the_native_api(asked: Asked):
    logged = asked.logged
    model = logged.change("PATCH", "models/m", {"description": "x"})
    assert model == logged.read("models/m") == asked.one("models")
    version = logged.read("models/m/versions/1")
    within(version, {"list": lambda: asked.one("models/m/versions")}, "run_metrics", "run_params")
    assert logged.change("PATCH", "models/m/versions/1", {"starred": True}) == logged.read("models/m/versions/1")
    put = logged.mlflow("runs/create", experiment_id=logged.experiment("here"))["run"]["info"]
    logged.put(f"{put['artifact_uri'].removeprefix('mlflow-artifacts:/')}/net/MLmodel", b"flavors: {}")
    made = logged.change("POST", f"runs/{put['run_id']}/register", {"model": "n", "path": "net", "aliases": ["a"]})
    assert made == logged.read("models/n/versions/1")
    assert made["file_count"] == 1
    assert made == logged.read("models/n/compare", v=1)["versions"][0]
    assert logged.change("PATCH", "models/n/versions/1", {"starred": True}) == logged.read("models/n/versions/1")


def test_runs_and_experiments(asked: Asked):
    run = same(
        {
            "get": lambda: asked.get("runs/get", run_id=asked.run)["run"],
            "search": lambda: asked.post("runs/search", experiment_ids=[asked.experiment])["runs"][0],
        }
    )
    assert {metric["key"] for metric in run["data"]["metrics"]} == {"acc", "loss", "f1"}
    info = asked.post("runs/update", run_id=asked.run, status="FINISHED")["run_info"]
    assert info == asked.get("runs/get", run_id=asked.run)["run"]["info"]
    made = asked.post("runs/create", experiment_id="0", run_name="r", tags=pairs(z="1", a="2"))["run"]
    assert made == asked.get("runs/get", run_id=made["info"]["run_id"])["run"]
    logged = asked.logged
    native = logged.read(f"runs/{asked.run}")
    within(native, {"list": lambda: asked.one("runs", experiment=asked.experiment)})
    assert logged.change("PATCH", f"runs/{asked.run}", {}) == native
    assert logged.change("POST", f"runs/{asked.run}/restore") == native
    same(
        {
            "get": lambda: asked.get("experiments/get", experiment_id=asked.experiment)["experiment"],
            "by name": lambda: asked.get("experiments/get-by-name", experiment_name="e")["experiment"],
            "search": lambda: asked.post("experiments/search", filter="name = 'e'", max_results=2)["experiments"][0],
        }
    )
    experiment = logged.read(f"experiments/{asked.experiment}")
    listed = {item["id"]: item for item in logged.read("experiments")["items"]}
    within(experiment, {"list": lambda: listed[asked.experiment]})
    assert logged.change("PATCH", f"experiments/{asked.experiment}", {}) == experiment
    assert logged.change("POST", f"experiments/{asked.experiment}/restore") == experiment


def test_logged_models(asked: Asked):
    at = f"logged-models/{asked.logged_model}"
    model = same(
        {
            "finalize": lambda: asked.patch(at, status="LOGGED_MODEL_READY")["model"],
            "get": lambda: asked.get(at)["model"],
            "search": lambda: asked.post("logged-models/search", experiment_ids=[asked.experiment])["models"][0],
        }
    )
    assert [metric["key"] for metric in model["data"]["metrics"]] == ["f1"]
    for change in (
        lambda: asked.patch(f"{at}/tags", tags=pairs(b="1")),
        lambda: asked.post(f"{at}/params", params=pairs(b="1")),
    ):
        assert change()["model"] == asked.get(at)["model"]
    made = asked.post("logged-models", experiment_id="0", params=pairs(z="1", a="2"), tags=pairs(z="1", a="2"))["model"]
    assert made == asked.get(f"logged-models/{made['info']['model_id']}")["model"]


def test_traces_and_assessments(asked: Asked):
    at, place = f"traces/{asked.trace}", [{"mlflow_experiment": {"experiment_id": asked.experiment}}]
    info = same(
        {
            "info": lambda: asked.get(at, "3.0")["trace"]["trace_info"],
            "whole": lambda: asked.get("traces/get", "3.0", trace_id=asked.trace)["trace"]["trace_info"],
            "batch": lambda: asked.get("traces/batchGet", "3.0", trace_ids=asked.trace)["traces"][0]["trace_info"],
            "infos": lambda: asked.post("traces/batchGetInfos", "3.0", trace_ids=[asked.trace])["trace_infos"][0],
            "search": lambda: asked.post("traces/search", "3.0", locations=place)["traces"][0],
        }
    )
    again = asked.post("traces", "3.0", trace={"trace_info": {**info, "assessments": []}})["trace"]["trace_info"]
    assert again == asked.get(at, "3.0")["trace"]["trace_info"] == info
    one = f"{at}/assessments/{asked.assessment}"
    same(
        {
            "update": lambda: asked.patch(one, "3.0", assessment={"rationale": "No."}, update_mask="rationale")[
                "assessment"
            ],
            "get": lambda: asked.get(one, "3.0")["assessment"],
            "trace": lambda: asked.get(at, "3.0")["trace"]["trace_info"]["assessments"][0],
        }
    )
    logged = asked.logged
    native = logged.read(at)
    within(
        native,
        {"list": lambda: asked.one("traces"), "of the run": lambda: asked.one(f"runs/{asked.run}/traces")},
    )
    assert logged.change("PATCH", at, {"tags": {}}) == native


def test_datasets_and_webhooks(asked: Asked):
    at, logged = f"datasets/{asked.evaluation}", asked.logged
    same(
        {
            "get": lambda: asked.get(at, "3.0")["dataset"],
            "search": lambda: asked.post("datasets/search", "3.0")["datasets"][0],
        }
    )
    evaluation = logged.read(f"evaluation-datasets/{asked.evaluation}")
    within(evaluation, {"list": lambda: asked.one("evaluation-datasets")})
    assert logged.read("datasets/t") == asked.one("datasets")
    assert logged.change("PATCH", "datasets/t", {"description": "x"}) == logged.read("datasets/t")
    name = f"w-{uuid.uuid4().hex[:8]}"
    events = [{"entity": "MODEL_VERSION", "action": "CREATED"}]
    made = asked.post("webhooks", name=name, url=PUBLIC, events=events, description="d")["webhook"]
    one = f"webhooks/{made['webhook_id']}"
    same(
        {
            "create": lambda: made,
            "get": lambda: asked.get(one)["webhook"],
            "list": lambda: asked.get("webhooks")["webhooks"][0],
        }
    )
    assert asked.patch(one, description="x")["webhook"] == asked.get(one)["webhook"]
    shown = asked.one("webhooks")
    assert shown == logged.read(f"webhooks/{shown['id']}")
