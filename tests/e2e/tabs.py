"""The tabs of one browser that the tests of a process use one after the other.

A tab that is new starts a process, and finds no code in its caches: that takes longer than most tests. So one tab is
kept; between two tests it is left empty, and what the page stored is forgotten.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request

PATIENCE_MS = 20_000
# The listener is the last to hear that the page is left, so that nothing is stored after it.
FORGET = """() => {
  const forget = () => { localStorage.clear(); sessionStorage.clear() }
  forget()
  addEventListener("pagehide", forget)
}"""


class Watch:
    """What goes wrong unseen on pages of a server: console errors, uncaught exceptions, requests to other hosts."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.forgiven: list[str] = []
        self.faults: list[str] = []

    def attach(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.faults.append(f"uncaught: {error}"))
        page.on("crash", lambda _: self.faults.append("the page crashed"))

    def _console(self, message: ConsoleMessage) -> None:
        # The browser itself reports every 4xx answer here, also those that the page shows to the user.
        harmless = ["Failed to load resource", *self.forgiven]
        if message.type == "error" and not any(text in message.text for text in harmless):
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:", "about:")):
            self.faults.append(f"request to another host: {request.url}")


class Tab:
    """A page of a server in a browser context of its own, which is watched."""

    def __init__(self, browser: Browser, address: str, slowdown: float) -> None:
        self.watch = Watch(address)
        self.context: BrowserContext = browser.new_context(base_url=address, reduced_motion="reduce")
        self.context.set_default_timeout(PATIENCE_MS * slowdown)
        self.page = self.context.new_page()
        self.walked = False
        self.watch.attach(self.page)
        if slowdown > 1:
            self.context.new_cdp_session(self.page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})

    def visit(self, path: str) -> None:
        """As who types the address, and was never here."""
        if self.walked:
            self.page.evaluate(FORGET)
            self.walked = False
        self.page.goto(path)

    def walk(self, path: str) -> None:
        """As who follows a link, from where the walk of the test before has ended: nothing is loaded anew."""
        if not self.walked:
            self.visit(path)
            self.walked = True
            return
        self.page.evaluate("href => __TSR_ROUTER__.navigate({ href })", path)
        # The router has resolved an address when its view is drawn.
        self.page.wait_for_function(
            "() => __TSR_ROUTER__.state.resolvedLocation?.href === __TSR_ROUTER__.latestLocation.href"
        )

    def take_faults(self) -> list[str]:
        """What was noted since the last time; nothing is forgiven from now on."""
        found = [*self.watch.faults]
        self.watch.faults.clear()
        self.watch.forgiven.clear()
        return found

    def empty(self) -> bool:
        """Leaves the page and forgets what it stored; whether the tab can be used again."""
        try:
            self.page.unroute_all(behavior="ignoreErrors")
            self.page.evaluate(FORGET)
            self.page.goto("about:blank")
        except Error:
            return False
        return self.context.pages == [self.page]


class Tabs:
    """The kept tab, and those of tests that need another or a server of their own.

    `slowdown` makes the pages' processor as many times slower, to find what holds only on a fast machine.
    """

    def __init__(self, browser: Browser, slowdown: float = 1) -> None:
        self._browser = browser
        self._slowdown = slowdown
        self._loop = asyncio.get_running_loop()
        self._kept: Tab | None = None
        asyncio._set_running_loop(None)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Playwright's event loop counts as running as long as the browser lives; at other times it must not, else no
        test of this process could run an event loop of its own."""
        asyncio._set_running_loop(self._loop)
        try:
            yield
        finally:
            asyncio._set_running_loop(None)

    @contextmanager
    def lent(self, home: str) -> Iterator[Callable[[str], Tab]]:
        """Lends tabs to one test: the kept one for its first page of the server at `home`, else new ones.

        At its end nothing may have gone wrong unseen on any of them. One that was walked in stays where it is.
        """
        used: list[Tab] = []

        def lend(address: str) -> Tab:
            if address != home or self._kept in used:
                tab = Tab(self._browser, address, self._slowdown)
            else:
                tab = self._kept = self._kept or Tab(self._browser, home, self._slowdown)
            used.append(tab)
            return tab

        with self.in_use():
            yield lend
            faults: list[str] = []
            for tab in used:
                is_clean = tab is self._kept and (tab.walked or tab.empty())
                found = tab.take_faults()
                faults += found
                if not is_clean or found:
                    tab.context.close()
                    self._kept = None if tab is self._kept else self._kept
        assert faults == []
