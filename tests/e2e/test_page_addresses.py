"""What the address says about a view stays with that view."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.e2e.laboratory import Laboratory
from tests.e2e.material import Study


def test_what_is_typed_just_before_leaving_is_there_on_the_way_back(open_page: Callable[..., Page], lab: Laboratory):
    page = open_page(f"{lab.page}/activity?kind=evaluation_dataset")
    field = page.get_by_role("textbox", name="Name of the object")
    link = page.get_by_role("table", name="Activity").get_by_role("link", name="questions").first
    expect(link).to_be_visible()
    field.fill("questions")
    link.click()
    expect(page.get_by_role("heading", level=1, name="questions")).to_be_visible()
    expect(page).to_have_url(re.compile(f"/evaluation-datasets/{lab.datasets['questions']}$"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/activity\?kind=evaluation_dataset&name=questions$"))
    expect(field).to_have_value("questions")


def test_what_is_changed_while_the_next_view_loads_does_not_follow(open_page: Callable[..., Page], lab: Laboratory):
    page = open_page(f"{lab.page}/activity?kind=evaluation_dataset")
    held: list[Route] = []
    # A bound method of a list cannot bear Playwright's mark.
    page.route(re.compile(r"/assets/EvaluationDatasetPage-[^/]*\.js$"), lambda route: held.append(route))  # noqa: PLW0108
    page.get_by_role("table", name="Activity").get_by_role("link", name="questions").first.click()
    place = re.compile(f"/evaluation-datasets/{lab.datasets['questions']}$")
    expect(page).to_have_url(place)
    kind = page.get_by_role("combobox", name="Kind of object")
    kind.select_option("Runs")
    page.get_by_role("textbox", name="Name of the object").fill("sweep")
    kind.focus()
    assert held
    for code in held:
        code.continue_()
    expect(page.get_by_role("heading", level=1, name="questions")).to_be_visible()
    expect(page).to_have_url(place)


def test_an_address_that_is_wrong_says_what_is_wrong(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers/compare?v=1,99,abc", forgiven="404")
    expect(page.get_by_role("status").filter(has_text="flowers has no version 99.")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="“abc” is not a version number.")).to_be_visible()
    expect(
        page.get_by_role("region", name="Metrics side by side").get_by_role("columnheader", name="#1")
    ).to_be_visible()
    page.goto(f"{study.page}/models/flowers/versions/1?tab=trainings")
    expect(page.get_by_role("heading", name="There is no tab “trainings”")).to_be_visible()
    expect(page.get_by_role("link", name="Overview")).not_to_have_attribute("aria-current", "page")


def test_a_version_that_is_no_number_says_so(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers/versions/abc", forgiven="is not a version number")
    expect(page.get_by_role("heading", name="“abc” is not a version number")).to_be_visible()
    page.get_by_role("link", name="To the versions").click()
    expect(page.get_by_role("heading", level=1, name="flowers")).to_be_visible()
