"""Time as the database keeps it: whole milliseconds since the epoch, UTC."""

import time
from datetime import UTC, datetime

from modelyard.wire.base import LAST_MOMENT

_FIRST_MOMENT = -62_135_596_800_000
"""The beginning of the year 1."""


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def to_datetime(milliseconds: int) -> datetime:
    """The nearest moment that can be written: one time out of range must not make all that holds it unreadable."""
    return datetime.fromtimestamp(min(max(milliseconds, _FIRST_MOMENT), LAST_MOMENT) / 1000, tz=UTC)


def to_optional_datetime(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else to_datetime(milliseconds)
