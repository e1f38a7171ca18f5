"""How the page behaves everywhere: by keyboard alone, in the dark, when the server is gone."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.laboratory import Laboratory
from tests.e2e.material import Study, Workshop
from tests.support.browser import settle
from tests.support.server import ModelyardServer

MAX_STOPS = 150
DARK, LIGHT = "rgb(17, 21, 25)", "rgb(255, 255, 255)"
LOST = "The server cannot be reached."
NAME_OF_FOCUS = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return "";
  return it.getAttribute("aria-label") || it.innerText || it.title || it.id || it.tagName;
}"""
UNREACHED = """() => {
  const focusable = 'a[href], button:not([disabled]), input:not([disabled]):not([type=file]), select, textarea';
  return [...document.querySelectorAll(focusable)]
    .filter(it => it.checkVisibility() && it.tabIndex >= 0 && !it.closest('[data-reached]') && !it.dataset.reached)
    .filter(it => !(it.type === 'radio' && document.querySelector(`[name="${it.name}"][data-reached]`)))
    .filter(it => !(it.role === 'tab'))
    .map(it => it.getAttribute('aria-label') || it.innerText || it.outerHTML.slice(0, 120));
}"""


def tab_through(page: Page) -> list[str]:
    """Presses Tab until the focus is back at the beginning; the names of the stops."""
    stops: list[str] = []
    page.evaluate("document.activeElement?.blur()")
    for _ in range(MAX_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body || 'reached' in document.activeElement.dataset"):
            return stops
        page.evaluate("document.activeElement.dataset.reached = ''")
        stops.append(page.evaluate(NAME_OF_FOCUS))
    raise AssertionError(f"Tab goes round and round: {stops[-10:]}")


@pytest.mark.parametrize(
    "place",
    [
        "models",
        "models/flowers",
        "models/flowers/versions/1",
        "models/flowers/versions/1?tab=training",
        "models/new?dataset=flowers&target=species",
        "models/flowers/compare?v=1,2",
        "datasets/flowers/versions/1?tab=rows",
        "settings",
    ],
)
def test_tab_reaches_everything(open_page: Callable[..., Page], study: Study, place: str):
    page = open_page(f"{study.page}/{place}")
    settle(page)
    stops = tab_through(page)
    assert stops[0] == "Skip to content"
    assert page.evaluate(UNREACHED) == []


@pytest.mark.parametrize(
    "place",
    [
        "experiments",
        "experiments/{churn}",
        "runs/{one}",
        "runs/{one}?tab=metrics",
        "runs/{one}?tab=artifacts&path=tables/people.csv",
        "runs/compare?run={one},{two}&tab=parallel",
    ],
)
def test_tab_reaches_everything_of_runs(open_page: Callable[..., Page], lab: Laboratory, place: str):
    known = {"one": lab.runs["tree-19"], "two": lab.runs["tree-18"], **lab.experiments}
    page = open_page(f"{lab.page}/{place.format(**known)}")
    settle(page)
    tab_through(page)
    assert page.evaluate(UNREACHED) == []


def test_the_skip_link_leads_past_the_navigation(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models")
    settle(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_rows_are_walked_chosen_and_opened_by_keys(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers")
    settle(page)
    rows = page.get_by_role("table", name="Versions of flowers").locator("tbody tr")
    for key, place in [("j", 0), ("j", 1), ("j", 2), ("j", 2), ("k", 1), ("ArrowUp", 0), ("ArrowDown", 1)]:
        page.keyboard.press(key)
        expect(rows.nth(place)).to_be_focused()
    page.keyboard.press("x")
    expect(rows.nth(1).get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_role("toolbar", name="Selected rows")).to_contain_text("2 selected")
    page.keyboard.press("x")
    expect(page.get_by_role("toolbar", name="Selected rows")).to_contain_text("1 selected")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/models/flowers/versions/1$"))


def test_keys_that_are_typed_into_a_field_do_not_walk_the_table(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers")
    settle(page)
    field = page.get_by_role("textbox", name="Filter versions")
    field.click()
    page.keyboard.type("jkx")
    expect(field).to_have_value("jkx")
    expect(field).to_be_focused()


def test_a_menu_and_a_dialog_give_the_focus_back(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models")
    settle(page)
    menu = page.get_by_role("button", name="More ways to make a model")
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="New empty model")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    page.goto(f"{study.page}/datasets")
    upload = page.get_by_role("button", name="Upload dataset")
    upload.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Upload a dataset")).to_be_visible()
    page.keyboard.press("Escape")
    expect(upload).to_be_focused()


def test_colours_follow_the_system_until_they_are_chosen(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models", dark=True)
    settle(page)
    body = page.locator("body")
    expect(body).to_have_css("background-color", DARK)
    page.emulate_media(color_scheme="light")
    expect(body).to_have_css("background-color", LIGHT)
    page.get_by_role("button", name=re.compile("^Theme: as the system")).click()
    page.get_by_role("button", name=re.compile("^Theme: light")).click()
    expect(page.get_by_role("button", name=re.compile("^Theme: dark"))).to_be_visible()
    expect(body).to_have_css("background-color", DARK)
    page.reload()
    settle(page)
    expect(body).to_have_css("background-color", DARK)


def test_nothing_moves_where_no_motion_is_wanted(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models")
    settle(page)
    moving = """() => {
      document.documentElement.setAttribute('data-mantine-color-scheme', 'dark')
      return document.getAnimations().length
    }"""
    assert page.evaluate(moving) == 0


def test_the_navigation_of_a_narrow_page_is_a_drawer(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models", width=400, height=800)
    settle(page)
    page.get_by_role("button", name="Open navigation").click()
    drawer = page.get_by_role("dialog", name="Navigation")
    drawer.get_by_role("link", name="Datasets").click()
    expect(page).to_have_url(re.compile("/datasets$"))
    expect(drawer).to_be_hidden()
    page.goto(f"{study.page}/models/flowers/versions/1")
    page.get_by_role("combobox", name="Version", exact=True).select_option("2")
    expect(page.get_by_role("heading", level=1, name="#2")).to_be_visible()


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelyardServer]:
    """A server that tests may kill, if they start it again."""
    own = ModelyardServer(tmp_path_factory.mktemp("mortal") / "data").start()
    with own.client() as http:
        Workshop(http, "default").upload("colours")
    yield own
    own.stop()


def restart(server: ModelyardServer) -> None:
    """At the same address, where the page looks for it."""
    server.start(port=int(server.url.rsplit(":", 1)[1]))


def test_a_lost_server_is_told_and_found_again(open_page: Callable[..., Page], mortal: ModelyardServer):
    page = open_page("/p/default/datasets/colours", of=mortal)
    settle(page)
    rows = page.get_by_role("table", name="Versions of colours").locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(page.get_by_text(LOST)).to_have_count(0)
    mortal.kill()
    expect(page.get_by_text(LOST)).to_be_visible()
    expect(rows).to_have_count(1)
    restart(mortal)
    expect(page.get_by_text(LOST)).to_be_hidden()
    with mortal.client() as http:
        Workshop(http, "default").upload("colours", "a,b\n1,2\n3,4\n")
    expect(rows).to_have_count(2)


def test_a_page_that_is_opened_while_the_server_is_lost_comes_when_it_is_back(
    open_page: Callable[..., Page], mortal: ModelyardServer
):
    page = open_page("/p/default/datasets", of=mortal, forgiven="Unable to preload CSS")
    settle(page)
    mortal.kill()
    expect(page.get_by_text(LOST)).to_be_visible()
    page.get_by_role("link", name="colours").click()
    expect(page).to_have_url(re.compile("/datasets/colours$"))
    restart(mortal)
    expect(page.get_by_role("table", name="Versions of colours")).to_be_visible()
    expect(page.get_by_text(LOST)).to_be_hidden()


def test_a_page_that_is_not_there_says_so(open_page: Callable[..., Page], project: str):
    page = open_page(f"/p/{project}/nowhere")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    page.goto("/p/no-such-project/models")
    expect(page.get_by_text(re.compile("no-such-project")).first).to_be_visible()
    page.goto(f"/p/{project}/models/no-such-model")
    expect(page.get_by_role("heading", name="There is no model named no-such-model")).to_be_visible()


def test_code_that_is_missing_for_good_is_asked_for_once_more_and_then_told(
    open_page: Callable[..., Page], study: Study
):
    page = open_page(f"{study.page}/models", forgiven="MissingCode")
    settle(page)
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    page.route(re.compile(r"/assets/DatasetsPage-[^/]*\.js$"), lambda route: route.fulfill(status=404, body="gone"))
    page.get_by_role("link", name="Datasets").click()
    expect(page.get_by_role("heading", name="This page could not be shown")).to_be_visible()
    expect(page.get_by_text("A part of the page could not be loaded")).to_be_visible()
    told = len(loads)
    # Longer than it takes to look whether the server is back.
    page.wait_for_timeout(3_000)
    assert len(loads) == told
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1, name="Datasets")).to_be_visible()
