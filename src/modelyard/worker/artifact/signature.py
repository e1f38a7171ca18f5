"""The signature of a model: its columns in and out, in MLflow's type names."""

from typing import Any

import pyarrow as pa

from modelyard.wire.config import Config
from modelyard.wire.models import ColumnSpec, Signature
from modelyard.worker.inference.features import class_labels
from modelyard.worker.preprocessing.table import Table


def model_signature(config: Config, table: Table, classes: list[Any]) -> Signature:
    """Inputs are optional, because a column that is not given is imputed. Each column is named once."""
    sources = dict.fromkeys(feature.source for feature in config.input_features)
    inputs = [ColumnSpec(name=source, type=_input_type(table, source), required=False) for source in sources]
    return Signature(inputs=inputs, outputs=_outputs(config.target, classes))


def _input_type(table: Table, column: str) -> str:
    data_type = table.column_type(column)
    if pa.types.is_boolean(data_type):
        return "boolean"
    if pa.types.is_integer(data_type):
        # pandas reads whole numbers with gaps as floats, so that is what callers will have.
        return "double" if table.has_nulls(column) else "long"
    if pa.types.is_floating(data_type) or pa.types.is_decimal(data_type):
        return "double"
    if pa.types.is_date(data_type) or pa.types.is_timestamp(data_type):
        return "datetime"
    return "string"


def _outputs(target: str, classes: list[Any]) -> list[ColumnSpec]:
    if not classes:
        return [ColumnSpec(name=f"{target}_predictions", type="double", required=True)]
    kinds: dict[type, str] = {bool: "boolean", int: "long", float: "double"}
    names = [f"{target}_probability", *(f"{target}_probabilities_{label}" for label in class_labels(classes))]
    return [
        ColumnSpec(name=f"{target}_predictions", type=kinds.get(type(classes[0]), "string"), required=True),
        *(ColumnSpec(name=name, type="double", required=True) for name in names),
    ]
