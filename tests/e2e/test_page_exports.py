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


def test_every_other_table_is_downloaded_with_all_its_columns(
    open_page: Callable[..., Page], logged: Logged, http: httpx.Client, project: str
):
    """What the page calls a column is one that the server knows."""
    experiment = logged.experiment("e")
    logged.mlflow("traces", experiment_id=experiment, timestamp_ms=1000)
    logged.mlflow("model-versions/create", name="iris", source="s3://bucket/iris")
    mark = {"key": "mlflow.prompt.is_prompt", "value": "true"}
    text = {"key": "mlflow.prompt.text", "value": "Answer {{question}}"}
    logged.mlflow("registered-models/create", name="ask", tags=[mark])
    logged.mlflow("model-versions/create", name="ask", source="dummy-source", tags=[mark, text])
    table = f"projects/{project}/datasets/flowers/versions"
    http.post(table, params={"filename": "t.csv"}, content=b"a,b\n1,2\n3,4\n").raise_for_status()
    base = f"{logged.url}/projects/{project}/api/3.0/mlflow/datasets"
    made = httpx.post(f"{base}/create", json={"name": "q", "experiment_ids": [experiment]}, trust_env=False).json()
    dataset = made["dataset"]["dataset_id"]
    records = {"records": '[{"inputs": {"question": "Who?"}}]'}
    httpx.post(f"{base}/{dataset}/records", json=records, trust_env=False).raise_for_status()
    of_traces = "request,response,name,state,duration,started,feedback,runs,session,user,tags,request_id,trace_id"
    of_versions = "number,semver,description,data,trainer,engine,metric,duration,created,by,status"
    of_models = "description,datasets,contributors,latest,metric,versions,created,by,updated"
    of_datasets = "description,version,rows,columns,size,models,created,updated,by"
    for path in (
        f"experiments/{experiment}?tab=traces&columns={of_traces}",
        f"experiments/{experiment}?tab=datasets&columns=tags,records,created,created_by,updated,updated_by,experiments,id",
        f"evaluation-datasets/{dataset}?columns=expectations,outputs,source,updated,created,created_by,tags,id",
        f"models?columns={of_models}",
        f"models/iris?columns={of_versions}",
        f"datasets?columns={of_datasets}",
        "datasets/flowers",
        "prompts?columns=description,aliases,versions,created,by,updated",
        "prompts/ask",
    ):
        page = open_page(f"/p/{project}/{path}")
        settle(page)
        assert pq.read_table(download(page, "Parquet")).num_rows == 1, path
