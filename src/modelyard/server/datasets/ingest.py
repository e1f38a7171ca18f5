"""Running the process that reads an uploaded table; see `modelyard.wire.ingest`."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from modelyard.server.datasets.receiving import min_free_bytes, storage_full
from modelyard.server.datasets.turns import Turns
from modelyard.server.kernel.child_environment import child_environment
from modelyard.server.kernel.errors import InvalidTable, TooLarge
from modelyard.server.settings import MIB, Settings
from modelyard.wire.errors import ErrorCode
from modelyard.wire.ingest import IngestFailure, IngestMessage, IngestProgress, IngestResult, IngestTask, Retyping

_log = logging.getLogger(__name__)

_PROGRAM = "modelyard.worker.ingest"
_MAX_MESSAGE_BYTES = 64 * MIB
_MAX_LOG_LENGTH = 8000
_SECONDS_TO_END = 10.0
_SECONDS_TO_ARRIVE = 10.0
_SHORT_BYTES = 16 * MIB
_SHORT_SECONDS = 15.0
"""A file of few bytes may still hold a table of gigabytes: one that takes longer is read anew, in its turn."""
_ENVIRONMENT = {"MALLOC_MMAP_THRESHOLD_": str(32 * MIB), "MALLOC_TRIM_THRESHOLD_": str(256 * MIB)}
"""Keeps glibc from returning the memory of each piece of the file to the system, to be mapped anew for the next."""


class Ingest:
    """Reads tables in processes of their own, few at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turns = Turns()

    @asynccontextmanager
    async def reader(self, folder: Path, caller: str) -> AsyncIterator["Reader"]:
        """A reader of one table, with an empty folder for its files. At the end its process is gone."""
        reader = Reader(self._settings, self._turns, folder, caller)
        try:
            yield reader
        finally:
            await reader.end()


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file to be read as a table of a dataset."""

    path: Path
    name: str
    """The name it was uploaded under."""
    size_bytes: int
    """Of the whole file."""
    dataset: str
    retyping: Retyping | None = None
    """What changes of a table that was read before."""


class Reader:
    """One table's reading, by a process of its own."""

    def __init__(self, settings: Settings, turns: Turns, folder: Path, caller: str) -> None:
        self._settings = settings
        self._turns = turns
        self._folder = folder
        self._caller = caller
        self._errors = folder / "errors.log"
        self._starting: asyncio.Task[asyncio.subprocess.Process] | None = None
        self._following: asyncio.Task[_Ending] | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._is_late = False
        self._report: Callable[[IngestProgress], None] | None = None

    def start(self) -> None:
        """Starts the process, so that it is ready when the file is whole, which is expected soon. It waits for `read`.

        If the rest is not there in time, it is given up: slow clients are not to fill the memory with processes.
        """
        if self._starting is None:
            self._begin()
            self._expect()

    def follow(self, file: TableFile) -> None:
        """Begins to read a file that is still being written, unless other tables keep all processes busy.

        For a file whose rest is expected soon. If that is not there in time, the process is given up, so that a slow
        client keeps nobody else from having a table read, and `read` begins anew.
        """
        if self._following is None and not self._is_late and self._turns.is_free(self._caller, is_short=False):
            self._following = asyncio.create_task(self._run(file, is_short=False))
            self._expect()

    async def read(self, file: TableFile, report: Callable[[IngestProgress], None]) -> IngestResult:
        """Reads a file that is whole into `table.parquet` and `profile.json` in the folder.

        :raises InvalidTable: it cannot be read as a table.
        :raises TooLarge: it is above a limit, of time among others.
        :raises StorageFull: the disk is full.
        """
        self._report = report
        if self._deadline is not None:
            self._deadline.cancel()
        ending = await self._following if self._following is not None else None
        if self._is_late:
            self._starting = None
        if ending is None or self._is_late:
            ending = await self._run_whole(file)
        return _result(ending, self._errors)

    async def _run_whole(self, file: TableFile) -> "_Ending":
        """A small file is expected to take a moment, for which there is a place; one that holds more waits its turn."""
        if file.size_bytes <= _SHORT_BYTES:
            with contextlib.suppress(_NotShort):
                return await self._run(file, is_short=True)
        return await self._run(file, is_short=False)

    async def end(self) -> None:
        """Ends the process, whatever it is doing."""
        if self._deadline is not None:
            self._deadline.cancel()
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        if self._starting is not None:
            await asyncio.wait([self._starting])
            if self._starting.exception() is None:
                await _kill(self._starting.result())

    def _begin(self) -> None:
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())

    def _expect(self) -> None:
        """The rest of the file, from now on."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = asyncio.get_running_loop().call_later(_SECONDS_TO_ARRIVE, self._give_up)

    def _give_up(self) -> None:
        self._is_late = True
        assert self._starting is not None
        if self._starting.done() and self._starting.exception() is None:
            self._starting.result().kill()

    async def _run(self, file: TableFile, *, is_short: bool) -> "_Ending":
        """:raises TooLarge: it took longer than it may."""
        task = IngestTask(
            source=str(file.path),
            size_bytes=file.size_bytes,
            file_name=file.name,
            folder=str(self._folder),
            dataset=file.dataset,
            memory_limit_bytes=self._settings.ingest_memory_limit_mb * MIB,
            max_table_bytes=self._settings.max_table_bytes,
            max_columns=self._settings.max_columns,
            min_free_bytes=min_free_bytes(self._settings),
            keeps_source=is_short,
            retyping=file.retyping,
        )
        self._begin()
        assert self._starting is not None
        # Shielded: when this task is canceled, `end` must still learn of the process that is being made.
        process = await asyncio.shield(self._starting)
        timeout_seconds = self._settings.ingest_timeout_seconds
        async with self._turns.turn(self._caller, is_short=is_short):
            try:
                async with asyncio.timeout(min(timeout_seconds, _SHORT_SECONDS) if is_short else timeout_seconds):
                    last = await _converse(process, task, self._progressed)
            except TimeoutError:
                await _kill(process)
                self._starting = None
                raise (
                    _NotShort if is_short and timeout_seconds > _SHORT_SECONDS else _too_long(timeout_seconds)
                ) from None
            await asyncio.wait_for(process.wait(), _SECONDS_TO_END)
        return _Ending(last, process.returncode)

    def _progressed(self, progress: IngestProgress) -> None:
        if self._report is not None:
            self._report(progress)

    async def _start(self) -> asyncio.subprocess.Process:
        try:
            errors = self._errors.open("wb")
        except OSError as error:
            raise storage_full() from error
        with errors:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                _PROGRAM,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                env={**child_environment(os.environ), **_ENVIRONMENT},
                limit=_MAX_MESSAGE_BYTES,
            )


async def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


async def _converse(
    process: asyncio.subprocess.Process, task: IngestTask, report: Callable[[IngestProgress], None]
) -> IngestMessage | None:
    """Answers the last message, or None when there was none."""
    assert process.stdin is not None
    assert process.stdout is not None
    # A process that died at once has closed its end; what it said is in its log.
    if not process.stdin.is_closing():
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            process.stdin.write(task.model_dump_json().encode() + b"\n")
            await process.stdin.drain()
    last = None
    async for line in process.stdout:
        last = IngestMessage.model_validate_json(line)
        if last.progress is not None:
            report(last.progress)
    return last


class _NotShort(Exception):
    """Reading a small file took long."""


def _too_long(seconds: float) -> TooLarge:
    return TooLarge(
        f"Reading the table took longer than {seconds:g} s.",
        hint="Split it, or raise the server's setting ingest_timeout_seconds.",
    )


class _Ending(NamedTuple):
    """The last that a process said, None when it said nothing, and how it ended."""

    last: IngestMessage | None
    exit_code: int | None


def _result(ending: _Ending, errors: Path) -> IngestResult:
    last, exit_code = ending
    tail = errors.read_text(errors="replace")[-_MAX_LOG_LENGTH:]
    if last is not None and last.failure is not None:
        if tail:
            _log.error("the process that reads tables failed: %s", tail)
        _raise(last.failure)
    if exit_code == 0 and last is not None and last.result is not None:
        return last.result
    reason = signal.Signals(-exit_code).name if exit_code is not None and exit_code < 0 else f"exit code {exit_code}"
    _log.error("the process that reads tables ended with %s: %s", reason, tail)
    raise InvalidTable(
        f"The table could not be read: the process that read it ended with {reason}.",
        hint="The file may be damaged. The server's log says more.",
    )


def _raise(failure: IngestFailure) -> None:
    if failure.code is ErrorCode.STORAGE_FULL:
        raise storage_full()
    kind = TooLarge if failure.code is ErrorCode.TOO_LARGE else InvalidTable
    raise kind(failure.message, hint=failure.hint, problems=failure.problems)
