"""The engine `local`: a worker is a process on the server's own machine."""

import contextlib
import errno
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence

from modelyard.server.engines.engine import (
    Capacity,
    EngineDescription,
    Launch,
    LaunchFailed,
    Observation,
    Worker,
    WorkerProcess,
)
from modelyard.server.engines.local import limits, processes
from modelyard.server.engines.local.fork_server import Child, ForkServer
from modelyard.server.engines.local.processes import ProcessKey
from modelyard.server.engines.waits import machine_seconds
from modelyard.server.settings import Settings

NAME = "local"
_EXIT_CODE_SECONDS = 0.5
_OUTPUT_FILE = re.compile(r"[0-9a-f]+-[0-9]+\.log")
_UNSEEN = Observation(is_known=False, is_alive=False, memory_bytes=None)


class LocalEngine:
    """What it holds may be lost at any moment: workers are known again by process id and start time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.data_dir / "logs"
        self._host = socket.gethostname()
        self._children: dict[int, Child] = {}
        self._fork_server = ForkServer()
        self._busy_at = machine_seconds()
        self._ended_before: set[int] = set()
        self._kept_output: set[str] | None = None
        self._next_processor = 0

    def close(self) -> None:
        """Gives up what it keeps to start workers at once; those that run go on."""
        self._fork_server.close()
        for child in self._children.values():
            child.poll()

    def describe(self) -> EngineDescription:
        return EngineDescription(name=NAME, kind="local", host=self._host)

    def capacity(self) -> Capacity:
        return limits.read_capacity(self._settings)

    def launch(self, launch: Launch) -> WorkerProcess:
        """As of `Engine`."""
        try:
            child = self._spawn(launch)
        except (OSError, subprocess.SubprocessError) as error:
            is_full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
            raise LaunchFailed(f"The worker process could not be started: {error}", may_wait=is_full) from error
        self._children[child.pid] = child
        return WorkerProcess(child.pid, processes.start_time(child.pid) or machine_seconds())

    def observe(self, workers: Sequence[Worker]) -> Mapping[str, Observation]:
        """As of `Engine`; gives the fork server's memory back when no job has come for long."""
        if workers:
            self._busy_at = machine_seconds()
        elif machine_seconds() - self._busy_at > self._settings.worker_warm_seconds:
            self._fork_server.close()
        self._remove_output_but_of(workers)
        observations = {worker.job_id: self._look_for(worker) for worker in workers}
        self._reap(workers)
        return observations

    def stop(self, worker: Worker, *, at_once: bool) -> None:
        if (key := self._key(worker)) is not None:
            processes.send_signal(key, signal.SIGKILL if at_once else signal.SIGTERM)

    def read_output(self, worker: Worker) -> list[str]:
        return processes.read_tail(self._folder / _output_name(worker.job_id, worker.attempt))

    def _key(self, worker: Worker) -> ProcessKey | None:
        """None when the process is of another machine, or none is known."""
        if worker.process_id is None or worker.host != self._host:
            return None
        return ProcessKey(worker.process_id, worker.started_at)

    def _look_for(self, worker: Worker) -> Observation:
        key = self._key(worker)
        if key is None:
            return _UNSEEN
        child = self._children.get(key.process_id)
        if child is not None:
            child.poll()
        process = processes.find_process(key)
        if process is None and child is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(_EXIT_CODE_SECONDS)
        limit = self.capacity().memory_limit_of(worker.memory_limit_bytes)
        return Observation(
            is_known=True,
            is_alive=process is not None,
            memory_bytes=processes.memory_bytes(process) if process is not None and limit is not None else None,
            memory_limit_bytes=limit,
            exit_reason="" if process is not None or child is None else _exit_reason(child.returncode),
        )

    def _reap(self, workers: Sequence[Worker]) -> None:
        """Lets go of children that have ended and that no job asks about any more."""
        watched = {worker.process_id for worker in workers}
        ended = {process_id for process_id, child in self._children.items() if child.poll() is not None}
        # One round later, because a worker that was just started is not among those that were read before.
        for process_id in ended & self._ended_before - watched:
            del self._children[process_id]
        self._ended_before = ended

    def _remove_output_but_of(self, workers: Sequence[Worker]) -> None:
        """Also of processes that went while no server was there to see it."""
        kept = {_output_name(worker.job_id, worker.attempt) for worker in workers}
        if kept == self._kept_output:
            return
        for path in self._folder.glob("*.log") if self._folder.is_dir() else ():
            # The fork server writes to its own from the first job on.
            is_output = self._kept_output is None or _OUTPUT_FILE.fullmatch(path.name)
            if is_output and path.name not in kept:
                path.unlink(missing_ok=True)
        self._kept_output = kept

    def _spawn(self, launch: Launch) -> Child:
        capacity = self.capacity()
        threads = capacity.threads(launch.cpu_limit)
        is_limited = capacity.cpu_limit is not None or launch.cpu_limit is not None
        general = limits.worker_environment(
            os.environ,
            self._settings,
            url=json.loads(self._settings.server_file.read_text())["url"],
            server_file=str(self._settings.server_file.absolute()),
            threads=threads,
        )
        environment = general | {"MODELYARD_JOB_TOKEN": launch.token}
        output = self._folder / _output_name(launch.job_id, launch.attempt)
        memory_limit = capacity.memory_limit_of(launch.memory_limit_bytes)
        processors = self._take_processors(threads) if is_limited else None
        forked = self._fork_server.fork(
            launch.job_id, environment, output, memory_limit_bytes=memory_limit, processors=processors
        )
        if forked is not None:
            return forked
        python = str(self._settings.worker_python or sys.executable)
        child = processes.spawn(
            [python, "-m", "modelyard.worker", "run", "--job", launch.job_id],
            environment,
            output,
            memory_limit_bytes=memory_limit,
            processors=processors,
        )
        if self._settings.worker_warm_seconds > 0:
            # The worker runs already: where the fork server finds no room for its log, it is started another time.
            with contextlib.suppress(OSError):
                self._fork_server.start(python, general, self._folder / "fork-server.log")
        return child

    def _take_processors(self, count: int) -> list[int]:
        """The next `count` processors in turn, so that jobs side by side do not share while others are idle."""
        available = limits.processors()
        start = self._next_processor
        self._next_processor = (start + count) % len(available)
        return [available[(start + offset) % len(available)] for offset in range(min(count, len(available)))]


def _output_name(job_id: str, attempt: int) -> str:
    return f"{job_id}-{attempt}.log"


def _exit_reason(code: int | None) -> str:
    if code is None:
        return ""
    if code >= 0:
        return f"It ended with exit code {code}."
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    hint = " The machine may have run out of memory." if -code == signal.SIGKILL else ""
    return f"It was ended by {name}.{hint}"
