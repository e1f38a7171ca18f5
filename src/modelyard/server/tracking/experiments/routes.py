"""Experiments."""

from typing import Annotated

from fastapi import Query
from sqlalchemy import Connection

from modelyard.server.access.scope import Scope
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.filters import parse_filter
from modelyard.server.kernel.routing import Router
from modelyard.server.projects.routes import Direction, Limit, PageToken
from modelyard.server.tracking.experiments import listing, service
from modelyard.server.tracking.experiments.listing import DESCRIPTION_TAG
from modelyard.server.tracking.experiments.search import EXPERIMENTS
from modelyard.server.tracking.parameters import ExperimentId, Filter, MayDelete, MayRead, MayWrite, State
from modelyard.wire.base import Page
from modelyard.wire.experiments import (
    Experiment,
    ExperimentCreate,
    ExperimentSort,
    ExperimentUpdate,
)

router = Router(prefix="/projects/{project}/experiments", tags=["experiments"])


@router.get("")
async def list_experiments(
    access: MayRead,
    filter_text: Filter = "",
    search: Annotated[str | None, Query(description="Looked for in names.", max_length=500)] = None,
    state: State = "active",
    of_models: Annotated[
        bool | None, Query(description="Only those that hold the trainings of models, or only all others.")
    ] = None,
    sort: Annotated[ExperimentSort, Query(description="What to sort by.")] = "updated_at",
    order: Direction = "desc",
    limit: Limit = 50,
    page_token: PageToken = None,
) -> Page[Experiment]:
    """Experiments with the number of their runs."""

    def read(connection: Connection, scope: Scope) -> Page[Experiment]:
        return listing.list_experiments(
            Raw(connection),
            scope.project_id,
            expression=parse_filter(filter_text, EXPERIMENTS),
            search=search,
            state=state,
            of_models=of_models,
            sort=sort,
            order=order,
            limit=limit,
            page_token=page_token,
        )

    return await access.read(read)


@router.post("", status_code=201)
async def create_experiment(body: ExperimentCreate, access: MayWrite) -> Experiment:
    """Makes an experiment; its name is unique in the project, also among deleted ones."""
    tags = {**body.tags, **({DESCRIPTION_TAG: body.description} if body.description else {})}

    def write(connection: Connection, scope: Scope) -> Experiment:
        raw = Raw(connection)
        experiment_id = service.create_experiment(
            raw,
            scope.actor,
            scope.project_id,
            body.name,
            artifact_location=None,
            tags=list(tags.items()),
        )
        return listing.get_experiment(raw, scope.project_id, str(experiment_id))

    return await access.write(write)


@router.get("/{experiment_id}")
async def get_experiment(experiment_id: ExperimentId, access: MayRead) -> Experiment:
    """One experiment, deleted or not."""
    return await access.read(
        lambda connection, scope: listing.get_experiment(Raw(connection), scope.project_id, experiment_id)
    )


@router.patch("/{experiment_id}")
async def update_experiment(experiment_id: ExperimentId, body: ExperimentUpdate, access: MayWrite) -> Experiment:
    """Changes what is given; 409 when the experiment is deleted or the name is taken."""
    described = {} if body.description is None else {DESCRIPTION_TAG: body.description or None}
    tags = {**(body.tags or {}), **described}

    def write(connection: Connection, scope: Scope) -> Experiment:
        raw = Raw(connection)
        service.update_experiment(raw, scope.actor, scope.project_id, experiment_id, name=body.name, tags=tags)
        return listing.get_experiment(raw, scope.project_id, experiment_id)

    return await access.write(write)


@router.delete("/{experiment_id}", status_code=204)
async def delete_experiment(experiment_id: ExperimentId, access: MayDelete) -> None:
    """Marks an experiment, and thereby its runs, as deleted; it can be restored."""
    await access.write(
        lambda connection, scope: service.delete_experiment(
            Raw(connection), scope.actor, scope.project_id, experiment_id
        )
    )


@router.post("/{experiment_id}/restore")
async def restore_experiment(experiment_id: ExperimentId, access: MayDelete) -> Experiment:
    """Takes back its deletion; runs that were deleted by themselves stay so."""

    def write(connection: Connection, scope: Scope) -> Experiment:
        raw = Raw(connection)
        service.restore_experiment(raw, scope.actor, scope.project_id, experiment_id)
        return listing.get_experiment(raw, scope.project_id, experiment_id)

    return await access.write(write)
