"""Predicting a table with a version: in a worker, which is started when none is warm."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from modelyard.server.access.scope import Scope
from modelyard.server.db import Database
from modelyard.server.engines import service as engines
from modelyard.server.engines.queries import find_active_job
from modelyard.server.engines.service import NewJob
from modelyard.server.engines.supervisor import Supervisor
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import (
    Conflict,
    InvalidState,
    PickledModel,
    PredictionFailed,
    TooLarge,
    UnmetRequirements,
)
from modelyard.server.kernel.ids import new_id
from modelyard.server.registry.versions.contents import why_nothing
from modelyard.server.registry.versions.queries import Number, VersionKey, get_key
from modelyard.server.registry.versions.subjects import VersionSubject
from modelyard.server.serving.broker import PredictionBroker, TaskFailed, WorkerGone, new_task
from modelyard.server.serving.owner import PREDICT
from modelyard.server.storage.faults import translated
from modelyard.server.tracking.artifact_files.locations import is_inside_proxy
from modelyard.wire.jobs import PredictTask
from modelyard.wire.models import VersionStatus

TableFormat = Literal["json", "csv", "parquet"]

_TIMEOUT_SECONDS = 600.0
_CAN_PREDICT = frozenset(
    {VersionStatus.READY, VersionStatus.DEPLOYING, VersionStatus.DEPLOYED, VersionStatus.UNDEPLOYING}
)
_FAILURES: dict[str, type[PredictionFailed]] = {
    UnmetRequirements.code: UnmetRequirements,
    PickledModel.code: PickledModel,
}
"""By the code that a worker says."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """Where the answer is, and how long it took from the moment that the table was here."""

    path: Path
    duration_ms: float
    missing_inputs: str | None


@dataclass(frozen=True, slots=True)
class TableTask:
    """What to do with a table. `input_format` is how a file of it is named: `csv`, `tsv.gz`, `json`, ..."""

    input_format: str
    output_format: TableFormat
    strict: bool


def require_predictable(connection: Connection, project_id: int, model: str, number: Number) -> VersionKey:
    """:raises NotFound: there is no such version.
    :raises InvalidState: it is not Ready, or its files are elsewhere.
    """
    key = get_key(connection, project_id, model, number)
    if key.location is not None and not is_inside_proxy(key.location):
        raise InvalidState(
            f"The files of version {key.number} of {model!r} are not here, so no worker can load it.",
            hint=why_nothing(key),
        )
    if key.status not in _CAN_PREDICT:
        raise InvalidState(
            f"Version {key.number} of {model!r} is {key.status} and cannot predict.", hint="Only Ready versions can."
        )
    return key


@asynccontextmanager
async def temporary_file(folder: Path) -> AsyncIterator[Path]:
    """A path for a file that is gone afterwards, unless it was moved away."""
    path = folder / f"predict-{new_id()}"
    try:
        yield path
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)


async def receive(chunks: AsyncIterator[bytes], path: Path, max_bytes: int) -> int:
    """Writes a body to a file; answers its size.

    :raises TooLarge: more than `max_bytes` bytes.
    :raises StorageFull: the disk is full.
    """
    size = 0
    with translated(path.name), await asyncio.to_thread(path.open, "wb") as file:
        async for chunk in chunks:
            size += len(chunk)
            if size > max_bytes:
                raise TooLarge(f"The body has more than {max_bytes} bytes.", hint="Send fewer rows at once.")
            await asyncio.to_thread(file.write, chunk)
    return size


async def predict(
    database: Database,
    supervisor: Supervisor,
    broker: PredictionBroker,
    scope: Scope,
    key: VersionKey,
    rows: Path,
    output: Path,
    table: TableTask,
) -> Prediction:
    """Has a worker read `rows` and write `output`.

    :raises PredictionFailed: the table does not fit the model, the worker was lost, or it took too long.
    :raises UnmetRequirements: the environment of the workers lacks what the model needs.
    :raises PickledModel: loading the model would run code that comes with it, which the settings do not allow.
    """
    started = time.perf_counter()
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    for may_retry in (True, False):
        await _ensure_worker(database, supervisor.engine_name, scope, key)
        supervisor.wake()
        wire = PredictTask(
            id=new_id(),
            input_format=table.input_format,
            output_format=table.output_format,
            strict=table.strict,
        )
        task = new_task(key.id, rows, output, wire)
        broker.submit(key.id, task)
        try:
            await asyncio.wait_for(asyncio.shield(task.answer), deadline - time.monotonic())
        except TaskFailed as error:
            raise _FAILURES.get(error.code or "", PredictionFailed)(str(error)) from error
        except WorkerGone as error:
            if not may_retry:
                raise PredictionFailed(f"The prediction worker failed: {error}") from error
            continue
        except TimeoutError as error:
            raise PredictionFailed(
                f"The prediction took longer than {_TIMEOUT_SECONDS:.0f} s.", hint="Send fewer rows at once."
            ) from error
        finally:
            broker.give_up(task)
        break
    return Prediction(output, 1000 * (time.perf_counter() - started), task.missing_inputs)


async def _ensure_worker(database: Database, engine: str, scope: Scope, key: VersionKey) -> None:
    version = VersionSubject(key.id, key.model, key.number)

    def ensure(connection: Connection) -> None:
        if find_active_job(connection, PREDICT, version.subject) is not None:
            return
        engines.add_job(
            connection,
            NewJob(
                kind=PREDICT,
                engine=engine,
                project_id=scope.project_id,
                project=scope.project,
                subject=version.subject,
                title=version.title,
                payload=version.payload,
                created_by=scope.actor,
            ),
            now_ms(),
        )

    # Two requests at once may both want to add the one worker; the loser finds the winner's.
    with suppress(Conflict):
        await database.write(ensure)
