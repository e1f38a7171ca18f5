"""What a trainer is given, and what it gives back."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from modelyard.wire.trainers import TrainerPlugin
from modelyard.worker.data import TrainingData, Vector
from modelyard.worker.importing import importing
from modelyard.worker.inference.columns import Matrix
from modelyard.worker.inference.estimators import Estimator


class TrainingContext(Protocol):
    """How a trainer speaks while it works."""

    seed: int
    threads: int

    def log_metrics(self, step: int, metrics: Mapping[str, float]) -> None:
        """Add points to curves; keys are `<split>_<metric>`."""

    def report_progress(self, done: int, total: int, message: str) -> None:
        """Say how far the training is. Raises CanceledError when it was canceled: call it often."""


@dataclass(frozen=True)
class TrainedModel:
    """The model at its best checkpoint."""

    estimator: Estimator
    saved_estimator: "SavedEstimator"
    best_iteration: int | None = None
    limited_by: str | None = None
    """The option that ended the training while it still got better."""
    requirements: tuple[str, ...] = field(default=())
    """Distributions the estimator needs to predict."""


class SavedEstimator(Protocol):
    def save(self, folder: Path) -> dict[str, Any]:
        """Write the estimator into `folder`, and describe it as `inference.estimators.load_estimator` expects."""

    def contributions(self, matrix: Matrix) -> Vector | None:
        """Exact additive contributions, shaped (rows, columns) or (rows, columns, classes), if the model has them."""


class Trainer(Protocol):
    """The implementation that a TrainerPlugin names: made without arguments, used once."""

    def train(self, data: TrainingData, options: Mapping[str, Any], context: TrainingContext) -> TrainedModel:
        """Train on the train split, choose the best checkpoint on the validation split.

        `options` holds every option of the trainer. Raises InvalidDataError for data it cannot learn from.
        """


def load_trainer(plugin: TrainerPlugin) -> Trainer:
    """Import and make the trainer that `plugin` names."""
    module, _, name = plugin.implementation.partition(":")
    with importing():
        made = importlib.import_module(module)
    trainer: Trainer = getattr(made, name)()
    return trainer


def class_weights(classes: Vector, class_count: int) -> Vector:
    """A weight for each class so that all classes present weigh the same; the mean weight of the rows is 1."""
    counts = np.bincount(classes, minlength=class_count)
    present = np.count_nonzero(counts)
    return np.asarray(len(classes) / (present * np.maximum(counts, 1)))
