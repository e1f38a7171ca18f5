"""The whole of preprocessing: one pass over the columns, into one matrix for each part."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from modelyard.wire.config import SPLIT_NAMES, Config
from modelyard.wire.config.features import CategoryInput, DateInput, InputFeature, TextInput
from modelyard.worker.data import TrainingData
from modelyard.worker.errors import InvalidDataError
from modelyard.worker.inference.columns import InvalidInputError
from modelyard.worker.inference.features import DATE_PARTS, CategoryEncoder, Encoder, make_encoder
from modelyard.worker.preprocessing.fitting import fit_feature, reader_of, rows_with_value, take
from modelyard.worker.preprocessing.rows import divide_rows
from modelyard.worker.preprocessing.table import Table
from modelyard.worker.preprocessing.target import Target, read_target

Report = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Prepared:
    """`features` are the fitted descriptions, in the order of the config; `classes` are the target's, or none."""

    data: TrainingData
    features: list[dict[str, Any]]
    classes: list[Any]


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
    parts = divide_rows(table, usable, target, config.preprocessing, seed)
    columns = _Columns({name: len(rows) for name, rows in parts.items()})
    fitted_features = []
    for index, feature in enumerate(config.input_features):
        report(index, feature_count, f"column {index + 1} of {feature_count}: {feature.name}")
        raw = _read(table, feature)
        train = take(raw, parts["train"])
        fitted = fit_feature(feature, train, dense=dense)
        encoder = make_encoder(fitted)
        outs = columns.add(encoder, index, feature, categorical=_is_categorical(encoder))
        encoder.encode(train, outs["train"])
        del train
        for name in SPLIT_NAMES[1:]:
            encoder.encode(take(raw, parts[name]), outs[name])
        fitted_features.append(fitted)
    report(feature_count, feature_count, f"{columns.width} columns prepared")
    return Prepared(_training_data(columns, target, parts), fitted_features, target.classes)


def _read(table: Table, feature: InputFeature) -> Any:
    try:
        return make_encoder(reader_of(feature)).read(table.series(feature.source))
    except InvalidInputError as error:
        raise InvalidDataError(f"{error} The feature's type is {feature.type}.") from error


def _is_categorical(encoder: Encoder) -> bool:
    return isinstance(encoder, CategoryEncoder) and not encoder.one_hot


class _Columns:
    """Grows one column-major matrix for each part, a feature at a time."""

    def __init__(self, sizes: dict[str, int]) -> None:
        self._sizes = sizes
        self._blocks: dict[str, list[Any]] = {name: [] for name in sizes}
        self.names: list[str] = []
        self.categorical: list[int] = []
        self.feature_of_column: list[int] = []

    @property
    def width(self) -> int:
        return len(self.names)

    def add(self, encoder: Encoder, index: int, feature: InputFeature, *, categorical: bool) -> dict[str, Any]:
        """New columns for a feature: arrays shaped (rows, width) to encode into."""
        if categorical:
            self.categorical.append(self.width)
        self.names.extend(_column_names(encoder, feature))
        self.feature_of_column.extend([index] * encoder.width)
        outs = {}
        for name, size in self._sizes.items():
            block = np.empty((size, encoder.width), order="F")
            self._blocks[name].append(block)
            outs[name] = block
        return outs

    def matrix(self, name: str) -> Any:
        """The whole matrix of a part; its blocks are freed as they are copied."""
        blocks = self._blocks.pop(name)
        matrix = np.empty((self._sizes[name], self.width), order="F")
        start = 0
        while blocks:
            block = blocks.pop(0)
            matrix[:, start : start + block.shape[1]] = block
            start += block.shape[1]
        return matrix


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
