"""How much a job may take of this machine."""

import os
from collections.abc import Mapping

from modelyard.server.kernel.child_environment import child_environment
from modelyard.server.settings import MIB, Settings

PREDICT_SLOTS = 2
"""Warm prediction workers at once, beside the trainings."""

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def processors() -> list[int]:
    """The processors that this server may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def threads(settings: Settings, asked: int | None) -> int:
    """How many threads a job computes with: what it asks for, at most what the engine allows."""
    allowed = settings.engine_cpu_limit or max(1, len(processors()) // settings.engine_slots)
    return min(asked or allowed, settings.engine_cpu_limit or len(processors()))


def memory_limit_bytes(settings: Settings, asked: int | None) -> int | None:
    """The smaller of what the job asks for and what the engine allows."""
    allowed = settings.engine_memory_limit_mb
    limits = [limit for limit in (asked, None if allowed is None else allowed * MIB) if limit is not None]
    return min(limits, default=None)


def worker_environment(
    base: Mapping[str, str], settings: Settings, *, url: str, server_file: str, threads: int
) -> dict[str, str]:
    """What a worker may know of the server's environment, and where the server is."""
    return {
        **child_environment(base, settings.worker_environment_names),
        **dict.fromkeys(_THREAD_VARIABLES, str(threads)),
        "MODELYARD_URL": url,
        "MODELYARD_SERVER_FILE": server_file,
        "PYTHONUNBUFFERED": "1",
    }
