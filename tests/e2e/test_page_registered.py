"""The page of a version that was registered: its files, signature and source, and nothing of a training."""

import importlib
from collections.abc import Callable
from pathlib import Path

import httpx
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.laboratory import MLMODEL
from tests.server.tracking.logged import Logged
from tests.support.browser import accessibility_faults, column, expect_column, settle
from tests.support.server import ModelyardServer


@pytest.fixture
def page_of_model(server: ModelyardServer, http: httpx.Client, project: str) -> str:
    """Version 1 has its files here, version 2 elsewhere."""
    logged = Logged(server, http, project)
    run = logged.run(logged.experiment("e"))
    root = logged.read(f"runs/{run}")["artifact_uri"].removeprefix("mlflow-artifacts:/")
    logged.put(f"{root}/net/MLmodel", MLMODEL.encode())
    logged.put(f"{root}/net/data/weights.bin", b"x" * 2048)
    logged.change("POST", f"runs/{run}/register", {"model": "m", "path": "net"})
    logged.mlflow("model-versions/create", name="m", source="s3://bucket/churn")
    return f"{server.url}/p/{project}/models/m"


def test_files_at_the_source_are_shown(open_page: Callable[..., Page], page_of_model: str):
    page = open_page(f"{page_of_model}/versions/1")
    settle(page)
    expect(page.get_by_text("1.0.0").first).to_be_visible()
    expect(page.get_by_role("heading", name="Signature")).to_be_visible()
    parts = page.get_by_label("Parts of the version")
    expect(parts.get_by_role("link")).to_have_text(["Overview", "Co-Pilot", "Files", "Diff", "Lineage", "Events"])
    for action in ("Retrain", "New version from this"):
        expect(page.get_by_text(action)).to_have_count(0)
    parts.get_by_role("link", name="Files").click()
    settle(page)
    row = page.get_by_role("row").filter(has_text="model/data/weights.bin")
    expect(row).to_contain_text("2.0 KiB")
    with page.expect_download() as download:
        row.get_by_role("link", name="Download model/data/weights.bin").click()
    assert download.value.path().read_bytes() == b"x" * 2048
    page.mouse.move(0, 0)  # away from the link, whose tooltip comes after a while
    expect(page.get_by_role("tooltip")).to_have_count(0)
    settle(page)
    assert accessibility_faults(page) == []


def test_files_elsewhere_are_said_to_be_there(open_page: Callable[..., Page], page_of_model: str):
    page = open_page(f"{page_of_model}/versions/2?tab=files")
    settle(page)
    expect(page.get_by_role("heading", name="Its files are kept elsewhere")).to_be_visible()
    expect(page.get_by_text("s3://bucket/churn", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Download")).to_have_count(0)
    assert accessibility_faults(page) == []


def test_the_versions_table_shows_semantic_versions(open_page: Callable[..., Page], page_of_model: str):
    page = open_page(page_of_model)
    settle(page)
    rows = page.get_by_role("row")
    expect(rows.filter(has=page.get_by_role("link", name="Version 1", exact=True))).to_contain_text("1.0.0")
    expect(rows.filter(has=page.get_by_role("link", name="Version 2", exact=True))).not_to_contain_text(".0")


@pytest.fixture
def address_of_fitted(server: ModelyardServer, http: httpx.Client, project: str, tmp_path: Path) -> str:
    """The page of a version whose model a worker can load."""
    sklearn = importlib.import_module("mlflow.sklearn")
    linear = importlib.import_module("sklearn.linear_model")
    models = importlib.import_module("mlflow.models")
    table = pd.DataFrame({"age": [1.0, 2.0, 3.0], "visits": [0, 1, 5]})
    fitted = linear.LinearRegression().fit(table, table["age"] * 2 + table["visits"])
    options = {"serialization_format": "skops", "pip_requirements": ["scikit-learn"]}
    sklearn.save_model(fitted, tmp_path / "m", signature=models.infer_signature(table), **options)
    logged = Logged(server, http, project)
    run = logged.run(logged.experiment("e"))
    root = logged.read(f"runs/{run}")["artifact_uri"].removeprefix("mlflow-artifacts:/")
    for path in (tmp_path / "m").rglob("*"):
        if path.is_file():
            logged.put(f"{root}/net/{path.relative_to(tmp_path / 'm')}", path.read_bytes())
    logged.change("POST", f"runs/{run}/register", {"model": "m", "path": "net"})
    return f"{server.url}/p/{project}/models/m/versions/1"


@pytest.mark.filterwarnings("ignore")
def test_a_registered_model_is_tried_on_the_page(open_page: Callable[..., Page], address_of_fitted: str):
    page = open_page(address_of_fitted)
    settle(page)
    box = page.get_by_role("region", name="Try it")
    box.get_by_label("age").fill("4")
    box.get_by_label("visits").fill("2")
    box.get_by_role("button", name="Predict").click()
    expect(box.get_by_role("status")).to_contain_text("10", timeout=60_000)
    box.get_by_label("visits").fill("2.5")
    box.get_by_role("button", name="Predict").click()
    expect(box.get_by_role("alert")).to_contain_text("Column 'visits', row 1: 2.5 is not a whole number.")
    assert accessibility_faults(page) == []


def test_the_versions_table_shows_what_the_runs_logged(
    open_page: Callable[..., Page], server: ModelyardServer, http: httpx.Client, project: str
):
    logged = Logged(server, http, project)
    logged.mlflow("registered-models/create", name="m")
    for loss in (0.5, 0.25):
        run = logged.run(logged.experiment(f"e{loss}"), metrics={"loss": loss}, params={"depth": "3"})
        logged.mlflow("model-versions/create", name="m", source=f"runs:/{run}/model", run_id=run)
    logged.mlflow("registered-models/alias", name="m", alias="prod", version="1")
    page = open_page(f"{server.url}/p/{project}/models/m")
    table = page.get_by_role("table", name="Versions of m")
    expect_column(table, "loss", ["0.2500", "0.5000"])
    expect_column(table, "depth", ["3", "3"])
    assert column(table, "Aliases")[1] == "@prod"
    table.get_by_role("columnheader", name="loss").get_by_role("button").click()
    expect_column(table, "loss", ["0.5000", "0.2500"])
    page.get_by_role("link", name="Version 1", exact=True).click()
    expect(page.get_by_role("heading", name="Metrics of the source run")).to_be_visible()
