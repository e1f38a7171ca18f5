"""The running server never imports a machine-learning library, and nothing that unpickles, whatever it is asked."""

import time
from pathlib import Path

from tests.support.imports import ObservedServer
from tests.support.server import ModelyardServer

FORBIDDEN = {
    "cloudpickle",
    "joblib",
    "lightgbm",
    "mlflow",
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "shap",
    "skops",
    "sklearn",
}
ROWS = b"".join(b"%d,%s,%d\n" % (n, b"red" if n % 3 else b"blue", n % 2) for n in range(60))


def test_the_server_runs_the_whole_job_without_a_machine_learning_library(tmp_path: Path):
    server = ObservedServer(tmp_path / "observed")
    server.start()
    try:
        _do_the_whole_job(server)
    finally:
        server.stop()
    imported = server.imported()
    assert "fastapi" in imported
    assert {name.partition(".")[0] for name in imported} & FORBIDDEN == set()


def _do_the_whole_job(server: ModelyardServer) -> None:
    project = "projects/default"
    with server.client() as http:
        answer = http.post(
            f"{project}/datasets/t/versions", params={"filename": "t.csv"}, content=b"x,colour,y\n" + ROWS
        )
        assert answer.status_code == 201, answer.text
        http.get(f"{project}/datasets/t/versions/1/rows", params={"sort": "x"}).raise_for_status()
        http.get(f"{project}/datasets/t/versions/1/profile").raise_for_status()
        detected = http.post(f"{project}/config/detect", json={"dataset": "t", "target": "y"}).json()["config"]
        config = {**detected, "model_type": "linear", "trainer": {}}
        answer = http.post(f"{project}/models/m/versions", json={"config": config, "dataset": "t"})
        assert answer.status_code == 201, answer.text
        version = f"{project}/models/m/versions/1"
        deadline = time.monotonic() + 90
        while (state := http.get(version).json())["status"] not in ("Ready", "Failed"):
            assert time.monotonic() < deadline, state
            time.sleep(0.2)
        assert state["status"] == "Ready", state["error"]
        predicted = http.post(f"{version}/predict", json={"rows": [{"x": 3, "colour": "red"}]})
        assert predicted.status_code == 200, predicted.text
        for part in ("config", "curves", "log", "evaluation", "explanation", "files", "download"):
            http.get(f"{version}/{part}").raise_for_status()
        http.get(f"{project}/search", params={"q": "m"}).raise_for_status()
