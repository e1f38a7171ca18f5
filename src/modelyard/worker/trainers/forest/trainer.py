"""Trains random forests with scikit-learn."""

from collections.abc import Mapping
from typing import Any

from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from modelyard.worker.data import TrainingData
from modelyard.worker.inference.estimators import SklearnEstimator, fill_sparse_gaps
from modelyard.worker.trainers.base import TrainedModel, TrainingContext, class_weights
from modelyard.worker.trainers.monitor import CurveMonitor
from modelyard.worker.trainers.scikit import REQUIREMENTS, SavedSklearn

_CHUNKS = 20
_MAX_FEATURES: dict[str, str | float] = {"sqrt": "sqrt", "log2": "log2", "third": 1 / 3, "all": 1.0}
GAP = -1e6
"""What a missing value is to a tree on sparse columns, where scikit-learn takes no NaN: far below any scaled number."""


class ForestTrainer:
    def train(self, data: TrainingData, options: Mapping[str, Any], context: TrainingContext) -> TrainedModel:
        """Grow the forest in chunks and measure after each. More trees never fit worse, so all of them are kept."""
        total = options["n_estimators"]
        model = (RandomForestClassifier if data.class_count else RandomForestRegressor)(
            n_estimators=0,
            max_depth=options["max_depth"],
            min_samples_leaf=options["min_samples_leaf"],
            min_samples_split=options["min_samples_split"],
            max_features=_max_features(options, data),
            bootstrap=options["bootstrap"],
            max_samples=options["max_samples"] if options["bootstrap"] else None,
            n_jobs=context.threads,
            random_state=context.seed,
            warm_start=True,
        )
        weights = None
        if data.class_count and options["class_weights"] == "balanced":
            weights = class_weights(data.targets["train"], data.class_count)[data.targets["train"]]
        train = fill_sparse_gaps(data.matrices["train"], GAP)
        estimator = SklearnEstimator(model, data.class_count, gap=GAP)
        monitor = CurveMonitor(data, context)
        chunk = max(1, total // _CHUNKS)
        grown = 0
        while grown < total:
            context.report_progress(grown, total, f"tree {grown} of {total}")
            grown = min(total, grown + chunk)
            model.set_params(n_estimators=grown, n_jobs=context.threads)
            model.fit(train, data.targets["train"], sample_weight=weights)
            # Trees vote in the order in which threads finish, which changes the last digits: let one thread count.
            model.set_params(n_jobs=1)
            monitor.measure(grown, estimator)
        context.report_progress(total, total, f"tree {total} of {total}")
        return TrainedModel(
            estimator=estimator,
            saved_estimator=SavedSklearn(model, gap=GAP),
            best_iteration=total,
            requirements=REQUIREMENTS,
        )


def _max_features(options: Mapping[str, Any], data: TrainingData) -> str | float:
    chosen = options["max_features"]
    if chosen == "auto":
        chosen = "sqrt" if data.class_count else "all"
    return _MAX_FEATURES[chosen]
