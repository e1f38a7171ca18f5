"""What each type of input becomes, and what stands in for a missing value of it."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from modelyard.wire.config import Config
from modelyard.worker.preprocessing.prepare import prepare
from modelyard.worker.preprocessing.table import Table

ROWS = 60
Values = np.ndarray[Any, np.dtype[Any]]


def encoded(values: list[Any], folder: Path, *, dense: bool = False, **feature: Any) -> Values:
    """The columns of one input in the order of the rows; the values are repeated to fill the table."""
    repeated = (values * ROWS)[:ROWS]
    frame = pd.DataFrame({"i": np.arange(ROWS), "x": pd.Series(repeated), "y": np.arange(ROWS) % 2 == 0})
    path = folder / "data.parquet"
    frame.to_parquet(path, index=False)
    inputs = [{"name": "i", "type": "number", "preprocessing": {"normalization": None}}, {"name": "x", **feature}]
    config = Config.model_validate({"input_features": inputs, "output_features": [{"name": "y", "type": "binary"}]})
    data = prepare(Table(path, 1), config, dense=dense, seed=1, report=lambda *_: None).data
    parts: list[Any] = [data.matrices[split] for split in ("train", "validation", "test")]
    matrix = np.concatenate([part if isinstance(part, np.ndarray) else part.toarray() for part in parts])
    ordered: Values = matrix[matrix[:, 0].argsort()]
    return ordered[:, 1:]


def strategy(name: str, **others: Any) -> dict[str, Any]:
    return {"preprocessing": {"missing_value_strategy": name, **others}}


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        (strategy("fill_with_const"), "unknown"),
        (strategy("fill_with_const", fill_value="b"), "b"),
        (strategy("fill_with_mode"), "a"),
        (strategy("ffill"), "b"),
        (strategy("bfill"), "a"),
    ],
)
def test_a_missing_category(tmp_path: Path, missing: dict[str, Any], expected: str):
    codes = encoded(["a", "a", "b", None], tmp_path, type="category", **missing)[:4, 0]
    names = {codes[0]: "a", codes[2]: "b"}
    assert len(names) == 2
    assert names.get(codes[3], "unknown") == expected


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        (strategy("fill_with_false"), 0),
        (strategy("fill_with_true"), 1),
        (strategy("fill_with_const", fill_value=True), 1),
        (strategy("fill_with_mode"), 1),
        (strategy("ffill"), 0),
        (strategy("bfill"), 1),
    ],
)
def test_a_missing_binary(tmp_path: Path, missing: dict[str, Any], expected: int):
    assert encoded(["yes", "yes", "no", None], tmp_path, type="binary", **missing)[:4, 0].tolist() == [
        1,
        1,
        0,
        expected,
    ]


@pytest.mark.parametrize(
    ("missing", "year"),
    [
        (strategy("fill_with_const"), 1970),
        (strategy("fill_with_const", fill_value="2000-02-29"), 2000),
        (strategy("fill_with_mode"), 2024),
        (strategy("ffill"), 2025),
        (strategy("bfill"), 2024),
    ],
)
def test_a_missing_date(tmp_path: Path, missing: dict[str, Any], year: int):
    values = ["2024-05-06", "2024-05-06", "2025-01-01", None]
    parts = encoded(values, tmp_path, type="date", **missing)
    assert parts[0].tolist() == [2024, 5, 6, 0, 127, 0, 0, 0], "a Monday, the 127th day of the year"
    assert parts[3, 0] == year


@pytest.mark.parametrize("vectorizer", ["hashing", "tfidf"])
@pytest.mark.parametrize(
    ("missing", "like"), [(strategy("fill_with_const"), None), (strategy("fill_with_mode"), 0), (strategy("ffill"), 2)]
)
def test_a_missing_text(tmp_path: Path, vectorizer: str, missing: dict[str, Any], like: int | None):
    missing["preprocessing"]["vectorizer"] = vectorizer
    vectors = encoded(["red wine", "red wine", "white", None], tmp_path, type="text", **missing)
    expected = np.zeros(vectors.shape[1]) if like is None else vectors[like]
    assert vectors[3].tolist() == expected.tolist()


def test_hashed_words_are_counted_and_scaled_to_length_1(tmp_path: Path):
    options = {"vectorizer": "hashing", "max_features": 64, "ngram_size": 1}
    vectors = encoded(["Good good wine", "good wine wine", ""], tmp_path, type="text", preprocessing=options)
    assert vectors.shape[1] == 64
    assert np.linalg.norm(vectors[:3], axis=1) == pytest.approx([1, 1, 0])
    assert sorted(vectors[0][vectors[0] > 0]) == pytest.approx([1 / 5**0.5, 2 / 5**0.5])
    assert vectors[0].argmax() != vectors[1].argmax()


def test_tf_idf_weighs_rare_words_more(tmp_path: Path):
    options = {"vectorizer": "tfidf", "max_features": 3, "ngram_size": 1}
    vectors = encoded(["wine red", "wine", "wine"], tmp_path, type="text", preprocessing=options)
    assert vectors.shape[1] == 2, "no more columns than words"
    assert sorted(vectors[0]) != [vectors[0][0]] * 2
    assert vectors[0].max() > vectors[0].min() > 0


def test_texts_are_words_and_pairs_of_them_unless_said_otherwise(tmp_path: Path):
    """ "not good" and "good not" differ in the order of their words alone."""
    vectors = encoded(["not good", "good not", "good"], tmp_path, type="text")
    assert vectors.shape[1] == 4, "two words, two pairs"
    assert vectors[0].tolist() != vectors[1].tolist()
    alone = encoded(["not good", "good not", "good"], tmp_path, type="text", preprocessing={"ngram_size": 1})
    assert alone.shape[1] == 2
    assert alone[0].tolist() == alone[1].tolist()


@pytest.mark.parametrize(
    ("kind", "values"), [("number", [1.5, 2.5, None]), ("binary", ["yes", "no", None]), ("date", ["2024-05-06", None])]
)
def test_missing_values_can_be_kept(tmp_path: Path, kind: str, values: list[Any]):
    columns = encoded(values, tmp_path, type=kind, **strategy("keep"))
    assert np.isnan(columns[len(values) - 1]).all()
    assert np.isfinite(columns[: len(values) - 1]).all()


def test_categories_are_one_hot_for_trainers_that_need_it(tmp_path: Path):
    columns = encoded(["a", "b", "a", None], tmp_path, dense=True, type="category")
    assert columns.shape[1] == 3
    assert columns.sum(axis=1).tolist() == [1] * ROWS
    assert columns[0].tolist() == columns[2].tolist() != columns[1].tolist()


def test_rare_categories_share_one(tmp_path: Path):
    codes = encoded(["a"] * 4 + ["b", "c"], tmp_path, type="category", preprocessing={"most_common": 1})[:6, 0]
    assert codes[4] == codes[5] != codes[0]


def test_the_interquartile_scale_is_not_moved_by_an_outlier(tmp_path: Path):
    values = [float(value) for value in range(ROWS - 1)] + [1e9]
    scaled = encoded(values, tmp_path, type="number", preprocessing={"normalization": "iq"})[:, 0]
    assert abs(np.median(scaled)) < 0.2
    assert np.percentile(scaled, 75) - np.percentile(scaled, 25) == pytest.approx(1, abs=0.2)
