"""Bulk import: whole, once, and with the ids and times of the source."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest


class Importing:
    """One import into a project, spoken to as a client does."""

    def __init__(self, http: httpx.Client, project: str, source: str = "test") -> None:
        self.http, self.project = http, project
        self.path = f"projects/{project}/imports"
        started = http.post(self.path, json={"source": source})
        assert started.status_code == 201, started.text
        self.id = started.json()["id"]

    def send(self, *lines: dict[str, Any] | str) -> dict[str, Any]:
        body = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
        answer = self.http.post(f"{self.path}/{self.id}/records", content=body.encode())
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def counts(self, **params: Any) -> dict[str, int]:
        return dict(self.http.get(f"{self.path}/{self.id}/counts", params=params).json()["counts"])

    def items(self, kind: str) -> dict[str, Any]:
        page = self.http.get(f"{self.path}/{self.id}/items", params={"kind": kind}).json()
        return {item["key"]: item for item in page["items"]}

    def mlflow(self, method: str, path: str, **fields: Any) -> dict[str, Any]:
        root = str(self.http.base_url).replace("/api/v1/", f"/projects/{self.project}/api/2.0/mlflow/")
        option = {"params": fields} if method == "GET" else {"json": fields}
        answer = self.http.request(method, root + path, **option)  # type: ignore[arg-type]
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@pytest.fixture
def importing(http: httpx.Client, project: str) -> Importing:
    return Importing(http, project)


def experiment(key: str = "7", name: str = "churn", **more: Any) -> dict[str, Any]:
    return {"kind": "experiment", "key": key, "name": name, "created_at": 1_600_000_000_000, **more}


def run(run_id: str, **more: Any) -> dict[str, Any]:
    base = {"kind": "run", "run_id": run_id, "experiment": "7", "name": "r", "user": "ann", "started_at": 1000}
    return {**base, "ended_at": 2000, "fingerprint": "f", **more}


def series(*points: tuple[int, int, Any]) -> dict[str, list[Any]]:
    return {
        "steps": [step for step, _, _ in points],
        "timestamps": [at for _, at, _ in points],
        "values": [value for _, _, value in points],
    }


def new_id() -> str:
    return uuid.uuid4().hex


def history(importing: Importing, run_id: str, key: str) -> list[tuple[Any, ...]]:
    found = importing.mlflow("GET", "metrics/get-history", run_id=run_id, metric_key=key)["metrics"]
    return [(int(item.get("step", 0)), int(item["timestamp"]), item["value"]) for item in found]


def test_a_run_keeps_its_id_times_and_all_that_is_logged_on_it(importing: Importing):
    run_id, parent = new_id(), new_id()
    result = importing.send(
        experiment(tags={"team": "a"}),
        run(
            run_id,
            status="FAILED",
            params={"C": "0.5"},
            tags={"mlflow.parentRunId": parent},
            metrics={"loss": series((0, 10, 1.5), (1, 11, "NaN"), (2, 12, "-Infinity"))},
            datasets=[{"name": "d", "digest": "x", "source_type": "local", "source": "{}", "tags": {"k": "v"}}],
            input_models=["m-1"],
            output_models={"m-2": 4},
        ),
    )
    assert result["created"] == {"experiment": 1, "run": 1}
    assert (result["points"], result["failures"]) == (3, [])
    shown = importing.mlflow("GET", "runs/get", run_id=run_id)["run"]
    info = shown["info"]
    assert (info["status"], int(info["start_time"]), int(info["end_time"])) == ("FAILED", 1000, 2000)
    assert (info["user_id"], info["run_name"]) == ("ann", "r")
    assert {tag["key"]: tag["value"] for tag in shown["data"]["tags"]} == {
        "mlflow.parentRunId": parent,
        "mlflow.runName": "r",
    }
    assert history(importing, run_id, "loss") == [(0, 10, 1.5), (1, 11, "NaN"), (2, 12, "-Infinity")]
    assert shown["inputs"]["dataset_inputs"][0]["dataset"]["digest"] == "x"
    assert importing.counts() == {
        **dict.fromkeys(importing.counts(), 0),
        "experiments": 1,
        "experiment_tags": 1,
        "runs": 1,
        "params": 1,
        "tags": 2,
        "metrics": 1,
        "metric_points": 3,
        "dataset_inputs": 1,
        "model_inputs": 1,
        "model_outputs": 1,
    }


def test_sent_twice_it_is_here_once(importing: Importing):
    first, second = new_id(), new_id()
    lines = [
        experiment(),
        run(first, params={"a": "1"}, metrics={"m": series((0, 1, 0.5), (0, 1, 0.5), (0, 1, 0.6))}),
        run(second, metrics={"m": series((3, 1, 1.0), (2, 5, 2.0))}),
    ]
    assert importing.send(*lines)["points"] == 4
    before = importing.counts()
    again = importing.send(*lines)
    assert (again["created"], again["merged"], again["points"]) == ({}, {"experiment": 1, "run": 2}, 0)
    assert importing.counts() == before
    latest = importing.mlflow("GET", "runs/get", run_id=second)["run"]["data"]["metrics"]
    assert (latest[0]["value"], int(latest[0]["step"])) == (1.0, 3)


def test_a_long_history_comes_in_several_lines_of_one_request(importing: Importing):
    run_id = new_id()
    parts = [run(run_id, metrics={"m": series(*((i, i, float(i)) for i in range(k, k + 100)))}) for k in (0, 100, 50)]
    result = importing.send(experiment(), *parts)
    assert (result["created"]["run"], result["points"]) == (1, 200)
    assert len(history(importing, run_id, "m")) == 200


def test_the_default_experiment_is_the_one_of_the_project_and_stays(importing: Importing):
    made = importing.mlflow("POST", "runs/create", experiment_id="0")["run"]["info"]
    result = importing.send(experiment("0", "Default", state="deleted"), run(new_id(), experiment="0"))
    assert result["merged"] == {"experiment": 1}
    assert importing.items("experiment")["0"]["target"] == made["experiment_id"]
    assert importing.mlflow("POST", "runs/create", experiment_id="0")["run"]["info"]["lifecycle_stage"] == "active"


def test_imported_runs_are_found_by_searches(importing: Importing):
    ids = [new_id() for _ in range(30)]
    importing.send(
        experiment(),
        *(run(one, params={"p": str(i % 3)}, metrics={"m": series((0, 1, float(i)))}) for i, one in enumerate(ids)),
    )
    found = importing.mlflow(
        "POST",
        "runs/search",
        experiment_ids=[importing.items("experiment")["7"]["target"]],
        filter="params.p = '1' AND metrics.m >= 10",
        order_by=["metrics.m DESC"],
    )["runs"]
    assert [item["info"]["run_id"] for item in found] == [ids[i] for i in range(28, 9, -3)]


def test_lines_that_cannot_be_used_are_named_and_the_others_kept(importing: Importing):
    good = new_id()
    result = importing.send(
        experiment(),
        "{nonsense",
        run("not an id"),
        run(new_id(), experiment="99"),
        run(new_id(), metrics={"m": {"steps": [1], "timestamps": [], "values": [1.0]}}),
        run(new_id(), params={"nul": "a\0b"}),
        {"kind": "version", "model": "absent", "number": 1, "created_at": 1, "updated_at": 1},
        run(good),
    )
    assert result["created"] == {"experiment": 1, "run": 1}
    assert result["failure_count"] == 6
    failed = {failure["line"]: failure["message"] for failure in result["failures"]}
    assert sorted(failed) == [2, 3, 4, 5, 6, 7]
    assert "run_id" in failed[3]
    assert "'99' has not been sent" in failed[4]
    assert "1 steps, 0 timestamps" in failed[5]
    assert "NUL" in failed[6]
    assert "absent" in failed[7]


def test_an_import_keeps_what_its_source_kept_within_the_limits_of_the_database(importing: Importing):
    good = new_id()
    odd = {"a?b": "1", "../a": "2"}
    logged_model = {
        "kind": "logged_model",
        "model_id": f"m-{new_id()}",
        "experiment": "7",
        "name": "m",
        "created_at": 5,
        "updated_at": 6,
        "params": odd,
        "metrics": [{"key": "f1@0.5", "value": "NaN", "timestamp": 1, "step": 0, "run_id": good}],
    }
    result = importing.send(
        {**experiment(), "tags": odd},
        run(
            good, params={**odd, "long": "x" * 7000}, tags=odd, metrics={"f1@0.5": series((0, 1, 1.0))}, user="u" * 200
        ),
        logged_model,
        run(new_id(), metrics={"k" * 251: series((0, 1, 1.0))}),
        run(new_id(), user="u" * 201),
        {**experiment(), "key": "8", "name": "elsewhere", "location": "http://elsewhere/artifacts"},
    )
    assert result["created"] == {"experiment": 1, "run": 1, "logged_model": 1}, result
    failed = {failure["line"]: failure["message"] for failure in result["failures"]}
    assert sorted(failed) == [4, 5, 6]
    assert "user" in failed[5]
    assert "another server" in failed[6]
    data = importing.mlflow("GET", "runs/get", run_id=good)["run"]["data"]
    assert {param["key"]: len(param["value"]) for param in data["params"]} == {"a?b": 1, "../a": 1, "long": 7000}
    assert [metric["key"] for metric in data["metrics"]] == ["f1@0.5"]


def test_a_run_id_of_another_project_is_refused(importing: Importing, http: httpx.Client):
    run_id = new_id()
    importing.send(experiment(), run(run_id))
    other = f"p-{uuid.uuid4().hex[:10]}"
    http.post("projects", json={"name": other}).raise_for_status()
    result = Importing(http, other).send(experiment(), run(run_id))
    assert result["created"] == {"experiment": 1}
    assert "another project" in result["failures"][0]["message"]


def model(name: str, **more: Any) -> dict[str, Any]:
    return {"kind": "model", "name": name, "created_at": 5, "updated_at": 6, "fingerprint": "f", **more}


def version(name: str, number: int, **more: Any) -> dict[str, Any]:
    base = {"kind": "version", "model": name, "number": number, "created_at": 1000 + number, "updated_at": 2000}
    return {**base, "source": "s3://bucket/model", "user": "ann", "fingerprint": "f", **more}


def test_versions_keep_their_numbers_times_stages_and_aliases(importing: Importing):
    run_id = new_id()
    lines = [
        experiment(),
        run(run_id),
        model("churn", description="d", tags={"k": "v"}, last_number=9),
        version("churn", 2, stage="Archived", run_id=run_id, place={"run_id": run_id, "path": "model"}),
        version("churn", 7, stage="Production", description="best", tags={"modelyard.semver": "1.2.0"}),
        {"kind": "alias", "model": "churn", "alias": "prod", "number": 7},
    ]
    assert importing.send(*lines)["failures"] == []
    again = importing.send(*lines)
    assert again["created"] == {}
    counts = importing.counts()
    assert (counts["models"], counts["versions"], counts["aliases"], counts["version_tags"]) == (1, 2, 1, 1)
    shown = importing.mlflow("GET", "model-versions/get", name="churn", version="7")["model_version"]
    assert (int(shown["creation_timestamp"]), shown["user_id"], shown["current_stage"]) == (1007, "ann", "Production")
    assert shown["description"] == "best"
    by_semver = importing.mlflow("GET", "registered-models/alias", name="churn", alias="1.2.0")["model_version"]
    assert by_semver["version"] == "7"
    uri = importing.mlflow("GET", "model-versions/get-download-uri", name="churn", version="2")["artifact_uri"]
    assert uri.startswith("mlflow-artifacts:/")
    assert uri.endswith(f"/{run_id}/artifacts/model")
    made = importing.mlflow("POST", "model-versions/create", name="churn", source="s3://bucket/x")["model_version"]
    assert made["version"] == "10"


def test_a_number_that_another_version_has_is_refused(importing: Importing):
    importing.mlflow("POST", "registered-models/create", name="churn")
    importing.mlflow("POST", "model-versions/create", name="churn", source="s3://bucket/x")
    result = importing.send(model("churn"), version("churn", 1), version("churn", 2))
    assert result["created"] == {"version": 1}
    assert "another version 1" in result["failures"][0]["message"]


def test_many_versions_come_at_once_and_wrong_ones_stay_out_alone(importing: Importing):
    semver = {"tags": {"modelyard.semver": "1.0.0"}}
    lines = [
        model("many"),
        model("other"),
        *(version(("many", "other")[number % 2], number, user=f"user{number % 3}") for number in range(1, 1201)),
        version("many", 1300, **semver),
        version("many", 1301, **semver),
        version("many", 1300, description="once more"),
        version("many", 1300, created_at=1),
        version("absent", 1),
    ]
    result = importing.send(*lines)
    assert result["created"] == {"model": 2, "version": 1201}
    assert result["merged"] == {"version": 1}
    said = sorted(failure["message"] for failure in result["failures"])
    assert len(said) == 3
    assert "name=absent" in said[0]
    assert "another version 1300" in said[1]
    assert "Version 1300 of 'many' has the semantic version 1.0.0 already" in said[2]
    shown = importing.mlflow("GET", "model-versions/get", name="many", version="1300")["model_version"]
    assert (shown["description"], shown["user_id"]) == ("once more", "ann")
    made = importing.mlflow("POST", "model-versions/create", name="many", source="s3://bucket/x")["model_version"]
    assert made["version"] == "1301"
    again = importing.send(*lines)
    assert again["created"] == {}
    assert importing.counts()["versions"] == 1201


@pytest.mark.parametrize("source", ["file:///etc/passwd", "/etc/passwd", "http://elsewhere/model", "s3://b/../x"])
def test_a_source_that_clients_must_not_read_is_refused(importing: Importing, source: str):
    result = importing.send(model("m"), version("m", 1, source=source))
    assert "is not a place" in result["failures"][0]["message"]


def test_logged_models_keep_their_ids(importing: Importing):
    run_id, model_id = new_id(), f"m-{new_id()}"
    line = {
        "kind": "logged_model",
        "model_id": model_id,
        "experiment": "7",
        "name": "tree",
        "source_run_id": run_id,
        "created_at": 100,
        "updated_at": 200,
        "params": {"depth": "3"},
        "tags": {"t": "1"},
        "metrics": [{"key": "auc", "value": 0.9, "timestamp": 1, "step": 0, "run_id": run_id}],
        "fingerprint": "f",
    }
    deleted = {**line, "model_id": f"m-{new_id()}", "state": "deleted"}
    for _ in range(2):
        assert importing.send(experiment(), run(run_id), line, deleted)["failures"] == []
    shown = importing.mlflow("GET", f"logged-models/{model_id}")["model"]
    assert int(shown["info"]["creation_timestamp_ms"]) == 100
    assert shown["data"]["metrics"][0]["value"] == 0.9
    counts = importing.counts()
    assert (counts["logged_models"], counts["logged_model_params"], counts["logged_model_metrics"]) == (2, 2, 2)


def test_the_same_source_goes_on_and_the_report_is_kept(importing: Importing, http: httpx.Client, project: str):
    assert Importing(http, project).id == importing.id
    importing.send(
        experiment(), run("a" + new_id()[1:]), {"kind": "done", "what": "artifacts", "key": "x", "fingerprint": "1"}
    )
    assert importing.items("artifacts")["x"]["fingerprint"] == "1"
    http.post(f"{importing.path}/{importing.id}/finish", json={"report": {"runs": 1}}).raise_for_status()
    (listed,) = http.get(importing.path).json()
    assert (listed["source"], listed["report"]) == ("test", {"runs": 1})
    assert listed["finished_at"]
    lines = http.get(f"projects/{project}/activity", params={"object_kind": "import"}).json()["items"]
    assert [line["action"] for line in lines] == [
        "import.finished",
        "import.received",
        "import.started",
        "import.started",
    ]
    assert lines[1]["detail"]["created"] == {"experiment": 1, "run": 1, "done": 1}


def test_counts_can_be_asked_for_some_experiments_and_models(importing: Importing):
    importing.send(
        experiment("1", "one"),
        experiment("2", "two"),
        run(new_id(), experiment="1"),
        run(new_id(), experiment="2"),
        run(new_id(), experiment="2"),
        model("a"),
        model("b"),
        version("b", 1),
    )
    target = importing.items("experiment")["2"]["target"]
    counts = importing.counts(experiment=target, model="b")
    assert (counts["experiments"], counts["runs"], counts["models"], counts["versions"]) == (1, 2, 1, 1)


def test_an_unknown_import_is_not_found(http: httpx.Client, project: str):
    answer = http.post(f"projects/{project}/imports/nothing/records", content=b"")
    assert answer.status_code == 404


@pytest.mark.parametrize("at", [1_700_000_000_123_456_789, 253_402_300_800_000, -1])
def test_lines_with_a_time_that_no_date_can_show_are_failures_that_name_the_field(importing: Importing, at: int):
    model = {"kind": "model", "name": "m", "created_at": 1, "updated_at": 1}
    version = {"kind": "version", "model": "m", "number": 1, "created_at": 1, "updated_at": 1, "source": "s3://b/m"}
    logged_model = {"kind": "logged_model", "model_id": "m-1", "experiment": "7", "name": "m", "created_at": 1}
    lines = {
        "$.started_at": run("odd", started_at=at),
        "$.ended_at": run("odd", ended_at=at),
        "$.metrics[...].timestamps[0]": run("odd", metrics={"m": series((0, at, 1.0))}),
        "$.created_at": experiment("8", "other", created_at=at),
        "$.updated_at": {**model, "updated_at": at},
    }
    more = [{**version, "created_at": at}, {**logged_model, "updated_at": at}]
    answer = importing.send(experiment(), *lines.values(), *more, run(plain := uuid.uuid4().hex))
    assert (answer["failure_count"], answer["created"]) == (7, {"experiment": 1, "run": 1})
    for path, failure in zip(lines, answer["failures"], strict=False):
        assert path in failure["message"], failure
    runs = importing.http.get(f"projects/{importing.project}/runs").json()["items"]
    assert [item["id"] for item in runs] == [plain]


@pytest.mark.parametrize("name", ["a/b", "a:b", ".", "..", "/"])
def test_a_model_that_no_address_could_name_is_a_failure(importing: Importing, name: str):
    answer = importing.send({"kind": "model", "name": name, "created_at": 1, "updated_at": 1})
    assert (answer["failure_count"], answer["created"]) == (1, {})
    assert repr(name) in answer["failures"][0]["message"]


def test_after_the_largest_number_a_model_takes_no_version_and_stays_readable(importing: Importing):
    importing.send({"kind": "model", "name": "m", "created_at": 1, "updated_at": 1, "last_number": 2**31 - 1})
    root = str(importing.http.base_url).replace("/api/v1/", f"/projects/{importing.project}/api/2.0/mlflow/")
    answer = importing.http.post(root + "model-versions/create", json={"name": "m", "source": "s3://b/m"})
    assert (answer.status_code, answer.json()["error_code"]) == (409, "RESOURCE_CONFLICT"), answer.text
    assert "no number left" in answer.json()["message"]
    assert importing.http.get(f"projects/{importing.project}/models/m").json()["version_count"] == 0


def test_the_number_of_a_version_that_was_deleted_here_is_given_by_no_import_again(importing: Importing):
    model = {"kind": "model", "name": "m", "created_at": 1, "updated_at": 1, "last_number": 3}
    versions = [
        {"kind": "version", "model": "m", "number": number, "created_at": number, "updated_at": 9, "source": "s3://b/m"}
        for number in (1, 2, 3)
    ]
    assert importing.send(model, *versions)["created"] == {"model": 1, "version": 3}
    path = f"projects/{importing.project}/models/m/versions"
    for number in (2, 3):
        importing.http.delete(f"{path}/{number}").raise_for_status()
    for sent in (importing, Importing(importing.http, importing.project, "another source")):
        for created_at in (2, 77):
            again = {**versions[1], "created_at": created_at}
            answer = sent.send(model, again, versions[0], versions[2])
            assert (answer["failure_count"], answer["created"]) == (2, {})
            assert [failure["key"] for failure in answer["failures"]] == ["m/2", "m/3"]
            assert all("was deleted here" in failure["message"] for failure in answer["failures"])
    assert [item["number"] for item in importing.http.get(path).json()["items"]] == [1]
    made = importing.mlflow("POST", "model-versions/create", name="m", source="s3://b/m")
    assert made["model_version"]["version"] == "4"


def test_a_number_that_was_given_and_deleted_here_is_not_given_by_an_import(importing: Importing):
    importing.mlflow("POST", "registered-models/create", name="m")
    for _ in range(2):
        importing.mlflow("POST", "model-versions/create", name="m", source="s3://b/m")
    importing.mlflow("DELETE", "model-versions/delete", name="m", version="2")
    line = {"kind": "version", "model": "m", "number": 2, "created_at": 5, "updated_at": 5, "source": "s3://b/m"}
    answer = importing.send(line)
    assert (answer["failure_count"], answer["created"]) == (1, {})


def test_imports_registrations_and_deletions_at_once_give_every_number_once(importing: Importing):
    """A number that was deleted stays so, whoever sends or takes numbers at that moment."""
    model = {"kind": "model", "name": "m", "created_at": 1, "updated_at": 1, "last_number": 12}
    versions = [
        {"kind": "version", "model": "m", "number": number, "created_at": number, "updated_at": 9, "source": "s3://b/m"}
        for number in range(1, 13)
    ]
    importing.send(model)
    path = f"projects/{importing.project}/models/m/versions"
    deleted: set[int] = set()
    given: list[int] = []

    def send() -> None:
        for version in [*versions, *versions]:
            importing.send(version)

    def delete() -> None:
        for number in [*range(2, 13, 2)] * 3:
            answer = importing.http.delete(f"{path}/{number}")
            assert answer.status_code in (204, 404), answer.text
            if answer.status_code == 204:
                assert number not in deleted, f"version {number} came back"
                deleted.add(number)

    def register() -> None:
        for _ in range(12):
            made = importing.mlflow("POST", "model-versions/create", name="m", source="s3://b/m")
            given.append(int(made["model_version"]["version"]))

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work) for work in (send, delete, register, send)]:
            done.result()
    assert given == sorted(set(given))
    assert not set(given) & set(range(13))
    found = [item["number"] for item in importing.http.get(path, params={"limit": 100}).json()["items"]]
    assert sorted(found) == sorted({*range(1, 13), *given} - deleted)
