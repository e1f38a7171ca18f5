"""What a model records about its input columns: the type in which each is stored, and how its text was read."""

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from modelyard.wire.datasets import Column, ColumnFormat
from modelyard.wire.ingest import COMPRESSIONS
from modelyard.worker.ingest.columns import MISSING

_TYPED_FORMATS = (".parquet", ".json", ".jsonl", ".ndjson")


def column_readings(
    names: Iterable[str], columns: Sequence[Column], source_name: str, types: dict[str, pa.DataType]
) -> dict[str, dict[str, Any]]:
    """By column, the plain data of an `inference.reading.Reading`.

    `types` are those of the stored table; `source_name` is the file that it came from: in CSV, words such as `NA` mean
    a missing value.
    """
    known = {column.name: column for column in columns}
    usual = [""] if _is_typed(source_name) else list(MISSING)
    readings = {}
    for name in names:
        column = known.get(name)
        given = column.format if column is not None and column.format is not None else ColumnFormat()
        described = given.model_dump(exclude_defaults=True)
        data_type = column.data_type if column is not None else _stored_type(types[name])
        readings[name] = {**described, "data_type": data_type, "missing": [*usual, *given.missing]}
    return readings


def _is_typed(source_name: str) -> bool:
    plain = source_name.lower()
    for packing in COMPRESSIONS:
        plain = plain.removesuffix(packing)
    return plain.endswith(_TYPED_FORMATS)


def _stored_type(data_type: pa.DataType) -> str:
    if pa.types.is_boolean(data_type):
        return "BOOLEAN"
    if pa.types.is_integer(data_type):
        return "BIGINT"
    if pa.types.is_floating(data_type) or pa.types.is_decimal(data_type):
        return "DOUBLE"
    if pa.types.is_date(data_type) or pa.types.is_timestamp(data_type):
        return "TIMESTAMP"
    return "VARCHAR"
