"""Between requests that want a prediction and the workers that make it. Lives on the event loop, in memory.

A server that goes takes its open requests along; the workers stay, ask the next server for tasks, and are found again
by their jobs' rows.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from modelyard.server.engines.kinds import Ending
from modelyard.server.kernel.errors import NotFound
from modelyard.wire.jobs import PredictTask, PredictTaskError


class WorkerGone(Exception):
    """The worker ended before it had looked at the task: another may do it."""


class TaskFailed(Exception):
    """The table cannot be predicted; the message is for whoever sent it. The code says why, where that is known."""

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code


@dataclass(eq=False, slots=True)
class Task:
    """One table to predict. `answer` completes when `output` is written."""

    version_id: int
    wire: PredictTask
    input: Path
    output: Path
    answer: "asyncio.Future[None]"
    job_id: str | None = None
    is_fetched: bool = False
    missing_inputs: str | None = None
    """As the worker says it in `MISSING_INPUTS_HEADER`."""


@dataclass(slots=True)
class _Desk:
    """Where the worker of one version asks for tasks."""

    tasks: deque[Task] = field(default_factory=deque)
    arrival: asyncio.Event = field(default_factory=asyncio.Event)


class PredictionBroker:
    """Hands tasks to workers and answers to requests."""

    def __init__(self) -> None:
        self._desks: dict[int, _Desk] = {}
        self._taken: dict[str, Task] = {}
        self._polls: dict[str, int] = {}
        self._last_use: dict[str, float] = {}
        self._stopping: set[str] = set()
        self._closed = False

    def close(self) -> None:
        """Ends every poll, so that a server that stops need not wait for its workers."""
        self._closed = True
        for desk in self._desks.values():
            desk.arrival.set()

    def submit(self, version_id: int, task: Task) -> None:
        desk = self._desks.setdefault(version_id, _Desk())
        desk.tasks.append(task)
        desk.arrival.set()

    async def next_task(self, job_id: str, version_id: int, wait_seconds: float) -> PredictTask | None:
        """The next task for a worker, or None after `wait_seconds`. A later call of the same worker ends this one."""
        poll = self._polls[job_id] = self._polls.get(job_id, 0) + 1
        self._last_use.setdefault(job_id, time.monotonic())
        desk = self._desks.setdefault(version_id, _Desk())
        deadline = time.monotonic() + wait_seconds
        while self._polls[job_id] == poll and job_id not in self._stopping and not self._closed:
            while desk.tasks:
                task = desk.tasks.popleft()
                if task.answer.done():
                    continue  # whoever asked has given up
                task.job_id = job_id
                self._taken[task.wire.id] = task
                self._last_use[job_id] = time.monotonic()
                return task.wire
            desk.arrival.clear()
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            try:
                await asyncio.wait_for(desk.arrival.wait(), left)
            except TimeoutError:
                return None
        return None

    def fetch(self, job_id: str, task_id: str) -> Task:
        """The task, whose input its worker now reads.

        :raises NotFound: the worker has no such task, or nobody waits for it any more.
        """
        task = self.find(job_id, task_id)
        task.is_fetched = True
        return task

    def complete(self, job_id: str, task_id: str, missing_inputs: str | None = None) -> None:
        if (task := self._taken.get(task_id)) is not None:
            task.missing_inputs = missing_inputs
        self._settle(job_id, task_id, lambda answer: answer.set_result(None))

    def fail(self, job_id: str, task_id: str, error: PredictTaskError) -> None:
        self._settle(job_id, task_id, lambda answer: answer.set_exception(TaskFailed(error.message, error.code)))

    def give_up(self, task: Task) -> None:
        """Nobody waits any more. A worker that is busy with it is stopped: it may never come back."""
        self._taken.pop(task.wire.id, None)
        if not task.answer.done():
            task.answer.cancel()
            if task.job_id is not None:
                self._stopping.add(task.job_id)

    def worker_ended(self, job_id: str, version_id: int, ending: Ending) -> None:
        """Tasks that the worker had begun fail; those it had not looked at may go to another.

        A worker that itself said why it failed could not load the model, as no other could: then all fail.
        """
        self._polls.pop(job_id, None)
        self._last_use.pop(job_id, None)
        self._stopping.discard(job_id)
        is_final = ending.outcome == "Failed" and ending.loss is None
        words = ending.error_message or "The prediction worker has ended."
        if ending.loss is not None and ending.loss.output:
            words = f"{words} {ending.loss.output[-1]}"
        for task in [task for task in self._taken.values() if task.job_id == job_id]:
            del self._taken[task.wire.id]
            has_failed = is_final or task.is_fetched
            _set_exception(task, TaskFailed(words, ending.error_code) if has_failed else WorkerGone(words))
        desk = self._desks.pop(version_id, _Desk())
        for task in desk.tasks:
            _set_exception(task, TaskFailed(words, ending.error_code) if is_final else WorkerGone(words))

    def should_stop(self, job_id: str) -> bool:
        return job_id in self._stopping

    def stop_idlest(self) -> None:
        """Of the workers that have nothing to do, the one that was used longest ago makes room for another."""
        busy = {task.job_id for task in self._taken.values()}
        idle = [job_id for job_id in self._last_use if job_id not in busy and job_id not in self._stopping]
        if idle and not self._stopping:
            self._stopping.add(min(idle, key=lambda job_id: self._last_use[job_id]))
            for desk in self._desks.values():
                desk.arrival.set()

    def find(self, job_id: str, task_id: str) -> Task:
        """:raises NotFound: the worker has no such task, or nobody waits for it any more."""
        task = self._taken.get(task_id)
        if task is None or task.job_id != job_id:
            raise NotFound("There is no such task, or its caller has gone.")
        return task

    def _settle(self, job_id: str, task_id: str, settle: "Callable[[asyncio.Future[None]], None]") -> None:
        self._last_use[job_id] = time.monotonic()
        task = self._taken.get(task_id)
        if task is None or task.job_id != job_id:
            return  # whoever asked has given up; the worker has done nothing wrong
        del self._taken[task_id]
        if not task.answer.done():
            settle(task.answer)


def new_task(version_id: int, input_path: Path, output_path: Path, wanted: PredictTask) -> Task:
    return Task(version_id, wanted, input_path, output_path, asyncio.get_running_loop().create_future())


def _set_exception(task: Task, error: Exception) -> None:
    if not task.answer.done():
        task.answer.set_exception(error)
