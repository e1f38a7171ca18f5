"""The target: which rows have one, and what its classes are."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from modelyard.wire.config.classes import Label, find_label
from modelyard.wire.config.features import BinaryOutput, NumberOutput, OutputFeature
from modelyard.wire.models import OutputType
from modelyard.worker.errors import InvalidDataError
from modelyard.worker.inference.columns import (
    InvalidInputError,
    Labels,
    label_text,
    read_labels,
    read_numbers,
)
from modelyard.worker.inference.features import class_of
from modelyard.worker.inference.texts import FALSE_TEXTS, TRUE_TEXTS
from modelyard.worker.preprocessing.table import Table


@dataclass(frozen=True)
class Target:
    """`values` holds a class index or a number for every row of the table; `present` says which rows have one."""

    output_type: OutputType
    values: "np.ndarray[Any, np.dtype[Any]]"
    present: "np.ndarray[Any, np.dtype[np.bool_]]"
    classes: list[Any]


def read_target(table: Table, feature: OutputFeature) -> Target:
    """Raises InvalidDataError when there is nothing to learn: no value, one value, or too many labels."""
    series = table.series(feature.source)
    if feature.type == "number":
        try:
            numbers = read_numbers(series, feature.source)
        except InvalidInputError as error:
            raise InvalidDataError(f"{error} The target's type is number; choose category for labels.") from error
        present = np.isfinite(numbers)
        _require_two(np.unique(numbers[present]).size, feature.source, "value")
        return Target("number", numbers, present, [])
    labels = read_labels(series)
    texts = [labels.texts[code] for code in np.unique(labels.codes) if code >= 0]
    _require_two(len(texts), feature.source, "class")
    positive = None if isinstance(feature, NumberOutput) else feature.preprocessing.fallback_true_label
    if isinstance(feature, BinaryOutput) or len(texts) == 2:
        ordered = list(order_binary(texts, positive, feature.source))
    else:
        if positive is not None:
            raise InvalidDataError(
                f"fallback_true_label is for a target of two classes; '{feature.source}' has {len(texts)}."
            )
        ordered = sorted(texts, key=_number_then_text)
    codes = _class_codes(labels, ordered, feature.type)
    classes = [_typed(text, table.column_type(feature.source)) for text in ordered]
    return Target(feature.type, codes, codes >= 0, classes)


def order_binary(texts: list[str], positive: Label | None, column: str) -> tuple[str, str]:
    """The false and the true label among `texts`; true is `positive`, else what means true, else the last in order.

    More than two are fine where all of them are ways to write true and false.
    Raises InvalidDataError for more than two labels or a `positive` that is none of them.
    """
    falses = [text for text in texts if text.strip().lower() in FALSE_TEXTS]
    trues = [text for text in texts if text.strip().lower() in TRUE_TEXTS]
    is_spelled = bool(falses and trues) and len(falses) + len(trues) == len(texts)
    if len(texts) > 2 and not is_spelled:
        listed = ", ".join(repr(text) for text in texts[:5])
        raise InvalidDataError(
            f"Column '{column}' has {len(texts)} different values ({listed}, ...), but its type is binary. "
            "Choose type category."
        )
    pair = (falses[0], trues[0]) if is_spelled else tuple(sorted(texts, key=_number_then_text))
    if positive is not None:
        found = find_label(texts, positive)
        if found is None:
            listed = " and ".join(repr(text) for text in texts)
            raise InvalidDataError(f"fallback_true_label is '{positive}', but column '{column}' has only {listed}.")
        if found in falses and is_spelled:
            return trues[0], found
        pair = tuple(sorted(pair, key=lambda text: text == found))
    return (pair[0], pair[1]) if len(pair) == 2 else ("False", pair[0])


def _class_codes(labels: Labels, ordered: list[str], output_type: str) -> "np.ndarray[Any, np.dtype[np.int64]]":
    if output_type == "binary":
        table = [class_of(text, ordered, "binary") for text in labels.texts]
    else:
        position = {text: index for index, text in enumerate(ordered)}
        table = [position.get(text, -1) for text in labels.texts]
    return np.array([*table, -1], dtype=np.int64)[labels.codes]


def _number_then_text(text: str) -> tuple[float, str]:
    try:
        return float(text), text
    except ValueError:
        return np.inf, text


def _typed(text: str, data_type: pa.DataType) -> Any:
    """A class as the value it was in the data, if JSON can say it."""
    if pa.types.is_boolean(data_type):
        return text == label_text(True)
    if pa.types.is_integer(data_type):
        return int(text)
    if pa.types.is_floating(data_type):
        return float(text)
    return text


def _require_two(count: int, column: str, noun: str) -> None:
    if count == 0:
        raise InvalidDataError(f"Target '{column}' has no value in any row.")
    if count == 1:
        raise InvalidDataError(f"Target '{column}' has only one {noun}; a model needs at least two to learn from.")
