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


def sample(points: Iterable[Sample], count: int, max_points: int) -> Iterator[Sample]:
    """At most `most` of `count` points in the order they come, read once: the lowest and the highest of each bucket.

    A curve drawn through them touches every peak that the whole curve has, which a plain every-nth does not. The
    first and the last point are always among them. A bucket that has NaN gives one too, so that the curve shows its
    gap, as long as the tenth that is kept for these is not used up.
    """
    if count <= max_points or max_points < 4:
        yield from points
        return
    remaining = iter(points)
    yield from islice(remaining, 1)
    bucket_count = max(1, (max_points - 2) * 9 // 20)
    spare = max_points - 2 - 2 * bucket_count
    width = count / bucket_count
    seen, buckets = 1, 0
    # The last point stays out of the buckets; there may be fewer points than were counted, or more.
    while seen < count - 1:
        buckets += 1
        end = min(math.ceil(buckets * width), count - 1)
        bucket = list(islice(remaining, end - seen))
        seen = end
        chosen = _extremes(bucket)
        gap = _gap(bucket) if spare > 0 else None
        if gap is not None and gap not in chosen:
            spare -= 1
            chosen = sorted((*chosen, gap), key=bucket.index)
        yield from chosen
    rest = list(remaining)
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
