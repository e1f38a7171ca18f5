"""A version that this server trained is a model like any other to the client."""

import time
from typing import Any

import mlflow
import pandas as pd
import pytest
import requests
from mlflow import MlflowClient

ROWS = [(float(index), float(index * 7 % 13), "yes" if index % 3 else "no") for index in range(60)]
CONFIG: dict[str, Any] = {
    "model_type": "linear",
    "input_features": [{"name": "a", "type": "number"}, {"name": "b", "type": "number"}],
    "output_features": [{"name": "y", "type": "binary"}],
}


@pytest.fixture
def trained(tracking_uri: str, name: str) -> str:
    """The name of a model with one ready version."""
    server, _, project = tracking_uri.partition("/projects/")
    api = f"{server}/api/v1/projects/{project or 'default'}"
    table = "a,b,y\n" + "".join(f"{a},{b},{y}\n" for a, b, y in ROWS)
    requests.post(f"{api}/datasets/toy/versions?filename=toy.csv", data=table, timeout=60).raise_for_status()
    body: dict[str, Any] = {"config": CONFIG, "dataset": "toy"}
    requests.post(f"{api}/models", json={"name": name}, timeout=60).raise_for_status()
    requests.post(f"{api}/models/{name}/versions", json=body, timeout=60).raise_for_status()
    deadline = time.monotonic() + 120
    while (version := requests.get(f"{api}/models/{name}/versions/1", timeout=60).json())["status"] != "Ready":
        assert version["status"] != "Failed", version["error"]
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return name


def check_a_trained_version_is_loaded_by_its_names(client: MlflowClient, trained: str) -> None:
    client.set_registered_model_alias(trained, "champion", "1")
    version = client.get_model_version(trained, "1")
    assert version.status == "READY"
    run = client.get_run(version.run_id)
    assert run.info.status == "FINISHED"
    assert run.data.metrics
    rows = pd.DataFrame([(a, b) for a, b, _ in ROWS], columns=["a", "b"])
    predictions = [
        mlflow.pyfunc.load_model(uri).predict(rows)
        for uri in (f"models:/{trained}/1", f"models:/{trained}@champion", f"models:/{trained}/latest")
    ]
    assert len(predictions[0]) == len(ROWS)
    for other in predictions[1:]:
        pd.testing.assert_frame_equal(predictions[0], other)
    model = mlflow.models.get_model_info(f"models:/{trained}/1")
    assert model.signature.inputs.input_names() == ["a", "b"]
