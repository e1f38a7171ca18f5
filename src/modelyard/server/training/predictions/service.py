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
from modelyard.server.engines.local.engine import LocalEngine
from modelyard.server.engines.queries import find_active_job
from modelyard.server.engines.service import NewJob
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import Conflict, InvalidState, PredictionFailed, TooLarge
from modelyard.server.kernel.ids import new_id
from modelyard.server.registry.versions.queries import Number, VersionKey, get_key
from modelyard.server.storage.faults import translated
from modelyard.server.training.predictions.broker import PredictionBroker, TaskFailed, WorkerGone, new_task
from modelyard.wire.jobs import PredictTask
from modelyard.wire.models import VersionStatus

TableFormat = Literal["json", "csv", "parquet"]

_TIMEOUT_SECONDS = 600.0
_CAN_PREDICT = frozenset(
    {VersionStatus.READY, VersionStatus.DEPLOYING, VersionStatus.DEPLOYED, VersionStatus.UNDEPLOYING}
)


@dataclass(frozen=True, slots=True)
class Prediction:
    """Where the answer is, and how long it took from the moment that the table was here."""

    path: Path
    duration_ms: float
    missing_inputs: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to do with a table. `input_format` is how a file of it is named: `csv`, `tsv.gz`, `json`, ..."""

    input_format: str
    output_format: TableFormat
    strict: bool


def require_predictable(connection: Connection, project_id: int, model: str, number: Number) -> VersionKey:
    """:raises NotFound: there is no such version.
    :raises InvalidState: it is not Ready, or was not trained here.
    """
    key = get_key(connection, project_id, model, number)
    if key.location is not None:
        raise InvalidState(
            f"Version {key.number} of {model!r} was registered, not trained here: no worker here can predict with it.",
            hint="Download it, or load it with mlflow.pyfunc.load_model.",
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


async def receive(chunks: AsyncIterator[bytes], path: Path, most: int) -> int:
    """Writes a body to a file; answers its size.

    :raises TooLarge: more than `most` bytes.
    :raises StorageFull: the disk is full.
    """
    size = 0
    with translated(path.name), await asyncio.to_thread(path.open, "wb") as file:
        async for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise TooLarge(f"The body has more than {most} bytes.", hint="Send fewer rows at once.")
            await asyncio.to_thread(file.write, chunk)
    return size


async def predict(
    database: Database,
    engine: LocalEngine,
    broker: PredictionBroker,
    scope: Scope,
    key: VersionKey,
    given: Path,
    output: Path,
    wanted: Wanted,
) -> Prediction:
    """Has a worker read `given` and write `output`.

    :raises PredictionFailed: the table does not fit the model, the worker was lost, or it took too long.
    """
    started = time.perf_counter()
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    for may_retry in (True, False):
        await _ensure_worker(database, scope, key)
        engine.wake()
        wire = PredictTask(
            id=new_id(),
            input_format=wanted.input_format,
            output_format=wanted.output_format,
            strict=wanted.strict,
        )
        task = new_task(key.id, given, output, wire)
        broker.submit(key.id, task)
        try:
            await asyncio.wait_for(asyncio.shield(task.answer), deadline - time.monotonic())
        except TaskFailed as error:
            raise PredictionFailed(str(error)) from error
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


async def _ensure_worker(database: Database, scope: Scope, key: VersionKey) -> None:
    def ensure(connection: Connection) -> None:
        if find_active_job(connection, key.id, "predict") is not None:
            return
        engines.add_job(
            connection,
            NewJob(
                kind="predict",
                engine="local",
                project_id=scope.project_id,
                project=scope.project,
                version_id=key.id,
                model=key.model,
                number=key.number,
                version_status=key.status,
                retries=0,
                memory_limit_bytes=None,
                cpu_limit=None,
                created_by=scope.actor,
            ),
            now_ms(),
        )

    # Two requests at once may both want to add the one worker; the loser finds the winner's.
    with suppress(Conflict):
        await database.write(ensure)
