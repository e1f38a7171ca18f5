"""A trained model that predicts: plain data, numpy and pandas, and the library of its estimator.

This package is copied into every model folder as `code/modelyard_inference`, so it imports nothing else of Modelyard
and only itself by relative import. `mlflow.pyfunc.load_model` enters it by `_load_pyfunc`. What it names is imported
when it is used: `texts` is for programs, too, that have no use for pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .columns import InvalidInputError
    from .model import Model

__all__ = ["InvalidInputError", "Model", "_load_pyfunc"]

_HOMES = {"InvalidInputError": ".columns", "Model": ".model"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name], __name__), name)


def _load_pyfunc(data_path: str) -> "Model":
    from .model import Model  # noqa: PLC0415

    return Model.load(data_path)
