"""A real browser, as installed on this machine."""

import shutil
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

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
    response: dict[str, Any] = Axe().run(page).response
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))}: {violation['help']}"
        for violation in response["violations"]
        for node in violation["nodes"]
    ]
