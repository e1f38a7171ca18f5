"""Looks after the jobs of the engine `local`: starts them, notices what became of them, ends them."""

import asyncio
import contextlib
import errno
import json
import logging
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Connection

from modelyard.server.db import Database
from modelyard.server.engines import queries, service
from modelyard.server.engines.local import limits, processes
from modelyard.server.engines.local.fork_server import Child, ForkServer
from modelyard.server.engines.local.processes import ProcessKey
from modelyard.server.engines.local.verdicts import Kill, Observation, Verdict, judge
from modelyard.server.engines.local.waits import Waits, has_spoken_since, machine_seconds
from modelyard.server.engines.owner import JobOwner, Loss
from modelyard.server.engines.queries import JobRow, find_job
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import ModelyardError
from modelyard.server.settings import Settings
from modelyard.wire.engines import Engine, Job

_log = logging.getLogger(__name__)

NAME = "local"
_BUSY_SECONDS = 0.4
_IDLE_SECONDS = 5.0
_STALL_SECONDS = 3.0
_DEAF_SECONDS = 1.0
_EXIT_CODE_SECONDS = 0.5


class LocalEngine:
    """One per server. What matters is on rows, so that a restarted server goes on where this one was."""

    def __init__(self, database: Database, settings: Settings, owner: JobOwner) -> None:
        self._database = database
        self._settings = settings
        self._owner = owner
        self._host = socket.gethostname()
        self._children: dict[int, Child] = {}
        self._fork_server = ForkServer()
        self._busy_at = machine_seconds()
        self._ended_before: set[int] = set()
        self._launching: set[str] = set()
        self._wake = asyncio.Event()
        self._waits = Waits()
        self._refusals = 0
        self._is_deaf = False
        self._unwritten: dict[tuple[str, int], Verdict] = {}
        self._next_processor = 0

    @property
    def name(self) -> str:
        return NAME

    def describe(self, jobs: list[Job]) -> Engine:
        """The engine as it is shown, with its unended jobs; slots, running and queued count trainings."""
        trainings = [job for job in jobs if job.kind == "train"]
        queued = sum(job.status == "queued" for job in trainings)
        return Engine(
            name=NAME,
            kind="local",
            slots=self._settings.engine_slots,
            memory_limit_bytes=limits.memory_limit_bytes(self._settings, None),
            cpu_limit=self._settings.engine_cpu_limit,
            running=len(trainings) - queued,
            queued=queued,
            jobs=jobs,
        )

    def threads_of(self, cpu_limit: int | None) -> int:
        """How many threads a job with this limit computes with."""
        return limits.threads(self._settings, cpu_limit)

    def wake(self) -> None:
        """There may be something to do: a job was queued or canceled."""
        self._wake.set()

    async def run(self) -> None:
        """Until canceled. What fails in one round is tried again in the next."""
        try:
            await self._run()
        finally:
            self._fork_server.close()

    async def _run(self) -> None:
        is_tidy = False
        while True:
            began = machine_seconds()
            watched: list[JobRow] = []
            try:
                if not is_tidy:
                    await self._remove_old_output()
                    is_tidy = True
                watched = await self._database.read(lambda connection: queries.list_watched(connection, NAME))
                self._listen(machine_seconds() - began)
                self._waits.see(watched)
                for job in watched:
                    await self._try_to_look_after(job)
                await self._start_jobs(watched)
            except ModelyardError as error:
                self._could_not_work(error)
            except Exception:  # noqa: BLE001 - the next round may be luckier
                _log.exception("engine %s: a round failed", NAME)
            self._reap(watched)
            await self._rest(is_busy=bool(watched))
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _BUSY_SECONDS if watched else _IDLE_SECONDS)
            if machine_seconds() - began > _IDLE_SECONDS + _STALL_SECONDS:
                # This server itself stood still (a suspended machine): its workers could not report, so give them time.
                self._waits.begin_again()

    def _listen(self, seconds: float) -> None:
        """A server that cannot read or write its database hears nobody: then silence says nothing of any worker."""
        refusals = self._database.refusals
        if self._is_deaf or refusals != self._refusals or seconds > _DEAF_SECONDS:
            self._waits.begin_again()
        self._refusals, self._is_deaf = refusals, False

    def _could_not_work(self, error: ModelyardError) -> None:
        if not self._is_deaf:
            _log.warning("engine %s: %s", NAME, error.message)
        self._is_deaf = True

    async def _rest(self, *, is_busy: bool) -> None:
        """Gives the fork server's memory back when no job has come for long."""
        if is_busy:
            self._busy_at = machine_seconds()
        elif machine_seconds() - self._busy_at > self._settings.worker_warm_seconds:
            await asyncio.to_thread(self._fork_server.close)

    async def stop_predictions(self) -> None:
        """Ends the warm prediction workers of a server that goes for good or for a while; trainings go on."""
        watched = await self._database.read(lambda connection: queries.list_watched(connection, NAME))
        for job in watched:
            if job.kind == "predict" and job.state != "ended":
                await self._stop_prediction(job)

    async def _stop_prediction(self, job: JobRow) -> None:
        try:
            await self._database.write(lambda connection: service.end_job(connection, job, None, now_ms()))
        except ModelyardError as error:
            _log.warning("engine %s: a prediction worker's end could not be noted: %s", NAME, error.message)
        if job.process_id is not None and job.host == self._host:
            await asyncio.to_thread(processes.send_signal, _key(job), signal.SIGTERM)

    async def _try_to_look_after(self, job: JobRow) -> None:
        try:
            await self._look_after(job)
        except ModelyardError as error:
            self._could_not_work(error)
        except Exception:  # noqa: BLE001 - one job's trouble must not end the care for all the others
            _log.exception("engine %s: looking after job %s failed", NAME, job.id)

    async def _look_after(self, job: JobRow) -> None:
        if job.id in self._launching:
            return
        key = job.id, job.attempt
        verdict = self._unwritten.get(key)
        if verdict is None:
            observation = await asyncio.to_thread(self._observe, job)
            verdict = judge(job, observation, self._waits.of(job), self._settings.worker_timeout_seconds)
        if verdict is None:
            return
        if verdict.loss_code is not None:
            if verdict.loss_code == "out_of_memory":
                # At once, whether or not it can be written down: others are short of memory. The reason is kept.
                await self._kill(job, verdict)
                self._unwritten[key] = verdict
            # Whoever is silent is killed once it is written down: on a full disk nobody can be heard.
            if await self._lose(job, verdict):
                await self._kill(job, verdict)
            self._unwritten.pop(key, None)
            return
        await self._kill(job, verdict)
        if verdict.gone:
            await self._database.write(lambda connection: service.clear_process(connection, job))
            await asyncio.to_thread(self._output(job).unlink, missing_ok=True)

    async def _kill(self, job: JobRow, verdict: Verdict) -> None:
        if verdict.kill is not Kill.NO and job.process_id is not None:
            number = signal.SIGTERM if verdict.kill is Kill.KINDLY else signal.SIGKILL
            await asyncio.to_thread(processes.send_signal, _key(job), number)

    async def _lose(self, job: JobRow, verdict: Verdict) -> bool:
        """Writes down that the worker is lost, unless it has spoken or ended in the meantime; answers whether."""
        assert verdict.loss_code is not None
        output = await asyncio.to_thread(processes.read_tail, self._output(job))
        message = verdict.message
        if verdict.loss_code == "worker_lost" and (how := self._exit_reason(job)) is not None:
            message = f"{message} {how}"
        loss = Loss(verdict.loss_code, message, output)

        def lose(connection: Connection) -> bool:
            current = find_job(connection, job.id, lock=True)
            if current is None or current.attempt != job.attempt or current.state not in ("starting", "running"):
                return False  # it ended in the meantime
            if verdict.loss_code == "never_started" and (current.process_id is not None or current.state != job.state):
                return False  # its worker came after all
            if verdict.is_silence and has_spoken_since(job, current):
                return False  # what it said was only late
            self._owner.lost(connection, current, loss, now_ms())
            return True

        is_lost = await self._database.write(lose)
        if is_lost:
            _log.info("job %s of %s/%s: %s", job.id, job.model, job.number, message)
            await asyncio.to_thread(self._output(job).unlink, missing_ok=True)
            self._owner.ended(job, loss)
            self.wake()
        return is_lost

    def _reap(self, watched: list[JobRow]) -> None:
        """Lets go of children that have ended and that no job asks about any more."""
        asked = {job.process_id for job in watched}
        ended = {process_id for process_id, child in self._children.items() if child.poll() is not None}
        # One round later, because a child of this round is not among the jobs that were read at its beginning.
        for process_id in ended & self._ended_before - asked:
            del self._children[process_id]
        self._ended_before = ended

    def _observe(self, job: JobRow) -> Observation:
        if job.process_id is None or job.host != self._host:
            return Observation(is_known=False, is_alive=False, memory_bytes=None)
        child = self._children.get(job.process_id)
        if child is not None:
            child.poll()
        process = processes.find_process(_key(job))
        if process is None and child is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(_EXIT_CODE_SECONDS)
        memory = None
        if process is not None and limits.memory_limit_bytes(self._settings, job.memory_limit_bytes) is not None:
            memory = processes.memory_bytes(process)
        return Observation(
            is_known=True,
            is_alive=process is not None,
            memory_bytes=memory,
            memory_limit_bytes=limits.memory_limit_bytes(self._settings, job.memory_limit_bytes),
        )

    async def _start_jobs(self, watched: list[JobRow]) -> None:
        for kind, slots in (("train", self._settings.engine_slots), ("predict", limits.PREDICT_SLOTS)):
            of_kind = [job for job in watched if job.kind == kind]
            room = slots - sum(job.state in ("starting", "running") for job in of_kind)
            queued = [job for job in of_kind if job.state == "queued"]
            for job in queued[: max(0, room)]:
                await self._start(job)
            if kind == "predict" and len(queued) > max(0, room):
                self._owner.make_room()

    async def _start(self, job: JobRow) -> None:
        def begin(connection: Connection) -> str | None:
            token = service.begin_attempt(connection, job, self._host, now_ms())
            if token is not None:
                self._owner.starting(connection, job)
            return token

        self._launching.add(job.id)
        try:
            token = await self._database.write(begin)
            if token is not None:
                await self._launch(job, job.attempt + 1, token)
        finally:
            self._launching.discard(job.id)

    async def _launch(self, job: JobRow, attempt: int, token: str) -> None:
        try:
            child = await asyncio.to_thread(self._spawn, job, attempt, token)
        except (OSError, subprocess.SubprocessError) as error:
            message = f"The worker process could not be started: {error}"
            # For want of space no attempt was made: the job waits until there is some.
            is_full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
            loss = Loss("never_started" if is_full else "worker_lost", message, [])

            def give_up(connection: Connection) -> JobRow | None:
                current = find_job(connection, job.id, lock=True)
                if current is not None and current.state == "starting":
                    self._owner.lost(connection, current, loss, now_ms())
                return current

            await self._database.write(give_up)
            self._owner.ended(job, loss)
            return
        self._children[child.pid] = child
        started_at = processes.start_time(child.pid) or machine_seconds()
        await self._database.write(
            lambda connection: service.set_process(connection, job.id, attempt, child.pid, started_at)
        )

    def _spawn(self, job: JobRow, attempt: int, token: str) -> Child:
        threads = self.threads_of(job.cpu_limit)
        is_limited = self._settings.engine_cpu_limit is not None or job.cpu_limit is not None
        general = limits.worker_environment(
            os.environ,
            self._settings,
            url=json.loads(self._settings.server_file.read_text())["url"],
            server_file=str(self._settings.server_file.absolute()),
            threads=threads,
        )
        environment = general | {"MODELYARD_JOB_TOKEN": token}
        output = self._output_of(job.id, attempt)
        memory_limit = limits.memory_limit_bytes(self._settings, job.memory_limit_bytes)
        processors = self._take_processors(threads) if is_limited else None
        forked = self._fork_server.fork(
            job.id, environment, output, memory_limit_bytes=memory_limit, processors=processors
        )
        if forked is not None:
            return forked
        python = str(self._settings.worker_python or sys.executable)
        child = processes.spawn(
            [python, "-m", "modelyard.worker", "run", "--job", job.id],
            environment,
            output,
            memory_limit_bytes=memory_limit,
            processors=processors,
        )
        if self._settings.worker_warm_seconds > 0:
            # The worker runs already: where the fork server finds no room for its log, it is started another time.
            with contextlib.suppress(OSError):
                self._fork_server.start(python, general, self._settings.data_dir / "logs" / "fork-server.log")
        return child

    def _take_processors(self, count: int) -> list[int]:
        """The next `count` processors in turn, so that jobs side by side do not share while others are idle."""
        available = limits.processors()
        start = self._next_processor
        self._next_processor = (start + count) % len(available)
        return [available[(start + offset) % len(available)] for offset in range(min(count, len(available)))]

    def _exit_reason(self, job: JobRow) -> str | None:
        child = None if job.process_id is None else self._children.get(job.process_id)
        code = None if child is None else child.returncode
        if code is None:
            return None
        if code >= 0:
            return f"It ended with exit code {code}."
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        hint = " The machine may have run out of memory." if -code == signal.SIGKILL else ""
        return f"It was ended by {name}.{hint}"

    def _output(self, job: JobRow) -> Path:
        return self._output_of(job.id, job.attempt)

    def _output_of(self, job_id: str, attempt: int) -> Path:
        return self._settings.data_dir / "logs" / f"{job_id}-{attempt}.log"

    async def _remove_old_output(self) -> None:
        """Output of processes that went while no server was there to see it, and that no job needs any more."""
        watched = await self._database.read(lambda connection: queries.list_watched(connection, NAME))
        needed = {self._output(job) for job in watched}
        folder = self._settings.data_dir / "logs"
        for path in folder.glob("*.log") if folder.is_dir() else ():
            if path not in needed:
                path.unlink(missing_ok=True)


def _key(job: JobRow) -> ProcessKey:
    assert job.process_id is not None
    return ProcessKey(job.process_id, job.process_started_at)
