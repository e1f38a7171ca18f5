"""What takes longest comes first, so that processes side by side end together, and is left out of the fast tests."""

import json
from functools import cache
from pathlib import Path

import pytest

DURATIONS = Path(__file__).parents[1] / "durations.json"
"""Seconds of the files, and of the tests that take longest, as `make durations` measured them."""

_UNKNOWN_SECONDS = 10.0
SLOW_SECONDS = 1.0


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    files = _measured()["files"]
    items.sort(key=lambda item: -files.get(file_of(item.nodeid), _UNKNOWN_SECONDS))


def is_slow(test: str) -> bool:
    return test in _measured()["tests"]


@cache
def _measured() -> dict[str, dict[str, float]]:
    measured: dict[str, dict[str, float]] = json.loads(DURATIONS.read_text())
    return measured


def file_of(test: str) -> str:
    return test.partition("::")[0]
