"""What a column is to a model. The rules stand in docs/concepts/datasets.md."""

from modelyard.wire.datasets import FeatureType

_MOST_INTEGER_CLASSES = 10
_FEWEST_ROWS_A_CLASS = 10
_SHORTEST_TEXT = 20
_FEWEST_TEXTS = 20
_FEWEST_DISTINCT_TEXTS = 0.1
_FEWEST_WITH_SPACE = 0.5

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
        few = 2 < distinct_count <= _MOST_INTEGER_CLASSES and count >= _FEWEST_ROWS_A_CLASS * distinct_count
        several = FeatureType.CATEGORY if few else FeatureType.NUMBER
    elif is_number(data_type):
        return FeatureType.NUMBER
    else:
        is_text = (
            (mean_length or 0) > _SHORTEST_TEXT
            and (share_with_space or 0) >= _FEWEST_WITH_SPACE
            and distinct_count > _FEWEST_TEXTS
            and distinct_count >= _FEWEST_DISTINCT_TEXTS * count
        )
        several = FeatureType.TEXT if is_text else FeatureType.CATEGORY
    return FeatureType.BINARY if distinct_count == 2 or data_type == "BOOLEAN" else several
