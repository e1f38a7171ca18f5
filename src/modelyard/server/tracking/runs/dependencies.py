"""How a route gets at what tracking is told by the domains above it."""

from typing import Annotated, cast

from fastapi import Depends, Request

from modelyard.server.tracking.runs.records import FindVersions


def _find_versions(request: Request) -> FindVersions:
    return cast("FindVersions", request.app.state.find_run_versions)


VersionsOfRuns = Annotated[FindVersions, Depends(_find_versions)]
