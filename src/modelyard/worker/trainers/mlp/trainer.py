"""Trains a multi-layer perceptron with scikit-learn, one epoch at a time."""

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

from modelyard.worker.data import TrainingData
from modelyard.worker.errors import InvalidDataError
from modelyard.worker.inference.estimators import SklearnEstimator
from modelyard.worker.trainers.base import TrainedModel, TrainingContext
from modelyard.worker.trainers.monitor import BestCheckpoint, CurveMonitor
from modelyard.worker.trainers.scikit import REQUIREMENTS, SavedSklearn, target_scale

_LOGGER = logging.getLogger(__name__)


class MlpTrainer:
    def train(self, data: TrainingData, options: Mapping[str, Any], context: TrainingContext) -> TrainedModel:
        """Train until the epochs are used up or the validation loss has stopped falling; keep the best weights."""
        shift, factor = (0.0, 1.0) if data.class_count else target_scale(data.targets["train"])
        targets = data.targets["train"] if data.class_count else (data.targets["train"] - shift) / factor
        model = (MLPClassifier if data.class_count else MLPRegressor)(
            hidden_layer_sizes=tuple(options["hidden_layers"]),
            activation=options["activation"],
            alpha=options["regularization"],
            batch_size=min(options["batch_size"] or _batch_size(len(targets)), len(targets)),
            learning_rate_init=options["learning_rate"],
            # One generator for all epochs: of a plain seed each of them would shuffle the rows in the same way.
            random_state=np.random.RandomState(context.seed),
        )
        estimator = SklearnEstimator(model, data.class_count, shift, factor)
        monitor = CurveMonitor(data, context)
        checkpoint = BestCheckpoint(options["early_stop"], options["early_stop_tolerance"])
        first = {"classes": np.arange(data.class_count)} if data.class_count else {}
        best: tuple[list[Any], list[Any]] = ([], [])
        for epoch in range(1, options["epochs"] + 1):
            model.partial_fit(data.matrices["train"], targets, **(first if epoch == 1 else {}))
            loss = monitor.measure(epoch, estimator)
            if not np.isfinite(loss):
                raise InvalidDataError(f"The loss is not finite at epoch {epoch}: lower trainer.learning_rate.")
            context.report_progress(epoch, options["epochs"], f"epoch {epoch} of {options['epochs']}")
            if checkpoint.observe(epoch, loss):
                best = [weights.copy() for weights in model.coefs_], [each.copy() for each in model.intercepts_]
            if checkpoint.is_exhausted(epoch):
                _LOGGER.info("Stopped at epoch %d: epoch %d is the best.", epoch, checkpoint.step)
                break
        model.coefs_, model.intercepts_ = best
        model.set_params(random_state=context.seed)
        del model._optimizer  # noqa: SLF001 - state of the training, three times the size of the model
        return TrainedModel(
            estimator=estimator,
            saved_estimator=SavedSklearn(model, shift, factor),
            best_iteration=checkpoint.step,
            limited_by="epochs" if checkpoint.step == options["epochs"] else None,
            requirements=REQUIREMENTS,
        )


def _batch_size(row_count: int) -> int:
    """Small tables need small steps, or an epoch has hardly any."""
    return max(16, min(128, row_count // 20))
