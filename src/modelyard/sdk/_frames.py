"""DataFrames of pandas, polars and Arrow, to and from Parquet, without importing a library the caller does not use."""

from pathlib import Path
from typing import Any, Literal

from modelyard.sdk._errors import InvalidTableError

FrameKind = Literal["pandas", "polars", "arrow"]


def frame_kind(value: Any) -> FrameKind | None:
    """The library whose table `value` is; None if it is no table. Any object with an Arrow stream counts as `arrow`."""
    library = type(value).__module__.partition(".")[0]
    if library == "pandas" and hasattr(value, "to_parquet"):
        return "pandas"
    if library == "polars" and hasattr(value, "write_parquet"):
        return "polars"
    return "arrow" if hasattr(value, "__arrow_c_stream__") else None


def write_frame(frame: Any, kind: FrameKind, path: Path) -> None:
    """Write a table to a Parquet file.

    Named index levels of a pandas DataFrame become columns; an index without a name is left out. Raises
    InvalidTableError for a table that Parquet cannot hold.
    """
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        if kind == "pandas":
            _with_named_index_as_columns(frame).to_parquet(path, engine="pyarrow", index=False, compression="zstd")
        elif kind == "polars":
            frame.write_parquet(path)
        else:
            reader = pa.RecordBatchReader.from_stream(frame)
            with pq.ParquetWriter(path, reader.schema, compression="zstd") as writer:
                for batch in reader:
                    writer.write_batch(batch)
    except (ValueError, TypeError, pa.ArrowException) as error:
        raise InvalidTableError(
            f"this {kind} table cannot be written as Parquet: {error}",
            hint="Give each column one name and values of one type.",
        ) from error


def read_frame(path: Path, kind: FrameKind) -> Any:
    """Read a Parquet file as a table of library `kind`."""
    if kind == "pandas":
        import pandas as pd  # noqa: PLC0415

        return pd.read_parquet(path)
    if kind == "polars":
        import importlib  # noqa: PLC0415

        # Not a dependency of ours: only a caller who has polars gets here.
        return importlib.import_module("polars").read_parquet(path)
    import pyarrow.parquet as pq  # noqa: PLC0415

    return pq.read_table(path)


def _with_named_index_as_columns(frame: Any) -> Any:
    names = [name for name in frame.index.names if name is not None]
    return frame.reset_index(level=names) if names else frame
