"""A project to log in, as for tracking."""

from tests.server.tracking.conftest import logged

__all__ = ["logged"]
