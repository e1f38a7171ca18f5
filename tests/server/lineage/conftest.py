"""Servers whose workers the test plays, as for trainings."""

from tests.server.tracking.conftest import logged
from tests.server.training.conftest import played_server, yard

__all__ = ["logged", "played_server", "yard"]
