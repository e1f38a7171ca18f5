"""Everything the process prints, by Python or by a C library, as lines of the job's log."""

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def captured_output(on_line: Callable[[str], None]) -> Iterator[None]:
    """Send file descriptors 1 and 2 through a pipe: each line goes to `on_line`, and to the original error output."""
    reading, writing = os.pipe()
    original_out, original_error = os.dup(1), os.dup(2)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(writing, 1)
    os.dup2(writing, 2)
    os.close(writing)
    thread = threading.Thread(target=_forward, args=(reading, original_error, on_line), name="output", daemon=True)
    thread.start()
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(original_out, 1)
        os.dup2(original_error, 2)
        thread.join(timeout=5.0)
        os.close(original_out)
        os.close(original_error)


def _forward(reading: int, original: int, on_line: Callable[[str], None]) -> None:
    with os.fdopen(reading, "r", encoding="utf-8", errors="replace", newline=None) as pipe:
        for line in pipe:
            # The log has the line anyway; a full disk must not end the work.
            with suppress(OSError):
                os.write(original, line.encode())
            text = line.rstrip()
            if text:
                on_line(text)


def set_up_logging() -> None:
    """Python's log records as lines on the error output; libraries that chat at level INFO only warn."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr, force=True)
    logging.captureWarnings(True)
    for name in ("httpx", "httpcore", "mlflow", "numba", "shap"):
        logging.getLogger(name).setLevel(logging.WARNING)
