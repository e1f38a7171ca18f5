"""From a table to predictions, as a person goes on the page."""

import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.material import FLOWERS
from tests.support import postgresql
from tests.support.server import ModelyardServer

TRAINED_MS = 90_000


@pytest.fixture(params=["sqlite", "postgresql"])
def any_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ModelyardServer]:
    if request.param == "sqlite":
        yield request.getfixturevalue("server")
        return
    database: postgresql.PostgreSQL = request.getfixturevalue("postgresql_server")
    own = ModelyardServer(tmp_path / "data", database.create_database()).start()
    yield own
    own.stop()


def test_a_table_becomes_a_model_that_predicts(open_page: Callable[..., Page], any_server: ModelyardServer):
    page = open_page("/", of=any_server)
    _make_project(page, f"garden-{uuid.uuid4().hex[:6]}")
    _upload(page)
    _propose(page)
    page.get_by_role("button", name="Start training").click()
    _watch(page)
    _predict(page)


def _make_project(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile("Switch project")).click()
    page.get_by_role("menuitem", name="New project").click()
    dialog = page.get_by_role("dialog", name="New project")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name="Create project").click()
    expect(page).to_have_url(re.compile(f"/p/{name}/models$"))


def _upload(page: Page) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Datasets").click()
    page.get_by_role("button", name="Upload dataset").first.click()
    dialog = page.get_by_role("dialog", name="Upload a dataset")
    with page.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files({"name": "Spring Flowers.csv", "mimeType": "text/csv", "buffer": FLOWERS.encode()})
    expect(dialog.get_by_label("Name")).to_have_value("spring-flowers")
    dialog.get_by_role("button", name="Upload", exact=True).click()
    expect(page).to_have_url(re.compile("/datasets/spring-flowers/versions/1$"))
    expect(page.get_by_text("spring-flowers@1 is ready")).to_be_visible()


def _propose(page: Page) -> None:
    page.get_by_role("link", name="Train a model").first.click()
    page.get_by_role("combobox", name="Target").click()
    page.get_by_role("option", name="species (category)").click()
    expect(page.get_by_role("checkbox", name="petal")).to_be_checked()
    expect(page.get_by_text("The config fits the data")).to_be_visible()
    page.get_by_role("textbox", name="Model", exact=True).fill("iris")
    page.get_by_role("textbox", name=re.compile("^Number of boost|^Num boost")).first.fill("15")
    page.get_by_role("textbox", name="Description").fill("the first")


def _watch(page: Page) -> None:
    expect(page).to_have_url(re.compile("/models/iris/versions/1$"))
    banner = page.get_by_role("main").locator("header").first
    expect(banner).to_contain_text("Ready", timeout=TRAINED_MS)
    expect(page.get_by_role("button", name="Edit description of the version: the first")).to_be_visible()
    metrics = page.get_by_role("region", name="Metrics").get_by_role("row")
    expect(metrics.nth(1)).to_contain_text("Accuracy")


def _predict(page: Page) -> None:
    form = page.get_by_role("region", name="Try it")
    form.get_by_role("textbox", name="petal").fill("1.5")
    form.get_by_role("button", name="Predict species").click()
    answer = form.get_by_role("status").filter(has_text="took")
    expect(answer).to_contain_text("setosa", timeout=TRAINED_MS)
    expect(answer.get_by_role("listitem")).to_have_count(3)
