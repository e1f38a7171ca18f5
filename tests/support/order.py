"""The files that take longest come first, so that processes side by side end together."""

import json
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
DURATIONS = TESTS / "durations.json"
"""Seconds by file, as `make durations` measured them."""

_UNKNOWN_SECONDS = 10.0


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    seconds: dict[str, float] = json.loads(DURATIONS.read_text()) if DURATIONS.exists() else {}
    items.sort(key=lambda item: -seconds.get(item.nodeid.partition("::")[0], _UNKNOWN_SECONDS))
