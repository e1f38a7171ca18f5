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
    first and the last point are always among them. A bucket that has NaN gives one too, so that the curve shows its
    gap, as long as the tenth that is kept for these is not used up.
    """
    if count <= most or most < 4:
        yield from points
        return
    coming = iter(points)
    yield from islice(coming, 1)
    wanted = max(1, (most - 2) * 9 // 20)
    spare = most - 2 - 2 * wanted
    width = count / wanted
    seen, buckets = 1, 0
    # The last point stays out of the buckets; there may be fewer points than were counted, or more.
    while seen < count - 1:
        buckets += 1
        end = min(math.ceil(buckets * width), count - 1)
        bucket = list(islice(coming, end - seen))
        seen = end
        found = _extremes(bucket)
        gap = _gap(bucket) if spare > 0 else None
        if gap is not None and gap not in found:
            spare -= 1
            found = sorted((*found, gap), key=bucket.index)
        yield from found
    rest = list(coming)
    yield from _extremes(rest[:-1])
    yield from rest[-1:]


def _extremes(bucket: list[Sample]) -> list[Sample]:
    numbers = [point for point in bucket if not math.isnan(point[2])] or bucket
    if not numbers:
        return []
    low, high = min(numbers, key=_value), max(numbers, key=_value)
    return [low] if low is high else sorted((low, high), key=numbers.index)


def _gap(bucket: list[Sample]) -> Sample | None:
    return next((point for point in bucket if math.isnan(point[2])), None)
