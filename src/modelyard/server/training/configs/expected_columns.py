"""What the profile of the data says about the signature of a model before it is trained on it."""

from modelyard.wire.datasets import ColumnProfile
from modelyard.wire.models import OutputType

_MAX_CLASSES = 10


def expected_type(column: ColumnProfile) -> str:
    """The type of an input column in the signature, in MLflow's names."""
    data_type = column.data_type.upper()
    if data_type == "BOOLEAN":
        return "boolean"
    if data_type.endswith("INT") or data_type == "INTEGER":
        return "double" if column.missing_count else "long"
    if data_type.startswith(("DOUBLE", "FLOAT", "REAL", "DECIMAL")):
        return "double"
    return "datetime" if data_type.startswith(("DATE", "TIMESTAMP")) else "string"


def expected_classes(target: ColumnProfile, output_type: OutputType) -> frozenset[str] | None:
    """The classes that the model will answer; None when the profile does not name all of them, or not as text."""
    if output_type == "number" or target.data_type.upper() != "VARCHAR":
        return None
    if target.distinct_is_estimate or target.distinct_count > _MAX_CLASSES:
        return None
    values = frozenset(top.value for top in target.top_values)
    return values if len(values) == target.distinct_count else None
