"""Traces: found in their experiment and their run, looked at span by span, judged, tagged and deleted, live."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.laboratory import STEPS, Laboratory
from tests.server.traces.traced import Step, Traced
from tests.server.tracking.logged import Logged
from tests.support.browser import expect_column, scroll_down_to, settle
from tests.support.server import ModelyardServer


@pytest.fixture
def traced(server: ModelyardServer, http: httpx.Client, project: str) -> Traced:
    """A project of the test's own, to log in."""
    return Traced(Logged(server, http, project))


def table_of(page: Page) -> Locator:
    return page.get_by_role("table", name="Traces")


def rows_of(page: Page) -> Locator:
    return table_of(page).locator("tbody tr[data-index]")


def open_traces(open_page: Callable[..., Page], lab: Laboratory, search: str = "") -> Page:
    page = open_page(f"{lab.page}/experiments/{lab.experiments['churn']}?tab=traces{search}")
    settle(page)
    expect(rows_of(page).first).to_be_visible()
    return page


def open_trace(open_page: Callable[..., Page], lab: Laboratory, name: str = "deep", search: str = "") -> Page:
    page = open_page(f"{lab.page}/traces/{lab.traces[name]}{search}")
    settle(page)
    return page


def span(page: Page, name: str) -> Locator:
    return page.get_by_role("treeitem", name=re.compile(f"^{name},"))


def test_an_experiment_lists_its_traces(open_page: Callable[..., Page], lab: Laboratory):
    page = open_page(f"{lab.page}/experiments/{lab.experiments['churn']}")
    page.get_by_role("navigation", name="Parts of the experiment").get_by_role("link", name="Traces").click()
    expect(page).to_have_url(re.compile(r"\?tab=traces$"))
    expect(rows_of(page)).to_have_count(3)
    expect_column(table_of(page), "Request", ["Who leaves?", "Why?", "Anybody there?"])
    expect_column(table_of(page), "State", ["OK", "Error", "In progress"])
    expect_column(table_of(page), "Duration", ["1.5s", "500ms", "1.5s"])
    first = rows_of(page).first
    expect(first).to_contain_text("Nobody.")
    expect(first).to_contain_text(re.compile(r"correct\s*yes"))
    rows_of(page).nth(1).focus()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="answer")).to_be_visible()
    page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link", name="Traces").click()
    expect(rows_of(page)).to_have_count(3)


def test_traces_are_sorted_and_filtered_by_the_server(open_page: Callable[..., Page], lab: Laboratory):
    page = open_traces(open_page, lab)
    table_of(page).get_by_role("button", name="Name").click()
    expect(page).to_have_url(re.compile("sort=name&order=asc"))
    expect(rows_of(page).nth(1)).to_contain_text("Anybody there?")
    field = page.get_by_role("textbox", name="Filter traces")
    field.click()
    page.keyboard.type("feedb")
    page.get_by_role("option", name="feedback.correct").click()
    page.keyboard.type("= 'true'")
    page.keyboard.press("Enter")
    expect(rows_of(page)).to_have_count(1)
    expect(page.get_by_text("1 trace", exact=True)).to_be_visible()
    page.goto(page.url)
    expect(field).to_have_value("feedback.correct = 'true'")
    field.fill("name = 'none'")
    field.press("Enter")
    expect(page.get_by_role("heading", name="No trace matches the filter")).to_be_visible()
    field.fill("status >< 'OK'")
    field.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="character 9")).to_contain_text("status >< 'OK'\n        ^")
    page.get_by_role("button", name="Clear the filter").last.click()
    expect(rows_of(page)).to_have_count(3)


def test_an_experiment_without_traces_says_how_to_log_one(open_page: Callable[..., Page], lab: Laboratory):
    page = open_page(f"{lab.page}/experiments/{lab.experiments['empty']}?tab=traces")
    expect(page.get_by_role("heading", name="No traces yet")).to_be_visible()
    expect(page.get_by_role("tabpanel", name="Python")).to_contain_text("@mlflow.trace")
    expect(page.get_by_role("tabpanel", name="Python")).to_contain_text('set_experiment("empty")')


def test_a_trace_shows_its_spans_one_by_one(open_page: Callable[..., Page], lab: Laboratory):
    page = open_trace(open_page, lab)
    expect(page.get_by_role("treeitem")).to_have_count(len(STEPS))
    shown = page.get_by_role("region", name="Span answer")
    expect(shown.get_by_role("region", name="Inputs", exact=True)).to_contain_text('"question": "Who leaves?"')
    expect(shown.get_by_role("region", name="Outputs", exact=True)).to_contain_text("Nobody.")
    span(page, "look up").click()
    expect(page).to_have_url(re.compile(f"span={STEPS[2].id}"))
    shown = page.get_by_role("region", name="Span look up")
    expect(shown).to_contain_text("Retriever · 400ms · after 200ms")
    shown.get_by_role("link", name="Attributes (1)").click()
    expect(page.get_by_role("table", name="Attributes").get_by_role("row", name="top_k")).to_contain_text("3")
    page.goto(page.url)
    expect(page.get_by_role("table", name="Attributes")).to_be_visible()
    expect(span(page, "look up")).to_have_attribute("aria-selected", "true")
    expect(span(page, "speak")).to_have_accessible_name("speak, Chat model, 700ms, failed")
    span(page, "speak").click()
    shown = page.get_by_role("region", name="Span speak")
    shown.get_by_role("link", name="Events (1)").click()
    expect(shown).to_contain_text("ValueError: no voice")


def test_the_tree_of_spans_is_walked_by_keys(open_page: Callable[..., Page], lab: Laboratory):
    page = open_trace(open_page, lab)
    page.get_by_role("tree", name="Spans").focus()
    page.keyboard.press("ArrowDown")
    expect(span(page, "plan")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowLeft")
    expect(span(page, "plan")).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("treeitem")).to_have_count(2)
    expect(page).to_have_url(re.compile(f"closed={STEPS[1].id}"))
    page.goto(page.url)
    expect(page.get_by_role("treeitem")).to_have_count(2)
    page.get_by_role("tree", name="Spans").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("treeitem")).to_have_count(4)
    page.keyboard.press("ArrowRight")
    expect(span(page, "look up")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("End")
    expect(span(page, "speak")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowLeft")
    expect(span(page, "plan")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Home")
    expect(span(page, "answer")).to_have_attribute("aria-selected", "true")


def test_a_trace_leads_to_its_run_its_session_and_the_spans_that_were_judged(
    open_page: Callable[..., Page], lab: Laboratory
):
    page = open_trace(open_page, lab)
    expect(page.get_by_text("400 in, 50 out")).to_be_visible()
    items = page.get_by_role("list", name="Assessments").get_by_role("listitem")
    expect(items).to_have_count(3)
    expect(items.nth(0)).to_contain_text("page 2")
    expect(items.nth(1)).to_contain_text("Nobody left.")
    expect(items.nth(2)).to_contain_text("overridden")
    items.nth(0).get_by_role("link", name="look up").click()
    expect(page.get_by_role("region", name="Span look up")).to_be_visible()
    page.get_by_role("link", name="session-1").click()
    expect(page.get_by_role("textbox", name="Filter traces")).to_have_value(
        "metadata.`mlflow.trace.session` = 'session-1'"
    )
    expect(rows_of(page)).to_have_count(1)
    page.go_back()
    page.get_by_role("link", name="tree-19").click()
    expect(page.get_by_role("heading", level=1, name="tree-19")).to_be_visible()
    expect(rows_of(page)).to_have_count(1)
    page.get_by_role("navigation", name="Parts of the run").get_by_role("link", name="Overview").click()
    expect(page).to_have_url(re.compile(f"/runs/{lab.runs['tree-19']}$"))


def test_a_trace_without_spans_shows_what_its_client_said(open_page: Callable[..., Page], lab: Laboratory):
    page = open_trace(open_page, lab, "bare")
    expect(page.get_by_role("region", name="Request", exact=True)).to_contain_text("Anybody there?")
    expect(page.get_by_role("region", name="Response", exact=True)).to_contain_text("None.")


def test_tags_are_edited_in_place(open_page: Callable[..., Page], traced: Traced):
    trace = traced.trace(traced.logged.experiment("e"), tags={"old": "1"})
    page = open_page(f"/p/{traced.logged.project}/traces/{trace}")
    page.get_by_role("button", name="Add tag").click()
    page.get_by_role("textbox", name="Name of the tag").fill("team")
    page.get_by_role("textbox", name="Value of the tag").fill("growth")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("button", name="Delete tag team")).to_be_visible()
    page.get_by_role("button", name="Delete tag old").click()
    expect(page.get_by_role("button", name="Delete tag old")).to_have_count(0)
    tags = traced.logged.read(f"traces/{trace}")["tags"]
    assert (tags["team"], "old" in tags) == ("growth", False)


def test_traces_are_deleted_once_it_was_typed(open_page: Callable[..., Page], traced: Traced):
    experiment = traced.logged.experiment("e")
    for index in range(3):
        traced.trace(experiment, f"question {index}", at_ms=1_790_000_000_000 + index)
    page = open_page(f"/p/{traced.logged.project}/experiments/{experiment}?tab=traces")
    expect(rows_of(page)).to_have_count(3)
    for index in range(2):
        rows_of(page).nth(index).get_by_role("checkbox").check()
    page.get_by_role("toolbar", name="Selected rows").get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete 2 traces?")
    expect(dialog).to_contain_text("answer: question 2")
    dialog.get_by_role("textbox").fill("2 traces")
    dialog.get_by_role("button", name="Delete 2 traces").click()
    expect(rows_of(page)).to_have_count(1)
    page.get_by_role("link", name="question 0").click()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete trace").click()
    dialog = page.get_by_role("dialog", name="Delete 1 trace?")
    dialog.get_by_role("textbox").fill("1 trace")
    dialog.get_by_role("button", name="Delete 1 trace").click()
    expect(page.get_by_role("heading", name="No traces yet")).to_be_visible()


def test_traces_appear_without_a_reload(open_page: Callable[..., Page], traced: Traced):
    experiment = traced.logged.experiment("e")
    run = traced.logged.run(experiment, status=None)
    page = open_page(f"/p/{traced.logged.project}/experiments/{experiment}?tab=traces")
    expect(page.get_by_role("heading", name="No traces yet")).to_be_visible()
    first = traced.trace(experiment, "one", at_ms=1000, metadata={"mlflow.sourceRun": run})
    expect(rows_of(page)).to_have_count(1)
    traced.assess(first, "correct", feedback={"value": True})
    expect(rows_of(page).first).to_contain_text(re.compile(r"correct\s*yes"))
    traced.trace(experiment, "two", at_ms=2000, state="ERROR")
    expect(rows_of(page)).to_have_count(2)
    expect(rows_of(page).first).to_contain_text("two")
    page.goto(f"/p/{traced.logged.project}/runs/{run}?tab=traces")
    expect(rows_of(page)).to_have_count(1)
    traced.trace(experiment, "three", at_ms=3000, metadata={"mlflow.sourceRun": run})
    expect(rows_of(page)).to_have_count(2)
    page.goto(f"/p/{traced.logged.project}/traces/{first}")
    expect(page.get_by_role("list", name="Assessments").get_by_role("listitem")).to_have_count(1)
    traced.assess(first, "tone", feedback={"value": "calm"})
    expect(page.get_by_role("list", name="Assessments").get_by_role("listitem")).to_have_count(2)
    traced.logged.change("POST", "traces/delete", {"ids": [first]})
    expect(page.get_by_role("heading", name="There is no such trace")).to_be_visible()


def test_pages_are_fetched_as_one_scrolls(open_page: Callable[..., Page], traced: Traced):
    experiment = traced.logged.experiment("many")
    for index in range(130):
        traced.trace(experiment, f"question {index:03}", at_ms=1_790_000_000_000 + index)
    page = open_page(f"/p/{traced.logged.project}/experiments/{experiment}?tab=traces")
    expect(rows_of(page).first).to_contain_text("question 129")
    assert rows_of(page).count() < 80
    scroll_down_to(rows_of(page).filter(has_text="question 000"), page.get_by_role("region", name="Traces", exact=True))


def test_a_trace_of_very_many_spans_draws_those_that_are_seen(open_page: Callable[..., Page], traced: Traced):
    experiment = traced.logged.experiment("wide")
    steps = (Step("top", 0, 1000), *(Step(f"step {index:04}", index, index + 1, "top") for index in range(900)))
    trace = traced.trace(experiment, steps=steps)
    page = open_page(f"/p/{traced.logged.project}/traces/{trace}")
    settle(page)
    expect(page.get_by_role("heading", name="901 spans")).to_be_visible()
    assert page.get_by_role("treeitem").count() < 100
    page.get_by_role("tree", name="Spans").focus()
    page.keyboard.press("End")
    expect(span(page, "step 0899")).to_be_in_viewport()
    expect(page.get_by_role("region", name="Span step 0899")).to_be_visible()
