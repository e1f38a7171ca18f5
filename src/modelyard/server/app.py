"""The composition root: every part is made and joined here, and nothing happens at import."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import Connection
from starlette.types import ASGIApp

from modelyard._version import __version__
from modelyard.server import health
from modelyard.server.access import routes as access_routes
from modelyard.server.access.service import Access, RightsChanged
from modelyard.server.activity.changes import Change
from modelyard.server.activity.events import Emission, Hub
from modelyard.server.activity.outbox import Wakeup, WakeupRequested
from modelyard.server.artifacts.tasks import keep_swept
from modelyard.server.comparison import routes as comparison
from modelyard.server.copilot import routes as copilot
from modelyard.server.datasets import routes as datasets
from modelyard.server.datasets.rows import reading_rows
from modelyard.server.datasets.uploads import Uploads
from modelyard.server.db import Database
from modelyard.server.db.checking import checked_for_damage
from modelyard.server.db.raw import Raw
from modelyard.server.db.schema import ensure_schema
from modelyard.server.edge import errors
from modelyard.server.edge.dispatch import Dispatch
from modelyard.server.edge.pages import web_pages
from modelyard.server.edge.same_site import SameSiteOnly
from modelyard.server.engines import routes as engines
from modelyard.server.engines import worker_routes as workers
from modelyard.server.engines.kinds import JobKind, JobKinds
from modelyard.server.engines.tasks import supervising_local_jobs
from modelyard.server.identity.service import Identities, LocalIdentities
from modelyard.server.imports import routes as imports
from modelyard.server.integrity import routes as integrity
from modelyard.server.kernel.errors import ModelyardError
from modelyard.server.kernel.pages import sign_tokens_with
from modelyard.server.kernel.sealing import open_sealer
from modelyard.server.lineage import routes as lineage
from modelyard.server.model_uploads import routes as model_uploads
from modelyard.server.projects import routes as projects
from modelyard.server.projects.queries import get_project_id
from modelyard.server.projects.service import DEFAULT_PROJECT, ensure_default_project
from modelyard.server.protocols.mlflow.app import MlflowProtocol
from modelyard.server.registry.aliases import routes as aliases
from modelyard.server.registry.models import routes as models
from modelyard.server.registry.models.queries import count_models_by_dataset
from modelyard.server.registry.pins import routes as pins
from modelyard.server.registry.pins.noting import keep_pins
from modelyard.server.registry.prompts import routes as prompts
from modelyard.server.registry.runs import routes as run_models
from modelyard.server.registry.runs.queries import find_run_versions
from modelyard.server.registry.versions import file_routes as version_files
from modelyard.server.registry.versions import routes as versions
from modelyard.server.search import routes as search
from modelyard.server.serving import routes as predictions
from modelyard.server.serving import worker_routes as prediction_workers
from modelyard.server.serving.broker import PredictionBroker
from modelyard.server.serving.owner import PREDICT, PredictionOwner
from modelyard.server.settings import Settings
from modelyard.server.storage import open_store
from modelyard.server.traces import routes as traces
from modelyard.server.traces.evaluation_datasets import routes as evaluation_datasets
from modelyard.server.tracking.artifact_files import routes as run_artifacts
from modelyard.server.tracking.experiments import routes as experiments
from modelyard.server.tracking.experiments.service import ensure_default_experiment
from modelyard.server.tracking.runs import routes as runs
from modelyard.server.tracking.runs.tasks import keep_runs_settled
from modelyard.server.training.configs import routes as configs
from modelyard.server.training.configs.leaks import LeakFinder
from modelyard.server.training.jobs import routes as training_workers
from modelyard.server.training.jobs.owner import TRAIN, TrainingOwner
from modelyard.server.training.reproductions import routes as reproductions
from modelyard.server.training.versions import routes as trainings
from modelyard.server.webhooks import routes as webhooks
from modelyard.server.webhooks.running import delivering_webhooks
from modelyard.wire.errors import ErrorResponse

_ROUTERS = (
    health.router,
    access_routes.router,
    projects.router,
    datasets.router,
    experiments.router,
    runs.router,
    run_artifacts.router,
    run_models.router,
    traces.router,
    evaluation_datasets.router,
    models.router,
    pins.router,
    aliases.router,
    prompts.router,
    version_files.router,
    versions.router,
    lineage.router,
    comparison.router,
    integrity.router,
    search.router,
    engines.router,
    configs.router,
    trainings.router,
    copilot.router,
    reproductions.router,
    predictions.router,
    workers.router,
    training_workers.router,
    prediction_workers.router,
    webhooks.router,
    imports.router,
    model_uploads.router,
)


def create_app(
    settings: Settings,
    stopping: asyncio.Event,
    failed: Callable[[Exception], None] | None = None,
    identities: Identities | None = None,
) -> ASGIApp:
    """The whole server as an ASGI application. Files and connections are opened by its lifespan.

    Setting `stopping` ends what would otherwise stay open: live streams, and the polls of waiting workers. `failed` is
    told why the server cannot start. `identities` says who is calling; without it everyone is this machine's
    administrator.
    """
    api = create_api(settings, stopping, failed, identities)
    app = Dispatch(api, MlflowProtocol(api.state), web_pages())
    return SameSiteOnly(app, is_local=settings.is_loopback, public_url=settings.public_url)


def create_api(
    settings: Settings,
    stopping: asyncio.Event,
    failed: Callable[[Exception], None] | None = None,
    identities: Identities | None = None,
) -> FastAPI:
    """The native API alone; its OpenAPI description is the contract of the web page and of other clients."""
    access = Access(identities or LocalIdentities())

    @asynccontextmanager
    async def lifespan(api: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            try:
                parts = await stack.enter_async_context(_running(api, settings, access))
            except (ModelyardError, OSError) as error:
                if failed is not None:
                    failed(error)
                raise
            closing = asyncio.create_task(_close_when(stopping, parts))
            yield
            closing.cancel()

    api = FastAPI(
        title="Modelyard",
        version=__version__,
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        responses={"default": {"model": ErrorResponse, "description": "What went wrong."}},
    )
    api.add_api_route("/health", health.get_health, methods=["GET"], tags=["server"], operation_id="get_health")
    for router in _ROUTERS:
        router.add_to(api, prefix="/api/v1")
    errors.install(api)
    return api


@asynccontextmanager
async def _running(api: FastAPI, settings: Settings, access: Access) -> AsyncIterator[tuple[Hub, PredictionBroker]]:
    """Everything that lives as long as the server."""
    async with AsyncExitStack() as stack:
        hub, wakeup = Hub(), Wakeup()

        def deliver(message: WakeupRequested | Emission | Change | RightsChanged) -> None:
            if isinstance(message, WakeupRequested):
                wakeup.set()
            elif isinstance(message, RightsChanged):
                access.rights_changed()
            else:
                hub.publish(message)

        database = Database(settings.resolved_database_url, deliver, hub.listened_kinds)
        stack.callback(database.close)
        await stack.enter_async_context(checked_for_damage(database))
        await asyncio.to_thread(ensure_schema, database.write_engine)
        await database.write(ensure_default_project)
        await database.write(_ensure_default_experiment)
        store = await asyncio.to_thread(open_store, settings.resolved_storage_url)
        api.state.settings = settings
        api.state.hub = hub
        api.state.database = database
        api.state.store = store
        api.state.access = access
        api.state.uploads = Uploads(settings, database, store, hub)
        api.state.row_reader = await stack.enter_async_context(reading_rows(settings, store))
        api.state.leak_finder = LeakFinder(api.state.row_reader)
        api.state.count_dataset_models = count_models_by_dataset
        api.state.find_run_versions = find_run_versions
        await stack.enter_async_context(keep_swept(database, store))
        await stack.enter_async_context(keep_runs_settled(database))
        api.state.pins = await stack.enter_async_context(keep_pins(database))
        make_key = settings.secret_key_file is None
        sealer = await asyncio.to_thread(open_sealer, settings.resolved_secret_key_file, make=make_key)
        sign_tokens_with(sealer.derive_key("page tokens"))
        api.state.sealer = sealer
        api.state.webhooks = await stack.enter_async_context(delivering_webhooks(database, settings, wakeup, sealer))
        _collect_garbage_now_and_then()
        api.state.predictions = PredictionBroker()
        kinds = _job_kinds(settings, api.state.predictions)
        api.state.jobs = await stack.enter_async_context(supervising_local_jobs(database, settings, kinds))
        yield hub, api.state.predictions


def _job_kinds(settings: Settings, broker: PredictionBroker) -> JobKinds:
    """The kinds of jobs, each with the owner that gives it its meaning."""
    predictions = PredictionOwner(broker, allow_pickled_models=settings.allow_pickled_models)
    return JobKinds(
        [
            JobKind(TRAIN, TrainingOwner()),
            JobKind(PREDICT, predictions, pool="interactive", ends_with_server=True),
        ]
    )


async def _close_when(stopping: asyncio.Event, parts: tuple[Hub, PredictionBroker]) -> None:
    await stopping.wait()
    for part in parts:
        part.close()


def _collect_garbage_now_and_then() -> None:
    """A batch of a thousand metrics makes thousands of objects at once, none of them in a cycle.

    Looking for cycles every 700 objects, and among all that was ever imported, would take as long as logging them.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()  # a start is without


def _ensure_default_experiment(connection: Connection) -> None:
    ensure_default_experiment(Raw(connection), get_project_id(connection, DEFAULT_PROJECT))


def _operation_id(route: APIRoute) -> str:
    return route.name
