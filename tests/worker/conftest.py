"""Tables and trainings for the worker's tests: no server, no database."""

import importlib
import os
import warnings
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from modelyard.wire.datasets import ColumnProfile, DatasetProfile, FeatureType, TopValue
from modelyard.wire.trainers import TrainerInfo
from tests.worker.fake_server import FakeJobServer
from tests.worker.training import Training, train

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
MLFLOW_WARNINGS = ("ignore::pandas.errors.Pandas4Warning:mlflow", "ignore::UserWarning:mlflow")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            for warning in MLFLOW_WARNINGS:
                item.add_marker(pytest.mark.filterwarnings(warning))


@pytest.fixture(scope="session")
def trainers() -> dict[str, TrainerInfo]:
    return {point.name: point.load().info for point in entry_points(group="modelyard.trainers")}


@pytest.fixture(scope="session")
def pyfunc() -> Any:
    """Imported when a test asks for it, not while tests are collected."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MLflow warns about its own types when it is imported
        return importlib.import_module("mlflow.pyfunc")


def _bundled(name: str) -> pd.DataFrame:
    """A table that scikit-learn comes with."""
    load = getattr(importlib.import_module("sklearn.datasets"), f"load_{name}")
    return pd.DataFrame(load(as_frame=True).frame)


@pytest.fixture(scope="session")
def cancer() -> pd.DataFrame:
    """Two classes, 30 numbers."""
    frame = _bundled("breast_cancer")
    frame["target"] = frame["target"].map({0: "malignant", 1: "benign"})
    return frame


@pytest.fixture(scope="session")
def wine() -> pd.DataFrame:
    """Three classes, 13 numbers."""
    return _bundled("wine")


@pytest.fixture(scope="session")
def diabetes() -> pd.DataFrame:
    """A number to predict, from 10 numbers."""
    return _bundled("diabetes")


@pytest.fixture(scope="session")
def mixed() -> pd.DataFrame:
    """Every type of column, with gaps in each, and a target that depends on all of them."""
    generator = np.random.default_rng(7)
    count = 400
    age = generator.normal(40, 10, count)
    city = generator.choice(["Ulm", "Oslo", "Rome"], count)
    member = generator.random(count) < 0.5
    note = generator.choice(["good fast service", "slow and bad", "it was fine", "bad bad food"], count)
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(generator.integers(0, 700, count), unit="D")
    score = (
        (age - 40) / 10
        + (city == "Oslo") * 2
        + member
        - np.char.count(note.astype(str), "bad")
        + 0.3 * generator.normal(size=count)
    )
    frame = pd.DataFrame({"age": age, "city": city, "member": member, "note": note, "day": day})
    for column in frame.columns:
        frame[column] = frame[column].where(generator.random(count) > 0.05)
    frame["visits"] = generator.integers(0, 20, count)
    frame["price"] = score * 10 + 100
    frame["returns"] = score > 0.5
    frame["segment"] = np.select([score < -0.5, score > 1.0], ["low", "high"], "middle")
    return frame


@pytest.fixture
def new_job_server() -> Iterator[Callable[..., FakeJobServer]]:
    servers = []

    def make(*arguments: Any, **options: Any) -> FakeJobServer:
        servers.append(FakeJobServer(*arguments, **options))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.fixture
def run_training_of(
    tmp_path: Path, trainers: dict[str, TrainerInfo], new_job_server: Callable[..., FakeJobServer], pyfunc: Any
) -> Callable[..., Training]:
    """Trains a config on a frame in this process, against the fake server."""

    def run(frame: pd.DataFrame, config: dict[str, Any], *, threads: int = 1) -> Training:
        return train(frame, config, trainers, tmp_path, new_job_server, threads=threads)

    return run


def column_profile(name: str, kind: str = "number", **changes: Any) -> ColumnProfile:
    """A column of 100 rows that nothing is wrong with, but for `changes`."""
    types = {"number": "DOUBLE", "category": "VARCHAR", "binary": "BOOLEAN", "text": "VARCHAR", "date": "DATE"}
    values = {"category": ["a", "b", "c"], "binary": ["true", "false"]}.get(kind, [])
    fields: dict[str, Any] = {
        "name": name,
        "data_type": types[kind],
        "feature_type": FeatureType(kind),
        "count": 100,
        "missing_count": 0,
        "distinct_count": len(values) or 90,
        "distinct_is_estimate": False,
        "top_values": [TopValue(value=value, count=100 // len(values)) for value in values],
        "histogram": [],
    }
    return ColumnProfile(**{**fields, **changes})


@pytest.fixture
def new_column() -> Callable[..., ColumnProfile]:
    return column_profile


@pytest.fixture
def new_profile() -> Callable[..., DatasetProfile]:
    def make(*columns: ColumnProfile, row_count: int = 100) -> DatasetProfile:
        return DatasetProfile(dataset="data", number=1, row_count=row_count, columns=list(columns))

    return make
