"""Guards and parameters that the routes of tracking share."""

from typing import Annotated

from fastapi import Depends, Path, Query

from modelyard.server.access.guards import ProjectAccess, project_guard
from modelyard.server.access.permissions import Permission
from modelyard.wire.experiments import StateFilter

MayRead = Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_EXPERIMENTS_READ))]
MayWrite = Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_EXPERIMENTS_WRITE))]
MayDelete = Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_EXPERIMENTS_DELETE))]

ExperimentId = Annotated[str, Path(description="The experiment's id.", examples=["1"])]
RunId = Annotated[str, Path(description="The run's id.", examples=["0f6dbb2c5f9c4b44a8a3c1ce04b4ba5e"])]

Filter = Annotated[
    str,
    Query(
        alias="filter",
        description="In the filter grammar, e.g. `metrics.rmse < 0.5 AND params.depth = '6'`. An error names the "
        "character.",
    ),
]
State = Annotated[StateFilter, Query(description="Only those that are active or deleted, or all.")]
OfExperiments = Annotated[
    list[str], Query(alias="experiment", description="Ids of experiments; all of the project when absent.")
]
