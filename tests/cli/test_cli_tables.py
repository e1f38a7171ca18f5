"""Tables as files: CSV and Parquet of what the lists show, and of any table of the project."""

import csv
import io
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from modelyard.cli.main import app
from modelyard.sdk import Client, InvalidArgumentError
from tests.server.tracking.logged import Logged
from tests.support.server import ModelyardServer


@pytest.fixture
def logged(server: ModelyardServer, http: httpx.Client, project: str) -> Logged:
    """Three runs, and two models of which one has a version."""
    made = Logged(server, http, project)
    experiment = made.experiment("e")
    for depth in (1, 2, 3):
        made.run(experiment, params={"depth": str(depth)}, metrics={"loss": depth / 10})
    for name in ("iris", "wine"):
        made.mlflow("registered-models/create", name=name, description="first, second")
    made.mlflow("model-versions/create", name="iris", source="s3://bucket/iris")
    return made


def run(logged: Logged, *words: str, code: int = 0) -> Result:
    runner = CliRunner(env={"MODELYARD_URL": logged.url, "MODELYARD_PROJECT": logged.project})
    result = runner.invoke(app, list(words))
    assert result.exit_code == code, (words, result.output, result.exception)
    return result


def rows(result: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(result.stdout_bytes.decode(), newline="")))


def test_a_list_is_written_as_csv_with_the_chosen_rows_and_columns(logged: Logged):
    found = rows(run(logged, "models", "list", "--output", "csv"))
    assert [(row["name"], row["description"]) for row in found] == [
        ("iris", "first, second"),
        ("wine", "first, second"),
    ]
    chosen = ["--column", "version_count", "--column", "name"]
    found = rows(run(logged, "models", "list", "--search", "iri", "-o", "csv", *chosen))
    assert found == [{"version_count": "1", "name": "iris"}]
    (version,) = rows(run(logged, "versions", "list", "iris", "-o", "csv"))
    assert (version["number"], version["status"]) == ("1", "Ready")
    actions = rows(run(logged, "activity", "--kind", "model", "--limit", "1", "-o", "csv", "--column", "action"))
    assert actions == [{"action": "model.created"}]
    assert logged.project in [row["name"] for row in rows(run(logged, "projects", "list", "-o", "csv"))]
    assert "local" in [row["name"] for row in rows(run(logged, "engines", "-o", "csv"))]


def test_any_table_of_the_project_is_written(logged: Logged):
    words = ["--filter", "metrics.loss > 0.1", "--order-by", "metrics.loss DESC"]
    found = rows(run(logged, "table", "runs", *words, "--column", "params.depth", "--column", "metrics.loss"))
    assert [tuple(row.values()) for row in found] == [("3", "0.3"), ("2", "0.2")]
    assert len(rows(run(logged, "table", "runs", "--limit", "2"))) == 2
    content = run(logged, "table", "runs", *words, "--output", "parquet").stdout_bytes
    assert pq.read_table(io.BytesIO(content)).column("metrics.loss").to_pylist() == [0.3, 0.2]
    assert [row["name"] for row in rows(run(logged, "table", "experiments", "--search", "e"))][-1:] == ["e"]


def test_a_file_that_cannot_be_is_refused(logged: Logged):
    assert "did you mean 'name'" in run(logged, "models", "list", "-o", "csv", "--column", "nam", code=5).output
    assert "--output" in run(logged, "models", "list", "--column", "name", code=2).output
    assert "--output" in run(logged, "models", "list", "-o", "csv", "--json", code=2).output
    run(logged, "table", "nothing", code=4)


def test_the_sdk_writes_a_table_to_a_file_of_its_name(logged: Logged, tmp_path: Path):
    with Client(logged.url, logged.project) as client:
        client.export("runs", tmp_path / "runs.parquet", filter="metrics.loss < 0.3", columns=["metrics.loss"])
        assert sorted(pq.read_table(tmp_path / "runs.parquet").column("metrics.loss").to_pylist()) == [0.1, 0.2]
        client.export("models/iris/versions", tmp_path / "versions.csv")
        assert (tmp_path / "versions.csv").read_text().startswith("model,number,")
        with pytest.raises(InvalidArgumentError, match="format"):
            client.export("runs", tmp_path / "runs.xlsx")
        with pytest.raises(InvalidArgumentError, match="colour"):
            client.export("runs", tmp_path / "odd.csv", colour="red")
        assert not (tmp_path / "odd.csv").exists()
