"""Every operation of the native API with requests made up from its schema: whatever comes, no answer is a 500."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.core.result import Ok
from schemathesis.pytest.lazy import get_all_tests

from tests.support.postgresql import PostgreSQL
from tests.support.server import ModelyardServer

FILE = Path(__file__).parents[2] / "web" / "openapi.json"
PATHS = json.loads(FILE.read_text())["paths"]
TAGS = sorted({tag for methods in PATHS.values() for operation in methods.values() for tag in operation["tags"]})
ENDLESS = ["stream_events"]
SETTINGS = settings(
    max_examples=8 * settings().max_examples // 100,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
"""Values at every limit that the schema states, then as many made up by chance."""


@schemathesis.serializer("application/x-ndjson", "application/vnd.apache.parquet", "application/zip")
def as_bytes(_context: schemathesis.SerializationContext, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(scope="module")
def api() -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_path(FILE)


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory, postgresql_server: PostgreSQL) -> Iterator[list[ModelyardServer]]:
    """Servers that nobody else works on, one for each database: making a request up takes longer than answering it."""
    running = [
        ModelyardServer(tmp_path_factory.mktemp("fuzzed") / "data", url).start()
        for url in (None, postgresql_server.create_ready_database())
    ]
    yield running
    for server in running:
        server.stop()


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.mark.parametrize("tag", TAGS)
def test_no_request_is_answered_with_500(
    api: schemathesis.BaseSchema, fuzzed: list[ModelyardServer], session: requests.Session, tag: str
):
    def ask(case: schemathesis.Case) -> None:
        for server in fuzzed:
            answer = case.call(base_url=server.url, session=session, timeout=30)
            assert answer.status_code < 500, f"{case.as_curl_command()}: {answer.text}"

    operations = api.include(tag=tag).exclude(operation_id=ENDLESS)
    # Made here, and not by `parametrize`: every collection of tests would make them up, also one that runs others.
    for result in get_all_tests(schema=operations, test_func=ask, settings=SETTINGS, given_kwargs=None):
        assert isinstance(result, Ok), result
        _operation, ask_all = result.ok()
        ask_all()
