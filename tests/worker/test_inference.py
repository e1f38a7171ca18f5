"""What a model makes of tables that are not like those it was trained on."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from modelyard.wire.trainers import TrainerInfo
from modelyard.worker.inference import InvalidInputError, Model
from tests.worker.fake_server import FakeJobServer
from tests.worker.test_training import MIXED_INPUTS
from tests.worker.training import Training, config_for, train


@pytest.fixture(scope="module")
def training(
    mixed: pd.DataFrame, trainers: dict[str, TrainerInfo], tmp_path_factory: pytest.TempPathFactory, pyfunc: Any
) -> Training:
    servers: list[FakeJobServer] = []

    def make(*arguments: Any) -> FakeJobServer:
        servers.append(FakeJobServer(*arguments))
        return servers[-1]

    config = config_for(mixed, "returns", "binary", trainer={"num_boost_round": 30}, input_features=MIXED_INPUTS)
    result = train(mixed, config, trainers, tmp_path_factory.mktemp("training"), make)
    for server in servers:
        server.close()
    return result


@pytest.fixture(scope="module")
def model(training: Training) -> Model:
    return Model.load(training.data_folder)


@pytest.fixture
def row() -> dict[str, Any]:
    return {"age": 40.0, "city": "Oslo", "member": True, "note": "good", "day": "2024-05-01", "visits": 3}


def probability(model: Model, *rows: dict[str, Any]) -> list[float]:
    return [float(value) for value in model.predict(pd.DataFrame(rows))["returns_probabilities_True"]]


def test_a_category_unseen_in_training_is_like_a_rare_one(model: Model, row: dict[str, Any]) -> None:
    unseen, other = probability(model, {**row, "city": "Lima"}, {**row, "city": "Kyiv 🚀"})
    assert unseen == other
    assert 0 <= unseen <= 1


def test_missing_columns_are_imputed(model: Model, row: dict[str, Any]) -> None:
    without = {name: value for name, value in row.items() if name != "age"}
    assert probability(model, without) == probability(model, {**row, "age": None})


def test_a_table_without_any_input_is_refused(model: Model) -> None:
    with pytest.raises(InvalidInputError, match="none of the model's inputs"):
        model.predict(pd.DataFrame({"other": [1]}))


def test_columns_that_are_no_inputs_are_ignored(model: Model, row: dict[str, Any]) -> None:
    assert probability(model, {**row, "returns": "?", "other": []}) == probability(model, row)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("age", "old", "Column 'age', row 2: 'old' is not a number."),
        ("day", "someday", "Column 'day', row 2: 'someday' is not a date in ISO 8601."),
    ],
)
def test_a_value_of_another_type_is_named(
    model: Model, row: dict[str, Any], column: str, value: Any, message: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        probability(model, row, {**row, column: value})
    assert str(caught.value) == message


def test_a_whole_column_of_another_type_is_refused(model: Model, row: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="Column 'day' holds numbers"):
        probability(model, {**row, "day": 5})
    with pytest.raises(InvalidInputError, match="Column 'age' holds dates"):
        probability(model, {**row, "age": pd.Timestamp("2024-01-01")})


def test_numbers_may_be_written_as_text(model: Model, row: dict[str, Any]) -> None:
    assert probability(model, {**row, "age": " 40.0 ", "visits": "3"}) == probability(model, row)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, None, "NaN", "Infinity", "-Infinity", ""])
def test_nan_and_infinity_are_missing(model: Model, row: dict[str, Any], value: Any) -> None:
    assert probability(model, {**row, "age": value}) == probability(model, {**row, "age": None})


def test_true_can_be_written_in_many_ways(model: Model, row: dict[str, Any]) -> None:
    ways = [True, "True", "true", "yes", "1", "on"]
    assert len({probability(model, {**row, "member": way})[0] for way in ways}) == 1
    assert probability(model, {**row, "member": 1}) == probability(model, row)
    assert probability(model, {**row, "member": 0.0}) == probability(model, {**row, "member": "no"})


def test_an_empty_table_gives_an_empty_answer(model: Model, row: dict[str, Any]) -> None:
    assert len(model.predict(pd.DataFrame([row]).head(0))) == 0


def test_a_model_of_a_newer_format_is_refused(training: Training, tmp_path: Path) -> None:
    shutil.copytree(training.data_folder, tmp_path / "model")
    path = tmp_path / "model" / "model.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))
    with pytest.raises(ValueError, match="format 99"):
        Model.load(tmp_path / "model")


def test_mlflow_loads_the_folder_and_predicts_the_same(
    training: Training, model: Model, mixed: pd.DataFrame, pyfunc: Any
) -> None:
    loaded = pyfunc.load_model(str(training.model_folder))
    inputs = mixed[[feature["name"] for feature in MIXED_INPUTS]]
    pd.testing.assert_frame_equal(loaded.predict(inputs), model.predict(inputs), check_exact=True)
    signature = loaded.metadata.signature
    assert signature.inputs.input_names() == list(inputs.columns)
    assert signature.outputs.input_names() == list(loaded.predict(inputs).columns)
    pd.testing.assert_frame_equal(loaded.predict(loaded.input_example), model.predict(inputs.head(5)), check_exact=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"visits": pd.array([3, None, 5], dtype="Int64")},
        {"visits": [3.0, None, 5.0]},
        {"visits": ["3", "4", ""]},
        {"age": [40, 41, 42]},
        {"age": ["40", " 41.5", None]},
        {"age": np.array([40, 41, 42], dtype=np.float32)},
        {"member": [1, 0, 1]},
        {"member": [1.0, None, 0.0]},
        {"member": ["yes", "no", None]},
        {"city": pd.Categorical(["Ulm", "Oslo", None])},
        {"city": [7, 8, 9]},
        {"note": [1, 2, 3]},
        {"day": ["2024-05-01", None, "2024-05-03T10:00:00"]},
        {"day": pd.to_datetime(["2024-05-01", "2024-05-02", "2024-05-03"], utc=True)},
        {"age": [None, None, None]},
    ],
    ids=lambda changes: "-".join(f"{name}-{getattr(values, 'dtype', values)}" for name, values in changes.items()),
)
def test_mlflow_takes_every_table_that_the_server_takes(
    training: Training, model: Model, row: dict[str, Any], changes: dict[str, Any], pyfunc: Any
) -> None:
    frame = pd.DataFrame([row] * 3).assign(**changes)
    loaded = pyfunc.load_model(str(training.model_folder))
    pd.testing.assert_frame_equal(loaded.predict(frame), model.predict(frame), check_exact=True)


def test_mlflow_refuses_what_the_server_refuses(training: Training, row: dict[str, Any], pyfunc: Any) -> None:
    loaded = pyfunc.load_model(str(training.model_folder))
    with pytest.raises(Exception, match="Column 'age', row 1: 'old' is not a number"):
        loaded.predict(pd.DataFrame([{**row, "age": "old"}]))


def test_mlflow_keeps_the_index_and_fills_columns_that_are_not_there(
    training: Training, model: Model, row: dict[str, Any], pyfunc: Any
) -> None:
    frame = pd.DataFrame([row] * 2, index=["a", "b"]).drop(columns=["age", "day"])
    loaded = pyfunc.load_model(str(training.model_folder))
    pd.testing.assert_frame_equal(loaded.predict(frame), model.predict(frame), check_exact=True)
    assert list(loaded.predict(frame).index) == ["a", "b"]


def test_the_code_in_the_folder_needs_nothing_of_modelyard(training: Training, mixed: pd.DataFrame) -> None:
    program = (
        "import sys, importlib.abc\n"
        "class Refuse(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        assert name.partition('.')[0] not in ('modelyard', 'pydantic', 'httpx'), name\n"
        "sys.meta_path.insert(0, Refuse())\n"
        f"sys.path.insert(0, {str(training.model_folder / 'code')!r})\n"
        "import modelyard_inference\n"
        f"print(len(modelyard_inference._load_pyfunc({str(training.data_folder)!r}).predict([{{'age': 3}}])))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "1", done.stderr
