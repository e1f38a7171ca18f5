"""Whether a database has this program's schema."""

from pathlib import Path

from sqlalchemy import Engine, inspect, text

_MIGRATIONS = Path(__file__).parent / "migrations" / "versions"


def ensure_schema(engine: Engine) -> None:
    """Upgrades the database if it is not at the newest schema, which most are at every start but the first.

    :raises Unavailable: when the database was written by a newer program.
    """
    if _current_revision(engine) == newest_revision():
        return
    # Alembic and the migrations take a fifth of a start to import.
    from modelyard.server.db.migrate import upgrade  # noqa: PLC0415

    upgrade(engine)


def newest_revision() -> str:
    """Migrations are numbered, and their files begin with the number."""
    return max(file.name[:4] for file in _MIGRATIONS.glob("[0-9]*.py"))


def _current_revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision
