"""Speaking to a server that may be away, full, or done with this worker; and what is told to people."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modelyard.wire.jobs import JobFinish, JobReport
from modelyard.wire.models import VersionStatus
from modelyard.worker.errors import JobError, LeaseLostError, ServerGoneError
from modelyard.worker.job.client import JobClient
from modelyard.worker.job.progress import ProgressClock
from modelyard.worker.job.reporter import Reporter
from modelyard.worker.job.train import explain_failure
from tests.support.waiting import wait_until
from tests.worker.fake_server import JOB, TOKEN, FakeJobServer

NewJobServer = Callable[..., FakeJobServer]


@pytest.fixture
def client(new_job_server: NewJobServer) -> Any:
    server = new_job_server({})
    client = JobClient(server.url, JOB, TOKEN, patience=5.0)
    yield client, server
    client.close()


def test_calls_are_repeated_while_the_server_is_away(client: tuple[JobClient, FakeJobServer]) -> None:
    caller, server = client
    server.failures.extend([503, 500, 502])
    assert caller.report(JobReport(sequence=1)).cancel is False
    assert len(server.reports) == 1


def test_patience_ends(new_job_server: NewJobServer) -> None:
    server = new_job_server({})
    server.close()
    caller = JobClient(server.url, JOB, TOKEN, patience=0.3)
    with pytest.raises(ServerGoneError, match="could not be reached"):
        caller.report(JobReport(sequence=1))
    caller.close()


FULL = (507, {"error": {"code": "storage_full", "message": "no space left in the data directory"}})


@pytest.mark.parametrize("call", ["report", "finish", "upload", "download"])
def test_a_full_server_is_waited_for_beyond_all_patience(
    new_job_server: NewJobServer, tmp_path: Path, caplog: pytest.LogCaptureFixture, call: str
) -> None:
    server = new_job_server({})
    server.files["model/there"] = b"whole"
    caller = JobClient(server.url, JOB, TOKEN, patience=0.5)
    path = tmp_path / "file"
    path.write_bytes(b"x" * 3_000_000)
    calls: dict[str, Callable[[], object]] = {
        "report": lambda: caller.report(JobReport(sequence=1)),
        "finish": lambda: caller.finish(JobFinish(status="Ready")),
        "upload": lambda: caller.upload("files/model/file", path),
        "download": lambda: caller.download("files/model/there", path),
    }
    server.refuse[""] = FULL
    waiting = threading.Thread(target=calls[call])
    waiting.start()
    time.sleep(1.5)
    assert waiting.is_alive()
    server.refuse.clear()
    waiting.join(10)
    assert not waiting.is_alive()
    done = {
        "report": len(server.reports) == 1,
        "finish": server.finish is not None,
        "upload": server.files.get("model/file") == b"x" * 3_000_000,
        "download": path.read_bytes() == b"whole",
    }
    assert done[call]
    assert caplog.text.count("no space left in the data directory") == 1
    caller.close()


def test_a_prediction_does_not_wait_for_room(client: tuple[JobClient, FakeJobServer], tmp_path: Path) -> None:
    caller, server = client
    server.refuse["tasks/"] = FULL
    path = tmp_path / "file"
    path.write_bytes(b"x" * 3_000_000)
    with pytest.raises(JobError, match="no space left") as caught:
        caller.upload("tasks/1/output", path, waits_for_room=False)
    assert caught.value.code == "disk_full"


def test_work_goes_on_when_what_it_prints_finds_no_room(tmp_path: Path) -> None:
    """The process's own output is a file on the same disk as everything else."""
    program = (
        "import sys\n"
        "from modelyard.worker.job.capture import captured_output\n"
        "lines = []\n"
        "with captured_output(lines.append):\n"
        "    for number in range(3):\n"
        "        print('line', number, flush=True)\n"
        "open(sys.argv[1], 'w').write(repr(lines))\n"
    )
    kept = tmp_path / "lines"
    with Path("/dev/full").open("wb") as full:
        subprocess.run([sys.executable, "-c", program, str(kept)], stdout=full, stderr=full, check=True, timeout=60)
    assert kept.read_text() == "['line 0', 'line 1', 'line 2']"


def test_files_go_up_and_down_whole(client: tuple[JobClient, FakeJobServer], tmp_path: Path) -> None:
    caller, server = client
    path = tmp_path / "file"
    path.write_bytes(os.urandom(3_000_000))
    caller.upload("files/model/file", path)
    caller.download("files/model/file", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == path.read_bytes()
    assert server.files["model/file"] == path.read_bytes()


def test_reports_keep_their_order_and_say_when_nothing_happens(client: tuple[JobClient, FakeJobServer]) -> None:
    caller, server = client
    reporter = Reporter(caller, heartbeat_seconds=0.1)
    reporter.start()
    reporter.enter(VersionStatus.TRAINING)
    for step in range(12_000):
        reporter.log_metrics(step, {"train_log_loss": float("nan") if step == 3 else 0.5})
    reporter.log_line("trained")
    reporter.enter(VersionStatus.EVALUATING)
    wait_until(lambda: len(server.reports) > 8)
    reporter.close()
    points = [point for report in server.reports for point in report["metrics"]]
    assert [point["step"] for point in points] == list(range(12_000))
    assert points[3]["value"] == "NaN"
    assert server.statuses == ["Training", "Evaluating"]
    assert server.log == ["trained"]
    assert max(len(report["metrics"]) for report in server.reports) <= 5000


def test_a_lost_lease_reaches_the_work(client: tuple[JobClient, FakeJobServer]) -> None:
    caller, server = client
    told = threading.Event()
    reporter = Reporter(caller, heartbeat_seconds=0.05, on_stop=told.set)
    reporter.start()
    server.lost = True
    assert told.wait(5)
    with pytest.raises(LeaseLostError):
        reporter.check()
    with pytest.raises(LeaseLostError):
        reporter.close()


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (OSError(28, "No space left on device"), "disk_full", "free some space"),
        (MemoryError(), "out_of_memory", "backend.memory_limit_bytes"),
        (RuntimeError("std::bad_alloc"), "out_of_memory", "backend.memory_limit_bytes"),
        (RuntimeError("the solver gave up"), "trainer_error", "RuntimeError: the solver gave up"),
    ],
)
def test_failures_have_a_code_and_advice(error: Exception, code: str, message: str) -> None:
    found = explain_failure(error)
    assert found[0] == code
    assert message in found[1]


def test_the_estimate_waits_until_it_is_honest(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("modelyard.worker.job.progress.time.monotonic", lambda: now)
    clock = ProgressClock()
    assert clock.remaining_ms(1, 2) is None
    clock.enter(VersionStatus.TRAINING)
    now += 0.5
    assert clock.remaining_ms(1, 10) is None
    now += 9.5
    assert clock.remaining_ms(1, 100) is None
    assert clock.remaining_ms(50, 100) == 12_000
    assert clock.fraction(0, 100) < clock.fraction(50, 100) < clock.fraction(100, 100) < 1
