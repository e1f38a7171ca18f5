"""Memory for reading a text file of many columns."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

_FEW_COLUMNS = 200
_BYTES_A_COLUMN = 200 * 1024
_UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "bytes": 1}


@contextmanager
def usual_memory_after(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """What `make_room_for` gave is taken back at the end."""
    before = _limit(connection)
    try:
        yield
    finally:
        _set_limit(connection, before)


def make_room_for(connection: duckdb.DuckDBPyConnection, columns: int) -> None:
    """DuckDB counts the memory for thousands of rows of each column that it reads, though a short table touches little
    of it. What the process really holds is limited all the same.
    """
    if columns > _FEW_COLUMNS:
        _set_limit(connection, _limit(connection) + columns * _BYTES_A_COLUMN)


def _limit(connection: duckdb.DuckDBPyConnection) -> int:
    """DuckDB tells it as text, rounded to a tenth of a unit."""
    row = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    assert row is not None
    number, unit = str(row[0]).split()
    return int(float(number) * _UNITS[unit])


def _set_limit(connection: duckdb.DuckDBPyConnection, size_bytes: int) -> None:
    connection.execute(f"SET memory_limit = '{size_bytes // 1024}KiB'")
