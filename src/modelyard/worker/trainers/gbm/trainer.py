"""Trains with LightGBM."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from modelyard.worker.data import TrainingData, Vector
from modelyard.worker.errors import InvalidDataError
from modelyard.worker.importing import import_lightgbm
from modelyard.worker.inference.columns import Matrix
from modelyard.worker.inference.estimators import LightGbmEstimator
from modelyard.worker.trainers.base import TrainedModel, TrainingContext, class_weights
from modelyard.worker.trainers.monitor import BestCheckpoint, curve_rows

lightgbm: Any = import_lightgbm()

_LOGGER = logging.getLogger("lightgbm")
_PASSED_THROUGH = (
    "learning_rate",
    "num_leaves",
    "max_depth",
    "min_data_in_leaf",
    "min_sum_hessian_in_leaf",
    "min_gain_to_split",
    "lambda_l1",
    "lambda_l2",
    "feature_fraction",
    "bagging_fraction",
    "bagging_freq",
    "max_bin",
    "min_data_per_group",
    "cat_smooth",
)
_OBJECTIVES = {
    "mean_squared_error": "regression",
    "mean_absolute_error": "regression_l1",
    "huber": "huber",
    "poisson": "poisson",
}
_CURVES = {
    "binary": {"binary_logloss": "log_loss", "auc": "roc_auc"},
    "category": {"multi_logloss": "log_loss", "multi_error": "accuracy"},
    "number": {"l2": "mean_squared_error", "l1": "mean_absolute_error"},
}
"""LightGBM's metrics, and ours that they are (its errors are one minus accuracy)."""
_CURVES_OF_TWO = {"binary_logloss": "log_loss", "binary_error": "accuracy"}
_ERRORS = ("multi_error", "binary_error")
_LOSSES = {
    "binary": "binary_logloss",
    "multiclass": "multi_logloss",
    "regression": "l2",
    "regression_l1": "l1",
    "huber": "huber",
    "poisson": "poisson",
}
"""The metric that each of LightGBM's objectives lowers."""
_STOPPING = "stopping"
_MAX_DATA_PER_GROUP = 100


class GbmTrainer:
    def train(self, data: TrainingData, options: Mapping[str, Any], context: TrainingContext) -> TrainedModel:
        """Boost until the rounds are used up or the validation loss has stopped falling; keep the best round.

        The loss is what the training lowers: by its objective, and with its weights.
        """
        lightgbm.register_logger(_Log())
        parameters = booster_parameters(data, options, context)
        weights = None
        if options["class_weights"] == "balanced" and data.class_count:
            weights = class_weights(data.targets["train"], data.class_count)[data.targets["train"]]
        if options["objective"] == "poisson" and not data.class_count and data.targets["train"].min() < 0:
            raise InvalidDataError("Objective poisson needs a target of at least 0; choose mean_squared_error.")
        train = lightgbm.Dataset(
            data.matrices["train"],
            data.targets["train"],
            weight=weights,
            categorical_feature=data.categorical_columns,
            params=parameters,
        )
        watched = {name: _sample(train, data, name, context.seed) for name in ("train", "test")}
        watched["validation"] = train.create_valid(data.matrices["validation"], data.targets["validation"])
        if weights is not None:
            validation_weights = class_weights(data.targets["train"], data.class_count)[data.targets["validation"]]
            watched[_STOPPING] = train.create_valid(
                data.matrices["validation"], data.targets["validation"], weight=validation_weights
            )
        follower = _Follower(data, parameters["objective"], options, context)
        booster = lightgbm.train(
            parameters,
            train,
            num_boost_round=options["num_boost_round"],
            valid_sets=list(watched.values()),
            valid_names=list(watched),
            callbacks=[follower],
        )
        rounds = booster.current_iteration() if options["boosting_type"] == "dart" else follower.checkpoint.step
        text = booster.model_to_string(num_iteration=rounds)
        best = lightgbm.Booster(model_str=text)
        return TrainedModel(
            estimator=LightGbmEstimator(best, data.class_count, context.threads),
            saved_estimator=_SavedBooster(text, best, data, context.threads),
            best_iteration=rounds,
            limited_by="num_boost_round" if follower.checkpoint.step == options["num_boost_round"] else None,
            requirements=("lightgbm",),
        )


def booster_parameters(data: TrainingData, options: Mapping[str, Any], context: TrainingContext) -> dict[str, Any]:
    """LightGBM's parameters: the options by its own names, and what makes a training repeatable."""
    objective = _objective(data, options)
    metrics = dict.fromkeys([*_curves(data), _LOSSES[objective]])
    parameters = {
        "objective": objective,
        "metric": list(metrics),
        "boosting": options["boosting_type"],
        "seed": context.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": context.threads,
        "verbosity": 1,
        **{name: options[name] for name in _PASSED_THROUGH},
    }
    if parameters["min_data_per_group"] is None:
        a_twentieth = len(data.targets["train"]) // 20
        parameters["min_data_per_group"] = max(1, min(_MAX_DATA_PER_GROUP, a_twentieth))
    if objective == "multiclass":
        parameters["num_class"] = data.class_count
    return parameters


def _objective(data: TrainingData, options: Mapping[str, Any]) -> str:
    if data.class_count == 0:
        return _OBJECTIVES[options["objective"]]
    return "binary" if data.class_count == 2 else "multiclass"


def _curves(data: TrainingData) -> dict[str, str]:
    is_pair = data.output_type == "category" and data.class_count == 2
    return _CURVES_OF_TWO if is_pair else _CURVES[data.output_type]


def _sample(train: lightgbm.Dataset, data: TrainingData, name: str, seed: int) -> lightgbm.Dataset:
    rows = curve_rows(len(data.targets[name]), seed)
    return train.create_valid(data.matrices[name][rows], data.targets[name][rows])


class _Log:
    """LightGBM's own messages as log records; one that only repeats the message before it is left out."""

    def __init__(self) -> None:
        self._last = ""

    def info(self, message: str) -> None:
        self._log(logging.INFO, message)

    def warning(self, message: str) -> None:
        self._log(logging.WARNING, message)

    def _log(self, level: int, message: str) -> None:
        text = message.strip()
        if text and text != self._last:
            self._last = text
            _LOGGER.log(level, "%s", text)


class _Follower:
    """LightGBM calls it after each round: logs the curves, finds the best round, and stops early."""

    def __init__(
        self, data: TrainingData, objective: str, options: Mapping[str, Any], context: TrainingContext
    ) -> None:
        self._names = _curves(data)
        self._loss = _LOSSES[objective]
        self._context = context
        patience = -1 if options["boosting_type"] == "dart" else options["early_stop"]
        self.checkpoint = BestCheckpoint(patience, options["early_stop_tolerance"])

    def __call__(self, environment: Any) -> None:
        step = environment.iteration + 1
        points = {}
        loss = np.inf
        for split, metric, value, *_ in environment.evaluation_result_list:
            if split != _STOPPING and metric in self._names:
                points[f"{split}_{self._names[metric]}"] = 1.0 - value if metric in _ERRORS else value
            # The set of the weights, where there is one, comes after the plain validation rows.
            if split in {"validation", _STOPPING} and metric == self._loss:
                loss = value
        self._context.log_metrics(step, points)
        self._context.report_progress(step, environment.end_iteration, f"round {step} of {environment.end_iteration}")
        self.checkpoint.observe(step, loss)
        if self.checkpoint.is_exhausted(step):
            _LOGGER.info("Stopped at round %d: round %d is the best.", step, self.checkpoint.step)
            raise lightgbm.callback.EarlyStopException(self.checkpoint.step - 1, environment.evaluation_result_list)


class _SavedBooster:
    def __init__(self, text: str, booster: Any, data: TrainingData, threads: int) -> None:
        self._text, self._booster, self._threads = text, booster, threads
        self._width = len(data.column_names)

    def save(self, folder: Path) -> dict[str, Any]:
        (folder / "model.txt").write_text(self._text, encoding="utf-8")
        return {"kind": "lightgbm", "file": "model.txt"}

    def contributions(self, matrix: Matrix) -> Vector:
        """SHAP values of the trees, without the expected value."""
        raw = np.asarray(self._booster.predict(matrix, pred_contrib=True, num_threads=self._threads))
        by_class = raw.reshape(len(matrix), -1, self._width + 1)[:, :, : self._width]
        return by_class.transpose(0, 2, 1)
