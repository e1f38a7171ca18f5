"""Fixtures of tests of traces."""

import httpx
import pytest

from tests.server.traces.traced import Traced
from tests.server.tracking.logged import Logged
from tests.support.server import ModelyardServer


@pytest.fixture
def traced(server: ModelyardServer, http: httpx.Client, project: str) -> Traced:
    """A fresh project to log traces in."""
    return Traced(Logged(server, http, project))
