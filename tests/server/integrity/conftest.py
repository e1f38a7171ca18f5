"""A project to log in, as for tracking, and versions whose workers the test plays."""

from tests.server.imports.test_import_records import importing
from tests.server.tracking.conftest import logged
from tests.server.training.conftest import mortal_server, mortal_yard, played_server, yard

__all__ = ["importing", "logged", "mortal_server", "mortal_yard", "played_server", "yard"]
