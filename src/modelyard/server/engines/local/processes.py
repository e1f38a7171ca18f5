"""Worker processes: started apart from the server, known again by process id and start time, ended as a group."""

import contextlib
import os
import resource
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_SAME_START_SECONDS = 1.5
"""The system rounds the time of its own start to seconds, in which a clock may be set forth a little."""
_NICE = 5
_TAIL_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class ProcessKey:
    """A process id may be given again; with the time of its start it is one process."""

    process_id: int
    started_at: float | None
    """Seconds since the machine started, which stay when its clock is set; None when it could not be learned."""


def spawn(
    command: Sequence[str],
    environment: Mapping[str, str],
    output: Path,
    *,
    memory_limit_bytes: int | None,
    processors: Sequence[int] | None,
    descriptors: Sequence[int] = (),
) -> "subprocess.Popen[bytes]":
    """Starts a process in a session of its own, so that the server's end does not end it; it gets `descriptors`."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("ab") as file:
        process = subprocess.Popen(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=descriptors,
            cwd="/",
        )
    limit(process.pid, memory_limit_bytes=memory_limit_bytes, processors=processors)
    return process


def limit(process_id: int, *, memory_limit_bytes: int | None, processors: Sequence[int] | None) -> None:
    """Makes a process yield to the server when processors are scarce, and keeps it to `processors`.

    Memory is watched by the engine; the limit set here only stops a single leap far beyond it between two looks.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.setpriority(os.PRIO_PROCESS, process_id, _NICE)
        if processors and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(process_id, processors)
        if memory_limit_bytes is not None and hasattr(resource, "prlimit"):
            most = 2 * memory_limit_bytes + 2**30
            resource.prlimit(process_id, resource.RLIMIT_DATA, (most, most))


def start_time(process_id: int) -> float | None:
    """When a process of this machine started, in seconds since the machine did; None when there is none."""
    try:
        return _start_time(psutil.Process(process_id))
    except psutil.Error:
        return None


def find_process(key: ProcessKey) -> psutil.Process | None:
    """The process if it lives and is the same; a zombie is as good as gone."""
    try:
        process = psutil.Process(key.process_id)
        same = key.started_at is None or abs(_start_time(process) - key.started_at) < _SAME_START_SECONDS
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.Error:
        return None


def memory_bytes(process: psutil.Process) -> int:
    """Resident memory of a process and its descendants."""
    total = 0
    for member in [process, *_descendants(process)]:
        with contextlib.suppress(psutil.Error):
            total += member.memory_info().rss
    return total


def send_signal(key: ProcessKey, number: signal.Signals) -> None:
    """Signals a process and its whole session; one that is gone is fine."""
    if find_process(key) is None:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.getpgid(key.process_id) == key.process_id:
            os.killpg(key.process_id, number)
        else:
            os.kill(key.process_id, number)


def read_tail(output: Path) -> list[str]:
    """The last lines that a process wrote; nothing when there is no file."""
    try:
        with output.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return []
    lines = [line.rstrip() for line in text.splitlines()]
    return [line for line in lines if line][-500:]


def _start_time(process: psutil.Process) -> float:
    # Both are times of day and move together when the clock is set.
    return process.create_time() - psutil.boot_time()


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []
