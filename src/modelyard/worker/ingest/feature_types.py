"""What a column is to a model. The rules stand in docs/concepts/datasets.md."""

from modelyard.wire.datasets import ColumnProfile, FeatureType
from modelyard.wire.identifiers import identifier_reason

_MAX_INTEGER_CLASSES = 10
_MIN_ROWS_PER_CLASS = 10
_MIN_UNIQUE_SHARE = 0.9
_MIN_TEXT_LENGTH = 20
_MIN_TEXTS = 20
_MIN_DISTINCT_SHARE = 0.1
_MIN_SHARE_WITH_SPACE = 0.5

INTEGERS = frozenset(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"))


def is_number(data_type: str) -> bool:
    return data_type in INTEGERS or data_type in ("FLOAT", "DOUBLE") or data_type.startswith("DECIMAL")


def is_date(data_type: str) -> bool:
    return data_type == "DATE" or data_type.startswith("TIMESTAMP")


def infer_feature_type(
    data_type: str, *, count: int, distinct_count: int, mean_length: float | None, share_with_space: float | None
) -> FeatureType:
    """The feature type for a column's stored type and its statistics over values that are present."""
    if is_date(data_type):
        return FeatureType.DATE
    if data_type in INTEGERS:
        several = FeatureType.NUMBER
    elif is_number(data_type):
        return FeatureType.NUMBER
    else:
        is_long = (mean_length or 0) > _MIN_TEXT_LENGTH and distinct_count >= _MIN_DISTINCT_SHARE * count
        is_text = (
            (is_long or distinct_count >= _MIN_UNIQUE_SHARE * count)
            and (share_with_space or 0) >= _MIN_SHARE_WITH_SPACE
            and distinct_count > _MIN_TEXTS
        )
        several = FeatureType.TEXT if is_text else FeatureType.CATEGORY
    return FeatureType.BINARY if distinct_count == 2 or data_type == "BOOLEAN" else several


def notes_on(column: ColumnProfile) -> list[str]:
    """What the type leaves open: columns that identify rows, and whole numbers that may be codes."""
    notes = []
    reason = identifier_reason(column)
    if reason is not None:
        notes.append(f"It looks like an identifier: {reason}. A config that is proposed leaves it out.")
    elif column.feature_type is FeatureType.TEXT and column.distinct_count >= _MIN_UNIQUE_SHARE * column.count:
        notes.append(f"It is text: of several words, and {column.distinct_count:,} of {column.count:,} are different.")
    few = 2 < column.distinct_count <= _MAX_INTEGER_CLASSES
    if column.data_type in INTEGERS and few and column.count >= _MIN_ROWS_PER_CLASS * column.distinct_count:
        notes.append(
            f"It has {column.distinct_count} different whole numbers. It is a number, so that their order counts; "
            "choose category if they are codes."
        )
    return notes
