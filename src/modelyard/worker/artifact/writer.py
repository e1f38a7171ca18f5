"""Writes the MLflow model folder: description and estimator, the code that predicts, requirements, signature."""

import json
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from modelyard.wire.models import ColumnSpec, OutputType, Signature
from modelyard.worker import inference
from modelyard.worker.importing import importing
from modelyard.worker.inference.model import DESCRIPTION_FILE, FORMAT
from modelyard.worker.trainers.base import TrainedModel

CODE_NAME = "modelyard_inference"
"""The name under which the inference package stands in a model folder; not importable as part of Modelyard."""
EXAMPLE_ROWS = 5
_ALWAYS_REQUIRED = ("mlflow-skinny", "numpy", "pandas")


@dataclass(frozen=True)
class ModelContent:
    """Everything that goes into a model folder besides the estimator. `example` holds a few rows of the inputs."""

    target: str
    output_type: OutputType
    classes: list[Any]
    features: list[dict[str, Any]]
    columns: dict[str, dict[str, Any]]
    """How each input column is read."""
    signature: Signature
    example: pd.DataFrame
    metadata: dict[str, Any]


def describe_model(content: ModelContent, estimator: dict[str, Any]) -> dict[str, Any]:
    """The model's description, as `inference.Model` reads it."""
    return {
        "format": FORMAT,
        "target": content.target,
        "output_type": content.output_type,
        "classes": content.classes,
        "estimator": estimator,
        "features": content.features,
        "columns": content.columns,
    }


def write_model(folder: Path, content: ModelContent, trained: TrainedModel) -> None:
    """Write the model into `folder`, which must not exist; scratch files go beside it and are removed."""
    with importing():
        import mlflow.pyfunc  # noqa: PLC0415 - takes seconds, and prediction workers do without
        from mlflow.models import ModelSignature  # noqa: PLC0415

    scratch = folder.with_name(f"{folder.name}-parts")
    try:
        data = scratch / "model"
        data.mkdir(parents=True)
        description = describe_model(content, trained.saved_estimator.save(data))
        (data / DESCRIPTION_FILE).write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")
        code = scratch / CODE_NAME
        shutil.copytree(Path(inference.__file__).parent, code, ignore=shutil.ignore_patterns("__pycache__"))
        mlflow.pyfunc.save_model(
            path=folder,
            loader_module=CODE_NAME,
            data_path=str(data),
            code_paths=[str(code)],
            signature=ModelSignature(
                inputs=_lenient(content.signature.inputs), outputs=_schema(content.signature.outputs)
            ),
            input_example=content.example,
            pip_requirements=[f"{name}=={version(name)}" for name in (*_ALWAYS_REQUIRED, *trained.requirements)],
            metadata={**content.metadata, "modelyard.input_types": _types(content.signature.inputs)},
        )
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _types(columns: list[ColumnSpec]) -> dict[str, str]:
    return {column.name: column.type for column in columns}


def _lenient(columns: list[ColumnSpec]) -> Any:
    """Inputs of any type: MLflow would refuse an integer for a double, or a gap among integers, before the model can
    read it, which reads every table as the server does.
    """
    from mlflow.types.schema import AnyType, ColSpec, Schema  # noqa: PLC0415

    return Schema([ColSpec(type=AnyType(), name=column.name, required=column.required) for column in columns])


def _schema(columns: list[ColumnSpec]) -> Any:
    from mlflow.types import ColSpec, Schema  # noqa: PLC0415

    return Schema([ColSpec(type=column.type, name=column.name, required=column.required) for column in columns])
