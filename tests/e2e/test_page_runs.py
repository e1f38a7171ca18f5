"""Experiments and tables of runs: found, chosen, nested, deleted and restored, live."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.laboratory import BEGIN_MS, HOUR_MS, Laboratory
from tests.server.tracking.logged import Logged
from tests.support.browser import accessibility_faults, column, scroll_down_to, settle
from tests.support.server import ModelyardServer


@pytest.fixture
def logged(server: ModelyardServer, http: httpx.Client, project: str) -> Logged:
    """A project of the test's own, to log in."""
    return Logged(server, http, project)


def runs_of(page: Page) -> Locator:
    return page.get_by_role("table", name="Runs")


def rows_of(page: Page) -> Locator:
    return runs_of(page).locator("tbody tr[data-index]")


def names(page: Page) -> list[str]:
    """The names in the table, without the number of runs that are nested in each."""
    return [text.split("\n")[0] for text in column(runs_of(page), "Name")]


def open_churn(open_page: Callable[..., Page], lab: Laboratory, search: str = "", **options: object) -> Page:
    page = open_page(f"{lab.page}/experiments/{lab.experiments['churn']}{search}", **options)
    settle(page)
    expect(rows_of(page).first).to_be_visible()
    return page


def test_an_experiment_is_made_renamed_deleted_and_restored(open_page: Callable[..., Page], project: str):
    page = open_page(f"/p/{project}/experiments")
    expect(page.get_by_role("heading", name="No experiments yet")).to_be_visible()
    expect(page.get_by_role("tabpanel", name="Python")).to_contain_text(f'/projects/{project}")')
    page.get_by_role("button", name="New experiment").first.click()
    dialog = page.get_by_role("dialog", name="New experiment")
    dialog.get_by_role("button", name="Create experiment").click()
    expect(dialog.get_by_text("Give it a name.")).to_be_visible()
    dialog.get_by_label("Name").fill("Who leaves?")
    dialog.get_by_role("button", name="Create experiment").click()
    expect(page.get_by_role("heading", level=1, name="Who leaves?")).to_be_visible()
    expect(page.get_by_role("heading", name="No runs yet")).to_be_visible()
    page.get_by_role("button", name="Rename the experiment").click()
    page.get_by_role("textbox", name="Name of the experiment").fill("churn")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="churn")).to_be_visible()
    page.get_by_role("link", name="Experiments").last.click()
    table = page.get_by_role("table", name="Experiments")
    page.get_by_role("button", name="Actions for churn").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.get_by_role("heading", name="No experiments yet")).to_be_visible()
    expect(page.get_by_text("churn deleted")).to_be_visible()
    page.goto(f"/p/{project}/experiments?state=deleted")
    table.get_by_role("checkbox", name="Select churn").check()
    page.get_by_role("toolbar", name="Selected rows").get_by_role("button", name="Restore").click()
    expect(page.get_by_role("heading", name="No deleted experiments")).to_be_visible()
    page.get_by_text("Active", exact=True).click()
    expect(table.get_by_role("link", name="churn")).to_be_visible()


def test_an_experiment_of_the_same_name_is_refused_in_the_form(open_page: Callable[..., Page], logged: Logged):
    logged.experiment("churn")
    page = open_page(f"/p/{logged.project}/experiments")
    page.get_by_role("button", name="New experiment").click()
    dialog = page.get_by_role("dialog", name="New experiment")
    dialog.get_by_label("Name").fill("churn")
    dialog.get_by_role("button", name="Create experiment").click()
    expect(dialog.get_by_text("An experiment of this name exists already.")).to_be_visible()


def test_runs_are_sorted_and_filtered_by_the_server(open_page: Callable[..., Page], lab: Laboratory):
    page = open_churn(open_page, lab, "?flat=1")
    assert names(page)[:3] == ["going-on", "trial-2", "trial-1"]
    expect(page.get_by_text("25 runs", exact=True)).to_be_visible()
    runs_of(page).get_by_role("button", name="accuracy").click()
    expect(page).to_have_url(re.compile(r"sort=metrics\.accuracy&order=desc"))
    expect(runs_of(page).get_by_role("columnheader", name="accuracy")).to_have_attribute("aria-sort", "descending")
    expect(rows_of(page).first).to_contain_text("0.9000")
    runs_of(page).get_by_role("button", name="accuracy").click()
    expect(rows_of(page).first).to_contain_text("0.7500")
    runs_of(page).get_by_role("button", name="Duration").click()
    expect(runs_of(page).get_by_role("columnheader", name="Duration")).to_have_attribute("aria-sort", "descending")
    field = page.get_by_role("textbox", name="Filter runs")
    field.fill("params.depth = '8' AND metrics.loss < 0.1")
    field.press("Enter")
    expect(rows_of(page)).to_have_count(2)
    assert sorted(names(page)) == ["tree-06", "tree-13"]
    expect(page.get_by_text("2 runs", exact=True)).to_be_visible()
    page.goto(page.url)
    expect(field).to_have_value("params.depth = '8' AND metrics.loss < 0.1")


def test_a_wrong_filter_is_pointed_at(open_page: Callable[..., Page], lab: Laboratory):
    page = open_churn(open_page, lab)
    field = page.get_by_role("textbox", name="Filter runs")
    field.fill("metrics.loss >< 1")
    field.press("Enter")
    alert = page.get_by_role("alert").filter(has_text="character 15")
    expect(alert).to_contain_text("metrics.loss >< 1\n              ^")
    expect(field).to_have_attribute("aria-invalid", "true")
    # The runs of before stay, with their number.
    expect(rows_of(page)).not_to_have_count(0)
    expect(page.get_by_text("25 runs", exact=True)).to_be_visible()
    page.get_by_role("button", name="Clear the filter").last.click()
    expect(alert).to_be_hidden()
    expect(rows_of(page)).not_to_have_count(0)


def test_a_filter_is_completed_by_keys(open_page: Callable[..., Page], lab: Laboratory):
    page = open_churn(open_page, lab)
    field = page.get_by_role("textbox", name="Filter runs")
    field.click()
    page.keyboard.type("acc")
    expect(page.get_by_role("option", name="metrics.accuracy")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("metrics.accuracy ")
    expect(page.get_by_role("option", name=">=", exact=True)).to_be_visible()
    page.keyboard.type(">= 0.89 ")
    expect(page.get_by_role("option", name="AND", exact=True)).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("filter=metrics.accuracy"))
    expect(rows_of(page)).to_have_count(3)


def test_charts_beside_the_table_draw_the_filtered_runs_by_group(open_page: Callable[..., Page], lab: Laboratory):
    page = open_churn(open_page, lab, "?filter=params.depth+IN+('2','3')+AND+attributes.status+%3D+'FINISHED'")
    heads = runs_of(page).get_by_role("columnheader")
    expect(heads.filter(has_text="depth")).to_be_visible()
    # The same in all of them.
    expect(heads.filter(has_text="kind")).to_have_count(0)
    shown = rows_of(page).count()
    page.get_by_role("button", name="Charts").click()
    panel = page.get_by_role("complementary", name="Charts of the runs")
    panel.get_by_role("button", name="loss: show as a table", exact=True).click()
    lines = panel.get_by_role("region", name="loss as a table", exact=True)
    expect(lines.get_by_role("columnheader")).to_have_count(1 + shown)
    page.goto(f"{page.url}&group=depth")
    panel.get_by_role("button", name="loss by depth: mean ± standard deviation: show as a table", exact=True).click()
    means = panel.get_by_role("region", name="loss by depth: mean ± standard deviation as a table", exact=True)
    expect(means.get_by_role("columnheader")).to_contain_text(["step", "2 (4 runs)", "3 (4 runs)"])
    # Of 1 + 0.000, 0.007, 0.014 and 0.042: the runs of depth 2.
    expect(means.get_by_role("row").nth(1)).to_contain_text("1.016")


def test_nested_runs_stand_under_their_parent(open_page: Callable[..., Page], lab: Laboratory):
    page = open_churn(open_page, lab)
    assert names(page)[:3] == ["going-on", "sweep", "tree-19"]
    page.get_by_role("button", name="Show 3 nested runs of sweep").click()
    expect(rows_of(page).nth(2)).to_contain_text("trial-2")
    assert names(page)[:6] == ["going-on", "sweep", "trial-2", "trial-1", "trial-0", "tree-19"]
    page.goto(page.url)
    expect(rows_of(page).nth(2)).to_contain_text("trial-2")
    rows_of(page).nth(1).focus()
    page.keyboard.press("ArrowLeft")
    expect(rows_of(page).nth(2)).to_contain_text("tree-19")
    page.keyboard.press("ArrowRight")
    expect(rows_of(page).nth(2)).to_contain_text("trial-2")
    page.get_by_role("switch", name="Nest runs").click()
    expect(rows_of(page).nth(1)).to_contain_text("trial-2")
    expect(page.get_by_role("button", name=re.compile("nested runs of sweep"))).to_have_count(0)


def test_columns_are_chosen_among_many_and_remembered(open_page: Callable[..., Page], lab: Laboratory):
    page = open_churn(open_page, lab)
    page.get_by_role("button", name="Choose columns").click()
    chooser = page.get_by_role("dialog", name="Columns")
    chooser.get_by_role("textbox", name="Find a column").fill("team")
    chooser.get_by_role("checkbox", name="team").check()
    chooser.get_by_role("textbox", name="Find a column").fill("")
    # One that is the same in all runs is hidden at first.
    chooser.get_by_role("button", name="Show all params").click()
    chooser.get_by_role("button", name="Hide all params").click()
    page.keyboard.press("Escape")
    heads = runs_of(page).get_by_role("columnheader")
    expect(heads.filter(has_text="team")).to_be_visible()
    expect(heads.filter(has_text="depth")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"columns=.*tags\.team"))
    page.goto(f"{lab.page}/experiments/{lab.experiments['churn']}")
    expect(heads.filter(has_text="team")).to_be_visible()
    expect(page).to_have_url(re.compile(r"columns=.*tags\.team"))


def test_of_very_many_columns_those_in_view_are_drawn(open_page: Callable[..., Page], logged: Logged):
    experiment = logged.experiment("wide")
    keys = [f"metric_{number:02}" for number in range(80)]
    for run in range(2):
        values = {key: float(run + number) for number, key in enumerate(keys)}
        logged.run(experiment, tags={"mlflow.runName": f"run-{run}"}, metrics=values)
    columns = ",".join(f"metrics.{key}" for key in keys)
    page = open_page(f"/p/{logged.project}/experiments/{experiment}?columns={columns}")
    heads = runs_of(page).get_by_role("columnheader")
    expect(heads.filter(has_text="metric_00")).to_be_visible()
    expect(runs_of(page)).to_have_attribute("aria-colcount", "82")
    assert heads.count() < 30
    expect(heads.filter(has_text="metric_79")).to_have_count(0)

    page.get_by_role("region", name="Runs").evaluate("it => it.scrollTo(it.scrollWidth, 0)")
    last = heads.filter(has_text="metric_79")
    expect(last).to_be_in_viewport(ratio=1)
    expect(last).to_have_attribute("aria-colindex", "82")
    expect(heads.filter(has_text="metric_00")).to_have_count(0)
    last.get_by_role("button").click()
    expect(page).to_have_url(re.compile(r"sort=metrics\.metric_79&order=desc"))
    expect(rows_of(page).first.get_by_role("cell").last).to_have_text("80.00")
    expect(page.get_by_role("link", name="run-1")).to_be_in_viewport(ratio=1)
    assert accessibility_faults(page) == []

    page.get_by_role("region", name="Runs").evaluate("it => it.scrollTo(0, 0)")
    expect(heads.filter(has_text="metric_00")).to_be_in_viewport(ratio=1)


def test_runs_of_several_experiments_stand_in_one_table(open_page: Callable[..., Page], lab: Laboratory):
    page = open_churn(open_page, lab)
    page.get_by_role("button", name="Runs of: 1 experiment").click()
    chooser = page.get_by_role("dialog", name="Runs of: 1 experiment")
    chooser.get_by_role("checkbox", name="prices").check()
    chooser.get_by_role("button", name="Show runs").click()
    expect(page).to_have_url(re.compile(r"/runs\?experiment=\d+,\d+"))
    settle(page)
    expect(page.get_by_text("28 runs", exact=True)).to_be_visible()
    assert set(column(runs_of(page), "Experiment")) == {"churn", "prices"}
    expect(rows_of(page).filter(has_text="price-1")).to_contain_text("Failed")
    page.goto(f"{lab.page}/experiments")
    settle(page)
    for name in ("churn", "prices"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    page.get_by_role("toolbar", name="Selected rows").get_by_role("link", name="Show runs").click()
    expect(page.get_by_text("28 runs", exact=True)).to_be_visible()


def test_runs_are_deleted_with_a_way_back(open_page: Callable[..., Page], logged: Logged):
    experiment = logged.experiment("short")
    for name in ("one", "two", "three"):
        logged.run(experiment, tags={"mlflow.runName": name})
    page = open_page(f"/p/{logged.project}/experiments/{experiment}")
    expect(rows_of(page)).to_have_count(3)
    for name in ("one", "two"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    bar = page.get_by_role("toolbar", name="Selected rows")
    expect(bar).to_contain_text("2 selected")
    bar.get_by_role("button", name="Delete").click()
    expect(rows_of(page)).to_have_count(1)
    expect(page.get_by_text("2 runs deleted")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(rows_of(page)).to_have_count(3)
    page.get_by_role("checkbox", name="Select two").check()
    bar.get_by_role("button", name="Delete").click()
    expect(rows_of(page)).to_have_count(2)
    page.get_by_text("Deleted", exact=True).click()
    expect(rows_of(page)).to_have_count(1)
    expect(rows_of(page).first).to_contain_text("two")
    page.get_by_role("checkbox", name="Select two").check()
    bar.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("heading", name="No deleted runs")).to_be_visible()


def test_what_is_logged_appears_without_a_reload(open_page: Callable[..., Page], logged: Logged):
    experiment = logged.experiment("live")
    first = logged.run(experiment, status=None, tags={"mlflow.runName": "first"}, metrics={"loss": 0.5})
    page = open_page(f"/p/{logged.project}/experiments/{experiment}")
    expect(rows_of(page)).to_have_count(1)
    expect(rows_of(page).first).to_contain_text("0.5000")
    logged.mlflow("runs/log-metric", run_id=first, key="loss", value=0.25, timestamp=5, step=9)
    expect(rows_of(page).first).to_contain_text("0.2500")
    logged.mlflow("runs/update", run_id=first, status="FINISHED", end_time=9000)
    expect(rows_of(page).first).to_contain_text("Finished")
    logged.run(experiment, started_at=2000, tags={"mlflow.runName": "second"})
    expect(rows_of(page)).to_have_count(2)
    expect(rows_of(page).first).to_contain_text("second")
    expect(page.get_by_text("2 runs", exact=True)).to_be_visible()


def test_nested_runs_appear_under_an_open_parent(open_page: Callable[..., Page], logged: Logged):
    experiment = logged.experiment("nest")
    parent = logged.run(experiment, tags={"mlflow.runName": "parent"})
    nested = {"mlflow.parentRunId": parent}
    logged.run(experiment, started_at=2000, tags={"mlflow.runName": "first", **nested})
    page = open_page(f"/p/{logged.project}/experiments/{experiment}")
    page.get_by_role("button", name="Show 1 nested run of parent").click()
    expect(rows_of(page)).to_have_count(2)
    second = logged.run(experiment, status=None, started_at=3000, tags={"mlflow.runName": "second", **nested})
    expect(rows_of(page)).to_have_count(3)
    expect(page.get_by_role("button", name="Hide 2 nested runs of parent")).to_be_visible()
    logged.mlflow("runs/log-metric", run_id=second, key="loss", value=0.125, timestamp=5, step=1)
    expect(rows_of(page).filter(has_text="second")).to_contain_text("0.1250")


def test_pages_are_fetched_as_one_scrolls(open_page: Callable[..., Page], logged: Logged):
    experiment = logged.experiment("many")
    for index in range(260):
        logged.mlflow(
            "runs/create", experiment_id=experiment, start_time=BEGIN_MS + index * HOUR_MS, run_name=f"run-{index:03}"
        )
    page = open_page(f"/p/{logged.project}/experiments/{experiment}")
    expect(rows_of(page).first).to_contain_text("run-259")
    assert rows_of(page).count() < 80
    scroll_down_to(rows_of(page).filter(has_text="run-000"), page.get_by_role("region", name="Runs"))
    assert rows_of(page).count() < 80
