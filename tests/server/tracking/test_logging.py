"""Metrics of a run, on both databases."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

import modelyard.server.tables  # noqa: F401
from modelyard.server.db import Database
from modelyard.server.db.raw import Raw
from modelyard.server.db.schema import ensure_schema
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.projects.service import ensure_default_project
from modelyard.server.tracking.experiments.service import ensure_experiment
from modelyard.server.tracking.metrics.curves import list_curves
from modelyard.server.tracking.metrics.service import Point, point
from modelyard.server.tracking.runs.queries import list_logged
from modelyard.server.tracking.runs.service import NewRun, create_runs
from modelyard.server.tracking.runs.trainings import clear_metrics, log_training_points
from modelyard.server.tracking.tables import run_metrics


@pytest.fixture
def raw(tmp_path: Path, new_database: Callable[[], str | None]) -> Iterator[Raw]:
    database = Database(new_database() or f"sqlite:///{tmp_path / 'm.db'}", lambda _message: None)
    ensure_schema(database.write_engine)
    with database.write_engine.begin() as opened:
        ensure_default_project(opened)
        yield Raw(opened)
    database.close()


@pytest.fixture
def run(raw: Raw) -> int:
    return start_training(raw, {})


def start_training(raw: Raw, params: dict[str, str]) -> int:
    experiment = ensure_experiment(raw, 1, "[model]m", 1)
    training = NewRun(str(experiment), "m/1", "local", 1, params=params)
    (made,) = create_runs(raw, [("local", 1, training)], are_trainings=True)
    return made.id


def _at(key: str, value: float, step: int, timestamp_ms: int) -> Point:
    return point(key, value, timestamp_ms, step)


def latest(raw: Raw, run: int) -> dict[str, float]:
    rows = raw.connection.execute(select(run_metrics.c.key, run_metrics.c.value).where(run_metrics.c.run == run))
    return {row.key: row.value for row in rows}


def test_an_experiment_is_made_once(raw: Raw):
    assert ensure_experiment(raw, 1, "e", 1) == ensure_experiment(raw, 1, "e", 2)


def test_nan_and_infinity_come_back_as_they_went(raw: Raw, run: int):
    values = [1.5, math.nan, math.inf, -math.inf, 5e-324, 1.7976931348623157e308]
    log_training_points(raw, run, [_at("loss", value, step, step) for step, value in enumerate(values)])
    (curve,) = list_curves(raw, run, key=None, max_points=100)
    assert repr([point.value for point in curve.points]) == repr(values)


def test_the_latest_value_is_that_of_the_last_step_whatever_came_last(raw: Raw, run: int):
    log_training_points(raw, run, [_at("a", 1, 5, 50), _at("a", 2, 9, 90), _at("b", math.nan, 1, 1)])
    log_training_points(raw, run, [_at("a", 3, 7, 100), _at("b", 7, 1, 2)])
    assert latest(raw, run) == {"a": 2, "b": 7}
    curves = {curve.key: curve for curve in list_curves(raw, run, key=None, max_points=100)}
    assert [point.step for point in curves["a"].points] == [5, 7, 9]
    assert curves["a"].point_count == 3


def test_a_point_that_cannot_be_kept_keeps_all_out(raw: Raw, run: int):
    for key, step, timestamp_ms in (
        ("", 1, 1),
        ("k" * 251, 1, 1),
        ("a\0", 1, 1),
        ("a?b", 1, 1),
        ("../a", 1, 1),
        ("a", 2**63, 1),
        ("a", 1, -1),
        ("a", 1, 10**15),
    ):
        with pytest.raises(InvalidArgument):
            log_training_points(raw, run, [_at("a", 1, 1, 1), _at(key, 1, step, timestamp_ms)])
    assert latest(raw, run) == {}


def test_clearing_forgets_every_point(raw: Raw, run: int):
    log_training_points(raw, run, [_at("a", 1, 1, 1)])
    clear_metrics(raw, run)
    assert list_curves(raw, run, key=None, max_points=10) == []
    log_training_points(raw, run, [_at("a", 2, 1, 1)])
    assert latest(raw, run) == {"a": 2}


def test_params_are_kept_up_to_their_limit_and_never_cut(raw: Raw):
    run = start_training(raw, {"learning_rate": "0.1", "long": "x" * 6000})
    params = dict(list_logged(raw, [run])[run].params)
    assert params["learning_rate"] == "0.1"
    assert len(params["long"]) == 6000
    for bad, reason in (
        ({"long": "x" * 6001}, "param 'long' has 6001 characters; the limit is 6000"),
        ({"k" * 251: "1"}, "exceeds the maximum length of 250"),
        ({"a": "1\0"}, "NUL"),
    ):
        with pytest.raises(InvalidArgument, match=reason):
            start_training(raw, bad)
    assert raw.number("SELECT count(*) FROM runs") == 1


def test_a_curve_of_very_many_points_is_thinned_to_its_peaks(raw: Raw, run: int):
    values = [float(step % 100) for step in range(12_000)]
    values[7777], values[7778] = -5.0, math.nan
    log_training_points(raw, run, [_at("loss", value, step, step) for step, value in enumerate(values)])
    (curve,) = list_curves(raw, run, key="loss", max_points=100)
    assert (len(curve.points) <= 100, curve.point_count) == (True, 12_000)
    assert (curve.points[0].step, curve.points[-1].step) == (0, 11_999)
    assert min(point.value for point in curve.points) == -5.0
