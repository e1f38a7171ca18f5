"""Fewer points that draw the same curve."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    step: int
    timestamp_ms: int
    value: float


def sample(points: Iterable[Sample], count: int, most: int) -> Iterator[Sample]:
    """At most `most` of `count` points in the order they come, read once: the lowest and the highest of each bucket.

    A curve drawn through them touches every peak that the whole curve has, which a plain every-nth does not. The
    first and the last point are always among them.
    """
    if count <= most or most < 4:
        yield from points
        return
    width = count / ((most - 2) // 2)
    bucket: list[tuple[int, Sample]] = []
    last: Sample | None = None
    boundary = width
    for index, point in enumerate(points):
        if index == 0:
            yield point
            continue
        if last is not None:
            bucket.append((index, last))
        last = point
        if index >= boundary:
            yield from _extremes(bucket)
            bucket = []
            boundary += width
    yield from _extremes(bucket)
    if last is not None:
        yield last


def _extremes(bucket: list[tuple[int, Sample]]) -> Iterator[Sample]:
    finite = [item for item in bucket if not math.isnan(item[1].value)] or bucket
    if not finite:
        return
    low = min(finite, key=lambda item: item[1].value)
    high = max(finite, key=lambda item: item[1].value)
    for _, point in sorted({low, high}):
        yield point
