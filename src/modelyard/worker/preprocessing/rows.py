"""Which rows are used, and which part each belongs to. Every choice follows from the seed."""

from typing import Any

import numpy as np

from modelyard.wire.config import PART_NAMES, SPLIT_NAMES, split_sizes
from modelyard.wire.config.models import DataPreparation, DatetimeSplit, FixedSplit, StratifySplit
from modelyard.worker.errors import InvalidDataError
from modelyard.worker.inference.columns import Index, InvalidInputError, read_dates, read_labels
from modelyard.worker.preprocessing.table import Table
from modelyard.worker.preprocessing.target import Target


def divide_rows(
    table: Table, usable: "np.ndarray[Any, np.dtype[np.bool_]]", target: Target, preparation: DataPreparation, seed: int
) -> dict[str, Index]:
    """Row indices of train, validation and test, each ascending (train with repeats if it is oversampled).

    Raises InvalidDataError when a part is empty or the training part has one class only.
    """
    generator = np.random.default_rng(seed)
    rows = np.flatnonzero(usable).astype(np.int64)
    if preparation.sample_ratio < 1:
        kept = max(1, round(len(rows) * preparation.sample_ratio))
        rows = np.sort(generator.permutation(rows)[:kept])
    parts = _split(table, rows, preparation, generator)
    for name in SPLIT_NAMES:
        if len(parts[name]) == 0:
            raise InvalidDataError(
                f"The split leaves the {name} part of {len(rows)} usable rows empty. "
                "Change preprocessing.split or use more data."
            )
    if target.classes and len(np.unique(target.values[parts["train"]])) < 2:
        raise InvalidDataError("The training part has rows of one class only. Use a stratified split or more data.")
    if target.output_type == "binary":
        parts["train"] = _resample(parts["train"], target, preparation, generator)
    return parts


def _split(table: Table, rows: Index, preparation: DataPreparation, generator: np.random.Generator) -> dict[str, Index]:
    split = preparation.split
    if isinstance(split, FixedSplit):
        return _split_by_column(table, rows, split.column)
    if isinstance(split, DatetimeSplit):
        order = _order_by_date(table, rows, split)
    elif isinstance(split, StratifySplit) and split.column is not None:
        order = _order_by_strata(read_labels(table.series(split.column)).codes[rows], generator)
    else:
        order = generator.permutation(len(rows))
    ordered = rows[order]
    sizes = split_sizes(len(rows), split.probabilities)
    ends = np.cumsum(sizes)
    pieces = np.split(ordered, ends[:-1])
    return {name: np.sort(piece) for name, piece in zip(SPLIT_NAMES, pieces, strict=True)}


def _order_by_strata(codes: Index, generator: np.random.Generator) -> Index:
    """An order in which every share of the rows, from the front, holds the same share of each stratum."""
    shuffled = generator.permutation(len(codes))
    by_code = shuffled[np.argsort(codes[shuffled], kind="stable")]
    _, starts, counts = np.unique(codes[by_code], return_index=True, return_counts=True)
    within = np.arange(len(codes)) - np.repeat(starts, counts)
    position = (within + 0.5) / np.repeat(counts, counts)
    return by_code[np.argsort(position, kind="stable")]


def _order_by_date(table: Table, rows: Index, split: DatetimeSplit) -> Index:
    try:
        dates = read_dates(table.series(split.column), split.column, split.datetime_format)[rows]
    except InvalidInputError as error:
        raise InvalidDataError(str(error)) from error
    missing = np.flatnonzero(np.isnat(dates))
    if missing.size:
        row = int(rows[missing[0]]) + 1
        raise InvalidDataError(f"Column '{split.column}', row {row}: the split by date needs a date in every row.")
    return np.argsort(dates, kind="stable")


def _split_by_column(table: Table, rows: Index, column: str) -> dict[str, Index]:
    labels = read_labels(table.series(column))
    names = [PART_NAMES.get(text.strip().lower()) for text in labels.texts]
    table_of_parts = np.array([*(SPLIT_NAMES.index(name) if name else -1 for name in names), -1])
    parts = table_of_parts[labels.codes][rows]
    unknown = np.flatnonzero(parts < 0)
    if unknown.size:
        row = int(rows[unknown[0]])
        code = labels.codes[row]
        value = repr(labels.texts[code]) if code >= 0 else "nothing"
        raise InvalidDataError(
            f"Column '{column}', row {row + 1}: {value} names no part. Use 0, 1, 2 or train, validation, test."
        )
    return {name: rows[parts == index] for index, name in enumerate(SPLIT_NAMES)}


def _resample(rows: Index, target: Target, preparation: DataPreparation, generator: np.random.Generator) -> Index:
    positive = target.values[rows] == 1
    groups = sorted((rows[~positive], rows[positive]), key=len)
    minority, majority = groups
    if preparation.oversample_minority is not None:
        wanted = round(preparation.oversample_minority * len(majority))
        if wanted > len(minority):
            repeats = generator.choice(minority, size=wanted - len(minority), replace=True)
            return np.sort(np.concatenate([rows, repeats]))
    if preparation.undersample_majority is not None:
        wanted = round(len(minority) / preparation.undersample_majority)
        if wanted < len(majority):
            kept = generator.permutation(majority)[:wanted]
            return np.sort(np.concatenate([minority, kept]))
    return rows
