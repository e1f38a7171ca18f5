"""Prompts."""

from typing import Annotated

from fastapi import Path, Query

from modelyard.server.kernel.routing import Router
from modelyard.server.projects.routes import Direction, Limit, PageToken
from modelyard.server.registry.models.routes import MayRead, Search
from modelyard.server.registry.prompts import queries
from modelyard.wire.base import Page
from modelyard.wire.prompts import Prompt, PromptSort, PromptVersion

router = Router(prefix="/projects/{project}/prompts", tags=["models"])

PromptName = Annotated[str, Path(description="The prompt's name.", examples=["summarize"])]


@router.get("")
async def list_prompts(
    access: MayRead,
    search: Search = None,
    sort: Annotated[PromptSort, Query(description="What to sort by.")] = "updated_at",
    order: Direction = "desc",
    limit: Limit = 50,
    page_token: PageToken = None,
) -> Page[Prompt]:
    """Prompts, which are not among the models."""
    return await access.read(
        lambda connection, scope: queries.list_prompts(
            connection,
            scope.project_id,
            search=search,
            sort=sort,
            order=order,
            limit=limit,
            page_token=page_token,
        )
    )


@router.get("/{prompt}")
async def get_prompt(prompt: PromptName, access: MayRead) -> Prompt:
    """One prompt, without the texts of its versions."""
    return await access.read(lambda connection, scope: queries.get_prompt(connection, scope.project_id, prompt))


@router.get("/{prompt}/versions")
async def list_prompt_versions(
    prompt: PromptName, access: MayRead, limit: Limit = 50, page_token: PageToken = None
) -> Page[PromptVersion]:
    """The versions of a prompt with their texts, the newest first."""
    return await access.read(
        lambda connection, scope: queries.list_prompt_versions(
            connection, scope.project_id, prompt, limit=limit, page_token=page_token
        )
    )
