"""Runs made ready for the database before the transaction begins, so that it is short."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.tracking.limits import NAME_TAG, check_imported_key
from modelyard.server.tracking.metrics.service import Point
from modelyard.server.tracking.tables import HEAD_LENGTH
from modelyard.wire.imports import RunLine, Series

_VALUES: dict[Any, float | None] = {"NaN": None, "Infinity": math.inf, "-Infinity": -math.inf}


class PreparedMetric(NamedTuple):
    """Points in the order of their timestamps, each once, as columns; a value of None is NaN."""

    key: str
    timestamps: Sequence[int]
    steps: Sequence[int]
    values: Sequence[float | None]
    last: tuple[int, int, float | None]
    """Step, timestamp and value of the latest point."""

    def points(self) -> list[Point]:
        columns = zip(self.values, self.timestamps, self.steps, strict=True)
        return [Point(self.key, value, timestamp, step) for value, timestamp, step in columns]


class PreparedRun(NamedTuple):
    """`params` and `tags` are rows of key, value and the head that searches look at."""

    line: RunLine
    name: str
    params: list[tuple[str, str, str]]
    tags: list[tuple[str, str, str]]
    metrics: list[PreparedMetric]
    point_count: int


def prepare_run(line: RunLine) -> PreparedRun:
    """:raises InvalidArgument: a key cannot be kept, or the columns of a metric are not equally long."""
    for noun, keys in (("param", line.params), ("tag", line.tags), ("metric", line.metrics)):
        for key in keys:
            check_imported_key(key, noun)
    tags = line.tags
    name = line.name or tags.get(NAME_TAG, "")
    if name and tags.get(NAME_TAG) != name:
        tags = {**tags, NAME_TAG: name}
    metrics = [
        prepared for key, series in line.metrics.items() if (prepared := prepare_metric(key, series)) is not None
    ]
    return PreparedRun(
        line,
        name or line.run_id,
        [(key, value, value[:HEAD_LENGTH]) for key, value in line.params.items()],
        [(key, value, value[:HEAD_LENGTH]) for key, value in tags.items()],
        metrics,
        sum(len(metric.steps) for metric in metrics),
    )


def prepare_metric(key: str, series: Series) -> PreparedMetric | None:
    """None when it has no points."""
    timestamps, steps = series.timestamps, series.steps
    values: Sequence[Any] = series.values
    count = len(steps)
    if len(timestamps) != count or len(values) != count:
        raise InvalidArgument(
            f"The metric {key!r} has {count} steps, {len(timestamps)} timestamps and {len(values)} values."
        )
    if not count:
        return None
    if count == 1:
        value = _VALUES.get(values[0], values[0])
        return PreparedMetric(key, timestamps, steps, (value,), (steps[0], timestamps[0], value))
    if not set(map(type, values)) <= {float}:
        values = [_VALUES.get(value, value) for value in values]
    distinct = len(set(steps)) == count
    if not distinct or timestamps != sorted(timestamps):
        rows = list(zip(timestamps, steps, values, strict=True))
        rows = rows if distinct else list(dict.fromkeys(rows))
        rows.sort(key=_place)
        timestamps, steps, values = ([row[column] for row in rows] for column in range(3))
    return PreparedMetric(key, timestamps, steps, values, _latest(timestamps, steps, values))


def _latest(
    timestamps: Sequence[int], steps: Sequence[int], values: Sequence[float | None]
) -> tuple[int, int, float | None]:
    ranks = [-math.inf if value is None else value for value in values]
    index = max(range(len(steps)), key=list(zip(steps, timestamps, ranks, strict=True)).__getitem__)
    return steps[index], timestamps[index], values[index]


def _place(row: tuple[int, int, float | None]) -> tuple[int, int]:
    return row[0], row[1]
