"""Alembic's entry. The caller gives the connection and owns its transaction."""

from alembic import context

import modelyard.server.tables  # noqa: F401 - registers every table, for autogenerate and check
from modelyard.server.db.metadata import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
