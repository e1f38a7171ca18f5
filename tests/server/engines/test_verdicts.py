"""What an engine decides about a job from what it sees."""

from dataclasses import replace

import pytest

from modelyard.server.engines.engine import Observation
from modelyard.server.engines.queries import JobRow
from modelyard.server.engines.verdicts import Kill, Verdict, judge
from modelyard.server.engines.waits import Waited

JUST_NOW = Waited(silent=1, unchanged=1)
ALIVE = Observation(is_known=True, is_alive=True, memory_bytes=None)
DEAD = Observation(is_known=True, is_alive=False, memory_bytes=None)
ELSEWHERE = Observation(is_known=False, is_alive=False, memory_bytes=None)

RUNNING = JobRow(
    id="j",
    kind="train",
    engine="local",
    project_id=1,
    project="default",
    subject="version:1",
    title="m/1",
    step="Training",
    payload={},
    state="running",
    outcome=None,
    attempt=1,
    retries_left=0,
    memory_limit_bytes=None,
    cpu_limit=None,
    token_hash="x",
    report_sequence=1,
    heartbeat_at=1,
    cancel_requested_at=None,
    host="here",
    process_id=1,
    process_started_at=1.0,
    created_at=0,
    created_by="local",
    started_at=0,
    ended_at=None,
)


def decide(job: JobRow, seen: Observation, waited: Waited = JUST_NOW) -> Verdict | None:
    return judge(job, seen, waited, 12)


def test_a_worker_that_reports_is_left_alone():
    assert decide(RUNNING, ALIVE) is None
    assert decide(RUNNING, ELSEWHERE) is None


@pytest.mark.parametrize("state", ["starting", "running"])
def test_a_process_that_is_gone_is_lost_at_once(state: str):
    verdict = decide(replace(RUNNING, state=state), DEAD, Waited(silent=0, unchanged=0))  # type: ignore[arg-type]
    assert verdict is not None
    assert (verdict.loss_code, verdict.kill) == ("worker_lost", Kill.NO)


def test_silence_is_lost_and_killed():
    verdict = decide(RUNNING, ALIVE, Waited(silent=13, unchanged=100))
    assert verdict is not None
    assert (verdict.loss_code, verdict.kill, verdict.is_silence) == ("worker_lost", Kill.AT_ONCE, True)
    assert decide(RUNNING, ALIVE, Waited(silent=5, unchanged=100)) is None


def test_a_worker_beyond_its_memory_is_ended_with_a_reason():
    greedy = Observation(is_known=True, is_alive=True, memory_bytes=200 * 2**20, memory_limit_bytes=100 * 2**20)
    verdict = decide(RUNNING, greedy)
    assert verdict is not None
    assert (verdict.loss_code, verdict.kill) == ("out_of_memory", Kill.AT_ONCE)
    assert "200 MiB" in verdict.message


@pytest.mark.parametrize(("waited", "kill"), [(1, None), (6, Kill.KINDLY), (11, Kill.AT_ONCE)])
def test_a_cancelled_worker_is_ended_kindly_first(waited: int, kill: Kill | None):
    verdict = decide(replace(RUNNING, cancel_requested_at=1), ALIVE, Waited(silent=0, unchanged=waited))
    assert (verdict.kill if verdict else None) is kill


def test_a_worker_that_never_started_is_given_time():
    starting = replace(RUNNING, state="starting", process_id=None, heartbeat_at=None)
    assert decide(starting, ELSEWHERE, Waited(silent=5, unchanged=13)) is None
    verdict = decide(starting, ELSEWHERE, Waited(silent=13, unchanged=13))
    assert verdict is not None
    assert verdict.loss_code == "never_started"


def test_a_worker_that_never_takes_up_its_job_is_lost():
    starting = replace(RUNNING, state="starting", heartbeat_at=None)
    verdict = decide(starting, ALIVE, Waited(silent=61, unchanged=61))
    assert verdict is not None
    assert (verdict.loss_code, verdict.kill) == ("worker_lost", Kill.AT_ONCE)


def test_the_process_of_an_ended_job_may_take_a_moment_to_go():
    ended = replace(RUNNING, state="ended", ended_at=1)
    assert decide(ended, ALIVE) is None
    assert decide(ended, DEAD) == Verdict(gone=True)
    late = decide(ended, ALIVE, Waited(silent=0, unchanged=11))
    assert late is not None
    assert late.kill is Kill.AT_ONCE


def test_a_queued_job_waits():
    assert decide(replace(RUNNING, state="queued"), ELSEWHERE) is None
