"""The `mlflow` command line, as scripts call it."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pytest
from click.testing import CliRunner
from mlflow.cli import cli


def run(*arguments: str) -> str:
    """Runs a command that must succeed; what it printed to standard output."""
    # Other checks of this process may have chosen an experiment, which MLflow keeps in its environment.
    done = CliRunner().invoke(cli, arguments, env={"MLFLOW_EXPERIMENT_ID": None})
    assert done.exit_code == 0, f"{arguments}: {done.output}\n{done.exception!r}"
    return done.stdout


def failure(*arguments: str) -> str:
    """What a command says that must fail."""
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code != 0
    return f"{done.output}{done.exception}"


def check_experiments(name: str) -> None:
    made = run("experiments", "create", "--experiment-name", name)
    (experiment,) = re.findall(rf"Created experiment '{name}' with id (\d+)", made)
    shown: dict[str, Any] = json.loads(run("experiments", "get", "-n", name, "--output", "json"))
    assert (shown["experiment_id"], shown["lifecycle_stage"]) == (experiment, "active")
    assert "already exists" in failure("experiments", "create", "--experiment-name", name)
    run("experiments", "rename", "--experiment-id", experiment, "--new-name", f"{name}-b")
    assert f"{name}-b" in run("experiments", "search")
    run("experiments", "update", "--experiment-id", experiment, "--trace-archival-retention", "30d")
    tags = json.loads(run("experiments", "get", "-x", experiment, "--output", "json"))["tags"]
    assert any("30d" in value for value in tags.values())
    run("experiments", "delete", "--experiment-id", experiment)
    assert f"{name}-b" not in run("experiments", "search")
    assert f"{name}-b" in run("experiments", "search", "--view", "deleted_only")
    run("experiments", "restore", "--experiment-id", experiment)
    assert f"{name}-b" in run("experiments", "search")
    assert "No Experiment with id=987654321 exists" in failure("experiments", "get", "-x", "987654321")


def check_runs(experiment: str) -> None:
    made = run(
        "runs", "create", "--experiment-id", experiment, "--run-name", "one", "-t", "env=prod", "--status", "failed"
    )
    first = json.loads(made)["run_id"]
    nested = ("--run-name", "two", "--parent-run-id", first, "--description", "a trial")
    second = json.loads(run("runs", "create", "--experiment-id", experiment, *nested))["run_id"]
    described = json.loads(run("runs", "describe", "--run-id", first))
    assert (described["info"]["status"], described["data"]["tags"]["env"]) == ("FAILED", "prod")
    tags = json.loads(run("runs", "describe", "--run-id", second))["data"]["tags"]
    assert (tags["mlflow.parentRunId"], tags["mlflow.note.content"]) == (first, "a trial")
    run("runs", "delete", "--run-id", second)
    assert second not in run("runs", "list", "--experiment-id", experiment)
    assert second in run("runs", "list", "--experiment-id", experiment, "--view", "deleted_only")
    run("runs", "restore", "--run-id", second)
    rows = list(csv.DictReader(io.StringIO(run("experiments", "csv", "--experiment-id", experiment))))
    assert {(row["run_id"], row["status"]) for row in rows} == {(first, "FAILED"), (second, "FINISHED")}
    assert "not found" in failure("runs", "describe", "--run-id", "0" * 32)


def check_artifacts(experiment: str, tmp_path: Path) -> None:
    owner = json.loads(run("runs", "create", "--experiment-id", experiment))["run_id"]
    folder = tmp_path / "given"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "deep" / "b.txt").write_text("bb")
    run("artifacts", "log-artifact", "-l", str(folder / "a.txt"), "-r", owner)
    run("artifacts", "log-artifacts", "-l", str(folder), "-r", owner, "-a", "all")
    listed = json.loads(run("artifacts", "list", "-r", owner))
    assert [(entry["path"], entry["is_dir"]) for entry in listed] == [("a.txt", False), ("all", True)]
    assert [entry["path"] for entry in json.loads(run("artifacts", "list", "-r", owner, "-a", "all"))] == [
        "all/a.txt",
        "all/deep",
    ]
    for where in (("-r", owner, "-a", "all"), ("-u", f"runs:/{owner}/all")):
        taken = tmp_path / f"taken{where[0]}"
        run("artifacts", "download", *where, "-d", str(taken))
        assert (taken / "all" / "deep" / "b.txt").read_text() == "bb"


def check_traces(experiment: str, name: str) -> None:
    mlflow.set_experiment(experiment_id=experiment)
    with mlflow.start_span(name) as span:
        span.set_inputs({"question": "why"})
    mlflow.flush_trace_async_logging()
    trace = span.trace_id
    run("traces", "set-tag", "--trace-id", trace, "--key", "env", "--value", "prod")
    told = run(
        "traces", "log-feedback", "--trace-id", trace, "--name", "good", "--value", "0.9", "--rationale", "clear"
    )
    (assessment,) = re.findall(r"Assessment ID: (\S+)", told)
    run("traces", "log-expectation", "--trace-id", trace, "--name", "answer", "--value", "because")
    run("traces", "update-assessment", "--trace-id", trace, "--assessment-id", assessment, "--value", "0.5")
    wanted = "status = 'OK' AND execution_time_ms < 100000 AND timestamp_ms > 0 AND tags.env = 'prod'"
    search = ("traces", "search", "--experiment-id", experiment, "--output", "json")
    found = json.loads(run(*search, "--filter-string", wanted, "--order-by", "timestamp_ms DESC"))["traces"]
    assert [each["info"]["trace_id"] for each in found] == [trace]
    assert found[0]["data"]["spans"][0]["name"] == name
    (said,) = (
        each for each in json.loads(run("traces", "get", "--trace-id", trace))["info"]["assessments"]
        if each["assessment_id"] == assessment
    )  # fmt: skip
    assert said["assessment_name"] == "good"
    owner = json.loads(run("runs", "create", "--experiment-id", experiment))["run_id"]
    run("runs", "link-traces", "--run-id", owner, "-t", trace)
    assert [each["info"]["trace_id"] for each in json.loads(run(*search, "--run-id", owner))["traces"]] == [trace]
    run("traces", "delete-assessment", "--trace-id", trace, "--assessment-id", assessment)
    run("traces", "delete-tag", "--trace-id", trace, "--key", "env")
    run("traces", "delete", "--experiment-id", experiment, "--trace-ids", trace)
    assert json.loads(run(*search))["traces"] == []


def check_evaluation_datasets(experiment: str, name: str) -> None:
    mlflow.genai.datasets.create_dataset(name=name, experiment_id=[experiment], tags={"team": "a"})
    listed = json.loads(run("datasets", "list", "--experiment-id", experiment, "--output", "json"))["datasets"]
    assert [(each["name"], each["tags"]["team"]) for each in listed] == [(name, "a")]
    none = run("datasets", "list", "-x", experiment, "--filter-string", "name LIKE 'other%'", "--output", "json")
    assert json.loads(none)["datasets"] == []


def check_a_model_predicts(tracking_uri: str, name: str, tmp_path: Path) -> None:
    from sklearn.linear_model import LinearRegression  # noqa: PLC0415

    mlflow.set_experiment(name)
    frame = pd.DataFrame({"x": [0.0, 1.0, 2.0]})
    mlflow.sklearn.log_model(LinearRegression().fit(frame, [1.0, 3.0, 5.0]), name="model", registered_model_name=name)
    (tmp_path / "rows.csv").write_text("x\n10\n20\n")
    command = [sys.executable, "-W", "ignore", "-m", "mlflow", "models", "predict", "--env-manager", "local"]
    done = subprocess.run(
        [*command, "-m", f"models:/{name}/1", "-i", "rows.csv", "-t", "csv", "-o", "predictions.json"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"MLFLOW_TRACKING_URI": tracking_uri},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    predictions = json.loads((tmp_path / "predictions.json").read_text())["predictions"]
    assert predictions == pytest.approx([21, 41])


def check_a_project_is_run(name: str, tmp_path: Path) -> None:
    (tmp_path / "MLproject").write_text(
        "name: trial\nentry_points:\n  main:\n    parameters:\n      rate: {type: float, default: 0.1}\n"
        f"    command: {sys.executable} train.py {{rate}}\n"
    )
    (tmp_path / "train.py").write_text(
        "import sys, mlflow\nwith mlflow.start_run():\n    mlflow.log_metric('doubled', 2 * float(sys.argv[1]))\n"
    )
    run("run", str(tmp_path), "--env-manager", "local", "--experiment-name", name, "-P", "rate=0.25")
    (found,) = mlflow.search_runs(experiment_names=[name], output_format="list")
    assert (found.info.status, found.data.params, found.data.metrics) == (
        "FINISHED",
        {"rate": "0.25"},
        {"doubled": 0.5},
    )
    assert found.data.tags["mlflow.project.entryPoint"] == "main"
