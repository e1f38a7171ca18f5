"""SQLite databases that have the tables already, which takes a server most of a second to make."""

import tempfile
from functools import cache
from pathlib import Path

from modelyard.server.db import Database
from modelyard.server.db.schema import ensure_schema

FILE = "modelyard.db"


def put_tables(data_dir: Path) -> None:
    """Puts a database in a server's data directory, unless there is one."""
    data_dir.mkdir(parents=True, exist_ok=True)
    file = data_dir / FILE
    if not file.exists():
        file.write_bytes(_empty_tables())


@cache
def _empty_tables() -> bytes:
    with tempfile.TemporaryDirectory(prefix="modelyard-sqlite-") as folder:
        file = Path(folder) / FILE
        database = Database(f"sqlite:///{file}", lambda _message: None)
        ensure_schema(database.write_engine)
        database.close()
        return file.read_bytes()
