"""The lineage of a model and of a version, and the differences between two versions."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e.material import Study
from tests.support.browser import accessibility_faults, settle


def node(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=name, exact=True)


def test_the_versions_of_a_model_lead_to_one_another(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers?tab=lineage")
    expect(page.get_by_role("application", name="Lineage of flowers")).to_be_visible()
    expect(node(page, "Version flowers #1")).to_contain_text("Ready")
    expect(node(page, "Version flowers #3")).to_contain_text("Canceled")
    edge = page.get_by_role("img", name="flowers #2: made from flowers #1")
    expect(edge).to_have_count(1)
    expect(page.get_by_text("3 nodes")).to_be_visible()
    page.get_by_role("switch", name="Datasets").check()
    expect(node(page, "Dataset flowers@1")).to_be_visible()
    settle(page)
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Status: Any status").click()
    page.get_by_role("menuitemcheckbox", name="Canceled").click()
    page.keyboard.press("Escape")
    expect(node(page, "Version flowers #3")).to_be_visible()
    expect(node(page, "Version flowers #1")).to_have_count(0)
    node(page, "Version flowers #3").get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/models/flowers/versions/3$"))


def test_a_lineage_is_reached_by_keyboard_and_read_as_a_list(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers/versions/2?tab=lineage")
    link = node(page, "Version flowers #1").get_by_role("link")
    expect(link).to_be_visible()
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/models/flowers/versions/1$"))
    page.go_back()
    page.get_by_label("Show the lineage as").get_by_text("List").click()
    table = page.get_by_role("table", name="Lineage of flowers #2")
    row = table.get_by_role("row").filter(has=page.get_by_role("link", name="flowers #2", exact=True))
    expect(row).to_contain_text("made from flowers #1")
    page.get_by_label("Which way").get_by_text("Depends on it").click()
    expect(table.get_by_role("link", name="flowers #1", exact=True)).to_have_count(0)
    page.get_by_label("Since day").fill("2100-01-01")
    expect(page).to_have_url(re.compile("since=2100-01-01"))


def test_a_version_is_compared_with_its_parent_and_with_another_model(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers/versions/2?tab=diff")
    changes = page.get_by_role("region", name="Changes of the config")
    expect(changes.get_by_role("row").filter(has_text="model_type")).to_contain_text("gbm")
    metrics = page.get_by_role("region", name="Metrics of both versions")
    expect(metrics.get_by_role("row").filter(has_text="Accuracy").first).to_contain_text("higher is better")
    history = page.get_by_role("region", name="How each change moved the metric")
    history.scroll_into_view_if_needed()
    expect(history.get_by_role("row").filter(has_text="the first of this line")).to_contain_text("#1")
    page.get_by_label("How the configs stand").get_by_text("Unified").click()
    expect(page.get_by_role("region", name="Configs of #1 and #2")).to_contain_text("model_type")
    page.get_by_label("How the configs stand").get_by_text("Side by side").click()
    expect(page.get_by_role("columnheader", name="#1", exact=True).first).to_be_visible()
    settle(page)
    assert accessibility_faults(page) == []
    page.get_by_role("combobox", name="Model to compare with").click()
    page.get_by_role("option", name="houses").click()
    page.get_by_role("combobox", name="Version to compare with").click()
    page.get_by_role("option", name="#1").click()
    expect(page).to_have_url(re.compile("base=houses/1"))
    expect(page.get_by_text("no metric of one is better than one of the other")).to_be_visible()


def test_a_base_that_is_none_is_told(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers/versions/2?tab=diff&base=nothing")
    expect(page.get_by_text("“nothing” names no version.")).to_be_visible()
    page = open_page(f"{study.page}/models/flowers/versions/2?tab=diff&base=99")
    expect(page.get_by_role("alert")).to_contain_text("no version 99")
