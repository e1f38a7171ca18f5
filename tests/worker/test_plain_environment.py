"""A downloaded model in an environment that has nothing but what the model asks for."""

import fcntl
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from modelyard.worker.inference import Model
from tests.worker.training import Training, config_for

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, sys
import mlflow.pyfunc, pandas
rows = pandas.read_csv(sys.argv[1])
models = [mlflow.pyfunc.load_model(folder) for folder in sys.argv[2:]]
assert "modelyard" not in sys.modules
print(json.dumps([model.predict(rows).to_dict(orient="list") for model in models]))
"""


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_environment(requirements: str) -> Path:
    """The Python of an environment with the requirements alone; it is kept, and made anew when they have changed."""
    folder = ROOT / ".venv-model"
    made_of = folder / "requirements.txt"
    python = folder / "bin" / "python"
    uv = str(Path(sys.executable).with_name("uv"))
    # What they require in turn is of the versions that everything else here is tested with.
    options = ["--quiet", "--python", str(python), "--constraint", str(ROOT / "requirements.lock")]
    with one_at_a_time(folder.with_suffix(".lock")):
        if not made_of.exists() or made_of.read_text() != requirements:
            wanted = folder.with_suffix(".txt")
            wanted.write_text(requirements)
            run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder))
            run(uv, "pip", "install", *options, "--requirement", str(wanted))
            wanted.replace(made_of)
    return python


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


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
    together = sorted(
        {line for each in trainings.values() for line in (each.model_folder / "requirements.txt").read_text().split()}
    )
    python = make_environment("\n".join(together) + "\n")
    models = [str(training.model_folder) for training in trainings.values()]
    found = json.loads(run(str(python), "-I", "-c", PROGRAM, str(tmp_path / "rows.csv"), *models))
    expected = [Model.load(each.data_folder).predict(pd.read_csv(tmp_path / "rows.csv")) for each in trainings.values()]
    assert found == [predictions.to_dict(orient="list") for predictions in expected]
