"""A real browser, as installed on this machine."""

import shutil
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page, expect

from tests.support.waiting import wait_until

# Without these a browser calls its maker at start, which a test must not depend on.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def find_browser() -> Path | None:
    """The Chromium or Chrome on the PATH, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return Path(found)
    return None


def accessibility_faults(page: Page) -> list[str]:
    """What axe finds on the page as it stands: rule, target and help, one line each; empty when it finds nothing."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    faults: list[str] = page.evaluate(
        """async () => {
          // Without what has passed, which is most of what it would write down.
          const { violations } = await axe.run({ resultTypes: ['violations'], reporter: 'no-passes' })
          return violations.flatMap(({ id, help, nodes }) =>
            nodes.map(({ target }) => `${id}: ${target.join(' ')}: ${help}`))
        }"""
    )
    return faults


def settle(page: Page) -> None:
    """Waits until everything on the page has loaded: no skeleton and nothing busy is left, and nothing moves."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("[aria-busy=true], .mantine-Skeleton-root")).to_have_count(0)
    # What has just been drawn begins to move a frame or two later.
    page.evaluate(
        """async () => {
          const frame = () => new Promise(requestAnimationFrame)
          let moving
          do {
            for (let count = 0; count < 3; count++) await frame()
            moving = document.getAnimations()
              .filter((it) => it.playState === 'running' && it.effect.getComputedTiming().iterations !== Infinity)
            await Promise.allSettled(moving.map((it) => it.finished))
          } while (moving.length > 0)
        }"""
    )


def overflow(page: Page) -> int:
    """By how many pixels the page as a whole can be scrolled sideways."""
    pixels: int = page.evaluate(
        "() => { const it = document.scrollingElement; return it.scrollWidth - it.clientWidth }"
    )
    return pixels


def scroll_down_to(row: Locator, scroller: Locator) -> None:
    """Scrolls a table to its end until the row is there, as rows are fetched on the way."""

    def reached() -> bool:
        scroller.evaluate("it => it.scrollTo(0, it.scrollHeight)")
        return row.is_visible()

    wait_until(reached)


def column(table: Locator, header: str) -> list[str]:
    """The texts of one column of a table, from top to bottom; `header` is the whole text of its heading."""
    headings = [text.strip() for text in table.get_by_role("columnheader").all_inner_texts()]
    place = headings.index(header) + 1
    return [text.strip() for text in table.locator(f"tbody tr > :nth-child({place})").all_inner_texts()]


def expect_column(table: Locator, header: str, texts: list[str]) -> None:
    """Waits until the column says this."""
    found: list[str] = []

    def is_said() -> bool:
        try:
            found[:] = column(table, header)
        except ValueError:
            return False
        return found == texts

    try:
        wait_until(is_said)
    except AssertionError:
        raise AssertionError(f"{header}: {found}, not {texts}") from None
