"""The whole path on the real server, from Python."""

import importlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pyarrow as pa
import pytest

from modelyard import Client
from modelyard.sdk import (
    InvalidArgumentError,
    InvalidStateError,
    InvalidTableError,
    NotFoundError,
    PredictionFailedError,
    TrainingCanceledError,
)
from tests.support.server import ModelyardServer

LONG = {"num_boost_round": 100_000, "early_stop": -1, "learning_rate": 0.0001}


@pytest.fixture
def client(server: ModelyardServer, project: str) -> Iterator[Client]:
    with Client(server.url, project) as client:
        yield client


@pytest.fixture(scope="module")
def diabetes() -> pd.DataFrame:
    frame: pd.DataFrame = importlib.import_module("sklearn.datasets").load_diabetes(as_frame=True).frame
    return frame.rename(columns={"target": "progression"})


def test_a_frame_becomes_a_dataset_and_comes_back(client: Client, diabetes: pd.DataFrame):
    version = client.datasets.upload("diabetes", diabetes)
    assert (version.reference, version.created, version.row_count) == ("diabetes@1", True, 442)
    assert client.datasets.upload("diabetes", pa.Table.from_pandas(diabetes, preserve_index=False)).created is False
    pd.testing.assert_frame_equal(client.datasets("diabetes").to_pandas(), diabetes)
    assert next(client.datasets("diabetes").rows())["bmi"] == pytest.approx(diabetes["bmi"].iloc[0])
    assert [found.name for found in client.datasets] == ["diabetes"]
    assert client.search("diab").hits[0].name == "diabetes"


def test_columns_get_other_types(client: Client):
    frame = pd.DataFrame({"code": ["1", "02"], "day": ["03/04/2021", "05/06/2021"]})
    first = client.datasets.upload("codes", frame)
    german = {"feature_type": "date", "format": {"date_formats": ["%d/%m/%Y"]}}
    second = first.retype({"code": "number", "day": german})
    assert (second.reference, second.created) == ("codes@2", True)
    assert {column.name: column.feature_type for column in second.columns} == {"code": "number", "day": "date"}
    assert next(iter(second.rows())) == {"code": 1, "day": "2021-04-03"}
    assert second.retype({"code": "number"}).created is False
    with pytest.raises(InvalidTableError, match="day"):
        first.retype({"day": "number"})
    with pytest.raises(InvalidArgumentError, match="types"):
        first.retype({"day": "words"})


def test_from_a_frame_to_predictions(client: Client, diabetes: pd.DataFrame, tmp_path: Path):
    model = client.models("progression")
    config = {
        "model_type": "gbm",
        "input_features": [{"name": name, "type": "number"} for name in ("bmi", "bp", "s5")],
        "output_features": [{"name": "progression", "type": "number"}],
        "trainer": {"num_boost_round": 50},
    }
    seen: list[str] = []
    version = model.train(config, diabetes, description="first", progress=lambda now: seen.append(str(now.status)))
    assert (version.status, version.reference) == ("Ready", "progression/1")
    assert seen[-1] == "Ready"
    assert version.metrics["test_mean_squared_error"] > 0

    assert {curve.split for curve in version.curves(max_points=20).curves} >= {"train", "validation"}
    assert {split.split for split in version.evaluation().splits} == {"train", "validation", "test"}
    assert {feature.feature for feature in version.explanation().features} == {"bmi", "bp", "s5"}
    assert version.config().given["trainer"] == {"num_boost_round": 50}
    assert [line.sequence for line in version.log()] == sorted(line.sequence for line in version.log())
    assert [use.model for use in client.datasets("progression").latest.uses()] == ["progression"]

    by_frame = version.predict(diabetes)["progression_predictions"].tolist()
    rows = diabetes.head(3).to_dict("records")
    assert [row["progression_predictions"] for row in version.predict(rows)] == pytest.approx(by_frame[:3])
    table = version.predict(pa.Table.from_pandas(diabetes, preserve_index=False))
    assert table["progression_predictions"].to_pylist() == pytest.approx(by_frame)
    with pytest.raises(PredictionFailedError):
        version.predict([{"bmi": "heavy"}])

    assert (version.download(tmp_path / "model") / "MLmodel").is_file()
    assert client.resolve("models:/progression/latest").number == 1


def test_a_training_is_canceled(client: Client, diabetes: pd.DataFrame):
    data = client.datasets.upload("diabetes", diabetes)
    config = data.detect_config("progression", trainer="gbm").config
    assert data.validate_config(config).valid
    version = client.models("long").train({**config, "trainer": LONG}, data, wait=False)
    with pytest.raises((InvalidStateError, NotFoundError)):
        version.predict(diabetes.head(1))
    canceling = threading.Timer(0.5, version.cancel)
    canceling.start()
    with pytest.raises(TrainingCanceledError):
        version.wait(timeout=60)
    canceling.join()


def test_watching_lives_through_a_restart_of_the_server(
    new_server: Callable[..., ModelyardServer], diabetes: pd.DataFrame
):
    server = new_server().start()
    with Client(server.url) as client:
        data = client.datasets.upload("diabetes", diabetes)
        config = data.detect_config("progression", trainer="gbm").config
        version = client.models("m").train({**config, "trainer": {**LONG, "num_boost_round": 2000}}, data, wait=False)

        def restart() -> None:
            server.kill()
            time.sleep(0.5)
            server.start(port=int(urlsplit(client.url).port or 0))

        # Within the first line, so that the rest of the log is still to come.
        restarting = threading.Thread(target=restart)
        sequences: list[int] = []
        for line in version.log(follow=True):
            if not sequences:
                restarting.start()
            sequences.append(line.sequence)
        restarting.join()
        assert version.wait().status == "Ready"
        assert sequences == list(range(1, len(sequences) + 1))
        assert sequences == [line.sequence for line in version.log()]
