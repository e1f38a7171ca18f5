"""How far a training is, and how long it may still take."""

import time

from modelyard.wire.models import VersionStatus

SHARES = {
    VersionStatus.PREPROCESSING: (0.0, 0.1),
    VersionStatus.TRAINING: (0.1, 0.8),
    VersionStatus.EVALUATING: (0.8, 0.9),
    VersionStatus.VISUALIZING: (0.9, 0.92),
    VersionStatus.EXPLAINING: (0.92, 1.0),
}
"""Where on the way from 0 to 1 each step begins and ends."""

_MIN_SECONDS = 1.0
_MIN_SHARE = 0.02
_AFTER_TRAINING = 0.1
"""What evaluating, visualizing and explaining take, as a share of the training: seen on tables of many sizes."""


class ProgressClock:
    """Turns done/total of a step into the job's fraction and an estimate of the time left.

    There is no estimate outside of training, nor before a second and 2 % of it are over. Early stopping may end a
    training before its estimate, never after.
    """

    def __init__(self) -> None:
        self._status = VersionStatus.PREPROCESSING
        self._entered = time.monotonic()
        self._highest = 0.0

    def enter(self, status: VersionStatus) -> None:
        self._status, self._entered = status, time.monotonic()

    def fraction(self, done: int, total: int) -> float:
        """Never falls, even where a step counts anew for a second piece of work."""
        start, end = SHARES[self._status]
        self._highest = max(self._highest, start + (end - start) * (done / total if total else 1.0))
        return self._highest

    def remaining_ms(self, done: int, total: int) -> int | None:
        if self._status is not VersionStatus.TRAINING or done == 0 or total == 0:
            return None
        elapsed = time.monotonic() - self._entered
        if elapsed < _MIN_SECONDS or done / total < _MIN_SHARE:
            return None
        whole = elapsed * total / done
        return round(1000 * (whole - elapsed + whole * _AFTER_TRAINING))
