import pytest

from tests.sdk.fake import FakeServer


@pytest.fixture
def fake() -> FakeServer:
    return FakeServer()
