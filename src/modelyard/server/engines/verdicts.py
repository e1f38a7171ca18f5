"""What is to be done about a job, from its row and from what can be seen of its process. Pure."""

from dataclasses import dataclass
from enum import Enum

from modelyard.server.engines.engine import Observation
from modelyard.server.engines.kinds import LossCode
from modelyard.server.engines.queries import JobRow
from modelyard.server.engines.waits import Waited

_TERMINATE_AFTER_SECONDS = 5.0
_KILL_AFTER_SECONDS = 10.0
_CLAIM_WITHIN_SECONDS = 60.0


class Kill(Enum):
    NO = "no"
    KINDLY = "kindly"
    AT_ONCE = "at once"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`gone`: the process of a job that has ended is no more. A `loss_code` says that the job's worker is lost."""

    kill: Kill = Kill.NO
    gone: bool = False
    loss_code: LossCode | None = None
    message: str = ""
    is_silence: bool = False
    """The worker is lost only because it says nothing."""


def judge(job: JobRow, seen: Observation, waited: Waited, timeout_seconds: float) -> Verdict | None:
    """None when all is well."""
    if job.state == "ended":
        return _judge_ended(seen, waited)
    if job.state == "queued":
        return None
    return (
        _judge_process(seen) or _judge_cancel(job, seen, waited) or _judge_silence(job, seen, waited, timeout_seconds)
    )


def _judge_process(seen: Observation) -> Verdict | None:
    if seen.is_known and not seen.is_alive:
        return Verdict(loss_code="worker_lost", message="The worker process ended unexpectedly.")
    if seen.memory_bytes is not None and seen.memory_limit_bytes and seen.memory_bytes > seen.memory_limit_bytes:
        return Verdict(kill=Kill.AT_ONCE, loss_code="out_of_memory", message=_memory_message(seen))
    return None


def _judge_cancel(job: JobRow, seen: Observation, waited: Waited) -> Verdict | None:
    if job.cancel_requested_at is None or not seen.is_alive:
        return None
    if waited.unchanged > _KILL_AFTER_SECONDS:
        return Verdict(kill=Kill.AT_ONCE)
    return Verdict(kill=Kill.KINDLY) if waited.unchanged > _TERMINATE_AFTER_SECONDS else None


def _judge_silence(job: JobRow, seen: Observation, waited: Waited, timeout: float) -> Verdict | None:
    if job.state == "starting":
        return _judge_starting(seen, waited, timeout)
    if waited.silent > timeout:
        message = f"The worker has said nothing for {waited.silent:.0f} s."
        return Verdict(kill=Kill.AT_ONCE, loss_code="worker_lost", message=message, is_silence=True)
    return None


def _judge_ended(seen: Observation, waited: Waited) -> Verdict | None:
    if not seen.is_alive:
        return Verdict(gone=True)
    if waited.unchanged > _KILL_AFTER_SECONDS:
        return Verdict(kill=Kill.AT_ONCE)
    return None


def _judge_starting(seen: Observation, waited: Waited, timeout: float) -> Verdict | None:
    if not seen.is_known and waited.silent > timeout:
        # The server went between deciding to start the job and noting its process: there may be none.
        return Verdict(loss_code="never_started", message="The worker did not start.")
    if waited.silent > max(timeout, _CLAIM_WITHIN_SECONDS):
        message = f"The worker did not take up its job within {waited.silent:.0f} s."
        return Verdict(kill=Kill.AT_ONCE, loss_code="worker_lost", message=message, is_silence=True)
    return None


def _memory_message(seen: Observation) -> str:
    assert seen.memory_bytes is not None
    assert seen.memory_limit_bytes is not None
    used, limit = seen.memory_bytes / 2**20, seen.memory_limit_bytes / 2**20
    return f"The worker used {used:.0f} MiB of memory; its limit is {limit:.0f} MiB."
