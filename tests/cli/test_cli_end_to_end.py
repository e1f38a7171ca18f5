"""The whole path on the real server: upload, train, watch, look, predict, download."""

import importlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import IO

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from modelyard.cli._exit_codes import ExitCode
from modelyard.cli.main import app
from tests.support.program import PROGRAM
from tests.support.server import ModelyardServer


class Terminal:
    """Runs command lines in one project of the server."""

    def __init__(self, server: ModelyardServer, project: str) -> None:
        self.environment = {"MODELYARD_URL": server.url, "MODELYARD_PROJECT": project}
        self.runner = CliRunner(env=self.environment)

    def run(self, *words: object, code: int = ExitCode.OK) -> Result:
        result = self.runner.invoke(app, [str(word) for word in words])
        assert result.exit_code == code, (words, result.output, result.exception)
        return result

    def read(self, *words: object) -> str:
        return self.run(*words).stdout

    def start(self, *words: object, output: IO[str]) -> "subprocess.Popen[str]":
        """A process of its own, for what a signal ends."""
        return subprocess.Popen(
            [*PROGRAM, *(str(word) for word in words)],
            stdout=output,
            stderr=output,
            text=True,
            env=os.environ | self.environment,
        )


def await_text(path: Path, text: str, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 60
    while text not in path.read_text():
        assert process.poll() is None, path.read_text()
        assert time.monotonic() < deadline, path.read_text()
        time.sleep(0.1)


@pytest.fixture
def terminal(server: ModelyardServer, project: str) -> Terminal:
    return Terminal(server, project)


@pytest.fixture
def wine(tmp_path: Path) -> Path:
    frame = importlib.import_module("sklearn.datasets").load_wine(as_frame=True).frame
    frame["cultivar"] = frame.pop("target").map({0: "first", 1: "second", 2: "third"})
    path = tmp_path / "wine.csv"
    frame.to_csv(path, index=False)
    return path


def test_a_dataset_from_upload_to_deletion(terminal: Terminal, wine: Path, tmp_path: Path):
    assert terminal.read("datasets", "upload", "wine", wine) == "wine@1: 178 rows, 14 columns\n"
    assert "Nothing changed" in terminal.read("datasets", "upload", "wine", wine)
    assert terminal.read("datasets", "list", "-q") == "wine\n"
    assert terminal.read("datasets", "versions", "wine", "-q") == "wine@1\n"
    assert json.loads(terminal.read("datasets", "show", "wine", "--json"))["row_count"] == 178
    profile = {column["name"]: column for column in json.loads(terminal.read("datasets", "profile", "wine", "--json"))}
    assert profile["cultivar"]["distinct_count"] == 3
    rows = json.loads(terminal.read("datasets", "rows", "wine", "-n", 2, "--sort", "alcohol", "--descending", "--json"))
    assert [row["alcohol"] for row in rows] == [14.83, 14.75]
    terminal.run("datasets", "download", "wine@1", "-o", tmp_path / "wine.parquet")
    assert len(pd.read_parquet(tmp_path / "wine.parquet")) == 178
    terminal.run("datasets", "update", "wine", "-d", "Italian wines")
    assert "Italian wines" in terminal.read("datasets", "show", "wine")
    assert "dataset.uploaded\tdataset wine" in terminal.read("activity")
    assert terminal.read("datasets", "retype", "wine", "cultivar=text") == "wine@2: cultivar=text\n"
    assert "Nothing changed" in terminal.read("datasets", "retype", "wine", "cultivar=text")
    refused = terminal.run("datasets", "retype", "wine", "cultivar=date:%d/%m/%Y", code=ExitCode.INVALID_INPUT)
    assert "178 values are not dates in this format, such as 'first'" in refused.stderr
    terminal.run("datasets", "delete", "wine", "--yes")
    terminal.run("datasets", "show", "wine", code=ExitCode.NOT_FOUND)


def test_a_table_that_cannot_be_read_says_where(terminal: Terminal, tmp_path: Path):
    (tmp_path / "ragged.csv").write_text("a,b\n1,2\n1,2,3\n")
    result = terminal.run("datasets", "upload", "ragged", tmp_path / "ragged.csv", code=ExitCode.INVALID_INPUT)
    assert "row 3" in result.stderr
    assert terminal.read("datasets", "list", "-q") == ""


LINEAR = """
model_type: linear
input_features:
  - {name: alcohol, type: number}
  - {name: flavanoids, type: number}
  - {name: color_intensity, type: number}
output_features:
  - {name: cultivar, type: category}
"""

LONG = LINEAR.replace("linear", "gbm") + "trainer: {num_boost_round: 100000, early_stop: -1}\n"


@pytest.mark.filterwarnings("ignore")  # MLflow warns of itself while it is imported
def test_from_a_table_to_predictions(terminal: Terminal, wine: Path, tmp_path: Path):
    config = tmp_path / "linear.yaml"
    config.write_text(LINEAR)
    terminal.run("datasets", "upload", "wine", wine)

    trained = terminal.run("train", config, "--dataset", "wine@1", "--model", "cultivar", "-d", "a baseline")
    assert "cultivar/1 is Ready" in trained.stdout
    assert "cultivar/1: Ready" in trained.stderr
    shown = json.loads(terminal.read("versions", "show", "models:/cultivar/latest", "--json"))
    assert (shown["status"], shown["description"], shown["trainer"]) == ("Ready", "a baseline", "linear")
    assert {metric["split"] for metric in shown["metrics"]} == {"train", "validation", "test"}
    assert "Explaining" in terminal.read("versions", "show", "cultivar/1")
    assert terminal.read("logs", "cultivar/1") == terminal.read("logs", "cultivar/1", "-f") != ""

    predicted = tmp_path / "predicted.parquet"
    terminal.run("predict", "models:/cultivar/1", wine, "-o", predicted)
    found = pd.read_parquet(predicted)
    assert len(found) == 178
    assert (found["cultivar_predictions"] == pd.read_csv(wine)["cultivar"]).mean() > 0.8

    terminal.run("download", "cultivar/1", "-o", tmp_path / "model")
    loaded = importlib.import_module("mlflow.pyfunc").load_model(str(tmp_path / "model")).predict(pd.read_csv(wine))
    assert list(loaded["cultivar_predictions"]) == list(found["cultivar_predictions"])


def test_versions_side_by_side(terminal: Terminal, wine: Path):
    terminal.run("datasets", "upload", "wine", wine)
    for trainer in ("linear", "forest"):
        train = ["train", "--dataset", "wine", "--model", "cultivar", "--target", "cultivar", "--trainer", trainer]
        assert terminal.read(*train, "-q").startswith("cultivar/")
    assert terminal.read("versions", "list", "cultivar", "-q") == "cultivar/2\ncultivar/1\n"
    compared = terminal.read("versions", "compare", "cultivar/1", "cultivar/2")
    assert "model_type\tlinear\tforest" in compared
    terminal.run("versions", "retrain", "cultivar/1")
    same = [
        json.loads(terminal.read("versions", "show", f"cultivar/{number}", "--json"))["metrics"] for number in (1, 3)
    ]
    assert same[0] == same[1]
    terminal.run("versions", "update", "cultivar/2", "-d", "a forest", "--starred")
    assert "a forest" in terminal.read("versions", "list", "cultivar")
    terminal.run("versions", "update", "cultivar/1", "--archived")
    assert "cultivar/1" not in terminal.read("versions", "list", "cultivar", "-q")
    assert "cultivar/1" in terminal.read("versions", "list", "cultivar", "-q", "--archived")
    assert terminal.read("models", "list", "-q") == "cultivar\n"
    terminal.run("datasets", "delete", "wine", "--yes", code=ExitCode.CONFLICT)
    terminal.run("versions", "delete", "cultivar/3", "--yes")
    terminal.run("models", "delete", "cultivar", "--yes")
    terminal.run("models", "show", "cultivar", code=ExitCode.NOT_FOUND)
    terminal.run("datasets", "delete", "wine", "--yes")


def test_canceling_a_training(terminal: Terminal, wine: Path, tmp_path: Path):
    config = tmp_path / "long.yaml"
    config.write_text(LONG)
    terminal.run("datasets", "upload", "wine", wine)
    terminal.run("train", config, "--dataset", "wine", "--model", "long", "--no-wait")
    assert json.loads(terminal.read("engines", "--json"))[0]["jobs"]
    terminal.run("cancel", "long/1")
    terminal.run("logs", "long/1", "-f")
    assert json.loads(terminal.read("versions", "show", "long/1", "--json"))["status"] == "Canceled"
    terminal.run("cancel", "long/1", code=ExitCode.CONFLICT)


def test_interrupting_leaves_the_training_running_and_says_how_to_go_on(terminal: Terminal, wine: Path, tmp_path: Path):
    config = tmp_path / "long.yaml"
    config.write_text(LONG)
    terminal.run("datasets", "upload", "wine", wine)
    shown = tmp_path / "shown.txt"
    with shown.open("w") as file:
        command = terminal.start("train", config, "--dataset", "wine", "--model", "long", output=file)
        await_text(shown, "Training", command)
        command.send_signal(signal.SIGINT)
        assert command.wait(60) == ExitCode.INTERRUPTED
    assert "modelyard logs -f long/1" in shown.read_text()
    assert "modelyard cancel long/1" in shown.read_text()
    status = json.loads(terminal.read("versions", "show", "long/1", "--json"))["status"]
    assert status in {"Queued", "Preprocessing", "Training"}
    terminal.run("cancel", "long/1")
    terminal.run("logs", "long/1", "-f")


def test_what_is_wrong_with_a_training_is_said(terminal: Terminal, wine: Path, tmp_path: Path):
    terminal.run("datasets", "upload", "wine", wine)
    config = tmp_path / "wrong.yaml"
    config.write_text(LINEAR.replace("alcohol", "alkohol") + "trainer: {learning_rat: 1}\n")
    wrong = terminal.run("train", config, "--dataset", "wine", "--model", "m", code=ExitCode.INVALID_INPUT)
    assert "input_features[0]" in wrong.stderr
    assert "trainer.learning_rat" in wrong.stderr
    terminal.run("train", config, "--dataset", "none", "--model", "m", code=ExitCode.NOT_FOUND)
    terminal.run("train", config, "--dataset", "wine@9", "--model", "m", code=ExitCode.NOT_FOUND)
    terminal.run("train", config, "--dataset", "wine", "--model", "a/b", code=ExitCode.INVALID_INPUT)
    terminal.run("models", "show", "m", code=ExitCode.NOT_FOUND)
