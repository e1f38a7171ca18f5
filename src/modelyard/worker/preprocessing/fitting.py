"""Fitting features on the training rows: what a model has to remember of the data, as plain JSON values."""

from collections import Counter
from typing import Any

import numpy as np

from modelyard.wire.config.features import (
    BinaryInput,
    BinaryPreprocessing,
    CategoryInput,
    DateInput,
    InputFeature,
    NumberInput,
    TextInput,
)
from modelyard.worker.errors import InvalidDataError
from modelyard.worker.inference.columns import Dates, Index, Labels, Numbers
from modelyard.worker.inference.features import DATE_PARTS, binary_value, date_parts
from modelyard.worker.inference.text_vectors import terms
from modelyard.worker.preprocessing.target import order_binary


def reader_of(feature: InputFeature) -> dict[str, Any]:
    """What an encoder needs to read a column before anything is fitted: neutral values for the rest."""
    base = _base(feature)
    if isinstance(feature, NumberInput):
        return {**base, "fill": 0.0, "logarithm": False, "shift": 0.0, "factor": 1.0}
    if isinstance(feature, CategoryInput):
        return {**base, "fill": "", "lowercase": False, "one_hot": False, "vocabulary": []}
    if isinstance(feature, BinaryInput):
        return {**base, "true_label": "True", "false_label": "False", "fill": 0.0}
    if isinstance(feature, TextInput):
        return {**base, "fill": "", "lowercase": False, "ngram_size": 1, "size": 1}
    width = len(DATE_PARTS)
    preprocessing = feature.preprocessing
    return {
        **base,
        "format": preprocessing.datetime_format,
        "fill": "1970-01-01",
        "shift": [0.0] * width,
        "factor": [1.0] * width,
    }


def fit_feature(feature: InputFeature, raw: Any, *, dense: bool) -> dict[str, Any]:
    """The fitted description of a feature, from the training rows of its column as its encoder reads them.

    Raises InvalidDataError where the column cannot be preprocessed as the config says.
    """
    if isinstance(feature, NumberInput):
        return _fit_number(feature, raw)
    if isinstance(feature, CategoryInput):
        return _fit_category(feature, raw, one_hot=dense)
    if isinstance(feature, BinaryInput):
        return _fit_binary(feature, raw)
    if isinstance(feature, TextInput):
        return _fit_text(feature, raw)
    return _fit_date(feature, raw, scale=dense)


def _base(feature: InputFeature) -> dict[str, Any]:
    return {
        "name": feature.name,
        "column": feature.source,
        "type": feature.type,
        "strategy": feature.preprocessing.missing_value_strategy,
    }


def _fit_number(feature: NumberInput, raw: Numbers) -> dict[str, Any]:
    options = feature.preprocessing
    present = raw[~np.isnan(raw)]
    fill: float | None = 0.0
    if options.missing_value_strategy == "keep" and present.size < raw.size:
        fill = None
    elif options.missing_value_strategy == "fill_with_const":
        fill = options.fill_value if options.fill_value is not None else 0.0
    elif present.size:
        fill = _most_frequent(present) if options.missing_value_strategy == "fill_with_mode" else _mean(present)
    logarithm = options.normalization == "log1p"
    shift, factor = 0.0, 1.0
    if logarithm and present.size and present.min() <= -1:
        raise InvalidDataError(
            f"Column '{feature.source}' has the value {present.min():g}; normalization log1p needs values above -1."
        )
    if present.size and options.normalization == "zscore":
        shift, factor = _mean(present), _deviation(present)
    elif present.size and options.normalization == "minmax":
        shift, factor = float(present.min()), float(np.ptp(present))
    elif present.size and options.normalization == "iq":
        low, middle, high = np.quantile(present, [0.25, 0.5, 0.75])
        shift, factor = float(middle), float(high - low)
    if factor == 0.0 or not np.isfinite(factor) or not np.isfinite(shift):
        shift, factor = shift if np.isfinite(shift) else 0.0, 1.0
    return {**_base(feature), "fill": fill, "logarithm": logarithm, "shift": shift, "factor": factor}


def _mean(values: Numbers) -> float:
    scale = _scale(values, 1e300)
    return float((values / scale).mean() * scale)


def _deviation(values: Numbers) -> float:
    scale = _scale(values, 1e150)
    return float((values / scale).std() * scale)


def _scale(values: Numbers, largest: float) -> float:
    """By what values are divided, so that no sum of them, or of their squares, is too large for a number."""
    return max(1.0, float(np.abs(values).max()) / largest * len(values))


def _most_frequent(values: Numbers) -> float:
    unique, counts = np.unique(values, return_counts=True)
    return float(unique[counts.argmax()])


def _counts(raw: Labels, *, lowercase: bool) -> Counter[str]:
    """How often each text occurs among the rows."""
    occurrences = np.bincount(raw.codes[raw.codes >= 0], minlength=len(raw.texts))
    counter: Counter[str] = Counter()
    for text, count in zip(raw.texts, occurrences.tolist(), strict=True):
        if count:
            counter[text.lower() if lowercase else text] += count
    return counter


def _by_frequency(counter: Counter[str]) -> list[str]:
    return sorted(counter, key=lambda text: (-counter[text], text))


def _fit_category(feature: CategoryInput, raw: Labels, *, one_hot: bool) -> dict[str, Any]:
    options = feature.preprocessing
    vocabulary = _by_frequency(_counts(raw, lowercase=options.lowercase))[: options.most_common]
    fill = options.fill_value
    if options.missing_value_strategy in {"fill_with_mode", "bfill", "ffill", "drop_row"} and vocabulary:
        fill = vocabulary[0]
    return {
        **_base(feature),
        "fill": fill,
        "lowercase": options.lowercase,
        "one_hot": one_hot,
        "vocabulary": vocabulary,
    }


def _fit_binary(feature: BinaryInput, raw: Labels) -> dict[str, Any]:
    counter = _counts(raw, lowercase=False)
    false_label, true_label = "False", "True"
    if counter:
        label = feature.preprocessing.fallback_true_label
        false_label, true_label = order_binary(_by_frequency(counter), label, feature.source)
    trues = sum(count for text, count in counter.items() if binary_value(text, true_label, false_label) == 1)
    mode = 1.0 if trues * 2 > sum(counter.values()) else 0.0
    keep = feature.preprocessing.missing_value_strategy == "keep" and bool((raw.codes < 0).any())
    fill = None if keep else _binary_fill(feature.preprocessing, mode)
    return {**_base(feature), "true_label": true_label, "false_label": false_label, "fill": fill}


def _binary_fill(options: BinaryPreprocessing, mode: float) -> float:
    match options.missing_value_strategy:
        case "fill_with_false":
            return 0.0
        case "fill_with_true":
            return 1.0
        case "fill_with_const":
            return float(options.fill_value or False)
        case _:
            return mode


def _fit_text(feature: TextInput, raw: Labels) -> dict[str, Any]:
    options = feature.preprocessing
    counter = _counts(raw, lowercase=False)
    fill = options.fill_value
    if options.missing_value_strategy != "fill_with_const" and counter:
        fill = _by_frequency(counter)[0]
    longest = options.ngram_size
    fitted = {**_base(feature), "fill": fill, "lowercase": options.lowercase, "ngram_size": longest}
    if options.vectorizer == "hashing":
        return {**fitted, "size": options.max_features}
    documents: Counter[str] = Counter()
    for text, count in counter.items():
        for term in set(terms(text, lowercase=options.lowercase, longest=longest)):
            documents[term] += count
    vocabulary = _by_frequency(documents)[: options.max_features]
    total = sum(counter.values())
    weights = [float(np.log((1 + total) / (1 + documents[term])) + 1) for term in vocabulary]
    return {**fitted, "vocabulary": vocabulary or [""], "weights": weights or [1.0]}


def _fit_date(feature: DateInput, raw: Dates, *, scale: bool) -> dict[str, Any]:
    options = feature.preprocessing
    present = raw[~np.isnat(raw)]
    fill: str | None = options.fill_value
    if options.missing_value_strategy == "keep" and present.size < raw.size:
        fill = None
    elif options.missing_value_strategy != "fill_with_const" and present.size:
        unique, counts = np.unique(present, return_counts=True)
        fill = str(unique[counts.argmax()])
    try:
        np.datetime64(fill or "NaT", "s")
    except ValueError as error:
        raise InvalidDataError(f"Feature '{feature.name}': fill_value '{fill}' is not a date in ISO 8601.") from error
    width = len(DATE_PARTS)
    shift, factor = np.zeros(width), np.ones(width)
    if scale and present.size:
        parts = date_parts(present)
        shift, factor = parts.mean(axis=0), parts.std(axis=0)
        factor[factor == 0] = 1.0
    return {
        **_base(feature),
        "format": options.datetime_format,
        "fill": fill,
        "shift": shift.tolist(),
        "factor": factor.tolist(),
    }


def rows_with_value(raw: Any) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Which rows of a column, as an encoder reads it, have a value."""
    if isinstance(raw, Labels):
        return raw.codes >= 0
    missing: np.ndarray[Any, np.dtype[np.bool_]] = np.isnat(raw) if raw.dtype.kind == "M" else np.isnan(raw)
    return ~missing


def take(raw: Any, rows: Index) -> Any:
    """Some rows of a column as an encoder reads it."""
    return raw.take(rows) if isinstance(raw, Labels) else raw[rows]
