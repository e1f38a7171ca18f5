"""Tables as files: the rows that are found, with the columns that are shown."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect

from tests.server.tracking.logged import Logged
from tests.support.browser import accessibility_faults, settle
from tests.support.server import ModelyardServer


@pytest.fixture
def logged(server: ModelyardServer, http: httpx.Client, project: str) -> Logged:
    """Experiments with names that a file must quote."""
    made = Logged(server, http, project)
    for name in ("a, b", 'a "c"', "d"):
        made.run(made.experiment(name))
    made.change("POST", "models", {"name": "iris"})
    return made


def download(page: Page, kind: str) -> Path:
    page.get_by_role("button", name="Download the table").click()
    with page.expect_download() as waiting:
        page.get_by_role("menuitem", name=kind, exact=True).click()
    return Path(waiting.value.path())


def test_a_table_is_downloaded_as_it_is_shown(open_page: Callable[..., Page], logged: Logged, project: str):
    page = open_page(f"/p/{project}/experiments?q=a&sort=name&order=asc&columns=runs,id")
    table = page.get_by_role("table", name="Experiments")
    expect(table.get_by_role("link", name="a, b")).to_be_visible()
    settle(page)
    assert accessibility_faults(page) == []
    rows = list(csv.reader(io.StringIO(download(page, "CSV").read_text(), newline="")))
    assert [row[:2] for row in rows] == [["name", "run_count"], ['a "c"', "1"], ["a, b", "1"]]
    assert rows[0] == ["name", "run_count", "id"]


@pytest.mark.parametrize(
    ("path", "count"),
    [("models", 1), ("models/iris", None), ("experiments?models=1", 4), ("activity", 8), ("prompts", None)],
)
def test_tables_are_downloaded_as_parquet(
    open_page: Callable[..., Page], logged: Logged, project: str, path: str, count: int | None
):
    page = open_page(f"/p/{project}/{path}")
    settle(page)
    button = page.get_by_role("button", name="Download the table")
    if count is None:
        expect(button).to_have_count(0)  # nothing is there to be downloaded
        return
    found = pq.read_table(download(page, "Parquet"))
    assert found.num_rows == count
    if path != "activity":
        assert found.column("name").to_pylist()


def test_runs_are_downloaded_with_the_metrics_and_params_that_are_shown(
    open_page: Callable[..., Page], logged: Logged, project: str
):
    experiment = logged.experiment("e")
    parent = logged.run(experiment, metrics={"loss": 0.5}, params={"depth": "6"})
    nested = logged.run(experiment, metrics={"loss": 0.25}, tags={"mlflow.parentRunId": parent}, started_at=500)
    page = open_page(f"/p/{project}/experiments/{experiment}?columns=metrics.loss,params.depth,run_id")
    expect(page.get_by_role("table", name="Runs")).to_be_visible()
    settle(page)
    rows = list(csv.DictReader(io.StringIO(download(page, "CSV").read_text(), newline="")))
    assert [row["id"] for row in rows] == [parent, nested]
    assert [row["metrics.loss"] for row in rows] == ["0.5", "0.25"]
    assert [row["params.depth"] for row in rows] == ["6", ""]
    page.goto(f"/p/{project}/experiments/{experiment}?columns=metrics.loss&filter=metrics.loss%20<%200.3")
    expect(page.get_by_role("table", name="Runs")).to_be_visible()
    settle(page)
    rows = list(csv.DictReader(io.StringIO(download(page, "CSV").read_text(), newline="")))
    assert [row["metrics.loss"] for row in rows] == ["0.25"]
