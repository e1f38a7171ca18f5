"""Output modes, errors and exit codes, against canned answers over real HTTP."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from modelyard.cli._exit_codes import ExitCode
from modelyard.cli.main import app
from modelyard.wire.errors import ErrorCode
from tests.cli.conftest import Run
from tests.sdk.fake import NOW, FakeServer, dataset, dataset_version, error, log_line, ok, page, stream, version

MODEL = "/projects/p/models/iris"
ONE = MODEL + "/versions/1"
READY = "event: ready\ndata: {}"
METRIC = {"name": "accuracy", "split": "test", "value": 0.98765, "higher_is_better": True}
FAULT = {"step": "Training", "code": "out_of_memory", "message": "out of memory; raise the limit"}


@pytest.fixture
def two_datasets(fake: FakeServer) -> None:
    fake.on("GET", "/projects/p/datasets", lambda _: page(dataset("iris"), dataset("wine")))


@pytest.mark.usefixtures("two_datasets")
def test_a_list_in_a_pipe_is_tab_separated(run: Run):
    lines = run("datasets", "list").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["Name", "iris", "wine"]


@pytest.mark.usefixtures("two_datasets")
def test_a_list_for_programs_is_json(run: Run):
    assert [item["name"] for item in json.loads(run("datasets", "list", "--json").stdout)] == ["iris", "wine"]


@pytest.mark.usefixtures("two_datasets")
def test_a_quiet_list_is_names(run: Run):
    assert run("datasets", "list", "-q").stdout == "iris\nwine\n"


def test_nothing_stored_on_a_server_steers_the_terminal(fake: FakeServer, run: Run):
    fake.on("GET", ONE, ok(version(1, description="red \x1b[31m alert\nsecond line")))
    shown = run("versions", "show", "iris/1").stdout
    assert "\x1b" not in shown
    assert "second line" in shown


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (404, ErrorCode.NOT_FOUND, ExitCode.NOT_FOUND),
        (400, ErrorCode.INVALID_ARGUMENT, ExitCode.INVALID_INPUT),
        (400, ErrorCode.INVALID_NAME, ExitCode.INVALID_INPUT),
        (422, ErrorCode.INVALID_CONFIG, ExitCode.INVALID_INPUT),
        (422, ErrorCode.INVALID_TABLE, ExitCode.INVALID_INPUT),
        (400, ErrorCode.INVALID_PAGE_TOKEN, ExitCode.INVALID_INPUT),
        (413, ErrorCode.TOO_LARGE, ExitCode.INVALID_INPUT),
        (409, ErrorCode.ALREADY_EXISTS, ExitCode.CONFLICT),
        (409, ErrorCode.CONFLICT, ExitCode.CONFLICT),
        (409, ErrorCode.INVALID_STATE, ExitCode.CONFLICT),
        (409, ErrorCode.LEASE_LOST, ExitCode.CONFLICT),
        (401, ErrorCode.UNAUTHENTICATED, ExitCode.DENIED),
        (403, ErrorCode.PERMISSION_DENIED, ExitCode.DENIED),
        (422, ErrorCode.PREDICTION_FAILED, ExitCode.FAILED),
        (507, ErrorCode.STORAGE_FULL, ExitCode.FAILED),
        (500, ErrorCode.CORRUPT_FILE, ExitCode.FAILED),
        (500, ErrorCode.INTERNAL, ExitCode.FAILED),
        (503, ErrorCode.UNAVAILABLE, ExitCode.UNREACHABLE),
    ],
)
def test_an_error_is_a_line_a_hint_and_an_exit_code(fake: FakeServer, run: Run, status: int, code: str, expected: int):
    fake.on("POST", ONE + "/cancel", error(status, code, "it cannot be", hint="do this", request_id="r-7"))
    fake.on("GET", ONE, ok(version(1, "Training")))
    result = run("cancel", "iris/1")
    assert result.exit_code == expected
    assert result.stderr.splitlines()[:2] == ["error: it cannot be", "hint: do this"]
    assert ("request: r-7" in result.stderr) == (code == ErrorCode.INTERNAL)
    assert (result.stdout, "Traceback" in result.stderr) == ("", False)


def test_each_problem_of_an_input_is_a_line(fake: FakeServer, run: Run, tmp_path: Path):
    (tmp_path / "c.yaml").write_text("model_type: gbm\n")
    problem = {"path": "trainer.learning_rat", "message": "unknown option", "suggestion": "did you mean learning_rate?"}
    fake.on("GET", "/projects/p/datasets/iris/versions/2", ok(dataset_version(2)))
    fake.on(
        "POST", MODEL + "/versions", error(422, ErrorCode.INVALID_CONFIG, "the config is invalid", problems=[problem])
    )
    result = run("train", str(tmp_path / "c.yaml"), "--dataset", "iris@2", "--model", "iris")
    assert result.exit_code == ExitCode.INVALID_INPUT
    assert "  trainer.learning_rat: unknown option (did you mean learning_rate?)" in result.stderr


def test_an_error_for_programs_is_json(fake: FakeServer, run: Run):
    fake.on("GET", ONE, error(404, ErrorCode.NOT_FOUND, "no version 1", hint="look"))
    result = run("versions", "show", "iris/1", "--json")
    assert json.loads(result.stderr)["error"]["code"] == "not_found"


def test_a_server_that_is_not_there():
    result = CliRunner().invoke(app, ["datasets", "list", "--url", "http://127.0.0.1:1"])
    assert (result.exit_code, result.stdout) == (ExitCode.UNREACHABLE, "")
    assert "modelyard up" in result.stderr
    result = CliRunner().invoke(app, ["datasets", "list", "--url", "http://127.0.0.1:1", "--json"])
    assert json.loads(result.stderr)["error"]["code"] == "server_unreachable"


@pytest.mark.parametrize("name", ["a b", "a/b", "💐", "x" * 300, "..", ".hidden"])
def test_a_bad_name_is_refused_clearly(run: Run, fake: FakeServer, name: str, tmp_path: Path):
    (tmp_path / "t.csv").write_text("a\n1\n")
    result = run("datasets", "upload", name, str(tmp_path / "t.csv"))
    assert result.exit_code == ExitCode.INVALID_INPUT
    assert result.stderr.startswith("error: ")
    assert fake.requests == []


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["datasets", "show"],
        ["datasets", "list", "--json", "--quiet"],
        ["train", "--model", "m", "--dataset", "d"],
        ["train", "c.yaml", "--target", "t", "--model", "m", "--dataset", "d"],
        ["versions", "update", "iris/1"],
        ["versions", "compare", "iris/1"],
        ["datasets", "delete", "iris"],
    ],
)
def test_a_wrong_command_line_exits_2(run: Run, fake: FakeServer, words: list[str]):
    fake.on("GET", ONE, ok(version(1)))
    fake.on("GET", "/projects/p/datasets/iris", ok(dataset()))
    assert run(*words).exit_code == ExitCode.USAGE


def test_an_upload_says_what_came_of_it(fake: FakeServer, run: Run, tmp_path: Path):
    (tmp_path / "t.csv").write_text("a\n1\n")
    answers = [ok({"created": created, "version": dataset_version(2)}) for created in (True, False, True)]
    fake.on("POST", "/projects/p/datasets/iris/versions", *answers)
    assert run("datasets", "upload", "iris", str(tmp_path / "t.csv")).stdout == "iris@2: 3 rows, 1 columns\n"
    assert "Nothing changed" in run("datasets", "upload", "iris", str(tmp_path / "t.csv")).stdout
    assert json.loads(run("datasets", "upload", "iris", str(tmp_path / "t.csv"), "--json").stdout)["created"] is True


def start_training(fake: FakeServer, end: dict[str, Any]) -> None:
    detected: dict[str, Any] = {"config": {"model_type": "gbm"}, "yaml": "", "notes": ["left out `id`: an identifier"]}
    detected["warnings"] = [{"code": "random_split_of_dates", "message": "the split is random"}]
    detected |= {"valid": True, "problems": [], "rendered": {}, "dataset_version": dataset_version(2)}
    fake.on("GET", "/projects/p/datasets/iris/versions/latest", ok(dataset_version(2)))
    fake.on("POST", "/projects/p/config/detect", ok(detected))
    fake.on("POST", MODEL + "/versions", ok(version(1, "Queued"), status=201))
    fake.on("GET", "/projects/p/events", lambda _: stream(READY))
    fake.on("GET", ONE, ok(version(1, "Training")), ok(end))


TRAIN = ["train", "--dataset", "iris", "--model", "iris", "--target", "species"]


def test_warnings_and_the_positive_class_are_shown(fake: FakeServer, run: Run):
    leak = {"code": "target_leak", "message": "'boat' alone tells the target.", "feature": "boat"}
    recall = {**METRIC, "name": "recall", "positive_class": "no"}
    start_training(fake, version(1, "Ready", metrics=[METRIC, recall], warnings=[leak], positive_class="no"))
    result = run(*TRAIN)
    assert "warning: 'boat' alone tells the target." in result.stderr
    assert "warning: the split is random" in result.stderr
    assert "recall (of no)" in result.stdout
    assert "accuracy (of" not in result.stdout
    shown = run("versions", "show", "iris/1")
    assert "warning: 'boat' alone tells the target." in shown.stderr
    assert json.loads(run("versions", "show", "iris/1", "--json").stdout)["warnings"][0]["feature"] == "boat"


def test_a_training_is_watched_until_it_is_ready(fake: FakeServer, run: Run):
    start_training(fake, version(1, "Ready", metric=METRIC, metrics=[METRIC]))
    result = run(*TRAIN)
    assert result.exit_code == 0
    assert "iris/1 is Ready after 1.0s, test 0.9877 accuracy" in result.stdout
    assert "note: left out `id`: an identifier" in result.stderr
    assert "iris/1: Training" in result.stderr


@pytest.mark.parametrize("end", [version(1, "Failed", error=FAULT), version(1, "Canceled")], ids=["failed", "canceled"])
def test_a_training_that_does_not_end_ready_exits_1(fake: FakeServer, run: Run, end: dict[str, Any]):
    start_training(fake, end)
    result = run(*TRAIN)
    assert result.exit_code == ExitCode.FAILED
    assert ("error: Training: out of memory; raise the limit" in result.stderr) == (end["status"] == "Failed")


def test_a_training_need_not_be_waited_for(fake: FakeServer, run: Run):
    start_training(fake, version(1, "Training"))
    result = run(*TRAIN, "--no-wait", "-q")
    assert (result.exit_code, result.stdout) == (0, "iris/1\n")


def test_the_log_is_lines_or_json_lines(fake: FakeServer, run: Run):
    fake.on("GET", ONE, ok(version(1)))
    fake.on("GET", ONE + "/log", lambda _: ok({"lines": [log_line(1), log_line(2)], "next_after": 2, "total": 2}))
    assert [line[9:] for line in run("logs", "models:/iris/1").stdout.splitlines()] == ["line 1", "line 2"]
    assert [json.loads(line)["sequence"] for line in run("logs", "iris/1", "--json").stdout.splitlines()] == [1, 2]


def test_comparing_shows_what_differs(fake: FakeServer, run: Run):
    rendered = [
        {"trainer": {"rate": rate, "same": 1}, "input_features": [{"name": "a", "type": "number"}]} for rate in (1, 2)
    ]
    configs = [{"given": {}, "given_yaml": "", "rendered": config, "rendered_yaml": ""} for config in rendered]
    versions = [version(1, metrics=[METRIC]), version(2, metrics=[{**METRIC, "value": 0.5}])]
    for each in versions:
        fake.on("GET", f"{MODEL}/versions/{each['number']}", ok(each))
    fake.on("GET", MODEL + "/compare", lambda _: ok({"versions": versions, "configs": configs}))
    rows = [line.split("\t") for line in run("versions", "compare", "iris/1", "iris/2").stdout.splitlines()]
    assert rows == [["", "#1", "#2"], ["test_accuracy", "0.9877", "0.5"], ["trainer.rate", "1", "2"]]
    assert "input_features[a].type\tnumber\tnumber" in run("versions", "compare", "iris/1", "iris/2", "--all").stdout


def test_deleting_asks_and_needs_a_yes_where_nobody_can_answer(fake: FakeServer, run: Run):
    fake.on("GET", ONE, lambda _: ok(version(1)))
    fake.on("DELETE", ONE, lambda _: ok(None))
    assert run("versions", "delete", "iris/1").exit_code == ExitCode.USAGE
    assert not any(asked.startswith("DELETE") for asked in fake.asked())
    assert run("versions", "delete", "iris/1", "--yes").stdout == "Deleted iris/1\n"


def test_engines_and_activity_are_shown(fake: FakeServer, run: Run):
    job = {
        "id": "j",
        "kind": "train",
        "project": "p",
        "subject": "version:1",
        "title": "iris/1",
        "status": "running",
        "step": "Training",
        "position": None,
        "attempt": 1,
        "progress": None,
        "created_at": NOW,
        "started_at": NOW,
        "created_by": "local",
        "host": None,
        "process_id": None,
    }
    limits = {"memory_limit_bytes": 2**30, "cpu_limit": None}
    engine = {"name": "local", "kind": "local", "slots": 2, "running": 1, "queued": 0, "jobs": [job], **limits}
    fake.on("GET", "/engines", lambda _: ok([engine]))
    shown = run("engines").stdout
    assert "local\tlocal\t1 of 2\t0\t1.0 GiB\tnone" in shown
    assert "p: iris/1" in shown
    record = {"id": 1, "at": NOW, "actor": "local", "actor_id": 1, "action": "version.created"}
    subject = {"object_kind": "version", "object_name": "iris/1", "detail": {}}
    fake.on("GET", "/projects/p/activity", lambda _: page({**record, **subject}))
    assert "version.created\tversion iris/1" in run("activity").stdout
