"""Trains linear models with scikit-learn."""

import logging
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge

from modelyard.worker.data import TrainingData
from modelyard.worker.inference.estimators import SklearnEstimator
from modelyard.worker.trainers.base import TrainedModel, TrainingContext, class_weights
from modelyard.worker.trainers.monitor import CurveMonitor
from modelyard.worker.trainers.scikit import REQUIREMENTS, SavedSklearn, target_scale

_LOGGER = logging.getLogger(__name__)


class LinearTrainer:
    def train(self, data: TrainingData, options: Mapping[str, Any], context: TrainingContext) -> TrainedModel:
        """Fit once; the only checkpoint is the solution."""
        matrix, targets = data.matrices["train"], data.targets["train"]
        shift, factor = (0.0, 1.0) if data.class_count else target_scale(targets)
        weights = None
        if data.class_count:
            model = _classifier(options, context.seed)
            if options["class_weights"] == "balanced":
                weights = class_weights(targets, data.class_count)[targets]
        else:
            model = _regressor(options, context.seed, len(targets))
            targets = (targets - shift) / factor
        context.report_progress(0, 1, f"solving with {type(model).__name__}")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model.fit(matrix, targets, sample_weight=weights)
        for warning in caught:
            if issubclass(warning.category, ConvergenceWarning):
                _LOGGER.warning("The solver stopped before it converged: raise max_iter or tolerance.")
            else:
                _LOGGER.warning("%s", warning.message)
        estimator = SklearnEstimator(model, data.class_count, shift, factor)
        CurveMonitor(data, context).measure(1, estimator)
        context.report_progress(1, 1, "solved")
        return TrainedModel(
            estimator=estimator,
            saved_estimator=SavedSklearn(model, shift, factor, center=np.asarray(matrix.mean(axis=0)).ravel()),
            best_iteration=None,
            requirements=REQUIREMENTS,
        )


def _classifier(options: Mapping[str, Any], seed: int) -> Any:
    ratio = {"none": 0.0, "l2": 0.0, "l1": 1.0, "elasticnet": options["l1_ratio"]}[options["penalty"]]
    return LogisticRegression(
        C=float("inf") if options["penalty"] == "none" else 1.0 / options["regularization"],
        l1_ratio=ratio,
        solver="lbfgs" if ratio == 0.0 else "saga",
        max_iter=options["max_iter"],
        tol=options["tolerance"],
        random_state=seed,
    )


def _regressor(options: Mapping[str, Any], seed: int, row_count: int) -> Any:
    """Lasso and elastic net average over rows where ridge sums, hence the division: one strength for all."""
    strength = options["regularization"]
    limits = {"max_iter": options["max_iter"], "tol": options["tolerance"], "random_state": seed}
    match options["penalty"]:
        case "none":
            return LinearRegression()
        case "l2":
            return Ridge(alpha=strength, random_state=seed)
        case "l1":
            return Lasso(alpha=strength / row_count, **limits)
        case _:
            return ElasticNet(alpha=strength / row_count, l1_ratio=options["l1_ratio"], **limits)
