"""Versions that the unmodified MLflow client registered predict, or say by name what keeps them from it."""

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from modelyard.sdk import Client, PickledModelError, PredictionFailedError, UnmetRequirementsError
from tests.support.mlflow import run_script
from tests.support.program import PROGRAM
from tests.support.server import ModelyardServer
from tests.support.workers import ready_workers

LOG_MODELS = Path(__file__).parent / "client" / "log_models.py"
ROWS = [{"age": float(index), "visits": index, "city": "Ulm" if index % 3 else "Oslo"} for index in range(4)]
NUMBERS = [{"age": row["age"], "visits": row["visits"]} for row in ROWS]

pytestmark = pytest.mark.timeout(300)


def log_models(address: str, project: str, python: str, folder: Path, *names: str) -> dict[str, Any]:
    """Has the client log and register models of these names; answers what each predicts."""
    printed = run_script(python, LOG_MODELS, f"{address}/projects/{project}", *names, cwd=folder)
    predictions: dict[str, Any] = json.loads(printed.strip().splitlines()[-1])
    return predictions


def ask(http: httpx.Client, project: str, model: str, **options: Any) -> httpx.Response:
    return http.post(f"projects/{project}/models/{model}/versions/1/predict", **options)


def test_registered_models_predict(
    server: ModelyardServer, http: httpx.Client, project: str, mlflow_python: str, tmp_path: Path
):
    expected = log_models(server.url, project, mlflow_python, tmp_path, "classes", "booster")
    answer = ask(http, project, "classes", json={"rows": ROWS})
    assert answer.status_code == 200, answer.text
    (column,) = answer.json()["columns"]
    assert [row[column] for row in answer.json()["rows"]] == expected["classes"]
    table = "city,age,visits\n" + "".join(f"{row['city']},{row['age']},{row['visits']}\n" for row in ROWS)
    as_csv = ask(http, project, "classes", content=table, headers={"Content-Type": "text/csv"})
    assert [row[column] for row in csv.DictReader(io.StringIO(as_csv.text))] == expected["classes"]
    (tmp_path / "rows.csv").write_text(table)
    command = [*PROGRAM, "predict", "classes/1", str(tmp_path / "rows.csv"), "--url", server.url, "--project", project]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path, timeout=120)
    written = (tmp_path / "rows.predictions.csv").read_text()
    assert [row[column] for row in csv.DictReader(io.StringIO(written))] == expected["classes"]
    with Client(server.url, project=project) as client:
        predicted = client.resolve("models:/booster/1").predict(NUMBERS)
        assert [row["prediction"] for row in predicted] == pytest.approx(expected["booster"])
    for rows, complaint in (
        ([{"age": 1, "visits": 2}], "lacks inputs that the model requires: 'city'"),
        ([{**ROWS[0], "visits": "many"}], "Column 'visits', row 1: 'many' is not a whole number."),
        ([ROWS[0], {**ROWS[0], "visits": 1.5}], "Column 'visits', row 2: 1.5 is not a whole number."),
        ([{**ROWS[0], "age": "old"}], "Column 'age', row 1: 'old' is not a number."),
    ):
        refused = ask(http, project, "classes", json={"rows": rows})
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "prediction_failed")
        assert complaint in refused.json()["error"]["message"]


def test_what_keeps_a_model_from_predicting_is_said(
    server: ModelyardServer, http: httpx.Client, project: str, mlflow_python: str, tmp_path: Path
):
    log_models(server.url, project, mlflow_python, tmp_path, "lacking", "unsigned", "pickled", "crafted", "custom")
    with Client(server.url, project=project) as client:

        def refusal(model: str, kind: type[PredictionFailedError]) -> str:
            with pytest.raises(kind) as caught:
                client.resolve(f"models:/{model}/1").predict(NUMBERS)
            assert type(caught.value) is kind
            return str(caught.value)

        lacks = refusal("lacking", UnmetRequirementsError)
        assert "no-such-package-of-ours==1.2.3 (not installed)" in lacks
        assert "scikit-learn==0.24.2 (here is " in lacks
        assert "numpy" not in lacks
        assert "no signature" in refusal("unsigned", PredictionFailedError)
        assert "serialization_format='skops'" in refusal("pickled", PickledModelError)
        assert "posix.system" in refusal("crafted", PickledModelError)
        assert "allow_pickled_models" in refusal("custom", PickledModelError)
    # The reason is in the answer, and the worker that could not load the model does not stay.
    jobs = http.get("engines/local").json()["jobs"]
    assert [job for job in jobs if job["project"] == project] == []


def test_pickles_are_loaded_where_the_settings_allow_it(
    new_server: Callable[..., ModelyardServer], shared_folder: Path, mlflow_python: str, tmp_path: Path
):
    server = new_server(allow_pickled_models=True, worker_python=ready_workers(shared_folder)).start()
    expected = log_models(server.url, "default", mlflow_python, tmp_path, "pickled", "custom")
    with server.client() as http:
        pickled = ask(http, "default", "pickled", json={"rows": NUMBERS})
        assert [row["prediction"] for row in pickled.json()["rows"]] == pytest.approx(expected["pickled"])
        custom = ask(http, "default", "custom", json={"rows": [{"age": row["age"]} for row in ROWS]})
        assert custom.json()["columns"] == ["twice", "name"]
        assert [row["twice"] for row in custom.json()["rows"]] == expected["custom"]
