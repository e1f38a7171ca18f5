"""A Parquet file, read one column at a time so that memory holds one column besides what is made of it."""

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from modelyard.worker.errors import InvalidDataError


class Table:
    """Raises InvalidDataError where the file is no Parquet or a column is not there."""

    def __init__(self, path: Path, threads: int) -> None:
        try:
            self._file = pq.ParquetFile(path, memory_map=True)
        except pa.ArrowInvalid as error:
            raise InvalidDataError(f"The dataset cannot be read as Parquet: {error}") from error
        self._use_threads = threads > 1

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
        """One column as pandas reads it from Arrow: nulls in whole numbers make them floats."""
        self.column_type(name)
        column = self._file.read(columns=[name], use_threads=self._use_threads).column(0)
        series: pd.Series[Any] = column.to_pandas(date_as_object=False)
        return series

    def head(self, names: list[str], rows: int) -> pd.DataFrame:
        """The first rows of some columns."""
        for batch in self._file.iter_batches(batch_size=rows, columns=names):
            return pd.DataFrame(batch.to_pandas(date_as_object=False))[names]
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
