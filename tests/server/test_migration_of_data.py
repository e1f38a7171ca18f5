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
from modelyard.server.engines.queries import find_active_job, find_job

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
JOBS = """
INSERT INTO runs (id, run_id, experiment_id, name, status, lifecycle_stage, user_name, started_at) VALUES (2,
'r2', 1, 'm/2', 'RUNNING', 'active', 'me', 1);
INSERT INTO versions (id, project_id, model_id, model, number, description, search_text, status, run, run_id,
file_count, size_bytes, log_line_count, starred, archived, created_at, created_by, updated_at) VALUES (2, 1,
1, 'm', 2, '', '', 'Training', 2, 'r2', 0, 0, 0, false, false, 1, 'me', 1);
INSERT INTO jobs (id, kind, engine, project_id, version_id, project, model, number, version_status, state, attempt,
retries_left, memory_limit_bytes, token_hash, report_sequence, process_id, created_at, created_by) VALUES
('j1', 'predict', 'local', 1, 1, 'p', 'm', 1, 'Ready', 'running', 1, 0, NULL, 'x', 4, 71, 1, 'me'),
('j2', 'train', 'local', 1, 2, 'p', 'm', 2, 'Training', 'running', 2, 1, 4096, 'y', 7, 72, 2, 'me'),
('j3', 'train', 'local', 1, 1, 'p', 'm', 1, 'Explaining', 'ended', 1, 0, NULL, 'z', 9, NULL, 1, 'me')
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


def test_jobs_of_versions_become_jobs_of_any_kind(database: Database):
    with database.write_engine.begin() as connection:
        command.upgrade(migration_config(connection), "0003")
    with database.write_engine.begin() as connection:
        for statement in f"{BEFORE};{JOBS}".split(";"):
            connection.execute(text(statement))
    ensure_schema(database.write_engine)
    with database.read_engine.connect() as connection:
        carried = [find_job(connection, job_id) for job_id in ("j1", "j2", "j3")]
        assert find_active_job(connection, "train", "version:2") == carried[1]
        assert find_active_job(connection, "train", "version:1") is None
    described = [(job.kind, job.subject, job.title, job.step, job.state, job.payload) for job in carried if job]
    assert described == [
        ("predict", "version:1", "m/1", "Ready", "running", {"version_id": 1, "model": "m", "number": 1}),
        ("train", "version:2", "m/2", "Training", "running", {"version_id": 2, "model": "m", "number": 2}),
        ("train", "version:1", "m/1", "Explaining", "ended", {"version_id": 1, "model": "m", "number": 1}),
    ]
    kept = [
        (job.attempt, job.retries_left, job.memory_limit_bytes, job.token_hash, job.process_id)
        for job in carried
        if job
    ]
    assert kept == [(1, 0, None, "x", 71), (2, 1, 4096, "y", 72), (1, 0, None, "z", None)]
    with database.write_engine.begin() as connection:
        command.downgrade(migration_config(connection), "0013")
    with database.read_engine.connect() as connection:
        rows = connection.execute(text("SELECT id, version_id, model, number, version_status FROM jobs ORDER BY id"))
        assert [tuple(row) for row in rows] == [
            ("j1", 1, "m", 1, "Ready"),
            ("j2", 2, "m", 2, "Training"),
            ("j3", 1, "m", 1, "Explaining"),
        ]
