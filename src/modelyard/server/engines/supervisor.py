"""Looks after the jobs of an engine: starts them, notices what became of their workers, ends them.

It knows rows and workers, neither what the jobs mean (`kinds.py`) nor how workers run (`engine.py`).
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from modelyard.server.db import Database
from modelyard.server.engines import queries, service
from modelyard.server.engines.engine import (
    Capacity,
    Engine,
    Launch,
    LaunchFailed,
    Observation,
    Pool,
    Worker,
)
from modelyard.server.engines.kinds import Ending, JobKinds, Loss
from modelyard.server.engines.queries import JobRow, find_job
from modelyard.server.engines.verdicts import Kill, Verdict, judge
from modelyard.server.engines.waits import Waits, has_spoken_since, machine_seconds
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import ModelyardError
from modelyard.wire.engines import Engine as EngineRecord

_log = logging.getLogger(__name__)

_BUSY_SECONDS = 0.4
_IDLE_SECONDS = 5.0
_STALL_SECONDS = 3.0
_DEAF_SECONDS = 1.0


class Supervisor:
    """One for each engine. What matters is on rows, so that a restarted server goes on where this one was."""

    def __init__(self, database: Database, engine: Engine, kinds: JobKinds, *, worker_timeout_seconds: float) -> None:
        self.kinds = kinds
        self._database = database
        self._engine = engine
        self._facts = engine.describe()
        self._worker_timeout = worker_timeout_seconds
        self._wakeup = asyncio.Event()
        self._waits = Waits()
        self._refusals = 0
        self._is_deaf = False
        self._unwritten: dict[tuple[str, int], Verdict] = {}

    @property
    def engine_name(self) -> str:
        return self._facts.name

    @property
    def capacity(self) -> Capacity:
        return self._engine.capacity()

    def describe(self, connection: Connection, projects: Sequence[int] | None) -> EngineRecord:
        """The engine as it is shown, with unended jobs of these projects, or all; it counts batch jobs."""
        interactive = {kind.name for kind in self.kinds if kind.pool == "interactive"}
        jobs = queries.list_jobs(connection, self.engine_name, interactive, projects)
        batch = [job for job in jobs if job.kind not in interactive]
        queued = sum(job.status == "queued" for job in batch)
        capacity = self.capacity
        return EngineRecord(
            name=self.engine_name,
            kind=self._facts.kind,
            slots=capacity.slots["batch"],
            memory_limit_bytes=capacity.memory_limit_bytes,
            cpu_limit=capacity.cpu_limit,
            running=len(batch) - queued,
            queued=queued,
            jobs=jobs,
        )

    def wake(self) -> None:
        """There may be something to do: a job was queued or canceled."""
        self._wakeup.set()

    async def run(self) -> None:
        """Until canceled. What fails in one round is tried again in the next."""
        while True:
            began = machine_seconds()
            watched: list[JobRow] = []
            try:
                watched = await self._watch(began)
            except ModelyardError as error:
                self._could_not_work(error)
            except Exception:  # noqa: BLE001 - the next round may be luckier
                _log.exception("engine %s: a round failed", self.engine_name)
            self._wakeup.clear()
            # Not by `wait_for`: of a wakeup and a cancellation at once, it forgets the cancellation.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_BUSY_SECONDS if watched else _IDLE_SECONDS):
                    await self._wakeup.wait()
            if machine_seconds() - began > _IDLE_SECONDS + _STALL_SECONDS:
                # This server itself stood still (a suspended machine): its workers could not report, so give them time.
                self._waits.begin_again()

    async def stop_residents(self) -> None:
        """Ends the workers that only answer this server, which goes for good or for a while; the others go on."""
        watched = await self._database.read(lambda connection: queries.list_watched(connection, self.engine_name))
        for job in watched:
            kind = self.kinds.find(job.kind)
            if kind is not None and kind.ends_with_server and job.state != "ended":
                await self._stop_resident(job)

    async def _stop_resident(self, job: JobRow) -> None:
        try:
            await self._database.write(lambda connection: service.end_job(connection, job, None, now_ms()))
        except ModelyardError as error:
            _log.warning("engine %s: a worker's end could not be noted: %s", self.engine_name, error.message)
        await self._stop(job, at_once=False)

    async def _watch(self, began: float) -> list[JobRow]:
        watched, gone = await self._database.read(self._list_watched)
        self._listen(machine_seconds() - began)
        self._waits.see(watched)
        observations = await asyncio.to_thread(self._engine.observe, [_worker(job) for job in watched])
        for job in watched:
            await self._try_to_look_after(job, observations[job.id], is_gone=job.id in gone)
        await self._start_jobs(watched)
        return watched

    def _list_watched(self, connection: Connection) -> tuple[list[JobRow], set[str]]:
        """The jobs to look after, and the ids of those whose subject is no more."""
        watched = queries.list_watched(connection, self.engine_name)
        gone: set[str] = set()
        for kind in self.kinds:
            of_kind = [job for job in watched if job.kind == kind.name and job.state != "ended"]
            if of_kind:
                gone |= kind.owner.find_gone(connection, of_kind)
        return watched, gone

    def _listen(self, seconds: float) -> None:
        """A server that cannot read or write its database hears nobody: then silence says nothing of any worker."""
        refusals = self._database.refusals
        if self._is_deaf or refusals != self._refusals or seconds > _DEAF_SECONDS:
            self._waits.begin_again()
        self._refusals, self._is_deaf = refusals, False

    def _could_not_work(self, error: ModelyardError) -> None:
        if not self._is_deaf:
            _log.warning("engine %s: %s", self.engine_name, error.message)
        self._is_deaf = True

    async def _try_to_look_after(self, job: JobRow, observation: Observation, *, is_gone: bool) -> None:
        try:
            if is_gone:
                await self._drop(job)
            else:
                await self._look_after(job, observation)
        except ModelyardError as error:
            self._could_not_work(error)
        except Exception:  # noqa: BLE001 - one job's trouble must not end the care for all the others
            _log.exception("engine %s: looking after job %s failed", self.engine_name, job.id)

    async def _drop(self, job: JobRow) -> None:
        """Ends a job whose subject is no more, with its worker."""
        await self._database.write(lambda connection: service.end_job(connection, job, None, now_ms()))
        await self._stop(job, at_once=True)
        self._ended(job, Ending("Canceled", error_message=f"{job.title} was deleted."))

    async def _look_after(self, job: JobRow, observation: Observation) -> None:
        if job.state != "ended" and self.kinds.find(job.kind) is None:
            return  # a newer server knows what becomes of it
        key = job.id, job.attempt
        verdict = self._unwritten.get(key) or judge(job, observation, self._waits.of(job), self._worker_timeout)
        if verdict is None:
            return
        if verdict.loss_code is not None:
            if verdict.loss_code == "out_of_memory":
                # At once, whether or not it can be written down: others are short of memory. The reason is kept.
                await self._kill(job, verdict)
                self._unwritten[key] = verdict
            # Whoever is silent is killed once it is written down: on a full disk nobody can be heard.
            if await self._lose(job, verdict, observation.exit_reason):
                await self._kill(job, verdict)
            self._unwritten.pop(key, None)
            return
        await self._kill(job, verdict)
        if verdict.gone:
            await self._database.write(lambda connection: service.clear_process(connection, job))

    async def _kill(self, job: JobRow, verdict: Verdict) -> None:
        if verdict.kill is not Kill.NO:
            await self._stop(job, at_once=verdict.kill is Kill.AT_ONCE)

    async def _stop(self, job: JobRow, *, at_once: bool) -> None:
        await asyncio.to_thread(self._engine.stop, _worker(job), at_once=at_once)

    async def _lose(self, job: JobRow, verdict: Verdict, exit_reason: str) -> bool:
        """Writes down that the worker is lost, unless it has spoken or ended in the meantime; answers whether."""
        assert verdict.loss_code is not None
        output = await asyncio.to_thread(self._engine.read_output, _worker(job))
        message = verdict.message
        if verdict.loss_code == "worker_lost" and exit_reason:
            message = f"{message} {exit_reason}"
        loss = Loss(verdict.loss_code, message, output)

        def lose(connection: Connection) -> tuple[bool, Ending | None]:
            current = find_job(connection, job.id, lock=True)
            if current is None or current.attempt != job.attempt or current.state not in ("starting", "running"):
                return False, None  # it ended in the meantime
            if verdict.loss_code == "never_started" and (current.process_id is not None or current.state != job.state):
                return False, None  # its worker came after all
            if verdict.is_silence and has_spoken_since(job, current):
                return False, None  # what it said was only late
            return True, service.lose_worker(connection, self.kinds, current, loss, now_ms())

        is_lost, ending = await self._database.write(lose)
        if is_lost:
            _log.info("job %s of %s: %s", job.id, job.title, message)
            if ending is not None:
                self._ended(job, ending)
            self.wake()
        return is_lost

    def _ended(self, job: JobRow, ending: Ending) -> None:
        self.kinds.owner_of(job).ended(job, ending)

    async def _start_jobs(self, watched: list[JobRow]) -> None:
        known = {kind.name: kind for kind in self.kinds}
        slots: Mapping[Pool, int] = self.capacity.slots
        for pool, count in slots.items():
            of_pool = [job for job in watched if job.kind in known and known[job.kind].pool == pool]
            room = max(0, count - sum(job.state in ("starting", "running") for job in of_pool))
            queued = [job for job in of_pool if job.state == "queued"]
            queued.sort(key=lambda job: -known[job.kind].priority)
            for job in queued[:room]:
                await self._start(job)
            if len(queued) > room:
                for kind in self.kinds:
                    if kind.pool == pool:
                        kind.owner.make_room()

    async def _start(self, job: JobRow) -> None:
        def begin(connection: Connection) -> str | None:
            token = service.begin_attempt(connection, job, self._facts.host, now_ms())
            if token is not None:
                self.kinds.owner_of(job).begin(connection, job)
            return token

        token = await self._database.write(begin)
        if token is not None:
            await self._launch(job, job.attempt + 1, token)

    async def _launch(self, job: JobRow, attempt: int, token: str) -> None:
        launch = Launch(job.id, attempt, token, job.memory_limit_bytes, job.cpu_limit)
        try:
            process = await asyncio.to_thread(self._engine.launch, launch)
        except LaunchFailed as error:
            # For want of space no attempt was made; but nobody who waits for an answer is to wait for space.
            kind = self.kinds.find(job.kind)
            may_wait = error.may_wait and kind is not None and kind.pool == "batch"
            loss = Loss("never_started" if may_wait else "worker_lost", str(error))

            def give_up(connection: Connection) -> Ending | None:
                current = find_job(connection, job.id, lock=True)
                if current is None or current.state != "starting":
                    return None
                return service.lose_worker(connection, self.kinds, current, loss, now_ms())

            ending = await self._database.write(give_up)
            if ending is not None:
                self._ended(job, ending)
            return
        await self._database.write(lambda connection: service.set_process(connection, job.id, attempt, process))


def _worker(job: JobRow) -> Worker:
    return Worker(job.id, job.attempt, job.host, job.process_id, job.process_started_at, job.memory_limit_bytes)
