"""The versions of a model: the table and what can be done from it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.material import Study, Workshop
from tests.support.browser import column, expect_column

SLOW_MS = 60_000


def versions(page: Page, model: str) -> Locator:
    table = page.get_by_role("table", name=f"Versions of {model}")
    expect(table).to_have_attribute("aria-busy", "false")
    return table


def row(page: Page, number: int) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=f"Version {number}", exact=True))


@pytest.fixture
def shelf(open_page: Callable[..., Page], workshop: Workshop) -> Page:
    """A model with three versions, to be changed."""
    workshop.upload("colours")
    workshop.make_canceled("sold", "alpha", "beta", "gamma")
    page = open_page(f"{workshop.page}/models/sold")
    expect(versions(page, "sold").get_by_role("row")).to_have_count(4)
    return page


def test_the_table_has_all_the_columns(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers")
    table = versions(page, "flowers")
    headings = [
        "",
        "#",
        "Semver",
        "Aliases",
        "Description",
        "Datasets / Targets",
        "Engine",
        "Metric (Accuracy)",
        "Duration",
    ]
    expect(table.get_by_role("columnheader")).to_have_text([*headings, "Registered at", "Status", "Actions"])
    expect_column(table, "#", ["3", "2", "1"])
    canceled, *ready = column(table, "Semver")
    assert sorted(ready) == ["1.0.0", "2.0.0"]
    assert canceled not in ready
    expect_column(table, "Status", ["Canceled", "Ready", "Ready"])
    assert {text.split(" / ")[0].strip() for text in column(table, "Datasets / Targets")} == {"flowers@1"}
    expect(row(page, 1)).to_contain_text("species")
    expect(row(page, 1)).to_contain_text("local")
    expect(row(page, 1)).to_contain_text(re.compile(r"\d(ms|s)"))
    page.get_by_role("button", name="Choose columns").click()
    page.get_by_role("checkbox", name="Trainer", exact=True).check()
    page.get_by_role("checkbox", name="Engine", exact=True).uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("columnheader", name="Trainer", exact=True)).to_be_visible()
    assert column(table, "Trainer")[1:] == ["linear", "gbm"]
    page.reload()
    expect(page.get_by_role("columnheader", name="Trainer", exact=True)).to_be_visible()
    expect(page.get_by_role("columnheader", name="Engine")).to_have_count(0)


def test_models_are_listed_with_what_they_hold(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models?sort=name&order=asc")
    table = page.get_by_role("table", name="Model Repositories")
    expect(table.get_by_role("row")).to_have_count(4)
    expect_column(table, "Name", ["flowers", "houses", "sold"])
    expect_column(table, "Datasets", ["flowers", "houses", "colours"])
    expect_column(table, "Contributors", ["local"] * 3)
    expect_column(table, "Versions", ["3", "1", "1"])
    assert [text.split()[0] for text in column(table, "Latest version")] == ["#3", "#1", "#1"]
    expect(table.get_by_role("columnheader", name="Last modified")).to_be_visible()
    page.get_by_role("textbox", name="Filter models").fill("HOU")
    expect(table.get_by_role("row")).to_have_count(2)


def test_the_server_sorts_by_a_heading_and_the_address_says_so(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers")
    table = versions(page, "flowers")
    heading = table.get_by_role("columnheader", name="Description")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect(table.get_by_role("row").nth(1)).to_contain_text("Boosted trees")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    expect(table.get_by_role("row").nth(1)).to_contain_text("Straight lines")
    expect(page).to_have_url(re.compile("sort=description"))
    page.reload()
    expect(table.get_by_role("row").nth(1)).to_contain_text("Straight lines")


def test_versions_are_filtered_by_text_and_status(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers")
    table = versions(page, "flowers")
    page.get_by_role("button", name="Status: Any status").click()
    page.get_by_role("menuitemcheckbox", name="Ready").click()
    page.keyboard.press("Escape")
    expect(table.get_by_role("row")).to_have_count(3)
    expect(page).to_have_url(re.compile("status=Ready"))
    page.get_by_role("textbox", name="Filter versions").fill("straight")
    expect(table.get_by_role("row")).to_have_count(2)
    page.get_by_role("textbox", name="Filter versions").fill("nothing like it")
    expect(page.get_by_role("heading", name="No version matches the filter")).to_be_visible()
    page.get_by_role("button", name="Clear the filter").click()
    expect(table.get_by_role("row")).to_have_count(4)


def test_a_description_is_edited_in_place(shelf: Page, workshop: Workshop):
    edit = row(shelf, 2).get_by_role("button", name=re.compile("^Edit description of version 2"))
    field = shelf.get_by_role("textbox", name="description of version 2")
    edit.click()
    field.fill("thrown away")
    field.press("Escape")
    expect(edit).to_have_text("beta")
    edit.click()
    field.fill("kept")
    field.press("Enter")
    expect(edit).to_have_text("kept")
    assert workshop.version("sold", 2)["description"] == "kept"
    shelf.reload()
    expect(edit).to_have_text("kept")


def test_a_version_is_starred(shelf: Page, workshop: Workshop):
    star = row(shelf, 3).get_by_role("button", name="Star sold/3")
    expect(star).to_have_attribute("aria-pressed", "false")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    shelf.reload()
    expect(star).to_have_attribute("aria-pressed", "true")
    assert workshop.version("sold", 3)["starred"]


def test_archived_versions_are_hidden_until_asked_for(shelf: Page):
    row(shelf, 1).get_by_role("button", name="Actions for sold/1").click()
    shelf.get_by_role("menuitem", name="Archive").click()
    expect(row(shelf, 1)).to_have_count(0)
    shelf.get_by_role("switch", name="Hide archived").uncheck()
    expect(row(shelf, 1)).to_contain_text("archived")
    expect(shelf).to_have_url(re.compile("archived=1"))
    row(shelf, 1).get_by_role("checkbox").check()
    shelf.get_by_role("toolbar", name="Selected rows").get_by_role("button", name="Unarchive").click()
    expect(row(shelf, 1)).not_to_contain_text("archived")


def test_a_version_is_trained_again(shelf: Page, workshop: Workshop):
    row(shelf, 1).get_by_role("button", name="Actions for sold/1").click()
    shelf.get_by_role("menuitem", name="Retrain with the same config").click()
    expect(shelf).to_have_url(re.compile("/models/sold/versions/4$"))
    expect(shelf.get_by_text("sold/4 trains with the config of #1")).to_be_visible()
    shelf.get_by_role("button", name="Cancel").click()
    workshop.wait_for("sold", 4, "Canceled")


def test_versions_that_are_chosen_are_deleted_by_the_model_s_name(shelf: Page, workshop: Workshop):
    for number in (1, 2):
        row(shelf, number).get_by_role("checkbox").check()
    bar = shelf.get_by_role("toolbar", name="Selected rows")
    expect(bar).to_contain_text("2 selected")
    bar.get_by_role("button", name="Delete").click()
    dialog = shelf.get_by_role("dialog", name="Delete 2 versions of sold?")
    expect(dialog.get_by_role("listitem").filter(has_text="#1 alpha")).to_be_visible()
    confirm = dialog.get_by_role("button", name="Delete 2 versions")
    dialog.get_by_role("textbox").fill("sol")
    expect(confirm).to_be_disabled()
    dialog.get_by_role("textbox").fill("sold")
    confirm.click()
    expect(versions(shelf, "sold").get_by_role("row")).to_have_count(2)
    assert workshop.http.get(f"projects/{workshop.project}/models/sold/versions/1").status_code == 404


def test_two_versions_are_chosen_and_compared(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers")
    versions(page, "flowers")
    row(page, 1).get_by_role("checkbox", name="Select version 1").check()
    bar = page.get_by_role("toolbar", name="Selected rows")
    expect(bar.get_by_role("button", name="Compare")).to_be_disabled()
    row(page, 2).get_by_role("checkbox", name="Select version 2").check()
    bar.get_by_role("link", name="Compare").click()
    expect(page).to_have_url(re.compile(r"/compare\?v=1,2$"))
    facts = page.get_by_role("region", name="Versions side by side")
    trainers = facts.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Trainer"))
    expect(trainers.get_by_role("cell")).to_have_text(["gbm", "linear"])
    metrics = page.get_by_role("region", name="Metrics side by side")
    expect(metrics.get_by_role("row").filter(has_text="Accuracy").first).to_contain_text(re.compile(r"\d\.\d"))
    expect(page.get_by_role("img", name=re.compile("^Log loss: chart of #1"))).to_be_visible()
    configs = page.get_by_role("region", name="Configs side by side")
    kind = configs.get_by_role("row").filter(has=page.get_by_role("rowheader", name="model_type"))
    expect(kind.get_by_role("cell")).to_have_text(["gbm", "linear"])
    expect(configs.get_by_role("rowheader", name="random_seed")).to_have_count(0)
    page.get_by_role("switch", name=re.compile("^Only differences")).uncheck()
    expect(configs.get_by_role("rowheader", name="random_seed")).to_be_visible()
    page.get_by_role("button", name="Leave out #2").click()
    expect(page).to_have_url(re.compile(r"v=1(&|$)"))


def test_a_model_is_described_and_deleted_by_its_name(shelf: Page, workshop: Workshop):
    shelf.get_by_role("button", name="Edit description of the model: empty").click()
    field = shelf.get_by_role("textbox", name="description of the model")
    field.fill("What sells")
    field.press("Enter")
    expect(shelf.get_by_role("button", name="Edit description of the model: What sells")).to_be_visible()
    shelf.get_by_role("navigation", name="Parts of the model").get_by_role("link", name="Settings").click()
    shelf.get_by_role("button", name="Delete model").click()
    dialog = shelf.get_by_role("dialog", name="Delete sold?")
    expect(dialog.get_by_role("listitem").filter(has_text="3 versions")).to_be_visible()
    dialog.get_by_role("textbox").fill("sold")
    dialog.get_by_role("button", name="Delete model").click()
    expect(shelf.get_by_role("heading", name="No models yet")).to_be_visible()
    assert workshop.http.get(f"projects/{workshop.project}/models").json()["items"] == []


def test_archiving_is_undone_and_chosen_versions_are_tagged(shelf: Page, workshop: Workshop):
    for number in (1, 2):
        row(shelf, number).get_by_role("checkbox").check()
    bar = shelf.get_by_role("toolbar", name="Selected rows")
    bar.get_by_role("button", name="Archive").click()
    expect(row(shelf, 1)).to_have_count(0)
    shelf.get_by_role("button", name="Undo").click()
    expect(row(shelf, 1)).to_be_visible()
    assert not workshop.version("sold", 1)["archived"]
    for number in (1, 3):
        row(shelf, number).get_by_role("checkbox").check()
    bar.get_by_role("button", name="Tag").click()
    shelf.get_by_role("textbox", name="Tag").fill("stage")
    shelf.get_by_role("textbox", name="Value").fill("night")
    shelf.get_by_role("button", name="Set tag").click()
    expect(bar).to_have_count(0)
    assert [workshop.version("sold", number)["tags"] for number in (1, 2, 3)] == [
        {"stage": "night"},
        {},
        {"stage": "night"},
    ]
