"""The `MLmodel` file: what a model says of itself. Clients write it, so it may say anything."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from modelyard.worker.errors import JobError

MLMODEL = "MLmodel"
OWN_LOADER = "modelyard_inference"


@dataclass(frozen=True)
class InputColumn:
    name: str
    type: str
    """In MLflow's type names, such as `double`."""
    required: bool


@dataclass(frozen=True)
class Description:
    """`pyfunc` is how MLflow loads the model as a function of a table; `inputs` is empty without a signature."""

    flavors: Mapping[str, Mapping[str, Any]]
    inputs: list[InputColumn]
    outputs: list[str]

    @property
    def pyfunc(self) -> Mapping[str, Any]:
        return self.flavors.get("python_function", {})

    @property
    def is_own(self) -> bool:
        """Whether it is of this program's own format, which this program's own code reads."""
        return self.pyfunc.get("loader_module") == OWN_LOADER


def read_description(folder: Path) -> Description:
    """Raises JobError if the folder's `MLmodel` file does not describe a model."""
    try:
        read = yaml.safe_load((folder / MLMODEL).read_text(encoding="utf-8"))
        flavors = {str(name): dict(flavor or {}) for name, flavor in read["flavors"].items()}
        signature = read.get("signature") or {}
        return Description(flavors, _inputs(signature.get("inputs")), _outputs(signature.get("outputs")))
    except (OSError, yaml.YAMLError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise JobError(f"The model has no MLmodel file that can be read: {error}", "invalid_model") from error


def _inputs(text: str | None) -> list[InputColumn]:
    """Empty unless all inputs are columns with names."""
    columns = json.loads(text) if text else []
    if not all(isinstance(column.get("name"), str) and column.get("type") != "tensor" for column in columns):
        return []
    return [
        InputColumn(column["name"], str(column.get("type", "any")), bool(column.get("required", True)))
        for column in columns
    ]


def _outputs(text: str | None) -> list[str]:
    columns = json.loads(text) if text else []
    return [column["name"] for column in columns if isinstance(column.get("name"), str)]
