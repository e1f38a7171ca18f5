"""How much a job may take of this machine."""

import os
from collections.abc import Mapping

from modelyard.server.engines.engine import Capacity
from modelyard.server.kernel.child_environment import child_environment
from modelyard.server.settings import MIB, Settings

_INTERACTIVE_SLOTS = 2
"""Workers at once that answer people who wait, beside the batch jobs."""

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def processors() -> list[int]:
    """The processors that this server may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def read_capacity(settings: Settings) -> Capacity:
    """What the settings allow on this machine."""
    limit = settings.engine_memory_limit_mb
    return Capacity(
        slots={"batch": settings.engine_slots, "interactive": _INTERACTIVE_SLOTS},
        processors=len(processors()),
        cpu_limit=settings.engine_cpu_limit,
        memory_limit_bytes=None if limit is None else limit * MIB,
    )


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
