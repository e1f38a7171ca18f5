"""The Co-Pilot: suggestions with their evidence, opened in the builder or trained at once, and whether they helped."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e.material import FLOWERS, FLOWERS_CONFIG, Study, Workshop

SLOW_MS = 90_000


def suggestions(page: Page) -> Locator:
    return page.get_by_role("list", name="Suggestions").locator("> li")


def test_a_suggestion_opens_the_builder_with_exactly_that_change(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers")
    page.get_by_role("button", name="Actions for flowers/1").click()
    page.get_by_role("menuitem", name="Data Science Co-Pilot").click()
    expect(page).to_have_url(re.compile(r"/models/flowers/versions/1\?tab=copilot$"))
    by_forest = suggestions(page).filter(has=page.get_by_role("heading", name=re.compile(r"Another trainer: .*forest")))
    expect(by_forest).to_contain_text("model_type gbm → forest")
    expect(by_forest).to_contain_text("Expected")
    expect(by_forest).to_contain_text("Cost")
    by_forest.get_by_role("link", name="Open in the builder").click()
    expect(page.get_by_role("textbox", name="Config as YAML")).to_contain_text("model_type: forest")
    expect(page.get_by_role("textbox", name="Description")).to_have_value(re.compile("^Another trainer"))
    expect(page.get_by_text("The config fits the data")).to_be_visible()


def test_a_suggestion_that_is_not_open_any_more_leads_back(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers/new?from=1&suggestion=other_trainer:linear")
    expect(page.get_by_role("heading", name="This suggestion is not open any more")).to_be_visible()
    page.get_by_role("link", name="To the suggestions for #1").click()
    expect(suggestions(page).first).to_be_visible()


def test_suggestions_are_trained_at_once_and_judged(open_page: Callable[..., Page], workshop: Workshop):
    workshop.upload("flowers", FLOWERS)
    workshop.train("flowers", FLOWERS_CONFIG, "flowers")
    workshop.wait_for("flowers", 1, "Ready")
    page = open_page(f"{workshop.page}/models/flowers/versions/1?tab=copilot")
    expect(page.get_by_role("button", name="Train selected")).to_be_disabled()
    for trainer in ("linear", "forest"):
        page.get_by_role("checkbox", name=re.compile(rf"^Choose: Another trainer: .*\({trainer}\)")).check()
    page.get_by_role("button", name="Train 2 suggestions").click()
    tried = page.get_by_role("list", name="Already tried").get_by_role("listitem")
    expect(tried).to_have_count(2)
    expect(page.get_by_role("checkbox", name=re.compile(r"\(linear\)"))).to_have_count(0)
    expect(tried.filter(has_text="In training")).to_have_count(0, timeout=SLOW_MS)
    expect(tried.first).to_contain_text(re.compile("Better|Worse|Within noise"))
    page.get_by_role("link", name="#3").last.click()
    page.get_by_role("navigation", name="Parts of the version").get_by_role("link", name="Co-Pilot").click()
    expect(page.get_by_role("region", name="Did it help?")).to_contain_text("test rows leave")


def test_of_a_registered_version_it_says_what_it_cannot_know(open_page: Callable[..., Page], workshop: Workshop):
    address = str(workshop.http.base_url).removesuffix("/").removesuffix("/api/v1")
    root = f"{address}/projects/{workshop.project}/api/2.0/mlflow"
    workshop.http.post(f"{root}/registered-models/create", json={"name": "far"}).raise_for_status()
    version = {"name": "far", "source": "s3://elsewhere/model"}
    workshop.http.post(f"{root}/model-versions/create", json=version).raise_for_status()
    page = open_page(f"{workshop.page}/models/far/versions/1?tab=copilot")
    expect(page.get_by_role("heading", name="No suggestions")).to_be_visible()
    expect(page.get_by_text("registered, not trained here")).to_be_visible()
