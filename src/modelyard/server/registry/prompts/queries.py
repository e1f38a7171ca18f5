"""Reads of prompts and their versions."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from modelyard.server.db.keyset import Order, Sort, fetch_page
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import to_datetime
from modelyard.server.kernel.errors import NotFound
from modelyard.server.kernel.pages import fingerprint
from modelyard.server.registry.aliases.queries import aliases_of
from modelyard.server.registry.models.queries import fetch_models
from modelyard.server.registry.prompt_tag import IS_PROMPT
from modelyard.server.registry.tables import models, versions
from modelyard.server.registry.tags.queries import model_tags, version_tags
from modelyard.wire.base import Page
from modelyard.wire.prompts import Prompt, PromptAlias, PromptSort, PromptVersion

_TEXT_TAG = "mlflow.prompt.text"
_KIND_TAG = "_mlflow_prompt_type"
_FORMAT_TAG = "_mlflow_prompt_response_format"
_OWN = ("mlflow.", "_mlflow_")
"""Begin the tags that clients keep for themselves."""


def list_prompts(
    connection: Connection,
    project_id: int,
    *,
    search: str | None,
    sort: PromptSort,
    order: Order,
    limit: int,
    page_token: str | None,
) -> Page[Prompt]:
    """A project's prompts; `search` is looked for in names and descriptions, whatever the case."""
    rows, token, total = fetch_models(
        connection,
        project_id,
        are_prompts=True,
        search=search,
        sort=sort,
        order=order,
        limit=limit,
        page_token=page_token,
    )
    return Page(items=_to_prompts(connection, rows), next_page_token=token, total=total)


def get_prompt(connection: Connection, project_id: int, name: str) -> Prompt:
    """:raises NotFound: there is no such prompt."""
    return _to_prompts(connection, [_get_row(connection, project_id, name)])[0]


def list_prompt_versions(
    connection: Connection, project_id: int, name: str, *, limit: int, page_token: str | None
) -> Page[PromptVersion]:
    """The versions of a prompt, the newest first.

    :raises NotFound: there is no such prompt.
    """
    prompt = _get_row(connection, project_id, name)
    of_prompt = versions.c.model_id == prompt.id
    rows, token = fetch_page(
        connection,
        select(versions).where(of_prompt),
        Sort(versions.c.number, versions.c.id, "desc"),
        limit=limit,
        page_token=page_token,
        query=fingerprint("prompt versions", prompt.id),
        position=lambda row: (row.number, row.id),
    )
    raw = Raw(connection)
    tags, named = version_tags(raw, [row.id for row in rows]), defaultdict(list)
    for alias, number in aliases_of(raw, [prompt.id]).get(prompt.id, ()):
        named[number].append(alias)
    items = [_to_version(row, dict(tags.get(row.id, ())), named[row.number]) for row in rows]
    total = connection.scalar(select(func.count()).select_from(versions).where(of_prompt))
    return Page(items=items, next_page_token=token, total=total)


def _get_row(connection: Connection, project_id: int, name: str) -> Row[Any]:
    row = connection.execute(
        select(models).where(models.c.project_id == project_id, models.c.name == name, IS_PROMPT)
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no prompt {name[:200]!r}.", hint="List prompts to see their names.")
    return row


def _to_prompts(connection: Connection, rows: Sequence[Row[Any]]) -> list[Prompt]:
    raw, ids = Raw(connection), [row.id for row in rows]
    tags, aliases = model_tags(raw, ids), aliases_of(raw, ids)
    return [
        Prompt(
            name=row.name,
            description=row.description,
            tags=_of_people(dict(tags.get(row.id, ()))),
            aliases=[PromptAlias(alias=alias, number=number) for alias, number in aliases.get(row.id, ())],
            version_count=row.version_count,
            latest_number=row.latest_number,
            created_at=to_datetime(row.created_at),
            created_by=row.created_by,
            updated_at=to_datetime(row.updated_at),
        )
        for row in rows
    ]


def _to_version(row: Row[Any], tags: dict[str, str], aliases: list[str]) -> PromptVersion:
    return PromptVersion(
        prompt=row.model,
        number=row.number,
        template=tags.get(_TEXT_TAG, ""),
        kind="chat" if tags.get(_KIND_TAG) == "chat" else "text",
        response_format=tags.get(_FORMAT_TAG),
        commit_message=row.description,
        tags=_of_people(tags),
        aliases=aliases,
        created_at=to_datetime(row.created_at),
        created_by=row.created_by,
    )


def _of_people(tags: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if not key.startswith(_OWN)}
