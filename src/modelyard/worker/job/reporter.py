"""Reports to the server from a thread of its own, so that work never waits for the network."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from modelyard.wire.jobs import JobReport, LogEntry, MetricPoint
from modelyard.wire.models import VersionStatus
from modelyard.worker.errors import CanceledError, LeaseLostError, ServerGoneError
from modelyard.worker.job.client import JobClient

_LOGGER = logging.getLogger(__name__)
_BATCH_SECONDS = 0.1
_MAX_METRICS = 5000
_MAX_LINES = 2000


@dataclass
class _Batch:
    status: VersionStatus | None = None
    fraction: float | None = None
    message: str | None = None
    remaining_ms: int | None = None
    metrics: list[MetricPoint] = field(default_factory=list)
    log: list[LogEntry] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        return len(self.metrics) >= _MAX_METRICS or len(self.log) >= _MAX_LINES


class Reporter:
    """Collects what happens and sends it every 100 ms, or as a heartbeat when nothing does.

    `on_stop` is called once, from the sending thread, when the server cancels the job or takes it away.
    """

    def __init__(self, client: JobClient, heartbeat_seconds: float, on_stop: Callable[[], None] | None = None) -> None:
        self._client = client
        self._heartbeat = heartbeat_seconds
        self._on_stop = on_stop
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._batches: deque[_Batch] = deque([_Batch()])
        self._closing = False
        self._sequence = 0
        self._stop: BaseException | None = None
        self.has_raised = False
        self._thread = threading.Thread(target=self._run, name="reporter", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Send what is left and end. Raises LeaseLostError or ServerGoneError if that was not possible."""
        self._closing = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        if isinstance(self._stop, LeaseLostError | ServerGoneError):
            raise self._stop

    def cancel(self) -> None:
        """Cancel from this side, e.g. on a signal."""
        if self._stop is None:
            self._stop = CanceledError("The job was told to stop.")

    def check(self) -> None:
        """Raise CanceledError, LeaseLostError or ServerGoneError if the job is to stop."""
        if self._stop is not None:
            self.has_raised = True
            raise self._stop

    def enter(self, status: VersionStatus) -> None:
        """Say which step the job is in now."""
        with self._lock:
            self._batches.append(_Batch(status=status))
        self._wake.set()
        self.check()

    def progress(self, fraction: float, message: str, remaining_ms: int | None) -> None:
        with self._lock:
            batch = self._current()
            batch.fraction, batch.message, batch.remaining_ms = min(1.0, max(0.0, fraction)), message, remaining_ms
        self._wake.set()

    def log_metrics(self, step: int, metrics: Mapping[str, float]) -> None:
        now = time.time_ns() // 1_000_000
        points = [MetricPoint(key=key, value=value, step=step, timestamp_ms=now) for key, value in metrics.items()]
        with self._lock:
            self._current().metrics.extend(points)
        self._wake.set()

    def log_line(self, text: str) -> None:
        with self._lock:
            self._current().log.append(LogEntry(timestamp_ms=time.time_ns() // 1_000_000, text=text))
        self._wake.set()

    def _current(self) -> _Batch:
        if self._batches[-1].is_full:
            self._batches.append(_Batch())
        return self._batches[-1]

    def _run(self) -> None:
        try:
            last = time.monotonic()
            while True:
                self._wake.wait(max(0.0, last + self._heartbeat - time.monotonic()))
                closing = self._closing
                self._wake.clear()
                if not closing:
                    time.sleep(_BATCH_SECONDS)
                self._send_all()
                last = time.monotonic()
                if closing:
                    return
        except (LeaseLostError, ServerGoneError) as error:
            self._halt(error)
        except Exception as error:  # the thread must not die unseen: the job would run on without a heartbeat
            _LOGGER.exception("Reporting failed.")
            self._halt(ServerGoneError(f"Reporting failed: {error}"))

    def _send_all(self) -> None:
        while True:
            with self._lock:
                batch = self._batches.popleft()
                is_last = not self._batches
                if is_last:
                    self._batches.append(_Batch())
            self._sequence += 1
            report = JobReport(
                sequence=self._sequence,
                status=None if batch.status is None else batch.status.value,
                fraction=batch.fraction,
                message=batch.message,
                remaining_ms=batch.remaining_ms,
                metrics=batch.metrics,
                log=batch.log,
            )
            if self._client.report(report).cancel and self._stop is None:
                self._halt(CanceledError("The version was canceled."))
            if is_last:
                return

    def _halt(self, reason: BaseException) -> None:
        first = self._stop is None
        self._stop = reason
        if first and self._on_stop is not None and not self._closing:
            self._on_stop()
