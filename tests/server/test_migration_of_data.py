"""An upgrade keeps every row, also where SQLite has to build a table anew."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

import modelyard.server.tables  # noqa: F401
from modelyard.server.db import Database
from modelyard.server.db.migrate import migration_config
from modelyard.server.db.schema import ensure_schema

BEFORE = """
INSERT INTO projects (id, name, description, created_at, updated_at) VALUES (1, 'p', '', 1, 1);
INSERT INTO experiments (id, project_id, name, lifecycle_stage, created_at, updated_at) VALUES (1, 1,
'[model]m', 'active', 1, 1);
INSERT INTO runs (id, run_id, experiment_id, name, status, lifecycle_stage, user_name, started_at) VALUES (1,
'r1', 1, 'm/1', 'FINISHED', 'active', 'me', 1);
INSERT INTO run_params (run, key, value) VALUES (1, 'p', 'v');
INSERT INTO run_metrics (id, run, key, point_count, step, timestamp_ms, value) VALUES (1, 1, 'loss', 2, 1, 6,
0.5);
INSERT INTO metric_points (metric, ordinal, step, timestamp_ms, value) VALUES (1, 0, 0, 5, 1.5), (1, 1, 1, 6,
0.5);
INSERT INTO models (id, project_id, name, description, search_text, experiment_id, last_number, version_count,
latest_number, created_at, created_by, updated_at) VALUES (1, 1, 'm', '', 'm', 1, 1, 1, 1, 1, 'me', 1);
INSERT INTO versions (id, project_id, model_id, model, number, description, search_text, status, run, run_id,
file_count, size_bytes, log_line_count, starred, archived, created_at, created_by, updated_at) VALUES (1, 1,
1, 'm', 1, 'd', 'd', 'Ready', 1, 'r1', 1, 5, 1, false, false, 1, 'me', 1);
INSERT INTO version_details (version_id, given_config, rendered_config) VALUES (1, '{}', '{}');
INSERT INTO version_files (version_id, path, key, size_bytes, digest) VALUES (1, 'model/MLmodel', 'k', 5, 'x');
INSERT INTO version_log (version_id, sequence, at, text) VALUES (1, 1, 1, 'line')
"""
AFTER = {
    "SELECT count(*) FROM runs WHERE revision = 0 AND unsettled = 1": 1,
    "SELECT count(*) FROM run_params": 1,
    "SELECT count(*) FROM metric_points": 2,
    "SELECT count(*) FROM versions WHERE run = 1 AND run_id = 'r1' AND stage = 'None' AND source IS NULL": 1,
    "SELECT count(*) FROM version_details": 1,
    "SELECT count(*) FROM version_files": 1,
    "SELECT count(*) FROM version_log": 1,
    "SELECT count(*) FROM models WHERE latest_number = 1": 1,
}
TRACES = """
INSERT INTO projects (id, name, description, created_at, updated_at) VALUES (1, 'p', '', 1, 1);
INSERT INTO experiments (id, project_id, name, lifecycle_stage, created_at, updated_at) VALUES (1, 1, 'e', 'active',
1, 1);
INSERT INTO traces (id, trace_id, experiment_id, request_time, state, name, is_told, has_spans) VALUES (1, 'tr-1', 1,
1, 'OK', '', true, false), (2, 'tr-2', 1, 1, 'OK', '', true, false);
INSERT INTO trace_runs (trace, run_id) VALUES (1, 'r1'), (2, 'r2')
"""


@pytest.fixture
def database(tmp_path: Path, empty_database: Callable[[], str | None]) -> Iterator[Database]:
    opened = Database(empty_database() or f"sqlite:///{tmp_path / 'm.db'}", lambda _message: None)
    yield opened
    opened.close()


def test_rows_of_a_training_survive_the_upgrade(database: Database):
    with database.write_engine.begin() as connection:
        command.upgrade(migration_config(connection), "0003")
    with database.write_engine.begin() as connection:
        for statement in BEFORE.split(";"):
            connection.execute(text(statement))
    ensure_schema(database.write_engine)
    with database.write_engine.begin() as connection:
        assert {statement: connection.scalar(text(statement)) for statement in AFTER} == AFTER


def test_references_are_guarded_again_after_an_upgrade(database: Database):
    ensure_schema(database.write_engine)
    with database.write_engine.begin() as connection:
        if database.is_sqlite:
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_links_of_traces_survive_the_upgrade(database: Database):
    with database.write_engine.begin() as connection:
        command.upgrade(migration_config(connection), "0012")
    with database.write_engine.begin() as connection:
        for statement in TRACES.split(";"):
            connection.execute(text(statement))
    ensure_schema(database.write_engine)
    with database.read_engine.connect() as connection:
        links = connection.execute(text("SELECT trace_id, run_id FROM trace_links ORDER BY trace_id")).all()
    assert [tuple(link) for link in links] == [("tr-1", "r1"), ("tr-2", "r2")]
    with database.write_engine.begin() as connection:
        command.downgrade(migration_config(connection), "0012")
    with database.read_engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM trace_runs WHERE trace = 1 AND run_id = 'r1'")) == 1
