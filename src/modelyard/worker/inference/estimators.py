"""What gives the numbers: a LightGBM booster, a scikit-learn estimator or a plug-in's own, behind one method."""

from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from .columns import Matrix
from .trusted_types import load_trusted

LOADERS = "modelyard.estimators"
"""The group of entry points by which plug-ins bring loaders: `load(folder, described, class_count, threads)`."""


class Estimator(Protocol):
    def predict(self, matrix: Matrix) -> "np.ndarray[Any, np.dtype[np.float64]]":
        """Probabilities shaped (rows, classes), or numbers shaped (rows,)."""


class LightGbmEstimator:
    """A booster. Its binary objective gives the probability of the second class alone; others one for each class."""

    def __init__(self, booster: Any, class_count: int, threads: int = 0) -> None:
        self.booster = booster
        self._class_count = class_count
        self._threads = threads

    def predict(self, matrix: Matrix) -> "np.ndarray[Any, np.dtype[np.float64]]":
        raw = np.asarray(self.booster.predict(matrix, num_threads=self._threads))
        return np.column_stack([1.0 - raw, raw]) if self._class_count and raw.ndim == 1 else raw


class SklearnEstimator:
    """A scikit-learn estimator; it may know fewer classes than the model, and predict numbers on a scale of its own.

    `gap` stands for a missing value in a sparse matrix, where scikit-learn's trees take no NaN.
    """

    def __init__(
        self, estimator: Any, class_count: int, shift: float = 0.0, factor: float = 1.0, gap: float | None = None
    ) -> None:
        self.estimator = estimator
        self._gap = gap
        self._class_count = class_count
        self._shift, self._factor = shift, factor

    def predict(self, matrix: Matrix) -> "np.ndarray[Any, np.dtype[np.float64]]":
        if self._gap is not None:
            matrix = fill_sparse_gaps(matrix, self._gap)
        if self._class_count == 0:
            return np.asarray(self.estimator.predict(matrix), dtype=np.float64).ravel() * self._factor + self._shift
        known = self.estimator.predict_proba(matrix)
        probabilities = np.zeros((matrix.shape[0], self._class_count))
        probabilities[:, self.estimator.classes_.astype(np.int64)] = known
        return probabilities


def fill_sparse_gaps(matrix: Matrix, value: float) -> Matrix:
    """The matrix with `value` in place of NaN, if it is sparse; a dense one as it is."""
    if isinstance(matrix, np.ndarray) or not np.isnan(matrix.data).any():
        return matrix
    filled = matrix.copy()
    filled.data[np.isnan(filled.data)] = value
    return filled


def load_estimator(folder: Path, described: dict[str, Any], class_count: int, threads: int = 0) -> Estimator:
    """Load the estimator that a model's description names, from the model's data folder.

    The kind chooses a loader among those that are installed; nothing that the description names is imported. Raises
    UnknownEstimatorError when the kind's loader is not installed.
    """
    if described["kind"] == "lightgbm":
        import lightgbm  # noqa: PLC0415 - a scikit-learn model needs no LightGBM

        return LightGbmEstimator(lightgbm.Booster(model_file=folder / described["file"]), class_count, threads)
    if described["kind"] == "sklearn":
        estimator = load_trusted(folder / described["file"])
        return SklearnEstimator(estimator, class_count, described["shift"], described["factor"], described.get("gap"))
    return _load_by_plugin(folder, described, class_count, threads)


def _load_by_plugin(folder: Path, described: dict[str, Any], class_count: int, threads: int) -> Estimator:
    for point in entry_points(group=LOADERS, name=described["kind"]):
        estimator: Estimator = point.load()(folder, described, class_count, threads)
        return estimator
    raise UnknownEstimatorError(described["kind"])


class UnknownEstimatorError(ValueError):
    """No installed package loads estimators of this kind."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"No installed package loads estimators of the kind {kind!r} (entry point {LOADERS}).")
        self.kind = kind
