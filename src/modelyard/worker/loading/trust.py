"""Which models may be loaded: those whose files are data, and, with a setting those whose loading runs code."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from modelyard.worker.errors import JobError
from modelyard.worker.inference.trusted_types import TRUSTED_TYPES, list_untrusted
from modelyard.worker.loading.description import MLMODEL, Description

_ALLOW = (
    "Loading it may run any program as the user of the server. If you trust all who may register models, set "
    "allow_pickled_models."
)


def check_trust(folder: Path, description: Description, *, allow_pickled_models: bool) -> None:
    """Raises JobError if loading the model would run code that comes with it, which the settings do not allow."""
    if allow_pickled_models:
        return
    loader = description.pyfunc.get("loader_module")
    check = _CHECKS.get(loader) if isinstance(loader, str) else None
    if check is None:
        raise JobError(f"The model is loaded by {loader!r}, which may run code that comes with it. {_ALLOW}", _CODE)
    if description.pyfunc.get("code"):
        raise JobError(f"The model comes with code of its own, which is run when it is loaded. {_ALLOW}", _CODE)
    if not _is_in_one_place(folder, description.pyfunc.get("data")):
        raise JobError(f"The model describes itself in more than one place. {_ALLOW}", _CODE)
    flavor = description.flavors.get(str(loader).rpartition(".")[2], {})
    if (problem := check(folder, {**description.pyfunc, **flavor})) is not None:
        raise JobError(f"{problem} {_ALLOW}", _CODE)


def trust_types(folder: Path) -> None:
    """Has MLflow trust what this program trusts, and not what the model's own file says."""
    path = folder / MLMODEL
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    for flavor in read["flavors"].values():
        if "skops_trusted_types" in flavor or flavor.get("serialization_format") == "skops":
            flavor["skops_trusted_types"] = sorted(TRUSTED_TYPES)
    path.write_text(yaml.safe_dump(read), encoding="utf-8")


_CODE = "pickled_model"

_Check = Callable[[Path, Mapping[str, Any]], str | None]
"""Why a model of a flavor is more than data, by its folder and what the flavor says; None when it is not."""


def _check_sklearn(folder: Path, flavor: Mapping[str, Any]) -> str | None:
    if flavor.get("serialization_format") != "skops":
        kind = flavor.get("serialization_format", "pickle")
        return f"The model is saved as {kind}; log it with serialization_format='skops', which is data."
    return _check_skops(folder, flavor.get("model_path"))


def _check_lightgbm(folder: Path, flavor: Mapping[str, Any]) -> str | None:
    if flavor.get("model_class") == "lightgbm.basic.Booster":
        return None if _is_inside(folder, flavor.get("data")) else "The model's file is outside of its folder."
    if flavor.get("serialization_format") == "skops":
        return _check_skops(folder, flavor.get("data"))
    return "The model is saved as a pickle; log its booster_, or log it with serialization_format='skops'."


def _check_xgboost(folder: Path, flavor: Mapping[str, Any]) -> str | None:
    kinds = {"xgboost.core.Booster"} | {f"xgboost.sklearn.XGB{kind}" for kind in _XGBOOST_KINDS}
    if flavor.get("model_class", "xgboost.core.Booster") not in kinds:
        return "The model's class is not one of XGBoost's."
    path = flavor.get("data")
    if not _is_inside(folder, path) or not str(path).endswith((".json", ".ubj", ".xgb")):
        return "The model is not saved in a format of XGBoost."
    return None


_XGBOOST_KINDS = ("Model", "Classifier", "Regressor", "Ranker", "RFClassifier", "RFRegressor")

_CHECKS: Mapping[str, _Check] = {
    "mlflow.sklearn": _check_sklearn,
    "mlflow.lightgbm": _check_lightgbm,
    "mlflow.xgboost": _check_xgboost,
}


def _check_skops(folder: Path, path: Any) -> str | None:
    if not _is_inside(folder, path):
        return "The model's file is outside of its folder."
    try:
        untrusted = list_untrusted(folder / path)
    except Exception as error:  # noqa: BLE001 - whatever a reader of a stranger's file raises
        return f"The model's file cannot be read: {error}."
    return f"The model holds {', '.join(untrusted[:20])}, which are not trusted." if untrusted else None


def _is_in_one_place(folder: Path, data: Any) -> bool:
    """Whether MLflow would read the description that was checked, and not another one in a folder of the model."""
    return data is None or (isinstance(data, str) and (folder / data).parent == folder and (folder / data).is_file())


def _is_inside(folder: Path, path: Any) -> bool:
    return isinstance(path, str) and (folder / path).resolve().is_relative_to(folder.resolve())
