"""What a run of the tests leaves behind: the tests that failed, and how long each file took."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from tests.support.order import DURATIONS, SLOW_SECONDS, file_of


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("modelyard")
    group.addoption("--failed-to", type=Path, help="write the ids of tests that failed to this file, one a line")
    group.addoption("--record-durations", action="store_true", help="write how long each file took, for the next runs")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Recorder(config))


class _Recorder:
    """Listens in the process that has the reports of all others."""

    def __init__(self, config: pytest.Config) -> None:
        self._failed_to: Path | None = config.getoption("--failed-to")
        self._records_durations: bool = config.getoption("--record-durations")
        self._failed: dict[str, None] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[report.nodeid] += report.duration
        if report.failed:
            self._failed[report.nodeid] = None

    def pytest_sessionfinish(self) -> None:
        if self._failed_to is not None:
            self._failed_to.write_text("".join(f"{test}\n" for test in self._failed))
        if self._records_durations:
            DURATIONS.write_text(json.dumps(self._measured(), indent=1, ensure_ascii=False) + "\n")

    def _measured(self) -> dict[str, dict[str, float]]:
        files: defaultdict[str, float] = defaultdict(float)
        for test, seconds in self._seconds.items():
            files[file_of(test)] += seconds
        tests = {test: seconds for test, seconds in self._seconds.items() if seconds >= SLOW_SECONDS}
        return {
            kind: {name: round(seconds, 1) for name, seconds in sorted(each.items())}
            for kind, each in (("files", files), ("tests", tests))
        }
