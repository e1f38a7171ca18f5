"""What takes longest comes first, so that processes side by side end together, and is left out of the fast tests."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

DURATIONS = Path(__file__).parents[1] / "durations.json"
"""Seconds of the files, and of the tests that take longest, as `make durations` measured them."""

_UNKNOWN_SECONDS = 10.0
SLOW_SECONDS = 0.25
_SLOWEST_SECONDS = 1.0


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    measured = _measured()
    for item in items:
        seconds = measured["tests"].get(item.nodeid, 0.0)
        if seconds >= SLOW_SECONDS:
            item.add_marker(pytest.mark.slow)
        if seconds >= _SLOWEST_SECONDS:
            item.add_marker(pytest.mark.slowest)
    yield
    items.sort(key=lambda item: -measured["files"].get(file_of(item.nodeid), _UNKNOWN_SECONDS))


def _measured() -> dict[str, dict[str, float]]:
    measured: dict[str, dict[str, float]] = json.loads(DURATIONS.read_text())
    return measured


def file_of(test: str) -> str:
    return test.partition("::")[0]
