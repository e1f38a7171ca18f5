"""Two versions compared, and a version's history."""

import asyncio
from typing import Annotated

from fastapi import Query
from fastapi.responses import Response
from pydantic import Field

from modelyard.server.db import Db
from modelyard.server.kernel.routing import Router
from modelyard.server.registry.models.parameters import ModelName
from modelyard.server.registry.models.routes import MayRead
from modelyard.server.registry.versions.parameters import VersionReference
from modelyard.server.storage.dependency import Files
from modelyard.wire.comparison import MetricHistory, VersionDiff

router = Router(prefix="/projects/{project}/models/{model}/versions/{number}", tags=["comparison"])

_Other = Annotated[int, Field(ge=1, le=2**31 - 1)] | Annotated[str, Field(pattern=r"^(latest|@.+)$", max_length=300)]


@router.get("/diff", response_model=VersionDiff)
async def diff_versions(
    model: ModelName,
    number: VersionReference,
    other: Annotated[
        _Other, Query(description="The version to compare with: a number, `latest`, or `@` and an alias.")
    ],
    database: Db,
    store: Files,
    access: MayRead,
    other_model: Annotated[
        str | None, Query(description="The other version's model; the same when absent.", max_length=256)
    ] = None,
    other_project: Annotated[
        str | None, Query(description="The other version's project; the same when absent.", max_length=100)
    ] = None,
    lines: Annotated[bool, Query(description="Also both configs as YAML, side by side and unified.")] = False,
) -> Response:
    """The differences from a version to another.

    Configs by what they mean, data with the shift of each column, signature, params, metrics with a verdict where the
    difference is more than chance, packages, files and tags.
    """
    # Loaded here: a server that has just started is seldom asked for a diff.
    from modelyard.server.comparison.service import compare, read_profiles  # noqa: PLC0415
    from modelyard.server.comparison.subjects import read_subject  # noqa: PLC0415

    other_access = access if other_project is None else access.into(other_project)
    before = await read_subject(database, store, access, model, number)
    after = await read_subject(database, store, other_access, other_model or model, other)
    profiles = await read_profiles(store, before, after)

    def write() -> bytes:
        return compare(before, after, profiles, with_lines=lines).model_dump_json().encode()

    return Response(await asyncio.to_thread(write), media_type="application/json")


@router.get("/history")
async def get_version_history(
    model: ModelName,
    number: VersionReference,
    store: Files,
    access: MayRead,
    limit: Annotated[int, Query(ge=1, le=500, description="The most versions to answer.")] = 50,
) -> MetricHistory:
    """The line of parents: what was changed at each step, in a few words, and how the metric moved."""
    from modelyard.server.comparison.history import read_history  # noqa: PLC0415

    return await read_history(store, access, model, number, limit)
