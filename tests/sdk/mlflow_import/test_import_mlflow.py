"""What MLflow made is here after an import, whole and once, as its own client sees it."""

import contextlib
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import CheckConstraint, MetaData, create_engine, insert, select, text

from modelyard.sdk import Client, NotFoundError
from modelyard.sdk.mlflow_import import ImportOptions, import_mlflow
from tests.sdk.mlflow_import.killing import import_and_kill
from tests.sdk.mlflow_import.reading import Made, describe
from tests.support import mlflow
from tests.support.postgresql import PostgreSQL
from tests.support.server import ModelyardServer

GROW = Path(__file__).parent / "client" / "grow.py"
READ = (
    "experiment",
    "run",
    "metrics",
    "params",
    "tags",
    "dataset",
    "input",
    "logged_model",
    "registered",
    "model_version",
)

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(params=["folder_source", "database_source", "server_source"])
def source(request: pytest.FixtureRequest) -> Made:
    made: Made = request.getfixturevalue(request.param)
    return made


def test_everything_comes_over_once(source: Made, client: Client, mlflow_python: str, tmp_path: Path):
    report = import_mlflow(client, source.uri)
    assert report.complete, report.record()
    assert report.kinds["runs"].found == report.kinds["runs"].written
    assert describe(mlflow_python, client.url, tmp_path) == source.seen

    again = import_mlflow(client, source.uri)
    assert again.complete
    for kind, counted in again.kinds.items():
        assert counted.written == 0, kind
        assert counted.found == report.kinds[kind].found, kind
    assert again.kinds["runs"].before == report.kinds["runs"].found
    assert again.kinds["artifact_files"].before == report.kinds["artifact_files"].found


def test_a_later_import_brings_what_is_new(tmp_path: Path, client: Client, mlflow_python: str):
    uri = str(tmp_path / "mlruns")
    mlflow.run_script(mlflow_python, GROW, uri, cwd=tmp_path)
    assert import_mlflow(client, uri).kinds["runs"].written == 2
    mlflow.run_script(mlflow_python, GROW, uri, cwd=tmp_path)
    report = import_mlflow(client, uri)
    assert report.complete, report.record()
    runs, points, files = (report.kinds[kind] for kind in ("runs", "metric_points", "artifact_files"))
    assert (runs.found, runs.before, runs.written) == (3, 1, 2)
    assert (points.found, points.there) == (2, 2)
    assert (files.found, files.written, files.there) == (2, 1, 2)


def test_a_database_of_an_older_mlflow(database_source: Made, client: Client, tmp_path: Path):
    """As it was before logged models, aliases and times of experiments."""
    shutil.copy(database_source.uri.removeprefix("sqlite:///"), tmp_path / "old.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "old.db")) as old:
        tables = ["params", "tags", "metrics"]
        for table in (*(f"logged_model_{each}" for each in tables), "logged_models", "registered_model_aliases"):
            old.execute(f"DROP TABLE {table}")
        old.execute("DROP INDEX idx_experiments_workspace_creation_time")
        for table, column in (
            ("experiments", "creation_time"),
            ("experiments", "last_update_time"),
            ("inputs", "step"),
            ("model_versions", "run_link"),
            ("model_versions", "storage_location"),
        ):
            old.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        old.commit()
    report = import_mlflow(client, str(tmp_path / "old.db"), ImportOptions(artifacts=False))
    assert report.complete, report.record()
    found = {
        kind: report.kinds[kind].found for kind in ("runs", "dataset_inputs", "logged_models", "versions", "aliases")
    }
    assert found == {"runs": 75, "dataset_inputs": 2, "logged_models": 0, "versions": 4, "aliases": 0}


def test_a_database_on_postgresql(database_source: Made, postgresql_server: PostgreSQL, client: Client):
    uri = postgresql_server.create_database()
    _copy_database(database_source.uri, uri)
    report = import_mlflow(client, uri)
    assert report.complete, report.record()
    expected = import_mlflow(client, database_source.uri, ImportOptions(dry_run=True))
    assert {kind: counted.found for kind, counted in report.kinds.items()} == {
        kind: counted.found for kind, counted in expected.kinds.items()
    }


def _copy_database(source: str, target: str) -> None:
    """MLflow's tables with their rows, onto another database."""
    reading, writing = create_engine(source), create_engine(target.replace("postgresql:", "postgresql+psycopg:"))
    tables = MetaData()
    tables.reflect(reading, only=lambda name, _: name.startswith(READ))
    for table in tables.tables.values():
        # They are written for SQLite, where a boolean is a number.
        table.constraints = {each for each in table.constraints if not isinstance(each, CheckConstraint)}
    tables.create_all(writing)
    with reading.connect() as from_, writing.begin() as to:
        to.execute(text("SET session_replication_role = replica"))
        for table in tables.sorted_tables:
            rows = [dict(row._mapping) for row in from_.execute(select(table))]
            if rows:
                to.execute(insert(table), rows)
    reading.dispose()
    writing.dispose()


def test_only_what_is_named(database_source: Made, client: Client):
    options = ImportOptions(experiments=["rich: one"], models=["empty"], artifacts=False)
    report = import_mlflow(client, database_source.uri, options)
    assert report.complete, report.record()
    counted = {kind: report.kinds[kind].there for kind in ("experiments", "runs", "models", "versions")}
    assert counted == {"experiments": 1, "runs": 5, "models": 1, "versions": 0}
    assert report.kinds["artifact_files"].there is None
    with pytest.raises(NotFoundError, match="'absent'"):
        import_mlflow(client, database_source.uri, ImportOptions(models=["absent"]))
    with pytest.raises(NotFoundError, match="'absent'"):
        import_mlflow(client, database_source.uri, ImportOptions(experiments=["absent"]))


def test_a_dry_run_writes_nothing(database_source: Made, client: Client, yard: ModelyardServer):
    report = import_mlflow(client, database_source.uri, ImportOptions(dry_run=True))
    assert report.kinds["runs"].found == 75
    assert report.kinds["metric_points"].found == 70 * 80 + 900 + 6
    assert report.kinds["versions"].found == 4
    with yard.client() as http:
        assert http.get("projects/default/imports").json() == []


def test_what_is_damaged_is_named_and_the_rest_brought(tmp_path: Path, client: Client, folder_source: Made):
    copy = tmp_path / "mlruns"
    subprocess.run(["cp", "-r", folder_source.uri, copy], check=True)
    metas = [path for path in copy.glob("*/*/meta.yaml") if (path.parent / "metrics").is_dir()]
    metas[0].write_text("{")
    report = import_mlflow(client, str(copy), ImportOptions(artifacts=False))
    assert not report.complete
    (failure,) = report.failures
    assert (failure.kind, failure.key) == ("runs", metas[0].parent.name)
    assert report.kinds["runs"].there == len(metas) - 1


def test_what_was_lost_here_is_seen(folder_source: Made, client: Client):
    import_mlflow(client, folder_source.uri)
    client.models("empty").delete()
    report = import_mlflow(client, folder_source.uri)
    assert not report.complete
    assert set(report.differences) == {"models"}
    assert import_mlflow(client, folder_source.uri, ImportOptions(everything=True)).complete


def test_killed_again_and_again_it_ends_whole(
    database_source: Made, client: Client, yard: ModelyardServer, mlflow_python: str, tmp_path: Path
):
    most = 50_000
    torn = 0
    while import_and_kill(database_source.uri, yard, most, tmp_path):
        there = _counts(yard)
        torn += there["runs"] > 0 and there["artifact_files"] < 73
        most = most * 5 // 3
    assert torn, "no kill came in the middle"
    report = import_mlflow(client, database_source.uri)
    assert report.complete, report.record()
    assert describe(mlflow_python, client.url, tmp_path) == database_source.seen


def _counts(yard: ModelyardServer) -> dict[str, Any]:
    with yard.client() as http:
        (found,) = http.get("projects/default/imports").json()
        answer: httpx.Response = http.get(f"projects/default/imports/{found['id']}/counts")
        return dict(answer.json()["counts"])
