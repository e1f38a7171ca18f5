"""A training on an uploaded table, and predictions of the same file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from modelyard.wire.trainers import TrainerInfo
from modelyard.worker.inference import Model
from modelyard.worker.job.tables import read_table
from tests.worker.fake_server import FakeJobServer
from tests.worker.training import spec_for, train_file
from tests.worker.uploading import upload

ZIPS = {"02139": "hi", "94110": "hi", "02140": "lo", "10001": "lo"}


def test_codes_times_with_a_zone_and_dates_mean_the_same_to_the_model(
    tmp_path: Path,
    trainers: dict[str, TrainerInfo],
    new_job_server: Callable[..., FakeJobServer],
    pyfunc: Any,
) -> None:
    lines = [
        f"{code},2020-01-{row % 28 + 1:02}T10:00:00{'Z' if row % 3 else '+02:00'},09/{row % 30 + 1:02}/2021,{label}"
        for row in range(100)
        for code, label in ZIPS.items()
    ]
    content = "\n".join(["zip,at,day,y", *lines]).encode()
    uploaded = upload(tmp_path, content)
    config = {
        "model_type": "gbm",
        "input_features": [
            {"name": "zip", "type": "category"},
            {"name": "at", "type": "date"},
            {"name": "day", "type": "date"},
        ],
        "output_features": [{"name": "y", "type": "binary"}],
        "trainer": {"num_boost_round": 20},
    }
    spec = spec_for(config, trainers, uploaded.path, columns=uploaded.columns, source_name="t.csv")
    training = train_file(spec, uploaded.path, tmp_path, new_job_server)
    assert training.finish.status == "Ready", training.finish.error_message
    assert training.finish.signature is not None
    assert {column.name: column.type for column in training.finish.signature.inputs} == {
        "zip": "string",
        "at": "datetime",
        "day": "datetime",
    }

    given = tmp_path / "given.csv"
    given.write_bytes(content)
    table = read_table(given, "csv", [])
    answer = Model.load(training.data_folder).predict(table)
    assert list(answer["y_predictions"]) == [line.rpartition(",")[2] for line in lines]

    loaded = pyfunc.load_model(str(training.model_folder))
    stored = uploaded.table().head(["zip", "at", "day"], len(lines))
    pd.testing.assert_frame_equal(loaded.predict(stored), answer.reset_index(drop=True), check_exact=True)
    example = loaded.input_example
    pd.testing.assert_frame_equal(loaded.predict(example), answer.head(len(example)), check_exact=True)
