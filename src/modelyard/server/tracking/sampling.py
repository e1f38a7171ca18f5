"""Fewer points that draw the same curve."""

import math
from collections.abc import Iterable, Iterator
from itertools import islice
from operator import itemgetter
from typing import NamedTuple


class Sample(NamedTuple):
    step: int
    timestamp_ms: int
    value: float


_value = itemgetter(2)


def sample(points: Iterable[Sample], count: int, most: int) -> Iterator[Sample]:
    """At most `most` of `count` points in the order they come, read once: the lowest and the highest of each bucket.

    A curve drawn through them touches every peak that the whole curve has, which a plain every-nth does not. The
    first and the last point are always among them.
    """
    if count <= most or most < 4:
        yield from points
        return
    coming = iter(points)
    yield from islice(coming, 1)
    width = count / ((most - 2) // 2)
    seen, buckets = 1, 0
    # The last point stays out of the buckets; there may be fewer points than were counted, or more.
    while seen < count - 1:
        buckets += 1
        end = min(math.ceil(buckets * width), count - 1)
        bucket = list(islice(coming, end - seen))
        seen = end
        yield from _extremes(bucket)
    rest = list(coming)
    yield from _extremes(rest[:-1])
    yield from rest[-1:]


def _extremes(bucket: list[Sample]) -> Iterator[Sample]:
    finite = [point for point in bucket if not math.isnan(point[2])] or bucket
    if not finite:
        return
    low, high = min(finite, key=_value), max(finite, key=_value)
    if low is high:
        yield low
    else:
        yield from sorted((low, high), key=finite.index)
