"""One tree of migrations, for both databases, in both directions."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

import modelyard.server.tables  # noqa: F401
from modelyard.server.db import Database, metadata
from modelyard.server.db.migrate import migration_config
from modelyard.server.db.raw import Raw
from modelyard.server.db.schema import ensure_schema
from modelyard.server.kernel.errors import Unavailable
from modelyard.server.projects.service import ensure_default_project
from modelyard.server.tracking.experiments.service import ensure_experiment, purge_experiment
from modelyard.server.tracking.metrics.service import Point
from modelyard.server.tracking.runs.service import NewRun, create_runs
from modelyard.server.tracking.runs.trainings import clear_metrics, log_training_points, purge_run


@pytest.fixture
def database(tmp_path: Path, empty_database: Callable[[], str | None]) -> Iterator[Database]:
    opened = Database(empty_database() or f"sqlite:///{tmp_path / 'm.db'}", lambda _message: None)
    yield opened
    opened.close()


def test_migrations_make_exactly_the_tables_that_the_code_knows(database: Database):
    ensure_schema(database.write_engine)
    with database.write_engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        by_trigger = "fk_metric_points_metric"
        differences = [change for change in compare_metadata(context, metadata) if change[1].name != by_trigger]
        assert differences == []


def test_points_go_with_their_metric_their_run_and_their_experiment(database: Database):
    ensure_schema(database.write_engine)
    with database.write_engine.begin() as connection:
        ensure_default_project(connection)
        raw = Raw(connection)
        experiment = ensure_experiment(raw, 1, "e", 1)
        trainings = [("me", 1, NewRun(str(experiment), f"r{n}", "me", 1)) for n in range(3)]
        runs = [run.id for run in create_runs(raw, trainings, are_trainings=True)]
        for run in runs:
            log_training_points(raw, run, [Point("a", 1, step, step) for step in range(5)])

        def points() -> int:
            return int(connection.scalar(text("SELECT count(*) FROM metric_points")) or 0)

        assert points() == 15
        clear_metrics(raw, runs[0])
        assert points() == 10
        purge_run(raw, runs[1])
        assert points() == 5
        purge_experiment(raw, experiment)
        assert points() == 0


def test_upgrading_twice_changes_nothing(database: Database):
    ensure_schema(database.write_engine)
    ensure_schema(database.write_engine)


def test_downgrading_leaves_nothing_and_can_be_upgraded_again(database: Database):
    ensure_schema(database.write_engine)
    with database.write_engine.begin() as connection:
        command.downgrade(migration_config(connection), "base")
    with database.write_engine.begin() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    ensure_schema(database.write_engine)


def test_a_database_of_a_newer_program_is_refused(database: Database):
    ensure_schema(database.write_engine)
    with database.write_engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unavailable, match="schema 9999"):
        ensure_schema(database.write_engine)
