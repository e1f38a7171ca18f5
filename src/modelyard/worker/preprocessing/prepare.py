"""The whole of preprocessing: one pass over the columns, into one matrix for each part."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from modelyard.wire.config import SPLIT_NAMES, Config
from modelyard.wire.config.features import CategoryInput, DateInput, InputFeature, TextInput
from modelyard.wire.config.leaks import find_leak, sample_size
from modelyard.wire.data_warnings import DataWarning
from modelyard.worker.data import TrainingData
from modelyard.worker.errors import InvalidDataError
from modelyard.worker.inference.columns import Index, InvalidInputError, Labels, Matrix, join_columns
from modelyard.worker.inference.features import DATE_PARTS, CategoryEncoder, Encoder, class_labels, make_encoder
from modelyard.worker.preprocessing.duplicates import RowKeys, duplicates_warning
from modelyard.worker.preprocessing.fitting import fit_feature, reader_of, rows_with_value, take
from modelyard.worker.preprocessing.rows import divide_rows
from modelyard.worker.preprocessing.table import Table
from modelyard.worker.preprocessing.target import Target, read_target

Report = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Prepared:
    """`features` are the fitted descriptions, in the order of the config; `classes` are the target's, or none.

    `warnings` are about what only the rows themselves show.
    """

    data: TrainingData
    features: list[dict[str, Any]]
    classes: list[Any]
    warnings: list[DataWarning]


def prepare(table: Table, config: Config, *, dense: bool, seed: int, report: Report) -> Prepared:
    """Read, divide, fit and encode. `report(done, total, message)` is called for every column.

    Raises InvalidDataError where the data does not allow what the config asks for.
    """
    feature_count = len(config.input_features)
    report(0, feature_count, "reading the target")
    target = read_target(table, config.output_features[0])
    usable = target.present.copy()
    for feature in config.input_features:
        if feature.preprocessing.missing_value_strategy == "drop_row":
            usable &= rows_with_value(_read(table, feature))
    if config.preprocessing.drop_duplicates:
        usable &= _row_keys(table, config, target).first()
    parts = divide_rows(table, usable, target, config.preprocessing, seed)
    columns = _Columns()
    fitted_features = []
    leaks = _Leaks(target, parts["train"], feature_count, seed)
    keys = RowKeys(len(target.values))
    keys.add(target.values)
    for index, feature in enumerate(config.input_features):
        report(index, feature_count, f"column {index + 1} of {feature_count}: {feature.name}")
        raw = _read(table, feature)
        leaks.look(feature, raw)
        keys.add(raw)
        train = take(raw, parts["train"])
        fitted = fit_feature(feature, train, dense=dense)
        encoder = make_encoder(fitted)
        columns.add("train", encoder.encode(train))
        del train
        for name in SPLIT_NAMES[1:]:
            columns.add(name, encoder.encode(take(raw, parts[name])))
        columns.describe(encoder, index, feature)
        fitted_features.append(fitted)
    report(feature_count, feature_count, f"{columns.width} columns prepared")
    duplicates = duplicates_warning(keys, parts)
    warnings = leaks.found if duplicates is None else [*leaks.found, duplicates]
    return Prepared(_training_data(columns, target, parts), fitted_features, target.classes, warnings)


def _row_keys(table: Table, config: Config, target: Target) -> RowKeys:
    keys = RowKeys(len(target.values))
    keys.add(target.values)
    for feature in config.input_features:
        keys.add(_read(table, feature))
    return keys


class _Leaks:
    """Looks at each input beside the target, on a sample of the training rows."""

    def __init__(self, target: Target, train: Index, feature_count: int, seed: int) -> None:
        size = min(len(train), sample_size(feature_count))
        self._rows = np.sort(np.random.default_rng(seed).choice(train, size, replace=False))
        self._output_type = target.output_type
        self._target = target.values[self._rows].tolist()
        if target.classes:
            labels = class_labels(target.classes)
            self._target = [labels[code] for code in self._target]
        self.found: list[DataWarning] = []

    def look(self, feature: InputFeature, raw: Any) -> None:
        leak = find_leak(feature.name, _plain_values(take(raw, self._rows)), self._target, self._output_type)
        if leak is not None:
            self.found.append(leak)


def _plain_values(raw: Any) -> list[Any]:
    """A column as `find_leak` takes it: labels or numbers, and None where there is no value."""
    if isinstance(raw, Labels):
        return [None if code < 0 else raw.texts[code] for code in raw.codes.tolist()]
    values = raw.astype(np.int64) if raw.dtype.kind == "M" else raw
    has_value = rows_with_value(raw).tolist()
    return [value if there else None for value, there in zip(values.tolist(), has_value, strict=True)]


def _read(table: Table, feature: InputFeature) -> Any:
    try:
        return make_encoder(reader_of(feature)).read(table.series(feature.source))
    except InvalidInputError as error:
        raise InvalidDataError(f"{error} The feature's type is {feature.type}.") from error


class _Columns:
    """Grows one matrix for each part, a feature at a time."""

    def __init__(self) -> None:
        self._blocks: dict[str, list[Matrix]] = {name: [] for name in SPLIT_NAMES}
        self.names: list[str] = []
        self.categorical: list[int] = []
        self.feature_of_column: list[int] = []

    @property
    def width(self) -> int:
        return len(self.names)

    def add(self, part: str, block: Matrix) -> None:
        self._blocks[part].append(block)

    def describe(self, encoder: Encoder, index: int, feature: InputFeature) -> None:
        """Note what the columns are that were added for a feature."""
        if isinstance(encoder, CategoryEncoder) and not encoder.one_hot:
            self.categorical.append(self.width)
        self.names.extend(_column_names(encoder, feature))
        self.feature_of_column.extend([index] * encoder.width)

    def matrix(self, name: str) -> Matrix:
        """The whole matrix of a part; its blocks are freed as they are copied."""
        return join_columns(self._blocks.pop(name))


def _column_names(encoder: Encoder, feature: InputFeature) -> list[str]:
    if isinstance(feature, CategoryInput) and isinstance(encoder, CategoryEncoder) and encoder.one_hot:
        return [f"{feature.name}=other", *(f"{feature.name}={value}" for value in encoder.position)]
    if isinstance(feature, DateInput):
        return [f"{feature.name}.{part}" for part in DATE_PARTS]
    if isinstance(feature, TextInput):
        return [f"{feature.name}.{position}" for position in range(encoder.width)]
    return [feature.name]


def _training_data(columns: _Columns, target: Target, parts: dict[str, Any]) -> TrainingData:
    return TrainingData(
        matrices={name: columns.matrix(name) for name in SPLIT_NAMES},
        targets={name: target.values[rows] for name, rows in parts.items()},
        output_type=target.output_type,
        class_count=len(target.classes),
        column_names=columns.names,
        categorical_columns=columns.categorical,
        feature_of_column=columns.feature_of_column,
    )
