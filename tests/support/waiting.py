"""Waiting for what another process does."""

import time
from collections.abc import Callable
from typing import Any


def wait_until(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """The first true answer of `condition`.

    The longer it has taken, the more seldom it is asked: asking often takes the processor from whoever is waited for.
    """
    begun = time.monotonic()
    while (passed := time.monotonic() - begun) < seconds:
        if found := condition():
            return found
        time.sleep(min(max(passed / 10, 0.02), 0.1))
    raise AssertionError(f"not within {seconds} s")
