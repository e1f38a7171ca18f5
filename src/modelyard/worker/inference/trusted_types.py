"""Which types a file of skops may hold to be loaded: decided here, never by what the file or its description names.

skops itself trusts the estimators of scikit-learn and plain containers. These are what fitted ones hold besides:
classes that keep data, and functions without effects.
"""

from pathlib import Path
from typing import Any

TRUSTED_TYPES = frozenset(
    {
        "collections.OrderedDict",
        "lightgbm.basic.Booster",
        "lightgbm.sklearn.LGBMClassifier",
        "lightgbm.sklearn.LGBMModel",
        "lightgbm.sklearn.LGBMRanker",
        "lightgbm.sklearn.LGBMRegressor",
        "numpy.dtype",
        "numpy.mean",
        "scipy.interpolate._bsplines.BSpline",
        "sklearn._loss.loss.HalfTweedieLoss",
        "sklearn._loss.loss.HalfTweedieLossIdentity",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.cluster._bisect_k_means._BisectingTree",
        "sklearn.cluster._kmeans._kmeans_single_elkan",
        "sklearn.cluster._kmeans._kmeans_single_lloyd",
        "sklearn.compose._column_transformer._RemainderColsList",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.feature_selection._univariate_selection.chi2",
        "sklearn.feature_selection._univariate_selection.f_classif",
        "sklearn.feature_selection._univariate_selection.f_regression",
        "sklearn.gaussian_process._gpc._BinaryGaussianProcessClassifierLaplace",
        "sklearn.gaussian_process.kernels.CompoundKernel",
        "sklearn.gaussian_process.kernels.ConstantKernel",
        "sklearn.gaussian_process.kernels.DotProduct",
        "sklearn.gaussian_process.kernels.Matern",
        "sklearn.gaussian_process.kernels.Product",
        "sklearn.gaussian_process.kernels.RBF",
        "sklearn.gaussian_process.kernels.RationalQuadratic",
        "sklearn.gaussian_process.kernels.Sum",
        "sklearn.gaussian_process.kernels.WhiteKernel",
        "sklearn.metrics._dist_metrics.EuclideanDistance",
        "sklearn.metrics._dist_metrics.EuclideanDistance64",
        "sklearn.metrics._dist_metrics.ManhattanDistance64",
        "sklearn.metrics._dist_metrics.MinkowskiDistance64",
        "sklearn.neighbors._ball_tree.BallTree",
        "sklearn.neighbors._ball_tree.BallTree64",
        "sklearn.neighbors._kd_tree.KDTree",
        "sklearn.neighbors._kd_tree.KDTree64",
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
        "sklearn.tree._tree.Tree",
    }
)


class UntrustedTypesError(ValueError):
    """A file holds types that nobody here has looked at."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"The model holds types that are not trusted: {', '.join(names[:20])}.")
        self.names = names


def list_untrusted(path: Path) -> list[str]:
    """The types in a file of skops that are not trusted; the file is read, not loaded."""
    import skops.io  # noqa: PLC0415 - a LightGBM model needs no skops

    return sorted(set(skops.io.get_untrusted_types(file=path)) - TRUSTED_TYPES)


def load_trusted(path: Path) -> Any:
    """What a file of skops holds.

    Raises UntrustedTypesError if that is more than what is trusted.
    """
    import skops.io  # noqa: PLC0415 - as above

    if untrusted := list_untrusted(path):
        raise UntrustedTypesError(untrusted)
    return skops.io.load(path, trusted=sorted(TRUSTED_TYPES))
