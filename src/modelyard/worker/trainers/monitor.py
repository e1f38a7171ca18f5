"""Learning curves and the best checkpoint, for trainers that have to measure themselves."""

from typing import Any

import numpy as np

from modelyard.wire.config import SPLIT_NAMES
from modelyard.worker.data import TrainingData
from modelyard.worker.inference.estimators import Estimator
from modelyard.worker.metrics import curve_metrics
from modelyard.worker.trainers.base import TrainingContext

CURVE_ROWS = 20_000
"""A curve's point is measured on at most this many rows of a split, drawn once by the seed."""


def curve_rows(row_count: int, seed: int) -> "np.ndarray[Any, np.dtype[np.int64]] | slice":
    """The rows of a split that its curve is measured on: all of them, if they are few."""
    if row_count <= CURVE_ROWS:
        return slice(None)
    return np.sort(np.random.default_rng(seed).choice(row_count, CURVE_ROWS, replace=False))


class BestCheckpoint:
    """Which step had the lowest validation loss, and whether to stop waiting for a lower one."""

    def __init__(self, patience: int, tolerance: float) -> None:
        self._patience, self._tolerance = patience, tolerance
        self._target = np.inf
        self._waited_since = 0
        self.loss = np.inf
        self.step = 0

    def observe(self, step: int, loss: float) -> bool:
        """Note the loss of a step; whether it is the lowest so far."""
        if loss < self._target - self._tolerance or self.step == 0:
            self._target = loss
            self._waited_since = step
        if loss < self.loss or self.step == 0:
            self.loss, self.step = loss, step
            return True
        return False

    def is_exhausted(self, step: int) -> bool:
        """Whether no step of the last `patience` ones was better; never, if the patience is negative."""
        return self._patience >= 0 and step - self._waited_since >= max(1, self._patience)


class CurveMonitor:
    """Measures an estimator on a fixed sample of every split."""

    def __init__(self, data: TrainingData, context: TrainingContext) -> None:
        self._output_type = data.output_type
        self._context = context
        self._samples = {}
        for name in SPLIT_NAMES:
            rows = curve_rows(len(data.targets[name]), context.seed)
            self._samples[name] = (data.matrices[name][rows], data.targets[name][rows])

    def measure(self, step: int, estimator: Estimator) -> float:
        """Log the metrics of every split at `step`; the validation loss."""
        points: dict[str, float] = {}
        validation_loss = np.inf
        for name, (matrix, actual) in self._samples.items():
            metrics = curve_metrics(self._output_type, actual, estimator.predict(matrix))
            points.update({f"{name}_{metric}": value for metric, value in metrics.items()})
            if name == "validation":
                validation_loss = next(iter(metrics.values()))
        self._context.log_metrics(step, points)
        return validation_loss
