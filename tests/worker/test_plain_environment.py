"""A downloaded model in an environment that has nothing but what the model asks for."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from modelyard.worker.inference import Model
from tests.worker.training import Training, config_for

PROGRAM = """
import json, sys
import mlflow.pyfunc, pandas
model = mlflow.pyfunc.load_model(sys.argv[1])
rows = pandas.read_csv(sys.argv[2])
assert "modelyard" not in sys.modules
print(json.dumps(model.predict(rows).to_dict(orient="list")))
"""


def make_environment(folder: Path, requirements: Path) -> Path:
    python = folder / "bin" / "python"
    uv = shutil.which("uv")
    if uv is not None:
        commands = [
            [uv, "venv", "--quiet", "--python", sys.executable, str(folder)],
            [uv, "pip", "install", "--quiet", "--python", str(python), "-r", str(requirements)],
        ]
    else:
        commands = [
            [sys.executable, "-m", "venv", str(folder)],
            [str(python), "-m", "pip", "install", "--quiet", "-r", str(requirements)],
        ]
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
        assert done.returncode == 0, done.stderr
    return python


@pytest.mark.timeout(600)
def test_mlflow_predicts_the_same_with_the_recorded_requirements(
    wine: pd.DataFrame, run_training_of: Callable[..., Training], tmp_path: Path
) -> None:
    rows = wine.drop(columns="target").head(20)
    rows.to_csv(tmp_path / "rows.csv", index=False)
    trainings = {
        name: run_training_of(wine, config_for(wine, "target", "category", name, trainer=options))
        for name, options in {"gbm": {"num_boost_round": 20}, "linear": {}}.items()
    }
    together = tmp_path / "requirements.txt"
    together.write_text(
        "".join((each.model_folder / "requirements.txt").read_text() + "\n" for each in trainings.values())
    )
    python = make_environment(tmp_path / "environment", together)
    for training in trainings.values():
        command = [str(python), "-c", PROGRAM, str(training.model_folder), str(tmp_path / "rows.csv")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        expected = Model.load(training.data_folder).predict(pd.read_csv(tmp_path / "rows.csv"))
        assert json.loads(done.stdout) == expected.to_dict(orient="list")
