"""Bringing a database to this program's schema: one tree of migrations for both dialects."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from modelyard.server.kernel.errors import Unavailable

_LOCK = 7300_2026


def migration_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, for a connection whose transaction the caller owns."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> None:
    """Upgrades to the newest schema, in one transaction; does nothing when it is already there.

    :raises Unavailable: when the database was written by a newer program.
    """
    with _rebuilding_allowed(engine), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config = migration_config(connection)
        script = ScriptDirectory.from_config(config)
        current = MigrationContext.configure(connection).get_current_revision()
        if current == script.get_current_head():
            return
        known = {revision.revision for revision in script.walk_revisions()}
        if current is not None and current not in known:
            raise Unavailable(
                f"The database has schema {current}, which this version of Modelyard does not know.",
                hint="Start the newer version that wrote it, or restore a backup.",
            )
        command.upgrade(config, "head")
        if engine.dialect.name == "sqlite" and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise Unavailable(f"The upgrade would leave {len(broken)} rows that refer to nothing; nothing was changed.")


@contextmanager
def _rebuilding_allowed(engine: Engine) -> Iterator[None]:
    """SQLite changes a column by building the table anew, which must not delete the rows that refer to the old one."""
    if engine.dialect.name != "sqlite":
        yield
        return
    _set_foreign_keys(engine, "OFF")
    try:
        yield
    finally:
        _set_foreign_keys(engine, "ON")


def _set_foreign_keys(engine: Engine, state: str) -> None:
    """On the pool's only connection, outside a transaction, where alone SQLite listens."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute(f"PRAGMA foreign_keys = {state}")
    finally:
        connection.close()
