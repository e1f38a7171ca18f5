"""The web page in a real browser against a real server."""

import os
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.e2e.laboratory import Laboratory
from tests.e2e.material import Study, Workshop
from tests.support.browser import QUIET, find_browser
from tests.support.receiver import SETTINGS
from tests.support.server import ModelyardServer

NO_BROWSER = "no Chromium or Chrome is installed: install one (e.g. apt-get install chromium) to run the browser tests"
PATIENCE_MS = 20_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/e2e/" in str(item.path):
            item.add_marker(pytest.mark.e2e)
            # The first test waits for the trainings that all share.
            item.add_marker(pytest.mark.timeout(300))


# One per file: as long as it lives, no test of the same process can run an event loop of its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = find_browser()
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelyardServer]:
    """The page is the same on both databases, so that SQLite is enough for most of it."""
    running = ModelyardServer(tmp_path_factory.mktemp("page") / "data", **SETTINGS).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def new_database() -> Callable[[], str | None]:
    """The servers of a test's own are on SQLite too."""
    return lambda: None


@pytest.fixture(scope="session")
def study(server: ModelyardServer) -> Study:
    """A project with trained, failed and canceled versions, for tests that only look."""
    return Study.make(server)


@pytest.fixture(scope="session")
def lab(server: ModelyardServer) -> Laboratory:
    """A project with logged experiments and runs, for tests that only look."""
    return Laboratory.make(server, "laboratory")


@pytest.fixture
def workshop(http: httpx.Client, project: str) -> Workshop:
    """A project of the test's own, with what makes datasets and versions in it."""
    return Workshop(http, project)


@pytest.fixture
def open_page(browser: Browser, server: ModelyardServer) -> Iterator[Callable[..., Page]]:
    """Opens a path of the web page; at the end of the test nothing may have gone wrong unseen.

    An error on the console, an uncaught exception, or a request to any other host fails the test.
    """
    faults: list[str] = []
    contexts = []

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

        def note_console(message: ConsoleMessage) -> None:
            # The browser itself reports every 4xx answer here, also those that the page shows to the user.
            harmless = message.text.startswith("Failed to load resource") or (forgiven and forgiven in message.text)
            if message.type == "error" and not harmless:
                faults.append(f"console: {message.text}")

        def note_request(request: Request) -> None:
            if not request.url.startswith((of.url, "data:", "blob:")):
                faults.append(f"request to another host: {request.url}")

        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            base_url=of.url,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note_console)
        page.on("pageerror", lambda error: faults.append(f"uncaught: {error}"))
        page.on("request", note_request)
        page.goto(path)
        return page

    yield open_path
    for context in contexts:
        context.close()
    assert faults == []
