"""A Parquet file, read one column at a time so that memory holds one column besides what is made of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from modelyard.worker.errors import InvalidDataError
from modelyard.worker.inference.reading import Reading

_WIDEST_BITS = 64
_EXACT = 2**53


class Table:
    """Raises InvalidDataError where the file is no Parquet or a column is not there.

    `readings` says of columns how they are read; a model reads what it predicts in the same way.
    """

    def __init__(self, path: Path, threads: int, readings: Mapping[str, Reading] | None = None) -> None:
        try:
            self._file = pq.ParquetFile(path, memory_map=True)
        except pa.ArrowInvalid as error:
            raise InvalidDataError(f"The dataset cannot be read as Parquet: {error}") from error
        self._use_threads = threads > 1
        self._readings = readings or {}

    @property
    def row_count(self) -> int:
        return int(self._file.metadata.num_rows)

    def column_type(self, name: str) -> pa.DataType:
        index = self._file.schema_arrow.get_field_index(name)
        if index < 0:
            known = ", ".join(self._file.schema_arrow.names[:20])
            raise InvalidDataError(f"The dataset has no column '{name}'. It has: {known}.")
        return self._file.schema_arrow.field(index).type

    def series(self, name: str) -> "pd.Series[Any]":
        """One column as pandas reads it from Arrow: nulls make whole numbers floats, unless that changes them."""
        data_type = self.column_type(name)
        # By name: to read the column `a` of Parquet is to read `a.b` too.
        column = self._file.read(columns=[name], use_threads=self._use_threads).column(name)
        may_round = pa.types.is_integer(data_type) and data_type.bit_width == _WIDEST_BITS and column.null_count > 0
        series: pd.Series[Any] = column.to_pandas(
            date_as_object=False, integer_object_nulls=may_round and _has_large_numbers(column)
        )
        reading = self._readings.get(name)
        return series if reading is None else reading.read(series)

    def head(self, names: list[str], rows: int) -> pd.DataFrame:
        """The first rows of some columns."""
        for batch in self._file.iter_batches(batch_size=rows, columns=names):
            return _without_zones(pd.DataFrame(batch.to_pandas(date_as_object=False))[names])
        return pd.DataFrame(columns=names)

    def has_nulls(self, name: str) -> bool:
        """Whether any value of a column is missing, by the file's own statistics where it has them."""
        position = self._file.schema_arrow.get_field_index(name)
        for group in range(self._file.metadata.num_row_groups):
            statistics = self._file.metadata.row_group(group).column(position).statistics
            if statistics is None or not statistics.has_null_count:
                return bool(self.series(name).isna().any())
            if statistics.null_count:
                return True
        return False


def _has_large_numbers(column: pa.ChunkedArray) -> bool:
    """Whether a float would round some."""
    bounds = pc.min_max(column).as_py()
    return bounds["min"] is not None and (bounds["min"] < -_EXACT or bounds["max"] > _EXACT)


def _without_zones(frame: pd.DataFrame) -> pd.DataFrame:
    """Times in UTC without saying so, as a model takes and MLflow's type `datetime` allows them."""
    for name in frame.columns:
        if isinstance(frame[name].dtype, pd.DatetimeTZDtype):
            frame[name] = frame[name].dt.tz_convert("UTC").dt.tz_localize(None)
    return frame
