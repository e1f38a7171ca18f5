"""A kind of jobs that the product does not have: queue, leases, logs, canceling and retries serve it as any other."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import Connection

from modelyard.server.access.service import Access
from modelyard.server.db import Database, Db
from modelyard.server.db.schema import ensure_schema
from modelyard.server.edge import errors
from modelyard.server.engines import routes, service, worker_routes
from modelyard.server.engines.guards import WorkerCredential, worker_guard
from modelyard.server.engines.kinds import Ending, JobKind, JobKinds, JobOwner, Loss
from modelyard.server.engines.local.processes import ProcessKey, find_process
from modelyard.server.engines.queries import JobRow, find_active_job, find_job
from modelyard.server.engines.service import NewJob
from modelyard.server.engines.supervisor import Supervisor
from modelyard.server.engines.tasks import supervising_local_jobs
from modelyard.server.identity.service import LocalIdentities
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import Conflict
from modelyard.server.kernel.routing import Router
from modelyard.server.projects.queries import get_project_id
from modelyard.server.projects.service import DEFAULT_PROJECT, create_project, delete_project, ensure_default_project
from modelyard.server.settings import Settings
from tests.server.training.playing import sleeping_worker

SECONDS = 20.0

shouts = Router(prefix="/jobs/{job_id}", tags=["jobs"])


@shouts.post("/shout")
async def shout(database: Db, worker: Annotated[WorkerCredential, Depends(worker_guard("shout"))]) -> str:
    """For the workers of one kind alone."""
    job = await database.read(lambda connection: worker.require_job(connection, lock=False))
    return str(job.payload["words"]).upper()


class EchoSpec(BaseModel):
    words: str
    threads: int


@dataclass
class EchoOwner(JobOwner):
    """Its workers are to say their words again; what they said is kept here."""

    echoes: dict[str, str] = field(default_factory=dict)
    endings: list[Ending] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    retried: list[Loss] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    def make_spec(self, connection: Connection, job: JobRow, threads: int) -> EchoSpec:
        return EchoSpec(words=job.payload["words"], threads=threads)

    def end(self, connection: Connection, job: JobRow, ending: Ending, now: int) -> None:
        self.endings.append(ending)
        if ending.outcome == "Ready":
            self.echoes[job.subject] = ending.result["echo"]

    def retry(self, connection: Connection, job: JobRow, loss: Loss, now: int) -> None:
        self.retried.append(loss)

    def find_gone(self, connection: Connection, jobs: Any) -> set[str]:
        return {job.id for job in jobs if job.subject in self.gone}

    def ended(self, job: JobRow, ending: Ending) -> None:
        self.told.append(job.subject)


class Workplace:
    """An engine whose workers are real processes that sleep, while the test speaks for them over the protocol."""

    def __init__(self, database: Database, supervisor: Supervisor, http: httpx.AsyncClient, tokens: Path) -> None:
        self.database = database
        self.supervisor = supervisor
        self.http = http
        self._tokens = tokens
        self._process_ids: set[int] = set()

    async def add(self, subject: str, kind: str = "echo", **fields: Any) -> str:
        def add(connection: Connection) -> str:
            project_id = get_project_id(connection, DEFAULT_PROJECT)
            new = NewJob(
                kind=kind,
                engine="local",
                project_id=project_id,
                project=DEFAULT_PROJECT,
                subject=subject,
                title=f"words of {subject}",
                created_by="someone",
                payload={"words": f"hello {subject}"},
                **fields,
            )
            return service.add_job(connection, new, now_ms())

        job_id = await self.database.write(add)
        self.supervisor.wake()
        return job_id

    async def cancel(self, kind: str, subject: str) -> bool:
        def cancel(connection: Connection) -> bool:
            job = find_active_job(connection, kind, subject)
            assert job is not None
            return service.cancel_job(connection, job, now_ms())

        has_ended = await self.database.write(cancel)
        self.supervisor.wake()
        return has_ended

    async def jobs(self) -> dict[str, dict[str, Any]]:
        engine = (await self.http.get("engines/local")).json()
        return {job["id"]: job for job in engine["jobs"]}

    async def worker(self, job_id: str, attempt: int = 1) -> "EchoWorker":
        async def started() -> "EchoWorker | None":
            job = (await self.jobs()).get(job_id)
            file = self._tokens / job_id
            token = file.read_text().strip() if file.exists() else ""
            is_started = job is not None and job["process_id"] and token.startswith(f"{attempt}-")
            return EchoWorker(self.http, job_id, token, job["process_id"]) if job is not None and is_started else None

        worker: EchoWorker = await until(started)
        self._process_ids.add(worker.process_id)
        return worker

    async def close(self) -> None:
        """Ends the workers, whom nobody would speak for any more."""
        for job in (await self.jobs()).values():
            self._process_ids |= {job["process_id"]} - {None}
        for process_id in self._process_ids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGKILL)
        await until(self._are_ended)

    async def _are_ended(self) -> bool:
        return not any(find_process(ProcessKey(process_id, None)) for process_id in self._process_ids)

    async def gone(self, job_id: str) -> None:
        async def is_gone() -> bool:
            return job_id not in await self.jobs()

        await until(is_gone)


class EchoWorker:
    def __init__(self, http: httpx.AsyncClient, job_id: str, token: str, process_id: int) -> None:
        self._http, self._job_id, self._token = http, job_id, token
        self.process_id = process_id

    async def ask(self, path: str, **body: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token}"}
        return await self._http.post(f"jobs/{self._job_id}/{path}", json=body, headers=headers)

    async def start(self) -> dict[str, Any]:
        answer = await self.ask("start", host="here", process_id=self.process_id)
        assert answer.status_code == 200, answer.text
        claimed: dict[str, Any] = answer.json()
        return claimed

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.process_id, number)


async def until(condition: Callable[[], Any]) -> Any:
    deadline = asyncio.get_running_loop().time() + SECONDS
    while not (reached := await condition()):
        assert asyncio.get_running_loop().time() < deadline, "it did not come about"
        await asyncio.sleep(0.05)
    return reached


@pytest.fixture
def owner() -> EchoOwner:
    return EchoOwner()


@pytest.fixture
def kinds(owner: EchoOwner) -> JobKinds:
    return JobKinds([JobKind("echo", owner), JobKind("shout", owner, priority=1)])


@pytest.fixture
async def workplace(
    tmp_path: Path, kinds: JobKinds, empty_database: Callable[[], str | None]
) -> AsyncIterator[Workplace]:
    async with _opened(tmp_path, kinds, empty_database()) as workplace:
        yield workplace


@asynccontextmanager
async def _opened(folder: Path, kinds: JobKinds, database_url: str | None) -> AsyncIterator[Workplace]:
    script = sleeping_worker(folder)
    data_dir = folder / "data"
    data_dir.mkdir()
    settings = Settings(data_dir=data_dir, worker_python=script, worker_warm_seconds=0, engine_slots=1)
    settings.server_file.write_text('{"url": "http://127.0.0.1:9"}')
    async with AsyncExitStack() as stack:
        database = Database(database_url or f"sqlite:///{folder / 'm.db'}", lambda _message: None)
        stack.callback(database.close)
        ensure_schema(database.write_engine)
        await database.write(ensure_default_project)
        supervisor = await stack.enter_async_context(supervising_local_jobs(database, settings, kinds))
        app = FastAPI()
        app.state.settings, app.state.database, app.state.jobs = settings, database, supervisor
        app.state.access = Access(LocalIdentities())
        for router in (routes.router, worker_routes.router, shouts):
            router.add_to(app, prefix="/api/v1")
        errors.install(app)
        transport = httpx.ASGITransport(app)
        http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/api/v1/")
        workplace = Workplace(database, supervisor, await stack.enter_async_context(http), script.parent / "tokens")
        yield workplace
        await workplace.close()


async def test_a_job_from_the_queue_to_its_end(workplace: Workplace, owner: EchoOwner):
    first, second = await workplace.add("one"), await workplace.add("two")
    worker = await workplace.worker(first)
    shown = await workplace.jobs()
    assert (shown[first]["kind"], shown[first]["subject"], shown[first]["title"]) == ("echo", "one", "words of one")
    assert (shown[second]["status"], shown[second]["position"]) == ("queued", 1)
    with pytest.raises(Conflict):
        await workplace.add("one")

    claimed = await worker.start()
    assert (claimed["kind"], claimed["spec"]["words"]) == ("echo", "hello one")
    line = {"timestamp_ms": 1000, "text": "listening \0"}
    report = {"sequence": 1, "status": "Listening", "fraction": 1.5, "message": "half", "log": [line]}
    for _ in range(2):
        assert (await worker.ask("report", **report)).json() == {"cancel": False}
    moving = (await workplace.jobs())[first]
    assert (moving["status"], moving["step"]) == ("running", "Listening")
    assert moving["progress"] == {"fraction": 1.0, "message": "half", "remaining_ms": None}
    log = (await workplace.http.get(f"engines/local/jobs/{first}/log")).json()
    assert [(each["sequence"], each["text"]) for each in log["lines"]] == [(1, "listening ")]

    for _ in range(2):
        assert (await worker.ask("finish", status="Ready", result={"echo": "hello hello"})).status_code == 204
    assert owner.echoes == {"one": "hello hello"}
    assert owner.told == ["one"]
    assert (await worker.ask("report", sequence=9)).json()["error"]["code"] == "lease_lost"
    await workplace.worker(second)


async def test_a_killed_worker_is_tried_again_and_then_given_up(workplace: Workplace, owner: EchoOwner):
    job_id = await workplace.add("one", retries=1)
    first = await workplace.worker(job_id)
    await first.start()
    first.signal(signal.SIGKILL)
    second = await workplace.worker(job_id, attempt=2)
    assert [loss.code for loss in owner.retried] == ["worker_lost"]
    assert (await first.ask("report", sequence=1)).json()["error"]["code"] == "lease_lost"
    await second.start()
    second.signal(signal.SIGKILL)
    await workplace.gone(job_id)
    (ending,) = owner.endings
    assert (ending.outcome, ending.error_code) == ("Failed", "worker_lost")
    assert ending.loss is not None
    assert f"worker of {job_id} is here" in ending.loss.output
    assert owner.told == ["one"]


async def test_a_canceled_job_ends_whatever_its_worker_says(workplace: Workplace, owner: EchoOwner):
    working, waiting = await workplace.add("one"), await workplace.add("two")
    worker = await workplace.worker(working)
    await worker.start()
    assert await workplace.cancel("echo", "two")
    assert waiting not in await workplace.jobs()
    assert not await workplace.cancel("echo", "one")
    assert (await workplace.jobs())[working]["step"] == "Canceling"
    assert (await worker.ask("report", sequence=1, status="Listening")).json() == {"cancel": True}
    assert (await worker.ask("finish", status="Ready", result={"echo": "x"})).status_code == 204
    assert [ending.outcome for ending in owner.endings] == ["Canceled"]
    assert owner.echoes == {}


async def test_a_worker_that_does_not_listen_is_ended(workplace: Workplace, owner: EchoOwner):
    job_id = await workplace.add("one")
    await (await workplace.worker(job_id)).start()
    await workplace.cancel("echo", "one")
    await workplace.gone(job_id)
    assert [ending.outcome for ending in owner.endings] == ["Canceled"]


async def test_a_job_whose_subject_is_gone_is_ended_without_its_owner(workplace: Workplace, owner: EchoOwner):
    job_id = await workplace.add("one")
    worker = await workplace.worker(job_id)
    await worker.start()
    owner.gone.add("one")
    await workplace.gone(job_id)
    assert (owner.endings, owner.told) == ([], ["one"])
    assert (await worker.ask("report", sequence=1)).json()["error"]["code"] == "lease_lost"


async def test_a_kind_of_higher_priority_goes_first(workplace: Workplace):
    running = await workplace.worker(await workplace.add("one"))
    await running.start()
    await workplace.add("two")
    urgent = await workplace.add("three", kind="shout")
    await running.ask("finish", status="Ready", result={"echo": ""})
    await workplace.worker(urgent)


async def test_a_token_opens_the_routes_of_its_kind_alone(workplace: Workplace):
    quiet = await workplace.worker(await workplace.add("one"))
    refused = await quiet.ask("shout")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "permission_denied")
    await quiet.ask("finish", status="Failed")
    loud = await workplace.worker(await workplace.add("two", kind="shout"))
    assert (await loud.ask("shout")).json() == "HELLO TWO"


async def test_jobs_that_have_ended_do_not_keep_their_project(workplace: Workplace):
    def end_and_delete(connection: Connection) -> None:
        create_project(connection, "someone", "other", "")
        project_id = get_project_id(connection, "other")
        new = NewJob("echo", "local", project_id, "other", "one", "one", "someone")
        job = find_job(connection, service.add_job(connection, new, now_ms()))
        assert job is not None
        assert service.cancel_job(connection, job, now_ms())
        delete_project(connection, "someone", project_id, "other")
        assert find_job(connection, job.id) is None

    await workplace.database.write(end_and_delete)


async def test_a_worker_that_says_nonsense_does_not_end_its_job(workplace: Workplace, owner: EchoOwner):
    worker = await workplace.worker(await workplace.add("one"))
    await worker.start()
    assert (await worker.ask("finish", status="Done")).status_code == 400
    assert (await worker.ask("report", sequence=1)).json() == {"cancel": False}
    assert owner.endings == []


async def test_jobs_of_a_kind_that_is_not_known_wait_for_a_server_that_knows_it(workplace: Workplace):
    strange = await workplace.add("one", kind="dance")
    known = await workplace.add("two")
    await workplace.worker(known)
    assert (await workplace.jobs())[strange]["status"] == "queued"
