"""What the trainers that use scikit-learn share: saving without pickles, and scaled targets."""

from pathlib import Path
from typing import Any

import numpy as np

from modelyard.worker.data import Vector
from modelyard.worker.inference.columns import Matrix
from modelyard.worker.inference.trusted_types import UntrustedTypesError, list_untrusted
from modelyard.worker.trainers.skops_file import write_skops_file

REQUIREMENTS = ("scikit-learn", "skops")


class SavedSklearn:
    """An estimator written by skops: plain data and arrays, loaded without running code from the file.

    For a linear estimator give `center`, the training mean of every column: contributions are relative to it.
    For trees give `gap`, which stands for a missing value in sparse matrices.
    """

    def __init__(
        self,
        estimator: Any,
        shift: float = 0.0,
        factor: float = 1.0,
        center: Vector | None = None,
        gap: float | None = None,
    ) -> None:
        self._estimator = estimator
        self._gap = gap
        self._shift, self._factor = shift, factor
        self._center = center

    def save(self, folder: Path) -> dict[str, Any]:
        path = folder / "model.skops"
        write_skops_file(self._estimator, path)
        if untrusted := list_untrusted(path):
            raise UntrustedTypesError(untrusted)
        return {
            "kind": "sklearn",
            "file": path.name,
            "shift": self._shift,
            "factor": self._factor,
            "gap": self._gap,
        }

    def contributions(self, matrix: Matrix) -> Vector | None:
        """Exact for linear estimators: coefficient times distance from the mean, on the scale of the decision."""
        if self._center is None:
            return None
        coefficients = np.atleast_2d(self._estimator.coef_) * self._factor
        return (matrix - self._center)[:, :, None] * coefficients.T[None, :, :]


def target_scale(targets: Vector) -> tuple[float, float]:
    """Mean and standard deviation of a number target (1 if it does not vary), to train on a common scale."""
    deviation = float(targets.std())
    return float(targets.mean()), deviation if deviation > 0 else 1.0
