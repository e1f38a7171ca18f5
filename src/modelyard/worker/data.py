"""Encoded data: what preprocessing makes, trainers learn from, and evaluation and explanation measure on."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from modelyard.wire.models import OutputType
from modelyard.worker.inference.columns import Matrix

Vector = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class TrainingData:
    """Encoded data, by split. Matrices are shaped (rows, columns), column-major; targets are class indices or numbers.

    `feature_of_column[j]` is the index of the input feature that column j comes from.
    """

    matrices: dict[str, Matrix]
    targets: dict[str, Vector]
    output_type: OutputType
    class_count: int
    column_names: list[str]
    categorical_columns: list[int]
    feature_of_column: list[int]
