"""Which rows are used for what, and what a model remembers of the data."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from modelyard.wire.config import Config
from modelyard.worker.errors import InvalidDataError
from modelyard.worker.preprocessing.prepare import Prepared, prepare
from modelyard.worker.preprocessing.table import Table


def prepared(
    frame: pd.DataFrame,
    folder: Path,
    *,
    dense: bool = False,
    inputs: Any = None,
    output: Any = None,
    **preparation: Any,
) -> Prepared:
    path = folder / "data.parquet"
    frame.to_parquet(path, index=False)
    config = Config.model_validate(
        {
            "input_features": inputs or [{"name": "x", "type": "number", "preprocessing": {"normalization": None}}],
            "output_features": [output or {"name": "y", "type": "binary"}],
            "preprocessing": preparation,
        }
    )
    return prepare(Table(path, 1), config, dense=dense, seed=42, report=lambda *_: None)


@pytest.fixture
def numbered() -> pd.DataFrame:
    """Row i has x = i; one row in ten is positive."""
    return pd.DataFrame({"x": np.arange(1000), "y": np.arange(1000) % 10 == 0})


def rows(result: Prepared, name: str) -> list[int]:
    return [int(value) for value in result.data.matrices[name][:, 0]]


def test_a_random_split_has_exact_shares_and_no_overlap(numbered: pd.DataFrame, tmp_path: Path) -> None:
    result = prepared(numbered, tmp_path)
    parts = [rows(result, name) for name in ("train", "validation", "test")]
    assert [len(part) for part in parts] == [700, 100, 200]
    assert sorted(number for part in parts for number in part) == list(range(1000))


def test_a_stratified_split_keeps_the_shares_of_classes(numbered: pd.DataFrame, tmp_path: Path) -> None:
    result = prepared(numbered, tmp_path, split={"type": "stratify", "column": "y"})
    assert {name: int(values.sum()) for name, values in result.data.targets.items()} == {
        "train": 70,
        "validation": 10,
        "test": 20,
    }


def test_a_split_by_date_trains_on_the_oldest(numbered: pd.DataFrame, tmp_path: Path) -> None:
    frame = numbered.assign(day=pd.Timestamp("2024-01-01") + pd.to_timedelta(999 - np.arange(1000), unit="D"))
    result = prepared(frame, tmp_path, split={"type": "datetime", "column": "day"})
    assert (min(rows(result, "train")), max(rows(result, "test"))) == (300, 199)


def test_a_split_by_column_takes_numbers_and_names(numbered: pd.DataFrame, tmp_path: Path) -> None:
    frame = numbered.assign(
        part=np.where(numbered["x"] < 500, "0", np.where(numbered["x"] < 700, "validation", "Test"))
    )
    result = prepared(frame, tmp_path, split={"type": "fixed", "column": "part"})
    assert [len(result.data.targets[name]) for name in ("train", "validation", "test")] == [500, 200, 300]


def test_a_split_by_column_names_the_row_that_is_wrong(numbered: pd.DataFrame, tmp_path: Path) -> None:
    frame = numbered.assign(part="0")
    frame.loc[16, "part"] = "later"
    with pytest.raises(InvalidDataError, match="row 17: 'later' names no part"):
        prepared(frame, tmp_path, split={"type": "fixed", "column": "part"})


@pytest.mark.parametrize(
    ("preparation", "negatives", "positives"),
    [({"oversample_minority": 0.5}, 630, 315), ({"undersample_majority": 0.5}, 140, 70)],
)
def test_resampling_changes_the_training_part_only(
    numbered: pd.DataFrame, tmp_path: Path, preparation: dict[str, Any], negatives: int, positives: int
) -> None:
    result = prepared(numbered, tmp_path, split={"type": "stratify", "column": "y"}, **preparation)
    assert np.bincount(result.data.targets["train"]).tolist() == [negatives, positives]
    assert len(result.data.targets["test"]) == 200


def test_rows_without_target_are_left_out(numbered: pd.DataFrame, tmp_path: Path) -> None:
    frame = numbered.assign(y=numbered["y"].where(numbered["x"] >= 100))
    assert sum(len(values) for values in prepared(frame, tmp_path).data.targets.values()) == 900


def test_sampling_uses_a_share_of_the_rows(numbered: pd.DataFrame, tmp_path: Path) -> None:
    result = prepared(numbered, tmp_path, sample_ratio=0.1)
    assert [len(result.data.targets[name]) for name in ("train", "validation", "test")] == [70, 10, 20]


def test_three_rows_leave_a_part_empty(tmp_path: Path) -> None:
    with pytest.raises(InvalidDataError, match="leaves the validation part of 3 usable rows empty"):
        prepared(pd.DataFrame({"x": [1, 2, 3], "y": [True, False, True]}), tmp_path)


def column(values: list[Any], tmp_path: Path, **preprocessing: Any) -> list[float]:
    """The encoded column of number values that are all in one part each, in their order."""
    frame = pd.DataFrame({"x": pd.Series(values, dtype="float64"), "y": [True, False] * 50, "i": np.arange(100)})
    inputs = [
        {"name": "i", "type": "number", "preprocessing": {"normalization": None}},
        {"name": "x", "type": "number", "preprocessing": preprocessing},
    ]
    result = prepared(frame, tmp_path, inputs=inputs)
    encoded = np.concatenate([result.data.matrices[name] for name in ("train", "validation", "test")])
    return [float(value) for value in encoded[encoded[:, 0].argsort(), 1]]


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ({"missing_value_strategy": "fill_with_const", "fill_value": -1.0}, [1, -1, -1, 4]),
        ({"missing_value_strategy": "ffill"}, [1, 1, 1, 4]),
        ({"missing_value_strategy": "bfill"}, [1, 4, 4, 4]),
        ({"missing_value_strategy": "fill_with_mode"}, [1, 4, 4, 4]),
    ],
)
def test_missing_numbers(tmp_path: Path, strategy: dict[str, Any], expected: list[float]) -> None:
    encoded = column([1.0, None, np.nan, 4.0, *[4.0] * 96], tmp_path, normalization=None, **strategy)
    assert encoded[:4] == expected


def test_drop_row_leaves_out_rows_without_a_value(tmp_path: Path) -> None:
    values = [None] * 10 + [1.0] * 90
    assert len(column(values, tmp_path, missing_value_strategy="drop_row", normalization=None)) == 90


def test_normalization_brings_numbers_to_a_scale(tmp_path: Path) -> None:
    values = [float(value) for value in range(100)]
    minmax = column(values, tmp_path, normalization="minmax")
    assert max(minmax) < 1.3
    zscore = column(values, tmp_path, normalization="zscore")
    assert abs(np.mean(zscore)) < 0.3
    assert column(values, tmp_path, normalization="log1p")[9] == pytest.approx(np.log(10))
    with pytest.raises(InvalidDataError, match="log1p needs values above -1"):
        column([-5.0] * 99 + [1.0], tmp_path, normalization="log1p")


def test_a_binary_target_knows_which_label_is_positive(tmp_path: Path) -> None:
    def classes(values: list[Any], **preprocessing: Any) -> list[Any]:
        frame = pd.DataFrame({"x": np.arange(100), "y": values * 50})
        return prepared(frame, tmp_path, output={"name": "y", "type": "binary", "preprocessing": preprocessing}).classes

    assert classes([True, False]) == [False, True]
    assert classes([1, 0]) == [0, 1]
    assert classes(["Yes", "No"]) == ["No", "Yes"]
    assert classes(["good", "bad"]) == ["bad", "good"]
    assert classes(["good", "bad"], fallback_true_label="bad") == ["good", "bad"]
    with pytest.raises(InvalidDataError, match="fallback_true_label is 'ugly'"):
        classes(["good", "bad"], fallback_true_label="ugly")


def test_a_damaged_table_is_invalid_data(tmp_path: Path) -> None:
    path = tmp_path / "data.parquet"
    path.write_bytes(b"PAR1 not really")
    with pytest.raises(InvalidDataError, match="cannot be read as Parquet"):
        Table(path, 1)
