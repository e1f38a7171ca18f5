"""The web page in a real browser against a real server."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.support.browser import QUIET, find_browser
from tests.support.server import ModelyardServer

NO_BROWSER = "no Chromium or Chrome is installed: install one (e.g. apt-get install chromium) to run the browser tests"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = find_browser()
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser, server: ModelyardServer) -> Iterator[Callable[..., Page]]:
    """Opens a path of the web page; at the end of the test nothing may have gone wrong unseen.

    An error on the console, an uncaught exception, or a request to any other host fails the test.
    """
    faults: list[str] = []
    contexts = []

    def note_console(message: ConsoleMessage) -> None:
        # The browser itself reports every 4xx answer here, also those that the page shows to the user.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(f"console: {message.text}")

    def note_request(request: Request) -> None:
        if not request.url.startswith((server.url, "data:", "blob:")):
            faults.append(f"request to another host: {request.url}")

    def open_path(path: str, *, width: int = 1440, height: int = 900, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            base_url=server.url,
            reduced_motion="reduce",
        )
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
