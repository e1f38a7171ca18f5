"""The browser of this machine, for benchmarks of the web page."""

import shutil

from playwright.sync_api import Browser, Page

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def open_table(browser: Browser, url: str, text: str = "") -> tuple[Page, float]:
    """A page with a table, opened with an empty cache, and how many milliseconds that took.

    From the start of navigation to the moment when a row with the text is drawn and the next animation frame has
    passed. Who has looked closes the page's context.
    """
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(url, wait_until="commit")
    page.locator("tbody tr[data-index]").filter(has_text=text).first.wait_for()
    milliseconds: float = page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
    )
    return page, milliseconds
