"""Whether a database has this program's schema."""

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from modelyard.server.db.faults import translated
from modelyard.server.kernel.errors import Unavailable

_VERSIONS = "alembic_version"
_MIGRATIONS = Path(__file__).parent / "migrations" / "versions"


def ensure_schema(engine: Engine) -> None:
    """Upgrades the database if it is not at the newest schema, which most are at every start but the first.

    :raises Unavailable: when it was written by a newer program, or by another, or cannot be used.
    """
    with translated():
        current = _current_revision(engine)
        if current == newest_revision():
            return
        others = (
            [] if current is not None else [name for name in inspect(engine).get_table_names() if name != _VERSIONS]
        )
        if others and engine.dialect.name == "sqlite":
            raise Unavailable(
                f"The database {engine.url.database} has tables of another program, e.g. {others[0]!r}.",
                hint="Name a file of its own with --database-url.",
            )
        # Alembic and the migrations take a fifth of a start to import.
        from modelyard.server.db.migrate import upgrade  # noqa: PLC0415

        upgrade(engine)


def newest_revision() -> str:
    """Migrations are numbered, and their files begin with the number."""
    return max(file.name[:4] for file in _MIGRATIONS.glob("[0-9]*.py"))


def _current_revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table(_VERSIONS):
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision
