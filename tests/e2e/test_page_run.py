"""The page of a run: what it shows, what can be changed on it, its curves, files and models; runs compared."""

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.laboratory import MLMODEL, Laboratory
from tests.server.tracking.logged import Logged
from tests.support.browser import settle
from tests.support.server import ModelyardServer


@pytest.fixture
def logged(server: ModelyardServer, http: httpx.Client, project: str) -> Logged:
    """A project of the test's own, to log in."""
    return Logged(server, http, project)


def open_run(open_page: Callable[..., Page], lab: Laboratory, name: str = "tree-19", search: str = "") -> Page:
    page = open_page(f"{lab.page}/runs/{lab.runs[name]}{search}")
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    settle(page)
    return page


def row(page: Page, region: str, name: str) -> Locator:
    rows = page.get_by_role("region", name=region, exact=True).get_by_role("row")
    return rows.filter(has=page.get_by_role("rowheader", name=name, exact=True))


def test_a_run_shows_what_went_in_and_what_came_out(open_page: Callable[..., Page], lab: Laboratory):
    page = open_run(open_page, lab)
    expect(page.get_by_role("banner").or_(page.locator("header")).get_by_text("Finished").first).to_be_visible()
    expect(row(page, "Params", "depth")).to_contain_text("7")
    expect(row(page, "Metrics", "loss")).to_contain_text("0.1087")
    expect(row(page, "Metrics", "loss")).to_contain_text("29")
    expect(page.get_by_text("train.py")).to_be_visible()
    expect(page.get_by_text("2.5s")).to_be_visible()
    row(page, "Metrics", "loss").get_by_role("link").click()
    expect(page).to_have_url(re.compile("tab=metrics&find=loss"))
    page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link", name="churn").click()
    expect(page).to_have_url(re.compile(f"/experiments/{lab.experiments['churn']}$"))


@pytest.mark.parametrize("address", ["/#/{link}?workspace={project}", "/projects/{project}/#/{link}"])
@pytest.mark.parametrize(
    ("link", "heading"), [("experiments/{churn}/runs/{run}", "tree-19"), ("experiments/{churn}", "churn")]
)
def test_the_links_that_the_mlflow_client_prints_lead_there(
    open_page: Callable[..., Page], lab: Laboratory, address: str, link: str, heading: str
):
    link = link.format(churn=lab.experiments["churn"], run=lab.runs["tree-19"])
    page = open_page(address.format(link=link, project="laboratory"))
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    assert "#" not in page.url


def test_the_address_of_a_project_leads_to_its_models(open_page: Callable[..., Page], lab: Laboratory):
    page = open_page("/projects/laboratory")
    expect(page).to_have_url(re.compile(f"{lab.page}/models$"))


def test_parents_and_children_lead_to_each_other(open_page: Callable[..., Page], lab: Laboratory):
    page = open_run(open_page, lab, "trial-1")
    page.get_by_role("link", name=lab.runs["sweep"][-8:]).click()
    expect(page.get_by_role("heading", level=1, name="sweep")).to_be_visible()
    page.get_by_role("link", name="3 runs").click()
    expect(page.get_by_role("table", name="Runs").locator("tbody tr[data-index]")).to_have_count(3)


def test_name_description_and_tags_are_edited_in_place(open_page: Callable[..., Page], logged: Logged):
    run = logged.run(logged.experiment("edit"), tags={"mlflow.runName": "first"})
    page = open_page(f"/p/{logged.project}/runs/{run}")
    page.get_by_role("button", name="Rename the run").click()
    page.get_by_role("textbox", name="Name of the run").fill("better")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="better")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Edit description of the run")).click()
    page.keyboard.type("Deeper **trees**")
    page.keyboard.press("Enter")
    expect(page.locator("strong", has_text="trees")).to_be_visible()
    page.get_by_role("button", name="Add tag").click()
    page.get_by_role("textbox", name="Name of the tag").fill("team")
    page.get_by_role("textbox", name="Value of the tag").fill("growth")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("button", name="Delete tag team")).to_be_visible()
    known = logged.read(f"runs/{run}")
    assert (known["name"], known["description"], known["tags"]["team"]) == ("better", "Deeper **trees**", "growth")
    page.get_by_role("button", name="Delete tag team").click()
    expect(page.get_by_role("button", name="Delete tag team")).to_have_count(0)
    assert "team" not in logged.read(f"runs/{run}")["tags"]


def test_curves_are_found_smoothed_and_zoomed_by_keys(open_page: Callable[..., Page], lab: Laboratory):
    page = open_run(open_page, lab, search="?tab=metrics")
    chart = page.get_by_role("img", name=re.compile("^loss: chart of loss by step, 30 rows"))
    expect(chart).to_be_visible()
    expect(page.get_by_role("region", name="accuracy")).to_contain_text("0.8750")
    expect(page.get_by_role("heading", level=2, name="val")).to_be_visible()
    page.get_by_role("textbox", name="Find metrics").fill("val")
    expect(page.get_by_role("img", name=re.compile("^val.loss: chart"))).to_be_visible()
    expect(chart).to_have_count(0)
    page.get_by_role("button", name="Clear").click()
    chart.focus()
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile("zoom=7,22"))
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("zoom=11,26"))
    expect(page.get_by_role("button", name=re.compile("Zoomed to step 11 to 26"))).to_be_visible()
    page.keyboard.press("0")
    expect(page).not_to_have_url(re.compile("zoom"))
    page.get_by_role("radiogroup", name="What the curves are drawn over").get_by_text("Time").click()
    expect(page).to_have_url(re.compile("axis=time"))
    page.get_by_role("switch", name="Log scale").click()
    expect(page).to_have_url(re.compile("scale=log"))
    page.goto(page.url)
    expect(chart).to_be_visible()


def test_points_arrive_live(open_page: Callable[..., Page], logged: Logged):
    run = logged.run(logged.experiment("live"), status=None, metrics={"loss": [1.0, 0.5]})
    page = open_page(f"/p/{logged.project}/runs/{run}?tab=metrics")
    expect(page.get_by_role("img", name=re.compile("^loss: chart of loss by step, 2 rows"))).to_be_visible()
    logged.mlflow("runs/log-metric", run_id=run, key="loss", value=0.25, timestamp=9, step=2)
    expect(page.get_by_role("img", name=re.compile("^loss: chart of loss by step, 3 rows"))).to_be_visible()
    logged.mlflow("runs/log-metric", run_id=run, key="late", value=1, timestamp=9, step=0)
    expect(page.get_by_role("region", name="late")).to_contain_text("1.000")


def test_of_very_many_metrics_only_what_is_seen_is_drawn(open_page: Callable[..., Page], logged: Logged):
    run = logged.run(logged.experiment("wide"), metrics={f"part/{index:03}": [1.0, 2.0] for index in range(500)})
    page = open_page(f"/p/{logged.project}/runs/{run}?tab=metrics")
    expect(page.get_by_role("img", name=re.compile("^part.000: chart"))).to_be_visible()
    assert page.locator("canvas").count() < 60
    page.get_by_role("textbox", name="Find metrics").fill("499")
    expect(page.get_by_role("img", name=re.compile("^part.499: chart"))).to_be_visible()


def file_of(page: Page, path: str) -> Locator:
    return page.get_by_role("region", name=path, exact=True)


def test_artifacts_are_browsed_and_previewed(open_page: Callable[..., Page], lab: Laboratory):
    page = open_run(open_page, lab, search="?tab=artifacts")
    tree = page.get_by_role("navigation", name="Artifacts")
    tree.get_by_role("link", name="README.md").click()
    card = file_of(page, "README.md")
    expect(card.get_by_role("heading", name="Churn model")).to_be_visible()
    expect(card.get_by_role("link", name="the paper")).to_have_attribute("href", "https://example.org/paper")
    expect(card.get_by_role("cell", name="0.27")).to_be_visible()
    tree.get_by_role("button", name="tables").click()
    tree.get_by_role("link", name="people.csv").click()
    people = file_of(page, "tables/people.csv")
    expect(people.get_by_role("columnheader")).to_have_text(["name", "age", "left"])
    expect(people.get_by_role("cell", name="person, 3", exact=True)).to_be_visible()
    expect(people.get_by_text("500 of 700 rows are shown.")).to_be_visible()
    tree.get_by_role("link", name="scores.json").click()
    expect(file_of(page, "tables/scores.json").get_by_role("columnheader")).to_have_text(["prompt", "score"])
    tree.get_by_role("link", name="settings.json").click()
    expect(file_of(page, "tables/settings.json")).to_contain_text('"depth": 6')
    tree.get_by_role("link", name="long.txt").click()
    expect(page.get_by_text("Only the first 512 KiB are shown.")).to_be_visible()
    tree.get_by_role("link", name="weights.bin").click()
    expect(page.get_by_text("Files of this kind are not shown.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert Path(download.value.path()).read_bytes() == bytes(2048)
    tree.get_by_role("button", name="plots").click()
    tree.get_by_role("link", name="wave.png").click()
    picture = page.get_by_role("img", name="wave.png")
    expect(picture).to_have_js_property("naturalWidth", 240)
    tree.get_by_role("link", name="broken.png").click()
    expect(page.get_by_text("The image cannot be drawn.")).to_be_visible()
    page.goto(f"{lab.page}/runs/{lab.runs['tree-19']}?tab=artifacts&path=tables/people.csv")
    expect(people.get_by_role("cell", name="person, 0", exact=True)).to_be_visible()
    expect(tree.get_by_role("link", name="people.csv")).to_have_attribute("aria-current", "page")


def test_a_model_is_looked_at_and_registered(open_page: Callable[..., Page], logged: Logged):
    run = logged.run(logged.experiment("models"), tags={"mlflow.runName": "maker"})
    uri: str = logged.read_mlflow("runs/get", run_id=run)["run"]["info"]["artifact_uri"]
    root = uri.removeprefix("mlflow-artifacts:/").lstrip("/")
    logged.put(f"{root}/model/MLmodel", MLMODEL.encode())
    logged.put(f"{root}/model/model.pkl", bytes(64))
    page = open_page(f"/p/{logged.project}/runs/{run}?tab=models")
    model = page.get_by_role("region", name="Model model")
    expect(model).to_contain_text("python_function, sklearn")
    expect(model.get_by_role("row", name="age double yes")).to_be_visible()
    expect(model.get_by_role("row", name="city string optional")).to_be_visible()
    expect(model).to_contain_text("not yet")
    model.get_by_role("button", name="Register").click()
    dialog = page.get_by_role("dialog", name="Register a model of maker")
    dialog.get_by_label("Register as").fill("not allowed!")
    dialog.get_by_role("button", name="Register").click()
    expect(dialog.get_by_text("Only letters, digits, '.', '_' and '-'.")).to_be_visible()
    dialog.get_by_label("Register as").fill("churn")
    expect(dialog.get_by_text("A new model is created.")).to_be_visible()
    dialog.get_by_label("Aliases").fill("champion")
    page.keyboard.press("Enter")
    dialog.get_by_label("Description").fill("From a run")
    dialog.get_by_role("button", name="Register").click()
    expect(page).to_have_url(re.compile("/models/churn/versions/1$"))
    expect(page.get_by_role("heading", level=1, name="#1")).to_be_visible()
    alias = logged.read_mlflow("registered-models/alias", name="churn", alias="champion")
    assert alias["model_version"]["version"] == "1"
    page.goto(f"/p/{logged.project}/runs/{run}?tab=models")
    expect(model.get_by_role("link", name="churn/1")).to_be_visible()


def test_a_run_without_a_model_cannot_be_registered(open_page: Callable[..., Page], lab: Laboratory):
    page = open_run(open_page, lab, "tree-01")
    button = page.get_by_role("button", name="Register model")
    expect(button).to_be_disabled()
    expect(button).to_have_attribute("title", "No model was logged")


def test_a_run_is_deleted_and_restored(open_page: Callable[..., Page], logged: Logged):
    run = logged.run(logged.experiment("gone"), tags={"mlflow.runName": "short"})
    page = open_page(f"/p/{logged.project}/runs/{run}")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete run").click()
    expect(page.get_by_text("deleted", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Rename the run")).to_have_count(0)
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("button", name="Rename the run")).to_be_visible()
    assert logged.read(f"runs/{run}")["state"] == "active"


def test_a_run_that_is_not_there_says_so(open_page: Callable[..., Page], project: str):
    page = open_page(f"/p/{project}/runs/{'0' * 32}")
    expect(page.get_by_role("heading", name="There is no such run")).to_be_visible()
    page.goto(f"/p/{project}/experiments/999999")
    expect(page.get_by_role("heading", name="There is no experiment 999999")).to_be_visible()


def test_selected_runs_are_compared(open_page: Callable[..., Page], lab: Laboratory):
    page = open_page(f"{lab.page}/experiments/{lab.experiments['churn']}")
    for name in ("tree-19", "tree-18", "tree-12"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    page.get_by_role("toolbar", name="Selected rows").get_by_role("link", name="Compare").click()
    settle(page)
    side = page.get_by_role("region", name="Runs side by side")
    expect(side.get_by_role("columnheader")).to_have_text(["tree-19", "tree-18", "tree-12"])
    depth = side.get_by_role("row").filter(has=page.get_by_role("rowheader", name="depth", exact=True))
    expect(depth.get_by_role("cell")).to_have_text(["7", "6", "7"])
    expect(side.get_by_role("rowheader", name="kind")).to_have_count(0)
    page.get_by_role("switch", name=re.compile("Only differences")).click()
    expect(side.get_by_role("rowheader", name="kind")).to_be_visible()
    page.get_by_role("link", name="Parallel coordinates").click()
    expect(page.get_by_role("img", name=re.compile("^Parallel coordinates: chart of depth.*, 3 rows"))).to_be_visible()
    page.get_by_role("link", name="Scatter").click()
    expect(page.get_by_role("img", name=re.compile("^accuracy over depth: chart.*, 3 rows"))).to_be_visible()
    page.get_by_role("combobox", name="X axis").click()
    page.get_by_role("option", name="val/loss").click()
    expect(page.get_by_role("img", name=re.compile("^accuracy over val.loss"))).to_be_visible()
    page.get_by_role("link", name="Curves").click()
    expect(
        page.get_by_role("img", name=re.compile("^loss: chart of tree-19, tree-18, tree-12 by step"))
    ).to_be_visible()
    page.goto(page.url)
    expect(
        page.get_by_role("img", name=re.compile("^loss: chart of tree-19, tree-18, tree-12 by step"))
    ).to_be_visible()
    page.get_by_role("button", name="Leave out tree-18").click()
    expect(page.get_by_role("img", name=re.compile("^loss: chart of tree-19, tree-12 by step"))).to_be_visible()


def test_nothing_to_compare_says_how_to_choose(open_page: Callable[..., Page], lab: Laboratory):
    page = open_page(f"{lab.page}/runs/compare")
    expect(page.get_by_role("heading", name="Choose runs to compare")).to_be_visible()
    page.goto(f"{lab.page}/runs/compare?run={lab.runs['tree-01']},{'0' * 32}")
    expect(page.get_by_text("1 run of this address cannot be found.")).to_be_visible()
