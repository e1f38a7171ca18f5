"""Metrics of a run, on both databases."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

import modelyard.server.tables  # noqa: F401
from modelyard.server.db import Database
from modelyard.server.db.schema import ensure_schema
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.projects.service import ensure_default_project
from modelyard.server.tracking.metrics.service import Point, point
from modelyard.server.tracking.queries import list_curves, list_params
from modelyard.server.tracking.service import clear_metrics, ensure_experiment, log_points, start_run
from modelyard.server.tracking.tables import run_metrics


@pytest.fixture
def connection(tmp_path: Path, new_database: Callable[[], str | None]) -> Iterator[Connection]:
    database = Database(new_database() or f"sqlite:///{tmp_path / 'm.db'}", lambda _message: None)
    ensure_schema(database.write_engine)
    with database.write_engine.begin() as opened:
        ensure_default_project(opened)
        yield opened
    database.close()


@pytest.fixture
def run(connection: Connection) -> int:
    experiment = ensure_experiment(connection, 1, "[model]m", 1)
    params = {"learning_rate": "0.1", "long": "x" * 7000}
    return start_run(connection, experiment, name="m/1", user="local", params=params, now=1).id


def _at(key: str, value: float, step: int, timestamp_ms: int) -> Point:
    return point(key, value, timestamp_ms, step)


def latest(connection: Connection, run: int) -> dict[str, float]:
    rows = connection.execute(select(run_metrics.c.key, run_metrics.c.value).where(run_metrics.c.run == run))
    return {row.key: row.value for row in rows}


def test_an_experiment_is_made_once(connection: Connection):
    assert ensure_experiment(connection, 1, "e", 1) == ensure_experiment(connection, 1, "e", 2)


def test_nan_and_infinity_come_back_as_they_went(connection: Connection, run: int):
    values = [1.5, math.nan, math.inf, -math.inf, 5e-324, 1.7976931348623157e308]
    log_points(connection, run, [_at("loss", value, step, step) for step, value in enumerate(values)])
    (curve,) = list_curves(connection, run, key=None, max_points=100)
    assert repr([point.value for point in curve.points]) == repr(values)


def test_the_latest_value_is_that_of_the_last_step_whatever_came_last(connection: Connection, run: int):
    log_points(connection, run, [_at("a", 1, 5, 50), _at("a", 2, 9, 90), _at("b", math.nan, 1, 1)])
    log_points(connection, run, [_at("a", 3, 7, 100), _at("b", 7, 1, 2)])
    assert latest(connection, run) == {"a": 2, "b": 7}
    curves = {curve.key: curve for curve in list_curves(connection, run, key=None, max_points=100)}
    assert [point.step for point in curves["a"].points] == [5, 7, 9]
    assert curves["a"].point_count == 3


def test_a_point_that_cannot_be_kept_keeps_all_out(connection: Connection, run: int):
    for bad in (_at("", 1, 1, 1), _at("k" * 251, 1, 1, 1), _at("a\0", 1, 1, 1), _at("a", 1, 2**63, 1)):
        with pytest.raises(InvalidArgument):
            log_points(connection, run, [_at("a", 1, 1, 1), bad])
    assert latest(connection, run) == {}


def test_clearing_forgets_every_point(connection: Connection, run: int):
    log_points(connection, run, [_at("a", 1, 1, 1)])
    clear_metrics(connection, run)
    assert list_curves(connection, run, key=None, max_points=10) == []
    log_points(connection, run, [_at("a", 2, 1, 1)])
    assert latest(connection, run) == {"a": 2}


def test_params_are_kept_up_to_their_limit(connection: Connection, run: int):
    params = list_params(connection, run)
    assert params["learning_rate"] == "0.1"
    assert len(params["long"]) == 6000


def test_a_curve_of_very_many_points_is_thinned_to_its_peaks(connection: Connection, run: int):
    values = [float(step % 100) for step in range(12_000)]
    values[7777], values[7778] = -5.0, math.nan
    log_points(connection, run, [_at("loss", value, step, step) for step, value in enumerate(values)])
    (curve,) = list_curves(connection, run, key="loss", max_points=100)
    assert (len(curve.points) <= 100, curve.point_count) == (True, 12_000)
    assert (curve.points[0].step, curve.points[-1].step) == (0, 11_999)
    assert min(point.value for point in curve.points) == -5.0
