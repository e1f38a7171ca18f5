"""`modelyard import` and `export`: what is printed, and the exit codes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from modelyard.cli.main import app
from tests.support.ports import free_port
from tests.support.server import ModelyardServer

RUN_ID = "0a" * 16


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as MLflow writes it, with one run."""
    run = tmp_path / "mlruns" / "7" / RUN_ID
    for part in ("metrics", "params", "tags", "artifacts"):
        (run / part).mkdir(parents=True)
    (run.parent / "meta.yaml").write_text("experiment_id: '7'\nname: churn\nlifecycle_stage: active\n")
    (run / "meta.yaml").write_text(
        f"run_id: {RUN_ID}\nrun_name: first\nstatus: 3\nstart_time: 5\nend_time: 9\nlifecycle_stage: active\n"
    )
    (run / "metrics" / "loss").write_text("1 0.5 0\n2 0.25 1\n2 0.25 1\n")
    (run / "params" / "C").write_text("0.5")
    (run / "artifacts" / "note.txt").write_text("hello")
    return run.parent.parent


@pytest.fixture
def modelyard(new_server: Callable[..., ModelyardServer]) -> Callable[..., Result]:
    runner = CliRunner(env={"MODELYARD_URL": new_server().start().url})
    return lambda *words: runner.invoke(app, list(map(str, words)))


def test_import_prints_both_sides(modelyard: Callable[..., Result], folder: Path):
    done = modelyard("import", "mlflow", folder, "--into", "team")
    assert done.exit_code == 0, done.output
    lines = {line.split("\t")[0]: line.split("\t")[1:] for line in done.stdout.splitlines()}
    assert lines["runs"] == ["1", "0", "1", "", "1", "same"]
    assert lines["metric points"] == ["2", "", "", "", "2", "same"]
    assert lines["artifact files"] == ["1", "0", "1", "", "1", "same"]
    assert "Importing: counting both sides" in done.stderr
    again = modelyard("import", "mlflow", folder, "--into", "team")
    assert "runs\t1\t1\t0\t\t1\tsame" in again.stdout


def test_the_report_as_json(modelyard: Callable[..., Result], folder: Path):
    dry = json.loads(modelyard("import", "mlflow", folder, "--dry-run", "--json").stdout)
    assert (dry["dry_run"], dry["kinds"]["runs"]["found"], dry["kinds"]["runs"]["there"]) == (True, 1, None)
    report = json.loads(modelyard("import", "mlflow", folder, "--json").stdout)
    assert (report["complete"], report["kinds"]["runs"]["there"]) == (True, 1)


def test_what_fails_is_told_and_the_exit_code_says_so(modelyard: Callable[..., Result], folder: Path):
    modelyard("import", "mlflow", folder)
    done = modelyard("import", "mlflow", folder, "--into", "other")
    assert done.exit_code == 1
    assert "runs\t1\t0\t0\t1\t0\tdiffers" in done.stdout
    assert f"failed: runs {RUN_ID}: The run id {RUN_ID} is taken" in done.stderr
    assert "The two sides differ." in done.stderr


@pytest.fixture
def away() -> Callable[..., Result]:
    """Without a server: what is wrong with the other side is told before."""
    runner = CliRunner(env={"MODELYARD_URL": f"http://127.0.0.1:{free_port()}"})
    return lambda *words: runner.invoke(app, list(map(str, words)))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("nowhere", "There is no folder"),
        ("sqlite:///nowhere.db", "There is no database"),
        ("ftp://x", "cannot be imported from"),
        ("mysql://x/y", "cannot be imported from"),
    ],
)
def test_a_source_that_cannot_be_read(away: Callable[..., Result], source: str, message: str):
    done = away("import", "mlflow", source)
    assert done.exit_code == 5, done.output
    assert message in done.stderr


def test_a_source_that_does_not_answer(server: ModelyardServer):
    runner = CliRunner(env={"MODELYARD_URL": server.url})
    done = runner.invoke(app, ["import", "mlflow", "http://127.0.0.1:9"])
    assert done.exit_code == 3, done.output
    assert "cannot reach the MLflow server" in done.stderr


def test_export_needs_a_server(away: Callable[..., Result]):
    done = away("export", "mlflow", "./mlruns")
    assert done.exit_code == 5
    assert "Start `mlflow server`" in done.stderr
