"""axe finds nothing and nothing scrolls sideways: on every page, full and empty, light and dark, wide and narrow."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.laboratory import STEPS, Laboratory
from tests.e2e.material import Study
from tests.support.browser import accessibility_faults, overflow, settle

FULL = [
    "models",
    "models/flowers",
    "models/flowers?tab=settings",
    "models/flowers?tab=lineage",
    "models/flowers?tab=lineage&view=list",
    "models/flowers/versions/1",
    "models/flowers/versions/1?tab=training",
    "models/flowers/versions/1?tab=evaluation",
    "models/houses/versions/1?tab=evaluation",
    "models/flowers/versions/1?tab=explain",
    "models/flowers/versions/2?tab=config",
    "models/flowers/versions/2?tab=config&config=diff",
    "models/flowers/versions/1?tab=files",
    "models/flowers/versions/1?tab=events",
    "models/flowers/versions/2?tab=diff",
    "models/flowers/versions/2?tab=diff&lines=side",
    "models/flowers/versions/2?tab=lineage",
    "models/flowers/versions/3",
    "models/sold/versions/1",
    "models/flowers/compare?v=1,2",
    "models/new?dataset=flowers&target=species",
    "models/flowers/new?from=1",
    "datasets",
    "datasets/flowers",
    "datasets/flowers/versions/1",
    "datasets/flowers/versions/1?column=colour",
    "datasets/flowers/versions/1?tab=rows",
    "datasets/flowers/versions/1?tab=uses",
    "engines",
    "activity",
    "settings",
]
EMPTY = [
    "models",
    "models/new",
    "models/bare",
    "models/bare/compare",
    "models/bare/versions/1",
    "models/none",
    "datasets",
    "datasets/none",
    "datasets/tiny/versions/1?tab=uses",
    "experiments",
    "experiments?state=deleted",
    "runs",
    "runs/none",
    "traces/none",
    "evaluation-datasets/none",
    "runs/compare",
    "activity?name=nothing",
    "nowhere",
]


def check(page: Page) -> None:
    """Wide and light, then narrow and dark."""
    settle(page)
    assert accessibility_faults(page) == []
    page.set_viewport_size({"width": 400, "height": 800})
    page.emulate_media(color_scheme="dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(17, 21, 25)")
    settle(page)
    assert overflow(page) == 0
    assert accessibility_faults(page) == []


def test_what_is_wrong_is_found(open_page: Callable[..., Page]):
    page = open_page("/projects")
    settle(page)
    page.locator("h1").evaluate(
        "it => it.insertAdjacentHTML('afterend', '<p style=color:#ccc>pale</p><img src=data:,>')"
    )
    assert {fault.split(":")[0] for fault in accessibility_faults(page)} == {"color-contrast", "image-alt"}


@pytest.mark.parametrize("place", FULL)
def test_a_full_page_is_accessible(walk_to: Callable[[str], Page], study: Study, place: str):
    page = walk_to(f"{study.page}/{place}")
    check(page)


LOGGED = [
    "experiments",
    "experiments/{churn}",
    "experiments/{churn}?open={sweep}&selected={one},{two}",
    "experiments/{churn}?filter=metrics.loss%20%3E%3C%201",
    "experiments/{churn}?filter=metrics.loss%20%3C%200",
    "experiments/{empty}",
    "experiments/{churn}?tab=traces",
    "experiments/{churn}?tab=traces&selected={deep}",
    "experiments/{churn}?tab=traces&filter=status%20%3E%3C%201",
    "experiments/{empty}?tab=traces",
    "experiments/{churn}?tab=datasets",
    "experiments/{empty}?tab=datasets",
    "evaluation-datasets/{questions}",
    "evaluation-datasets/{drafts}",
    "traces/{deep}",
    "traces/{deep}?part=attributes&span={step}",
    "traces/{deep}?part=events&span={broken}",
    "traces/{bare}",
    "runs/{one}?tab=traces",
    "runs/{two}?tab=traces",
    "runs?experiment={churn},{prices}",
    "runs/{one}",
    "runs/{one}?tab=metrics",
    "runs/{one}?tab=artifacts",
    "runs/{one}?tab=artifacts&path=README.md",
    "runs/{one}?tab=artifacts&path=tables/people.csv",
    "runs/{one}?tab=artifacts&path=plots/wave.png",
    "runs/{one}?tab=artifacts&path=long.txt",
    "runs/{one}?tab=models",
    "runs/{two}?tab=artifacts",
    "runs/{sweep}",
    "runs/compare?run={one},{two},{sweep}",
    "runs/compare?run={one},{two},{sweep}&tab=parallel&color=metrics.loss",
    "runs/compare?run={one},{two},{sweep}&tab=scatter",
    "runs/compare?run={one},{two},{sweep}&tab=curves",
]


@pytest.mark.parametrize("place", LOGGED)
def test_a_page_of_runs_is_accessible(walk_to: Callable[[str], Page], lab: Laboratory, place: str):
    runs = {"one": lab.runs["tree-19"], "two": lab.runs["tree-18"], "sweep": lab.runs["sweep"]}
    spans = {"step": STEPS[2].id, "broken": STEPS[3].id}
    page = walk_to(f"{lab.page}/{place.format(**runs, **spans, **lab.experiments, **lab.traces, **lab.datasets)}")
    check(page)


@pytest.fixture(scope="session")
def bare(study: Study) -> str:
    """A project with next to nothing in it."""
    http = study.workshop.http
    http.post("projects", json={"name": "bare"}).raise_for_status()
    http.post("projects/bare/models", json={"name": "bare"}).raise_for_status()
    return "/p/bare"


@pytest.mark.parametrize("place", EMPTY)
def test_an_empty_page_is_accessible(walk_to: Callable[[str], Page], bare: str, place: str):
    page = walk_to(f"{bare}/{place}")
    check(page)


def test_the_list_of_projects_is_accessible(walk_to: Callable[[str], Page], bare: str):
    page = walk_to("/projects")
    check(page)


def open_upload(page: Page) -> Locator:
    page.get_by_role("button", name="Upload dataset").first.click()
    return page.get_by_role("dialog", name="Upload a dataset")


def open_deletion(page: Page) -> Locator:
    page.get_by_role("button", name=re.compile("Delete project")).click()
    return page.get_by_role("dialog", name=re.compile("^Delete"))


def open_search(page: Page) -> Locator:
    page.keyboard.press("Control+k")
    page.get_by_role("textbox", name="Search models, versions, runs, datasets and experiments").fill("flow")
    return page.get_by_role("button").filter(has_text=re.compile("^flowers")).first


def open_row_menu(page: Page) -> Locator:
    page.get_by_role("button", name="Actions for flowers/1").click()
    return page.get_by_role("menuitem", name="Archive")


def open_status_filter(page: Page) -> Locator:
    page.get_by_role("button", name="Status: Any status").click()
    page.get_by_role("menuitemcheckbox", name="Ready").click()
    return page.get_by_role("menuitemcheckbox", name="Ready", checked=True)


def open_columns(page: Page) -> Locator:
    page.get_by_role("button", name="Choose columns").click()
    return page.get_by_role("checkbox", name="Trainer")


def open_selection(page: Page) -> Locator:
    page.get_by_role("checkbox", name="Select all rows").check()
    return page.get_by_role("toolbar", name="Selected rows")


def open_completions(page: Page) -> Locator:
    page.get_by_role("textbox", name="Filter runs").fill("acc")
    return page.get_by_role("option", name="metrics.accuracy")


def open_many_columns(page: Page) -> Locator:
    page.get_by_role("button", name="Choose columns").click()
    return page.get_by_role("checkbox", name="learning_rate")


def open_experiments(page: Page) -> Locator:
    page.get_by_role("button", name="Runs of: All experiments").click()
    return page.get_by_role("checkbox", name="prices")


def open_registration(page: Page) -> Locator:
    page.get_by_role("checkbox", name="Select tree-19").check()
    page.get_by_role("button", name="Register").click()
    return page.get_by_role("combobox", name="Register as")


@pytest.mark.parametrize("opening", [open_completions, open_many_columns, open_experiments, open_registration])
def test_what_opens_over_a_table_of_runs_is_accessible(
    open_page: Callable[..., Page], lab: Laboratory, opening: Callable[[Page], Locator]
):
    page = open_page(f"{lab.page}/runs", dark=True)
    settle(page)
    check_open(page, opening)


def open_record(page: Page) -> Locator:
    page.get_by_role("link", name="Who leaves?").click()
    return page.get_by_role("dialog", name=re.compile("^Record 1 of 3"))


def open_missing_record(page: Page) -> Locator:
    page.goto(f"{page.url}?record=none")
    return page.get_by_role("heading", name="There is no such record")


@pytest.mark.parametrize("opening", [open_record, open_missing_record])
def test_a_record_beside_its_table_is_accessible(
    open_page: Callable[..., Page], lab: Laboratory, opening: Callable[[Page], Locator]
):
    page = open_page(f"{lab.page}/evaluation-datasets/{lab.datasets['questions']}", dark=True)
    settle(page)
    check_open(page, opening)


def open_preprocessing(page: Page) -> Locator:
    page.get_by_role("button", name=re.compile("Preprocessing of petal")).click()
    return page.get_by_role("dialog", name="Preprocessing of petal")


def open_problem(page: Page) -> Locator:
    page.get_by_role("textbox", name="Learning rate").fill("-1")
    return page.get_by_role("list", name="Problems of the config")


@pytest.mark.parametrize(
    ("place", "opening"),
    [
        ("datasets", open_upload),
        ("settings", open_deletion),
        ("engines", open_search),
        ("models/flowers", open_row_menu),
        ("models/flowers", open_status_filter),
        ("models/flowers", open_columns),
        ("models/flowers", open_selection),
        ("models/new?dataset=flowers&target=species", open_preprocessing),
        ("models/new?dataset=flowers&target=species", open_problem),
    ],
)
def test_what_opens_over_a_page_is_accessible(
    open_page: Callable[..., Page], study: Study, place: str, opening: Callable[[Page], Locator]
):
    page = open_page(f"{study.page}/{place}", dark=True)
    settle(page)
    check_open(page, opening)


def check_open(page: Page, opening: Callable[[Page], Locator]) -> None:
    expect(opening(page)).to_be_visible()
    settle(page)
    # A menu hangs at the end of the document, outside of every landmark, as menus do.
    assert [fault for fault in accessibility_faults(page) if not fault.startswith("region:")] == []
