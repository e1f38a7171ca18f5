"""What stands around models and datasets: search, projects, activity, settings."""

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.laboratory import Laboratory
from tests.e2e.material import Study, Workshop
from tests.support.browser import settle

SEARCH = "Search models, versions, runs, datasets and experiments"


@pytest.mark.parametrize(
    ("typed", "hit", "place"),
    [
        ("flow", "flowers", "/models/flowers$"),
        ("colou", "colours", "/datasets/colours$"),
        ("straight", "flowers #2", "/models/flowers/versions/2$"),
        ("activ", "Activity", "/activity$"),
        ("csv", "Upload a dataset", r"/datasets\?upload=1$"),
    ],
)
def test_search_finds_and_goes_there(open_page: Callable[..., Page], study: Study, typed: str, hit: str, place: str):
    page = open_page(f"{study.page}/engines")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Search")
    field = dialog.get_by_role("textbox", name=SEARCH)
    expect(field).to_be_focused()
    field.fill(typed)
    found = dialog.get_by_role("button").filter(has_text=hit).first
    expect(found).to_be_visible()
    found.click()
    expect(page).to_have_url(re.compile(place))
    expect(dialog).to_be_hidden()


def test_search_by_keyboard_alone(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models")
    page.get_by_role("button", name="Search").click()
    field = page.get_by_role("textbox", name=SEARCH)
    field.fill("straight")
    expect(
        page.get_by_role("dialog", name="Search").get_by_role("button").filter(has_text="flowers #2")
    ).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    expect(page).to_have_url(re.compile("/models/flowers/versions/2$"))
    page.keyboard.press("Control+k")
    # What is typed at once is not lost while the field opens.
    page.keyboard.type("zebra crossing")
    expect(field).to_have_value("zebra crossing")
    expect(page.get_by_text("Nothing found for “zebra crossing”.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_contain_text("Next row")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def test_a_project_is_made_and_switched_to(open_page: Callable[..., Page], project: str):
    page = open_page(f"/p/{project}/datasets")
    name = f"q-{uuid.uuid4().hex[:8]}"
    page.get_by_role("button", name=f"Project {project}. Switch project.").click()
    page.get_by_role("menuitem", name="New project").click()
    dialog = page.get_by_role("dialog", name="New project")
    dialog.get_by_label("Name").fill(project)
    dialog.get_by_role("button", name="Create project").click()
    expect(dialog.get_by_text("A project of this name exists already.")).to_be_visible()
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name="Create project").click()
    expect(page).to_have_url(re.compile(f"/p/{name}/models$"))
    page.get_by_role("button", name=f"Project {name}. Switch project.").click()
    page.get_by_role("menuitem", name=project).click()
    expect(page).to_have_url(re.compile(f"/p/{project}/models$"))
    page.goto("/")
    expect(page).to_have_url(re.compile(f"/p/{project}/models$"))


def test_all_projects_are_listed(open_page: Callable[..., Page], project: str):
    page = open_page("/projects")
    page.get_by_role("table", name="Projects").get_by_role("link", name=project).click()
    expect(page).to_have_url(re.compile(f"/p/{project}/models$"))


def test_activity_tells_who_did_what_and_follows(open_page: Callable[..., Page], workshop: Workshop):
    workshop.upload("colours")
    page = open_page(f"{workshop.page}/activity")
    table = page.get_by_role("table", name="Activity")
    expect(table.get_by_role("row").filter(has_text="colours").first).to_contain_text("local")
    workshop.make_canceled("sold", "one")
    expect(table.get_by_role("row").filter(has=page.get_by_role("link", name="sold/1")).first).to_be_visible()
    page.get_by_role("combobox", name="Kind of object").select_option("Datasets")
    expect(table.get_by_role("link", name="sold/1")).to_have_count(0)
    expect(table.get_by_role("link", name=re.compile("colours")).first).to_be_visible()
    expect(page).to_have_url(re.compile("kind=dataset"))
    page.get_by_role("combobox", name="Kind of object").select_option("Everything")
    table.get_by_role("link", name="sold/1").first.click()
    expect(page).to_have_url(re.compile("/models/sold/versions/1$"))


def test_engines_tell_how_full_they_are(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/engines")
    engine = page.get_by_role("article", name="Engine local")
    expect(engine).to_contain_text("Slots in use")
    expect(engine).to_contain_text(re.compile(r"\d of 2"))
    expect(engine.get_by_role("region", name="Queue")).to_be_visible()


def test_an_empty_project_is_deleted_by_its_name(open_page: Callable[..., Page], workshop: Workshop):
    workshop.upload("colours")
    page = open_page(f"{workshop.page}/settings")
    page.get_by_role("button", name="Edit description of the project: empty").click()
    page.get_by_role("textbox", name="description of the project").fill("To be gone")
    page.get_by_role("textbox", name="description of the project").press("Enter")
    expect(page.get_by_role("button", name="Edit description of the project: To be gone")).to_be_visible()
    page.get_by_role("button", name=re.compile("Delete project")).click()
    dialog = page.get_by_role("dialog", name=f"Delete {workshop.project}?")
    expect(dialog.get_by_role("listitem").filter(has_text="the record of its activity")).to_be_visible()
    confirm = dialog.get_by_role("button", name="Delete project")
    expect(confirm).to_be_disabled()
    dialog.get_by_role("textbox").fill(workshop.project)
    confirm.click()
    expect(dialog.get_by_role("alert")).to_contain_text("still has datasets")
    workshop.http.delete(f"projects/{workshop.project}/datasets/colours").raise_for_status()
    confirm.click()
    expect(page).to_have_url(re.compile("/projects$"))
    expect(page.get_by_role("link", name=workshop.project)).to_have_count(0)
    assert workshop.http.get(f"projects/{workshop.project}").status_code == 404


def test_the_default_project_stays(open_page: Callable[..., Page]):
    page = open_page("/p/default/settings")
    expect(page.get_by_role("button", name=re.compile("Delete project"))).to_be_disabled()


def test_what_was_logged_is_found_by_the_search_box(open_page: Callable[..., Page], lab: Laboratory):
    page = open_page(f"{lab.page}/models")
    settle(page)
    page.keyboard.press("Control+k")
    field = page.get_by_role("textbox", name=SEARCH)
    field.fill("churn")
    page.get_by_role("button").filter(has_text=re.compile("^churn")).click()
    expect(page).to_have_url(re.compile(f"/experiments/{lab.experiments['churn']}$"))
    settle(page)
    page.keyboard.press("Control+k")
    field.fill(lab.runs["sweep"])
    page.get_by_role("button", name=f"Run {lab.runs['sweep'][-8:]}").click()
    expect(page.get_by_role("heading", level=1, name="sweep")).to_be_visible()
    for typed, found in [("tree-07", "tree-07"), ("depth=8", "tree-06")]:
        page.keyboard.press("Control+k")
        field.fill(typed)
        page.get_by_role("button").filter(has_text=re.compile(f"^{found}")).click()
        expect(page.get_by_role("heading", level=1, name=found)).to_be_visible()
    page.keyboard.press("Control+k")
    field.fill("questio")
    page.get_by_role("button").filter(has_text=re.compile("^questions")).click()
    expect(page).to_have_url(re.compile(f"/evaluation-datasets/{lab.datasets['questions']}$"))
    page.keyboard.press("Control+k")
    field.fill(lab.traces["deep"])
    page.get_by_role("button", name=f"Trace {lab.traces['deep'][-8:]}").click()
    expect(page).to_have_url(re.compile(f"/traces/{lab.traces['deep']}$"))


@pytest.mark.parametrize(
    ("kind", "names", "place"),
    [
        ("Experiments", "churn", "/experiments/{churn}$"),
        ("Runs", "{run}", "/runs/{run}$"),
        ("Evaluation datasets", "questions", "/evaluation-datasets/{questions}$"),
    ],
)
def test_activity_leads_to_what_was_logged(
    open_page: Callable[..., Page], lab: Laboratory, kind: str, names: str, place: str
):
    page = open_page(f"{lab.page}/activity")
    page.get_by_role("combobox", name="Kind of object").select_option(kind)
    ids = {**lab.experiments, **lab.datasets, "run": lab.runs["sweep"]}
    name = names.format(**ids)
    page.get_by_role("textbox", name="Name of the object").fill(name)
    page.get_by_role("table", name="Activity").get_by_role("link", name=name).first.click()
    expect(page).to_have_url(re.compile(place.format(**ids)))
