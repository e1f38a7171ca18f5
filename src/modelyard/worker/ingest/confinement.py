"""DuckDB that reads what it is given and nothing else: no other file, no network, no extension."""

from collections.abc import Sequence
from typing import Literal

import duckdb

from modelyard.worker.ingest.columns import literal


def confine(
    connection: duckdb.DuckDBPyConnection,
    allowed: Literal["allowed_paths", "allowed_directories"],
    names: Sequence[str],
) -> None:
    """For good: it cannot be undone on an open connection. The folder for what does not fit into memory stays."""
    connection.execute(f"SET {allowed} = [{', '.join(literal(name) for name in names)}]")
    connection.execute("SET enable_external_access = false")
