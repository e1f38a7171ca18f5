"""A trained model that predicts: plain data, numpy and pandas, and the library of its estimator.

This package is copied into every model folder as `code/modelyard_inference`, so it imports nothing else of Modelyard
and only itself by relative import. `mlflow.pyfunc.load_model` enters it by `_load_pyfunc`.
"""

from .columns import InvalidInputError
from .model import Model

__all__ = ["InvalidInputError", "Model", "_load_pyfunc"]


def _load_pyfunc(data_path: str) -> Model:
    return Model.load(data_path)
