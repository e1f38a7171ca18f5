"""A config held against the profile of the data it is to be trained on."""

from collections.abc import Iterator
from itertools import islice

from modelyard.wire.config.classes import find_label
from modelyard.wire.config.features import NumberOutput, OutputFeature
from modelyard.wire.config.models import (
    MINIMUM_ROWS,
    SPLIT_NAMES,
    Config,
    DatetimeSplit,
    FixedSplit,
    StratifySplit,
    split_sizes,
)
from modelyard.wire.config.paths import did_you_mean
from modelyard.wire.datasets import ColumnProfile, DatasetProfile
from modelyard.wire.errors import MAX_PROBLEMS, Problem

PART_NAMES = {
    "0": "train",
    "1": "validation",
    "2": "test",
    "train": "train",
    "validation": "validation",
    "test": "test",
}
"""What the column of a fixed split may say, in lower case, and which part it means."""

MAX_CLASSES = 1000
"""A category target may have so many different values."""

_NUMERIC = ("INT", "FLOAT", "DOUBLE", "DECIMAL", "NUMERIC", "REAL", "BOOL")
_DATES = ("DATE", "TIMESTAMP")
_TEXTS = ("VARCHAR", "STRING", "TEXT", "CHAR", "ENUM")


def check_against_data(config: Config, profile: DatasetProfile) -> list[Problem]:
    """Problems that only the data shows: columns that are not there, a target that cannot be learned, empty parts."""
    columns = {column.name: column for column in profile.columns}
    problems = [
        *islice(_check_inputs(config, columns), MAX_PROBLEMS),
        *_check_target(config, columns, profile),
        *_check_split(config, columns),
    ]
    target = columns.get(config.output_features[0].source)
    if not problems and target is not None:
        problems = _check_rows(config, target, columns)
    return problems


def is_numeric(data_type: str) -> bool:
    """Whether values of a DuckDB type are numbers (booleans count: they are 0 and 1)."""
    upper = data_type.upper()
    return any(name in upper for name in _NUMERIC) and not upper.endswith("[]") and "INTERVAL" not in upper


def is_date(data_type: str) -> bool:
    return data_type.upper().startswith(_DATES)


def is_text(data_type: str) -> bool:
    return data_type.upper().startswith(_TEXTS)


def unknown_column(path: str, name: str, columns: dict[str, ColumnProfile]) -> Problem:
    listed = ", ".join(list(columns)[:20])
    return Problem(
        path=path,
        message=f"The dataset has no column '{name}'.",
        suggestion=did_you_mean(name, columns) or f"Columns: {listed}{', ...' if len(columns) > 20 else ''}.",
    )


def _check_inputs(config: Config, columns: dict[str, ColumnProfile]) -> Iterator[Problem]:
    """One by one: to find a name that is like an unknown one takes milliseconds."""
    for index, feature in enumerate(config.input_features):
        path = f"input_features[{index}]"
        column = columns.get(feature.source)
        if column is None:
            key = "name" if feature.column is None else "column"
            yield unknown_column(f"{path}.{key}", feature.source, columns)
        elif (message := _type_fault(feature.type, column)) is not None:
            hint = f"The column looks like type {column.feature_type.value}."
            yield Problem(path=f"{path}.type", message=message, suggestion=hint)


def _type_fault(feature_type: str, column: ColumnProfile) -> str | None:
    fact = f"Column '{column.name}' is {column.data_type}"
    if feature_type == "number" and not is_numeric(column.data_type) and column.feature_type.value != "number":
        return f"{fact}, which cannot be read as number."
    if feature_type == "date" and not is_date(column.data_type) and not is_text(column.data_type):
        return f"{fact}, which cannot be read as date."
    if feature_type == "text" and not is_text(column.data_type):
        return f"{fact}, which is no text."
    if feature_type == "binary" and column.distinct_count > 2 and not column.distinct_is_estimate:
        return f"Column '{column.name}' has {column.distinct_count} different values; type binary takes two."
    return None


def _check_target(config: Config, columns: dict[str, ColumnProfile], profile: DatasetProfile) -> list[Problem]:
    feature = config.output_features[0]
    path = "output_features[0]"
    key = f"{path}.name" if feature.column is None else f"{path}.column"
    column = columns.get(feature.source)
    if column is None:
        return [unknown_column(key, feature.source, columns)]
    if column.count == 0:
        return [Problem(path=key, message=f"Target '{column.name}' has no value in any of {profile.row_count} rows.")]
    if column.distinct_count <= 1:
        value = f" ('{column.top_values[0].value}')" if column.top_values else ""
        kind = "has the same value" if feature.type == "number" else "has only one class"
        hint = "A model needs at least two different values to learn from: choose another target or more data."
        return [Problem(path=key, message=f"Target '{column.name}' {kind}{value} in every row.", suggestion=hint)]
    message = _type_fault(feature.type, column)
    if message is None and feature.type == "category" and column.distinct_count > MAX_CLASSES:
        message = (
            f"Target '{column.name}' has {column.distinct_count} different values; type category takes at most "
            f"{MAX_CLASSES:,}."
        )
    if message is not None:
        hint = f"The column looks like type {column.feature_type.value}."
        return [Problem(path=f"{path}.type", message=message, suggestion=hint)]
    problems = _check_positive(feature, column)
    if column.count < MINIMUM_ROWS:
        message = f"Only {column.count} rows have a target; a training needs at least {MINIMUM_ROWS}."
        problems.append(Problem(path="dataset", message=message, suggestion="Upload a dataset with more rows."))
    return problems


def _check_positive(feature: OutputFeature, column: ColumnProfile) -> list[Problem]:
    """Whether the chosen positive class is one of two."""
    positive_class = None if isinstance(feature, NumberOutput) else feature.preprocessing.fallback_true_label
    if positive_class is None:
        return []
    path = "output_features[0].preprocessing.fallback_true_label"
    if column.distinct_count > 2:
        message = f"A positive class is for a target of two classes; '{column.name}' has {column.distinct_count}."
        return [Problem(path=path, message=message, suggestion="Remove fallback_true_label.")]
    values = [top.value for top in column.top_values]
    if find_label(values, positive_class) is None:
        message = f"'{positive_class}' is no value of target '{column.name}'."
        suggestion = f"Its values are {' and '.join(map(repr, values))}."
        return [Problem(path=path, message=message, suggestion=suggestion)]
    return []


def _check_split(config: Config, columns: dict[str, ColumnProfile]) -> list[Problem]:
    split = config.preprocessing.split
    path = "preprocessing.split"
    problems = []
    if (
        isinstance(split, StratifySplit | DatetimeSplit | FixedSplit)
        and split.column is not None
        and split.column not in columns
    ):
        return [unknown_column(f"{path}.column", split.column, columns)]
    if isinstance(split, DatetimeSplit):
        column = columns[split.column]
        if not is_date(column.data_type) and not is_text(column.data_type):
            problems.append(
                Problem(
                    path=f"{path}.column", message=f"Column '{column.name}' is {column.data_type}, which is no date."
                )
            )
    elif isinstance(split, FixedSplit):
        part_names = {PART_NAMES.get(top.value.removesuffix(".0").lower()) for top in columns[split.column].top_values}
        if None in part_names or columns[split.column].distinct_count > len(PART_NAMES):
            message = f"Column '{split.column}' must hold only 0, 1, 2 (or train, validation, test)."
            problems.append(Problem(path=f"{path}.column", message=message))
        else:
            problems.extend(_empty(f"{path}.column", name) for name in SPLIT_NAMES if name not in part_names)
    return problems


def _check_rows(config: Config, target: ColumnProfile, columns: dict[str, ColumnProfile]) -> list[Problem]:
    split = config.preprocessing.split
    row_count = round(target.count * config.preprocessing.sample_ratio)
    if isinstance(split, FixedSplit):
        return []
    for feature in config.input_features:
        if feature.preprocessing.missing_value_strategy == "drop_row":
            row_count = min(row_count, columns[feature.source].count)
    sizes = split_sizes(row_count, split.probabilities)
    return [
        _empty("preprocessing.split.probabilities", f"{name} part of {row_count} rows", "")
        for name, size in zip(SPLIT_NAMES, sizes, strict=True)
        if size == 0
    ]


def _empty(path: str, name: str, noun: str = " part") -> Problem:
    return Problem(
        path=path,
        message=f"The split leaves the {name}{noun} empty.",
        suggestion="Every part needs at least one row: change the split or use more data.",
    )
