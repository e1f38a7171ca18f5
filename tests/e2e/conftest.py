"""The web page in a real browser against a real server."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.e2e.laboratory import Laboratory
from tests.e2e.material import Study, Workshop
from tests.e2e.tabs import PATIENCE_MS, Tabs
from tests.support.browser import QUIET, find_browser
from tests.support.once import made_once
from tests.support.receiver import SETTINGS
from tests.support.server import ModelyardServer
from tests.support.workers import ready_workers

NO_BROWSER = "no Chromium or Chrome is installed: install one (e.g. apt-get install chromium) to run the browser tests"
SLOWDOWN = "MODELYARD_PAGE_SLOWDOWN"
"""How many times slower the pages' processor is to be, to find what holds only on a fast machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/e2e/" in str(item.path):
            item.add_marker(pytest.mark.e2e)
            # The first test waits for the trainings that all share.
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def tabs() -> Iterator[Tabs]:
    """The tabs of one browser."""
    program = find_browser()
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    slowdown = float(os.environ.get(SLOWDOWN, "1"))
    expect.set_options(timeout=PATIENCE_MS * slowdown)
    playwright = sync_playwright().start()
    opened = Tabs(playwright.chromium.launch(executable_path=program, args=QUIET), slowdown)
    yield opened
    with opened.in_use():
        playwright.stop()


@pytest.fixture(scope="session")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared_folder: Path
) -> Iterator[ModelyardServer]:
    """The page is the same on both databases, so that SQLite is enough for most of it."""
    data_dir = tmp_path_factory.mktemp("page") / "data"
    if any("study" in getattr(item, "fixturenames", ()) for item in request.session.items):
        shutil.copytree(request.getfixturevalue("study_data"), data_dir)
    running = ModelyardServer(data_dir, worker_python=ready_workers(shared_folder), **SETTINGS).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def study_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a server that has the study, to be copied."""
    return made_once(tmp_path_factory, "study", _make_study) / "data"


def _make_study(folder: Path) -> None:
    running = ModelyardServer(folder / "data", **SETTINGS).start()
    try:
        Study.of(running).fill()
    finally:
        running.stop()


@pytest.fixture(scope="session")
def new_database() -> Callable[[], str | None]:
    """The servers of a test's own are on SQLite too."""
    return lambda: None


@pytest.fixture(scope="session")
def study(server: ModelyardServer) -> Study:
    """A project with trained, failed and canceled versions, for tests that only look."""
    return Study.of(server)


@pytest.fixture(scope="session")
def lab(server: ModelyardServer) -> Laboratory:
    """A project with logged experiments and runs, for tests that only look."""
    return Laboratory.make(server, "laboratory")


@pytest.fixture
def workshop(http: httpx.Client, project: str) -> Workshop:
    """A project of the test's own, with what makes datasets and versions in it."""
    return Workshop(http, project)


@pytest.fixture
def open_page(tabs: Tabs, server: ModelyardServer) -> Iterator[Callable[..., Page]]:
    """Opens a path of the web page; at the end of the test nothing may have gone wrong unseen.

    An error on the console, an uncaught exception, or a request to any other host fails the test.
    """
    with tabs.lent(server.url) as lend:

        def open_path(
            path: str,
            *,
            width: int = 1440,
            height: int = 900,
            dark: bool = False,
            of: ModelyardServer = server,
            forgiven: str | None = None,
        ) -> Page:
            """`forgiven` is in the console errors that a test brings about on purpose."""
            tab = lend(of.url)
            if forgiven:
                tab.watch.forgiven.append(forgiven)
            tab.page.set_viewport_size({"width": width, "height": height})
            tab.page.emulate_media(color_scheme="dark" if dark else "light")
            tab.visit(path)
            return tab.page

        yield open_path


@pytest.fixture
def walk_to(tabs: Tabs, server: ModelyardServer) -> Iterator[Callable[[str], Page]]:
    """Goes to a path of the web page as its links do, wide and light; nothing may have gone wrong unseen.

    For tests that only look: each goes on where the one before has stopped.
    """
    with tabs.lent(server.url) as lend:

        def walk(path: str) -> Page:
            tab = lend(server.url)
            tab.page.set_viewport_size({"width": 1440, "height": 900})
            tab.page.emulate_media(color_scheme="light")
            tab.walk(path)
            return tab.page

        yield walk
