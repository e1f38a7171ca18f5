"""Level 1: the database, SQLite or PostgreSQL, behind `read` and `write`."""

from modelyard.server.db.database import Database
from modelyard.server.db.dependency import Db
from modelyard.server.db.metadata import metadata

__all__ = ["Database", "Db", "metadata"]
