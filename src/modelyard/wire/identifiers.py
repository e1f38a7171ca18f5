"""Columns that tell rows apart and say nothing else, by what they hold and by the words of their names."""

import re

from modelyard.wire.datasets import ColumnProfile, FeatureType

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_NAMES = frozenset({"id", "uuid", "guid", "key", "index", "unnamed", "rowid", "no", "nr"})
_MIN_ROWS = 3
_MIN_ROWS_TO_JUDGE = 100
_NEARLY_ALL = 0.95
_NEARLY_ALL_ESTIMATED = 0.93


def identifier_reason(column: ColumnProfile) -> str | None:
    """Why a column looks like an identifier; None where it does not.

    A name is not enough, as rows may share a customer's; values that are nearly all different are not enough either
    where they are amounts, dates or text of several words.
    """
    if column.data_type.upper() == "UUID":
        return "its values are UUIDs"
    if column.count < _MIN_ROWS or column.distinct_count <= 1:
        return None
    share = column.distinct_count / column.count
    all_different = share >= (_NEARLY_ALL_ESTIMATED if column.distinct_is_estimate else 1.0)
    is_large = column.count >= _MIN_ROWS_TO_JUDGE
    nearly_all = all_different or (is_large and share >= _NEARLY_ALL)
    if not nearly_all:
        return None
    about = "about " if column.distinct_is_estimate else ""
    share_text = f"{about}{column.distinct_count:,} of {column.count:,} values are different"
    if is_integer(column):
        return _reason_of_integers(column, share_text, all_different=all_different)
    if column.feature_type is FeatureType.CATEGORY or (
        column.feature_type is FeatureType.TEXT
        and (has_identifier_name(column.name) or all(" " not in top.value.strip() for top in column.top_values))
    ):
        return share_text
    return None


def _reason_of_integers(column: ColumnProfile, share_text: str, *, all_different: bool) -> str | None:
    if has_identifier_name(column.name):
        return f"{share_text}, and its name says so"
    number = column.number
    is_counted = all_different and number is not None and number.maximum - number.minimum + 1 == column.count
    return f"{share_text}, and they count up without a gap" if is_counted else None


def has_identifier_name(name: str) -> bool:
    """Whether a word of the name is one for identifiers: `customerID` and `row_id`, but not `paid` or `humid`."""
    return any(word.lower() in _NAMES for word in _WORD.findall(name))


def is_integer(column: ColumnProfile) -> bool:
    return "INT" in column.data_type.upper() and "INTERVAL" not in column.data_type.upper()
