"""Runs one job from claim to finish, in a folder that is gone afterwards."""

import _thread
import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from modelyard.wire.jobs import JobFinish, JobSpec
from modelyard.worker.errors import CanceledError, JobError, LeaseLostError, ServerGoneError
from modelyard.worker.job.capture import captured_output, set_up_logging
from modelyard.worker.job.client import JobClient
from modelyard.worker.job.kinds import KINDS, WorkerKind
from modelyard.worker.job.reporter import Reporter

_LOGGER = logging.getLogger(__name__)
EXIT_DONE = 0
EXIT_STOPPED = 3
_GRACE_SECONDS = 5.0


def run_job(client: JobClient) -> int:
    """Claim the job and do it. The exit code: 0 when it ended as it should, 3 when it was taken away."""
    try:
        spec = client.start()
    except LeaseLostError as error:
        print(f"The job is not this worker's: {error}", file=sys.stderr)  # noqa: T201 - no log to write to yet
        return EXIT_STOPPED
    kind = KINDS.get(spec.kind)
    if kind is None:
        message = (
            f"This worker does not know jobs of the kind {spec.kind!r}: it is of an older version than the server."
        )
        client.finish(JobFinish(status="Failed", error_code="unknown_kind", error_message=message))
        return EXIT_DONE
    folder = Path(tempfile.mkdtemp(prefix="modelyard-job-"))
    try:
        return _run(kind, spec, client, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(kind: WorkerKind, spec: JobSpec, client: JobClient, folder: Path) -> int:
    _limit_threads(int(spec.spec.get("threads", 1)))
    stop = _Stop(client, folder)
    reporter = Reporter(client, spec.heartbeat_seconds, on_stop=stop)
    stop.reporter = reporter
    reporter.start()
    try:
        with captured_output(reporter.log_line):
            set_up_logging()
            finish = _do(kind, spec, client, reporter, folder)
            stop.is_over()
        if finish.status == "Canceled" and not kind.confirms_cancel:
            return EXIT_DONE
        reporter.close()
        client.finish(finish)
    except (LeaseLostError, ServerGoneError) as error:
        print(f"The job ends here: {error}", file=sys.stderr)  # noqa: T201 - nobody takes log lines any more
        return EXIT_STOPPED
    return EXIT_DONE


def _do(kind: WorkerKind, spec: JobSpec, client: JobClient, reporter: Reporter, folder: Path) -> JobFinish:
    try:
        work = kind.load()
        with _stopped_by_signal(reporter):
            return work(spec.spec, client, reporter, folder)
    except CanceledError:
        _LOGGER.info("Canceled.")
        return JobFinish(status="Canceled")
    except JobError as error:
        _LOGGER.error("%s", error)  # noqa: TRY400 - the message says it all
        return JobFinish(status="Failed", error_code=error.code, error_message=str(error))


def _limit_threads(threads: int) -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)
    if "numpy" in sys.modules:
        # Imported before this worker was forked, it has read the variables already.
        from threadpoolctl import threadpool_limits  # noqa: PLC0415

        threadpool_limits(threads)
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ["MLFLOW_LOGGING_LEVEL"] = "ERROR"


class _Stop:
    """Called by the reporting thread when the job is to stop: interrupts the main thread, wherever it is.

    Work that checks for a cancellation ends by itself; the signal ends what runs Python without checking. What does
    neither, such as a solver in C, is ended with the process after a grace period; its folder goes too.
    """

    reporter: Reporter

    def __init__(self, client: JobClient, work: Path) -> None:
        self._client = client
        self._work = work
        self._over = threading.Event()

    def __call__(self) -> None:
        _thread.interrupt_main(signal.SIGTERM)
        threading.Thread(target=self._end_hard, name="stop", daemon=True).start()

    def is_over(self) -> None:
        """The main thread has stopped by itself."""
        self._over.set()

    def _end_hard(self) -> None:
        if self._over.wait(_GRACE_SECONDS):
            return
        code = EXIT_STOPPED
        try:
            self.reporter.close()
            self._client.finish(JobFinish(status="Canceled"))
            code = EXIT_DONE
        except (LeaseLostError, ServerGoneError, JobError):
            _LOGGER.exception("The end of the job could not be reported.")
        finally:
            shutil.rmtree(self._work, ignore_errors=True)
            os._exit(code)


@contextmanager
def _stopped_by_signal(reporter: Reporter) -> Iterator[None]:
    """SIGTERM and Ctrl-C cancel: the main thread gets the reason to stop as an exception."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: Any) -> None:  # noqa: ARG001 - the signature of a handler
        reporter.cancel()
        if not reporter.has_raised:
            reporter.check()

    previous = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    for each in previous:
        signal.signal(each, handle)
    try:
        yield
    finally:
        for each, handler in previous.items():
            signal.signal(each, handler)
