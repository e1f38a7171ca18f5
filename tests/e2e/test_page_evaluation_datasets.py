"""Evaluation datasets: found in their experiment, read record by record, followed to their traces and deleted, live."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.laboratory import Laboratory
from tests.server.traces.traced import Traced
from tests.server.tracking.logged import Logged
from tests.support.browser import column, expect_column, scroll_down_to, settle
from tests.support.server import ModelyardServer


@pytest.fixture
def traced(server: ModelyardServer, http: httpx.Client, project: str) -> Traced:
    """A project of the test's own, to make datasets in."""
    return Traced(Logged(server, http, project))


def table_of(page: Page, name: str = "Records") -> Locator:
    return page.get_by_role("table", name=name)


def rows_of(page: Page, name: str = "Records") -> Locator:
    return table_of(page, name).locator("tbody tr[data-index]")


def drawer_of(page: Page, name: str) -> Locator:
    return page.get_by_role("dialog", name=name, exact=True)


def open_questions(open_page: Callable[..., Page], lab: Laboratory, search: str = "") -> Page:
    page = open_page(f"{lab.page}/evaluation-datasets/{lab.datasets['questions']}{search}")
    settle(page)
    expect(rows_of(page)).to_have_count(3)
    return page


def test_an_experiment_lists_its_evaluation_datasets(open_page: Callable[..., Page], lab: Laboratory):
    page = open_page(f"{lab.page}/experiments/{lab.experiments['churn']}")
    parts = page.get_by_role("navigation", name="Parts of the experiment")
    parts.get_by_role("link", name="Evaluation datasets").click()
    expect(page).to_have_url(re.compile(r"\?tab=datasets$"))
    table = table_of(page, "Evaluation datasets")
    expect(rows_of(page, "Evaluation datasets")).to_have_count(2)
    expect_column(table, "Name", ["questions", "drafts"])
    expect_column(table, "Records", ["3", "0"])
    assert column(table, "Tags")[0] == "stage: golden, team: growth"
    table.get_by_role("button", name="Name").click()
    expect(page).to_have_url(re.compile("sort=name&order=asc"))
    expect(rows_of(page, "Evaluation datasets").first).to_contain_text("drafts")
    page.get_by_role("textbox", name="Filter evaluation datasets").fill("QUEST")
    expect(rows_of(page, "Evaluation datasets")).to_have_count(1)
    page.goto(page.url)
    expect(rows_of(page, "Evaluation datasets")).to_have_count(1)
    page.get_by_role("textbox", name="Filter evaluation datasets").fill("none")
    expect(page.get_by_role("heading", name="No evaluation dataset's name contains “none”")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    rows_of(page, "Evaluation datasets").first.focus()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="questions")).to_be_visible()


def test_a_dataset_leads_back_to_the_experiment_that_one_came_from(open_page: Callable[..., Page], lab: Laboratory):
    page = open_page(f"{lab.page}/experiments/{lab.experiments['prices']}?tab=datasets")
    page.get_by_role("link", name="questions").click()
    crumbs = page.get_by_role("navigation", name="Breadcrumbs")
    expect(crumbs.get_by_role("listitem")).to_have_text(["Experiments", "prices", "Evaluation datasets"])
    page.get_by_role("definition").get_by_role("link", name="churn").click()
    expect(page.get_by_role("heading", level=1, name="churn")).to_be_visible()
    expect(rows_of(page, "Evaluation datasets")).to_have_count(2)
    page.go_back()
    crumbs.get_by_role("link", name="Evaluation datasets").click()
    expect(page.get_by_role("heading", level=1, name="prices")).to_be_visible()
    expect(page.get_by_text("1 dataset", exact=True)).to_be_visible()


def test_an_experiment_without_datasets_says_how_to_make_one(open_page: Callable[..., Page], lab: Laboratory):
    page = open_page(f"{lab.page}/experiments/{lab.experiments['empty']}?tab=datasets")
    expect(page.get_by_role("heading", name="No evaluation datasets yet")).to_be_visible()
    shown = page.get_by_role("tabpanel", name="Python")
    expect(shown).to_contain_text("mlflow.genai.datasets.create_dataset(")
    expect(shown).to_contain_text(f'experiment_id="{lab.experiments["empty"]}"')
    page.goto(f"{lab.page}/evaluation-datasets/{lab.datasets['drafts']}")
    expect(page.get_by_role("heading", name="No records yet")).to_be_visible()
    expect(page.get_by_role("tabpanel", name="Python")).to_contain_text(f'dataset_id="{lab.datasets["drafts"]}"')


def test_records_are_listed_and_opened(open_page: Callable[..., Page], lab: Laboratory):
    page = open_questions(open_page, lab)
    expect_column(table_of(page), "Inputs", ["Who leaves?", "Which month?", "Why?"])
    assert column(table_of(page), "Outputs")[0] == "Nobody leaves."
    assert column(table_of(page), "Source")[1:] == ["Document", "Person"]
    expect(page.get_by_text("3 records", exact=True)).to_be_visible()
    page.get_by_role("link", name="Which month?").click()
    drawer = drawer_of(page, "Record 2 of 3")
    expect(drawer.get_by_role("region", name="Inputs", exact=True)).to_contain_text('"content": "Who left?"')
    expect(drawer.get_by_role("region", name="Expectations", exact=True)).to_contain_text("answers in one line")
    expect(drawer.get_by_role("region", name="Source data", exact=True)).to_contain_text("s3://handbook/churn.pdf")
    expect(drawer.get_by_role("region", name="Outputs", exact=True)).to_have_count(0)
    expect(page).to_have_url(re.compile("record=dr-"))
    page.goto(page.url)
    drawer = drawer_of(page, "Record 2 of 3")
    expect(drawer).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    expect(page).not_to_have_url(re.compile("record="))


def test_one_steps_from_record_to_record_by_keys(open_page: Callable[..., Page], lab: Laboratory):
    page = open_questions(open_page, lab)
    rows_of(page).first.focus()
    page.keyboard.press("Enter")
    expect(drawer_of(page, "Record 1 of 3")).to_be_visible()
    forward = page.get_by_role("button", name="Next record")
    expect(forward).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(drawer_of(page, "Record 3 of 3").get_by_role("region", name="Inputs", exact=True)).to_contain_text('"k": 3')
    expect(forward).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Enter")
    expect(drawer_of(page, "Record 3 of 3")).to_be_visible()
    page.get_by_role("button", name="Previous record").click()
    expect(drawer_of(page, "Record 2 of 3")).to_be_visible()
    page.keyboard.press("Escape")
    expect(rows_of(page).first).to_be_focused()


def test_a_record_leads_to_the_trace_it_was_made_from(open_page: Callable[..., Page], lab: Laboratory):
    page = open_questions(open_page, lab)
    page.get_by_role("link", name="Who leaves?").click()
    drawer_of(page, "Record 1 of 3").get_by_role("link", name=f"Trace {lab.traces['deep'][-8:]}").click()
    expect(page).to_have_url(re.compile(f"/traces/{lab.traces['deep']}$"))
    expect(page.get_by_role("heading", level=1, name="answer")).to_be_visible()


def test_what_is_not_there_is_said(open_page: Callable[..., Page], lab: Laboratory):
    page = open_questions(open_page, lab, "?record=dr-none")
    expect(page.get_by_role("heading", name="There is no such record")).to_be_visible()
    page.goto(f"{lab.page}/evaluation-datasets/d-none")
    expect(page.get_by_role("heading", name="There is no such evaluation dataset")).to_be_visible()


def test_datasets_and_records_appear_without_a_reload(open_page: Callable[..., Page], traced: Traced):
    experiment = traced.logged.experiment("e")
    page = open_page(f"/p/{traced.logged.project}/experiments/{experiment}?tab=datasets")
    expect(page.get_by_role("heading", name="No evaluation datasets yet")).to_be_visible()
    dataset = traced.dataset("faq", experiment)
    page.get_by_role("link", name="faq").click()
    expect(page.get_by_role("heading", name="No records yet")).to_be_visible()
    traced.put_records(dataset, {"inputs": {"question": "Where?"}})
    expect(rows_of(page)).to_have_count(1)
    traced.put_records(dataset, {"inputs": {"question": "Where?"}, "expectations": {"answer": "Here."}})
    expect(rows_of(page).first).to_contain_text("Here.")
    traced.logged.change("DELETE", f"evaluation-datasets/{dataset}")
    expect(page.get_by_role("heading", name="There is no such evaluation dataset")).to_be_visible()


def test_a_dataset_is_deleted_once_its_name_was_typed(open_page: Callable[..., Page], traced: Traced):
    experiment = traced.logged.experiment("e")
    records = [{"inputs": {"question": f"{index}?"}} for index in range(2)]
    dataset = traced.dataset("golden", experiment, records=records)
    page = open_page(f"/p/{traced.logged.project}/evaluation-datasets/{dataset}")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete evaluation dataset").click()
    dialog = page.get_by_role("dialog", name="Delete the evaluation dataset?")
    expect(dialog).to_contain_text("2 records")
    dialog.get_by_role("textbox").fill("golden")
    dialog.get_by_role("button", name="Delete evaluation dataset").click()
    expect(page.get_by_role("heading", name="No evaluation datasets yet")).to_be_visible()
    assert traced.logged.actions("evaluation_dataset")[0] == "evaluation_dataset.deleted"


def test_pages_of_records_are_fetched_as_one_steps_and_scrolls(open_page: Callable[..., Page], traced: Traced):
    records = [{"inputs": {"question": f"question {index:03}"}} for index in range(230)]
    dataset = traced.dataset("many", traced.logged.experiment("e"), records=records)
    listed = traced.logged.read(f"evaluation-datasets/{dataset}/records", limit=100)["items"]
    page = open_page(f"/p/{traced.logged.project}/evaluation-datasets/{dataset}?record={listed[98]['id']}")
    for number in (99, 100, 101):
        expect(drawer_of(page, f"Record {number} of 230")).to_be_visible()
        expect(page.get_by_role("button", name="Next record")).to_have_attribute("aria-disabled", "false")
        page.get_by_role("button", name="Next record").click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("230 records", exact=True)).to_be_visible()
    assert rows_of(page).count() < 80
    scroll_down_to(
        rows_of(page).filter(has_text="question 229"), page.get_by_role("region", name="Records", exact=True)
    )
