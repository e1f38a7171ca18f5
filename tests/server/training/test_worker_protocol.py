"""A training as its worker and its watchers see it, over HTTP."""

import math
from typing import Any

import pytest

from tests.server.training.playing import CONFIG, STEPS, Yard
from tests.support.waiting import wait_until


def test_a_training_goes_through_its_steps_to_ready(yard: Yard):
    made = yard.train(description="first")
    assert (made["status"], made["number"]) == ("Queued", 1)
    worker = yard.worker()
    spec = worker.start()["train"]
    assert (spec["model"], spec["number"], spec["run_id"]) == (yard.model, 1, made["run_id"])
    assert spec["rendered_config"]["trainer"]["num_boost_round"] == 20
    data = worker.ask("GET", "data")
    assert data.content[:4] == b"PAR1"
    for step in STEPS:
        worker.report(status=step, fraction=0.5, message=f"at {step}", remaining_ms=1000)
        version = yard.version()
        assert version["status"] == step
        assert version["progress"] == {"fraction": 0.5, "message": f"at {step}", "remaining_ms": 1000}
    worker.complete()
    ready = yard.version()
    assert ready["status"] == "Ready"
    assert ready["progress"] is None
    assert ready["metric"] == {
        "name": "roc_auc",
        "split": "test",
        "value": 0.9,
        "higher_is_better": True,
        "positive_class": None,
    }
    assert ready["best_iteration"] == 7
    assert ready["is_default"]
    assert [entry["step"] for entry in ready["timeline"]] == ["Queued", *STEPS]
    assert all(entry["ended_at"] and entry["duration_ms"] >= 0 for entry in ready["timeline"])
    counted = [entry["duration_ms"] for entry in ready["timeline"][:4]]
    assert ready["duration_ms"] == sum(counted)
    assert yard.jobs() == []


def test_metrics_become_curves_with_nan_and_infinity(yard: Yard):
    yard.train()
    worker = yard.worker()
    worker.start()
    values: list[Any] = [0.5, "NaN", "Infinity", "-Infinity", 0.1]
    points = [
        {"key": "train_log_loss", "value": value, "step": step, "timestamp_ms": 1000 + step}
        for step, value in enumerate(values)
    ]
    worker.report(status="Training", metrics=points)
    worker.report(metrics=[{"key": "validation_log_loss", "value": 1, "step": 0, "timestamp_ms": 1}])
    curves = yard.http.get(f"{yard.model_path}/versions/1/curves").json()["curves"]
    assert [(curve["split"], curve["name"], curve["point_count"]) for curve in curves] == [
        ("train", "log_loss", 5),
        ("validation", "log_loss", 1),
    ]
    assert [point["value"] for point in curves[0]["points"]] == values
    only = yard.http.get(f"{yard.model_path}/versions/1/curves?key=validation_log_loss").json()["curves"]
    assert len(only) == 1
    worker.kill()


def test_ten_thousand_points_are_thinned_without_losing_a_peak(yard: Yard):
    yard.train()
    worker = yard.worker()
    worker.start()
    worker.report(status="Training")
    values = [math.sin(step / 300) for step in range(10_000)]
    values[4321] = 50.0
    for start in range(0, 10_000, 2500):
        worker.report(
            metrics=[
                {"key": "train_x", "value": values[step], "step": step, "timestamp_ms": step}
                for step in range(start, start + 2500)
            ]
        )
    (curve,) = yard.http.get(f"{yard.model_path}/versions/1/curves?max_points=500").json()["curves"]
    assert curve["point_count"] == 10_000
    assert 400 < len(curve["points"]) <= 500
    steps = [point["step"] for point in curve["points"]]
    assert steps == sorted(steps)
    assert (steps[0], steps[-1]) == (0, 9999)
    assert max(point["value"] for point in curve["points"]) == 50.0
    worker.kill()


def test_a_repeated_report_is_taken_once(yard: Yard):
    yard.train()
    worker = yard.worker()
    worker.start()
    line = {"timestamp_ms": 1, "text": "once"}
    point = {"key": "train_x", "value": 1, "step": 1, "timestamp_ms": 1}
    for _ in range(3):
        worker.sequence = 0
        worker.report(status="Preprocessing", log=[line], metrics=[point])
    assert yard.http.get(f"{yard.model_path}/versions/1/log").json()["total"] == 1
    (curve,) = yard.http.get(f"{yard.model_path}/versions/1/curves").json()["curves"]
    assert curve["point_count"] == 1
    worker.kill()


def test_the_log_is_paged_searched_and_downloaded(yard: Yard):
    yard.train()
    worker = yard.worker()
    worker.start()
    worker.report(log=[{"timestamp_ms": number, "text": f"Line {number} \0 é"} for number in range(25)])
    path = f"{yard.model_path}/versions/1/log"
    page = yard.http.get(path, params={"limit": 10}).json()
    assert [line["sequence"] for line in page["lines"]] == list(range(1, 11))
    assert (page["next_after"], page["total"]) == (10, 25)
    rest = yard.http.get(path, params={"after": 10}).json()
    assert len(rest["lines"]) == 15
    found = yard.http.get(path, params={"search": "LINE 2"}).json()
    assert [line["text"][:7] for line in found["lines"]] == ["Line 2 ", *[f"Line {n}" for n in range(20, 25)]]
    text = yard.http.get(f"{path}/download")
    assert text.headers["content-type"].startswith("text/plain")
    assert len(text.text.splitlines()) == 25
    worker.kill()


def test_a_failing_training_says_why_and_leaves_no_file(yard: Yard):
    yard.train()
    worker = yard.worker()
    worker.go_to("Training")
    assert yard.version()["file_count"] == 1
    answer = worker.finish("Failed", error_code="invalid_data", error_message="Column a has no numbers.")
    assert answer.status_code == 204
    failed = yard.version()
    assert failed["status"] == "Failed"
    assert failed["error"] == {"step": "Training", "code": "invalid_data", "message": "Column a has no numbers."}
    assert failed["timeline"][-1]["error_message"] == "Column a has no numbers."
    assert (failed["file_count"], failed["size_bytes"]) == (0, 0)
    assert yard.http.get(f"{yard.model_path}/versions/1/files").json() == []
    assert not failed["is_default"]
    worker.end()


def test_only_the_worker_of_the_job_may_speak(yard: Yard):
    yard.train()
    worker = yard.worker()
    worker.start()
    for token, status, code in (
        ("x", 401, "unauthenticated"),
        ("1-" + "x" * 43, 401, "unauthenticated"),
        ("nonsense", 401, "unauthenticated"),
        ("0-" + "x" * 43, 409, "lease_lost"),
    ):
        worker_token, worker.token = worker.token, token
        answer = worker.ask("POST", "report", json={"sequence": 9})
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        worker.token = worker_token
    other = yard.http.post(
        "jobs/unknown/report", json={"sequence": 1}, headers={"Authorization": f"Bearer {worker.token}"}
    )
    assert other.status_code == 401
    assert yard.http.get(f"jobs/{worker.job_id}/data").status_code == 401
    worker.kill()


def test_steps_go_forward_only(yard: Yard):
    yard.train()
    worker = yard.worker()
    worker.start()
    worker.report(status="Training")
    back = worker.ask("POST", "report", json={"sequence": 50, "status": "Preprocessing"})
    assert (back.status_code, back.json()["error"]["code"]) == (409, "invalid_state")
    assert yard.version()["status"] == "Training"
    worker.kill()


def test_a_version_that_was_never_trained_cannot_be_ready(yard: Yard):
    yard.train()
    worker = yard.worker()
    worker.start()
    assert worker.finish("Ready").json()["error"]["code"] == "invalid_state"
    assert yard.version()["status"] == "Queued"
    worker.kill()


def test_finishing_twice_is_fine_and_reporting_afterwards_is_not(yard: Yard):
    yard.train()
    worker = yard.worker()
    worker.go_to("Training")
    worker.complete()
    assert worker.finish("Ready").status_code == 204
    late = worker.ask("POST", "report", json={"sequence": 99})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "lease_lost")
    assert worker.put_file("model/more", b"x").status_code == 409
    assert yard.version()["file_count"] == 2


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a//b", "a/../../b", "a\\b", "x" * 401, "a/./b", "a%0Ab"])
def test_file_paths_cannot_escape(yard: Yard, path: str):
    yard.train()
    worker = yard.worker()
    worker.start()
    encoded = path.replace("..", "%2E%2E").replace("\\", "%5C").replace("/./", "/%2E/")
    assert worker.put_file(encoded, b"x").status_code in (400, 404)
    assert yard.version()["file_count"] == 0
    worker.kill()


def test_a_file_that_arrives_damaged_is_refused(yard: Yard):
    yard.train()
    worker = yard.worker()
    worker.start()
    answer = worker.ask("PUT", "files/model/x", content=b"y", headers={"X-Content-SHA256": "0" * 64})
    assert answer.status_code == 400
    assert "SHA-256" in answer.json()["error"]["message"]
    assert yard.version()["file_count"] == 0
    worker.kill()


def test_events_tell_open_views_what_happens(yard: Yard):
    yard.train()
    worker = yard.worker()
    events: list[str] = []
    with (
        yard.server.client() as watching,
        watching.stream("GET", f"{yard.path}/events", params={"topic": [f"version:{yard.model}/1"]}) as stream,
    ):
        lines = stream.iter_lines()
        assert next(lines) == "event: ready"
        worker.start()
        worker.report(
            status="Training",
            fraction=0.2,
            message="m",
            metrics=[{"key": "train_x", "value": 1, "step": 1, "timestamp_ms": 1}],
            log=[{"timestamp_ms": 1, "text": "hello"}],
        )
        for line in lines:
            if line.startswith('data: {"type"'):
                events.append(line)
            if len(events) == 4:
                break
    text = "\n".join(events)
    for kind in ("version.changed", "progress.changed", "metrics.logged", "log.appended"):
        assert kind in text
    worker.kill()


def test_every_project_hears_of_the_engine(yard: Yard):
    yard.http.post("projects", json={"name": "other"})
    with (
        yard.server.client() as watching,
        watching.stream(
            "GET", "projects/other/events", params={"topic": ["engines", f"version:{yard.model}/1"]}
        ) as stream,
    ):
        lines = stream.iter_lines()
        assert next(lines) == "event: ready"
        yard.train()
        first = next(line for line in lines if line.startswith('data: {"type"'))
    assert '"engine"' in first
    yard.worker().kill()


def test_params_of_the_run_and_both_configs_are_kept(yard: Yard):
    yard.train()
    config = yard.http.get(f"{yard.model_path}/versions/1/config").json()
    assert config["given"] == CONFIG
    assert config["rendered"]["trainer"]["learning_rate"] == 0.05
    assert "num_boost_round: 20" in config["given_yaml"]
    worker = yard.worker()
    worker.kill()
    yard.wait_for("Failed")


def test_a_job_that_nobody_can_start_fails_with_its_output(yard: Yard):
    yard.train()
    worker = yard.worker()
    worker.kill()
    failed = yard.wait_for("Failed")
    assert failed["error"]["code"] == "worker_lost"
    assert failed["error"]["step"] == "Queued"
    assert "SIGKILL" in failed["error"]["message"]
    lines = yard.http.get(f"{yard.model_path}/versions/1/log").json()["lines"]
    assert any("is here" in line["text"] for line in lines)
    wait_until(lambda: not list((yard.server.data_dir / "logs").glob(f"{worker.job_id}*")))


def test_the_run_ends_with_the_metrics_of_the_version(yard: Yard):
    """The training went on after its best step, and only its end measured everything."""
    yard.train()
    worker = yard.worker()
    worker.go_to("Evaluating")
    points = [("test_roc_auc", 0.9970, 5), ("test_roc_auc", 0.9964, 6), ("train_roc_auc", 1.0, 6)]
    worker.report(
        metrics=[{"key": key, "value": value, "step": step, "timestamp_ms": step} for key, value, step in points]
    )
    worker.report(status="Visualizing")
    worker.report(status="Explaining")
    metrics = [
        {"name": name, "split": "test", "value": value, "higher_is_better": True, "positive_class": positive}
        for name, value, positive in (("roc_auc", 0.9970, None), ("f1", 0.8, "no"))
    ]
    leak = {"code": "target_leak", "message": "'a' tells it.", "feature": "a"}
    action = {"kind": "drop_feature", "label": "Leave out a", "feature": "a"}
    finished = worker.finish(
        metrics=metrics, best_iteration=5, positive_class="no", warnings=[{**leak, "action": action}]
    )
    assert finished.status_code == 204, finished.text
    version = yard.wait_for("Ready")

    run = yard.http.get(f"{yard.path}/runs/{version['run_id']}").json()
    assert run["metrics"] == {"test_roc_auc": 0.9970, "train_roc_auc": 1.0, "test_f1": 0.8}
    assert {metric["name"]: metric["value"] for metric in version["metrics"]} == {"roc_auc": 0.9970, "f1": 0.8}
    curves = yard.http.get(f"{yard.model_path}/versions/1/curves").json()["curves"]
    shown = {(each["split"], each["name"]): [point["step"] for point in each["points"]] for each in curves}
    assert shown == {("test", "roc_auc"): [5, 6], ("train", "roc_auc"): [6]}
    only = yard.http.get(f"{yard.model_path}/versions/1/curves?key=test_roc_auc").json()["curves"]
    assert [(each["point_count"], each["points"][-1]["value"]) for each in only] == [(2, 0.9964)]

    assert version["positive_class"] == "no"
    assert [metric["positive_class"] for metric in version["metrics"]] == [None, "no"]
    assert [(each["code"], each["action"]["kind"]) for each in version["warnings"]] == [("target_leak", "drop_feature")]
    listed = yard.http.get(f"{yard.model_path}/versions").json()["items"][0]
    assert listed["metric"] == version["metric"]


@pytest.mark.parametrize("status", ["Ready", "Failed", "Canceled", "Canceling", "Queued", "Deployed"])
def test_a_report_cannot_end_a_training(yard: Yard, status: str):
    yard.train()
    worker = yard.worker()
    worker.start()
    worker.report(status="Training")
    answer = worker.ask("POST", "report", json={"sequence": 1000, "status": status})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_argument")
    assert yard.version()["status"] == "Training"
    worker.report(status="Evaluating")
    assert yard.version()["status"] == "Evaluating"
