"""Columns that tell rows apart and nothing else."""

import re

from modelyard.wire.datasets import ColumnProfile

_NAME = re.compile(r"(?i:(^|[^a-z])(id|uuid|guid|key|index|unnamed|rowid)([^a-z]|$))|[a-z](Id|ID|Uuid|UUID)$")
"""Words of a name (`customer_id`, `customerId`), not ends of words (`paid`, `humid`)."""
_NEARLY_ALL = 0.97


def is_identifier(column: ColumnProfile) -> bool:
    """Whether a column is an identifier by its values, or by its values and its name."""
    if column.data_type.upper() == "UUID":
        return True
    if column.count < 3 or column.distinct_count < column.count * _NEARLY_ALL:
        return False
    kind = column.feature_type.value
    all_different = column.distinct_count >= column.count or column.distinct_is_estimate
    if _NAME.search(column.name) and (kind in {"category", "text"} or is_integer(column)):
        return True
    if kind == "number" and is_integer(column) and column.number is not None and all_different:
        return column.number.maximum - column.number.minimum + 1 == column.count
    if kind == "category":
        return True
    return kind == "text" and all(" " not in top.value.strip() for top in column.top_values)


def is_integer(column: ColumnProfile) -> bool:
    return "INT" in column.data_type.upper() and "INTERVAL" not in column.data_type.upper()
