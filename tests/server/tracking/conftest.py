"""Fixtures of tests of experiments and runs."""

import httpx
import pytest

from tests.server.tracking.logged import Logged
from tests.support.server import ModelyardServer


@pytest.fixture
def logged(server: ModelyardServer, http: httpx.Client, project: str) -> Logged:
    """A fresh project to log in."""
    return Logged(server, http, project)
