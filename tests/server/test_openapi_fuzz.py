"""Every operation of the native API with requests made up from its schema: whatever comes, no answer is a 500."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from tests.support.server import ModelyardServer

SCHEMA = schemathesis.openapi.from_path(Path(__file__).parents[2] / "web" / "openapi.json")
ENDLESS = ["stream_events"]


@schemathesis.serializer("application/x-ndjson", "application/vnd.apache.parquet")
def as_bytes(_context: schemathesis.SerializationContext, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(scope="module")
def fuzzed(
    tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str | None]
) -> Iterator[ModelyardServer]:
    """A server that nobody else works on."""
    running = ModelyardServer(tmp_path_factory.mktemp("fuzzed") / "data", new_database()).start()
    yield running
    running.stop()


@SCHEMA.exclude(operation_id=ENDLESS).parametrize()
@settings(
    max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
def test_no_request_is_answered_with_500(case: schemathesis.Case, fuzzed: ModelyardServer):
    answer = case.call(base_url=fuzzed.url, timeout=30)
    assert answer.status_code < 500, f"{case.as_curl_command()}: {answer.text}"
