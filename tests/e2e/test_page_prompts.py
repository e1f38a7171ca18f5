"""Prompts and their versions; experiments of models are out of the way."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.server.tracking.logged import Logged
from tests.support.browser import accessibility_faults, settle
from tests.support.server import ModelyardServer

MARK = {"key": "mlflow.prompt.is_prompt", "value": "true"}


@pytest.fixture
def logged(server: ModelyardServer, http: httpx.Client, project: str) -> Logged:
    return Logged(server, http, project)


def prompt(logged: Logged, name: str, *texts: str) -> None:
    logged.mlflow("registered-models/create", name=name, tags=[MARK], description="What to ask.")
    for number, text in enumerate(texts, 1):
        tags = [MARK, {"key": "mlflow.prompt.text", "value": text}]
        logged.mlflow(
            "model-versions/create", name=name, source="dummy-source", description=f"change {number}", tags=tags
        )


def test_prompts_have_pages_of_their_own(open_page: Callable[..., Page], logged: Logged, project: str):
    prompt(logged, "ask", "Answer {{question}}", "Answer {{question}} briefly")
    logged.mlflow("registered-models/alias", name="ask", alias="production", version="1")
    logged.mlflow("registered-models/create", name="model")
    page = open_page(f"/p/{project}/models")
    expect(page.get_by_role("table", name="Model Repositories").get_by_role("link", name="model")).to_be_visible()
    expect(page.get_by_role("link", name="ask")).to_have_count(0)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Prompts").click()
    table = page.get_by_role("table", name="Prompts")
    expect(table.get_by_role("row", name=re.compile("ask.*@production #1.*2"))).to_be_visible()
    settle(page)
    assert accessibility_faults(page) == []
    table.get_by_role("link", name="ask").click()
    expect(page.get_by_role("heading", level=1, name="ask")).to_be_visible()
    expect(page.locator("pre").first).to_have_text("Answer {{question}} briefly")
    page.get_by_role("table", name="Versions of ask").get_by_text("#1").click()
    expect(page).to_have_url(re.compile(r"/prompts/ask\?v=1$"))
    expect(page.locator("pre").first).to_have_text("Answer {{question}}")
    settle(page)
    assert accessibility_faults(page) == []


def test_a_prompt_or_version_that_is_not_there_says_so(open_page: Callable[..., Page], logged: Logged, project: str):
    prompt(logged, "ask", "Answer {{question}}")
    page = open_page(f"/p/{project}/prompts/ask?v=9")
    expect(page.get_by_text("There is no version #9")).to_be_visible()
    page = open_page(f"/p/{project}/prompts/none", forgiven="404")
    expect(page.get_by_text("There is no such prompt")).to_be_visible()


def test_experiments_of_models_are_hidden_until_asked_for(open_page: Callable[..., Page], logged: Logged, project: str):
    logged.experiment("mine")
    logged.change("POST", "models", {"name": "churn"})
    page = open_page(f"/p/{project}/experiments")
    table = page.get_by_role("table", name="Experiments")
    expect(table.get_by_role("link", name="mine")).to_be_visible()
    expect(table.get_by_text("[model]churn")).to_have_count(0)
    page.get_by_role("checkbox", name="Also those of models").check()
    expect(page).to_have_url(re.compile(r"models=1"))
    row = table.get_by_role("row").filter(has_text="[model]churn")
    settle(page)
    assert accessibility_faults(page) == []
    row.get_by_role("link", name="Model", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="churn")).to_be_visible()
