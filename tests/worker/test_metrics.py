"""Metrics and curves agree with scikit-learn's where it has them."""

import importlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.wire.metrics import DEFAULT_METRICS, METRICS
from modelyard.worker.evaluation.curves import (
    calibration_curve,
    class_summaries,
    confusion_matrix,
    precision_recall_curve,
    regression,
    roc_curve,
)
from modelyard.worker.metrics import average_precision, compute_metrics, roc_auc


@pytest.fixture(scope="module")
def reference() -> Any:
    """Imported when a test asks for it, not while tests are collected."""
    return importlib.import_module("sklearn.metrics")


def test_the_metrics_that_are_known_are_those_that_are_computed() -> None:
    actual, probabilities = np.array([0, 1, 1, 0]), np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.7, 0.3]])
    for kind in METRICS:
        predicted = probabilities[:, 1] if kind == "number" else probabilities
        assert tuple(sorted(compute_metrics(kind, actual, predicted))) == METRICS[kind]
        assert DEFAULT_METRICS[kind] in METRICS[kind]


scored = st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=2, max_size=60).filter(
    lambda rows: len({positive for positive, _ in rows}) == 2
)


@settings(deadline=None)
@given(rows=scored)
def test_ranking_metrics(reference: Any, rows: list[tuple[bool, int]]) -> None:
    positive, scores = np.array([row[0] for row in rows]), np.array([row[1] / 8 for row in rows])
    assert roc_auc(positive, scores) == pytest.approx(reference.roc_auc_score(positive, scores))
    assert average_precision(positive, scores) == pytest.approx(reference.average_precision_score(positive, scores))
    curve = roc_curve("yes", positive, scores)
    assert curve is not None
    assert reference.auc(curve.false_positive_rate, curve.true_positive_rate) == pytest.approx(curve.auc)


@pytest.fixture
def three_classes() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(3)
    actual = generator.integers(0, 3, 300)
    return actual, generator.dirichlet(np.ones(3), 300) * 0.6 + np.eye(3)[actual] * 0.4


def test_metrics_of_three_classes(reference: Any, three_classes: tuple[np.ndarray, np.ndarray]) -> None:
    actual, predicted = three_classes
    chosen = predicted.argmax(axis=1)
    metrics = compute_metrics("category", actual, predicted)
    precision = reference.precision_score(actual, chosen, average="weighted")
    recall = reference.recall_score(actual, chosen, average="weighted")
    assert metrics == pytest.approx(
        {
            "accuracy": reference.accuracy_score(actual, chosen),
            "log_loss": reference.log_loss(actual, predicted),
            "roc_auc": reference.roc_auc_score(actual, predicted, multi_class="ovr"),
            "precision": precision,
            "recall": recall,
            "f1": 2 * precision * recall / (precision + recall),
        }
    )


def test_metrics_of_two_classes(reference: Any, three_classes: tuple[np.ndarray, np.ndarray]) -> None:
    actual, predicted = three_classes
    actual, predicted = (actual > 0).astype(int), np.column_stack([predicted[:, 0], 1 - predicted[:, 0]])
    metrics = compute_metrics("binary", actual, predicted)
    assert metrics["f1"] == pytest.approx(reference.f1_score(actual, predicted.argmax(axis=1)))
    assert metrics["roc_auc"] == pytest.approx(reference.roc_auc_score(actual, predicted[:, 1]))


def test_metrics_of_numbers(reference: Any) -> None:
    actual, predicted = np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, 3.0])
    metrics = compute_metrics("number", actual, predicted)
    assert metrics["r2"] == pytest.approx(reference.r2_score(actual, predicted))
    assert metrics["mean_squared_error"] == pytest.approx(1.25 / 3)
    assert metrics["root_mean_squared_error"] == pytest.approx((1.25 / 3) ** 0.5)
    assert metrics["mean_absolute_error"] == pytest.approx(0.5)


def test_a_class_that_is_not_there_has_no_auc() -> None:
    predicted = np.array([[0.7, 0.2, 0.1], [0.2, 0.5, 0.3]])
    summaries = class_summaries(["a", "b", "c"], np.array([0, 1]), predicted)
    assert [summary.roc_auc for summary in summaries] == [1.0, 1.0, None]
    assert (summaries[2].labeled, summaries[2].predicted, summaries[2].f1) == (0, 0, 0.0)
    assert roc_curve("c", np.array([False, False]), predicted[:, 2]) is None
    assert precision_recall_curve("c", np.array([False, False]), predicted[:, 2]) is None


def test_the_confusion_matrix_counts_and_averages() -> None:
    predicted = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]])
    matrix = confusion_matrix(["no", "yes"], np.array([0, 0, 1]), predicted)
    assert matrix.counts == [[1, 1], [0, 1]]
    assert np.array(matrix.mean_probabilities) == pytest.approx(np.array([[0.65, 0.35], [0.2, 0.8]]))


def test_calibration_leaves_out_empty_bins() -> None:
    curve = calibration_curve("yes", np.array([True, False, True]), np.array([0.05, 0.07, 1.0]))
    assert curve.counts == [2, 1]
    assert curve.predicted == pytest.approx([0.06, 1.0])
    assert curve.observed == pytest.approx([0.5, 1.0])


def test_curves_and_points_stay_small() -> None:
    generator = np.random.default_rng(0)
    scores = generator.random(5000)
    curve = roc_curve("yes", generator.random(5000) < scores, scores)
    assert curve is not None
    assert len(curve.thresholds) == 200
    assert (curve.false_positive_rate[0], curve.false_positive_rate[-1]) == (0.0, 1.0)
    drawn = regression(scores, scores + 0.1, seed=1)
    assert len(drawn.points) == 1000
    assert drawn == regression(scores, scores + 0.1, seed=1)
    assert sum(bar.count for bar in drawn.residuals) == 5000
