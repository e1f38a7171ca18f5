"""Webhooks of a project, and the log of what was delivered to them."""

from typing import Annotated

from fastapi import Depends, Path, Query

from modelyard.server.access.permissions import Permission
from modelyard.server.db import Db
from modelyard.server.kernel.routing import Router
from modelyard.server.projects.guards import InProject, project_guard
from modelyard.server.projects.routes import Limit, PageToken
from modelyard.server.webhooks import deliveries, queries, service
from modelyard.server.webhooks.addresses import check_url
from modelyard.server.webhooks.running import Parts
from modelyard.wire.base import Page
from modelyard.wire.webhooks import (
    Delivery,
    DeliveryDetail,
    DeliveryState,
    Webhook,
    WebhookCreate,
    WebhookTest,
    WebhookTestResult,
    WebhookUpdate,
)

router = Router(prefix="/projects/{project}/webhooks", tags=["webhooks"])

MayRead = Annotated[InProject, Depends(project_guard(Permission.PROJECT_WEBHOOKS_READ))]
MayWrite = Annotated[InProject, Depends(project_guard(Permission.PROJECT_WEBHOOKS_WRITE))]
MayDelete = Annotated[InProject, Depends(project_guard(Permission.PROJECT_WEBHOOKS_DELETE))]
_AN_ID = "0b2f6c1e-6a0f-4c55-9d3e-1f0a4f1c2b7d"
WebhookId = Annotated[str, Path(description="The webhook's id.", examples=[_AN_ID])]
DeliveryId = Annotated[str, Path(description="The delivery's id.", examples=[_AN_ID])]


@router.get("")
async def list_webhooks(
    database: Db, access: MayRead, limit: Limit = 100, page_token: PageToken = None
) -> Page[Webhook]:
    """The project's webhooks, newest first."""
    return await database.read(
        lambda connection: queries.list_webhooks(connection, access.project_id, limit=limit, page_token=page_token)
    )


@router.post("", status_code=201)
async def create_webhook(body: WebhookCreate, database: Db, access: MayWrite, parts: Parts) -> Webhook:
    """Makes a webhook. Its URL must be one that the server sends to: public and https, unless settings allow others."""
    await check_url(body.url, parts.address_rules)
    return await database.write(
        lambda connection: service.create_webhook(connection, parts.sealer, access.caller.name, access.project_id, body)
    )


@router.get("/{webhook}")
async def get_webhook(webhook: WebhookId, database: Db, access: MayRead) -> Webhook:
    """One webhook, without its secret."""
    return await database.read(lambda connection: queries.get_webhook(connection, access.project_id, webhook))


@router.patch("/{webhook}")
async def update_webhook(
    webhook: WebhookId, body: WebhookUpdate, database: Db, access: MayWrite, parts: Parts
) -> Webhook:
    """Changes what is given. What waits for a webhook that is disabled is given up."""
    if body.url is not None:
        await check_url(body.url, parts.address_rules)
    return await database.write(
        lambda connection: service.update_webhook(
            connection, parts.sealer, access.caller.name, access.project_id, webhook, body
        )
    )


@router.delete("/{webhook}", status_code=204)
async def delete_webhook(webhook: WebhookId, database: Db, access: MayDelete) -> None:
    """Deletes a webhook with the log of its deliveries; what waits is not delivered any more."""
    await database.write(
        lambda connection: service.delete_webhook(connection, access.caller.name, access.project_id, webhook)
    )


@router.post("/{webhook}/test")
async def test_webhook(
    webhook: WebhookId, body: WebhookTest, database: Db, access: MayWrite, parts: Parts
) -> WebhookTestResult:
    """Sends an example now, once, and answers what came back. It is not in the log."""
    letter = await database.write(
        lambda connection: deliveries.write_test(
            connection, access.caller.name, access.project_id, access.project, webhook, body.event
        )
    )
    outcome = await parts.sender.send(letter)
    return WebhookTestResult(
        success=outcome.error is None,
        response_status=outcome.response_status,
        response_body=outcome.response_body,
        error=outcome.error,
    )


@router.get("/{webhook}/deliveries")
async def list_deliveries(
    webhook: WebhookId,
    database: Db,
    access: MayRead,
    state: Annotated[DeliveryState | None, Query(description="Only deliveries in this state.")] = None,
    limit: Limit = 50,
    page_token: PageToken = None,
) -> Page[Delivery]:
    """What was and is to be delivered, newest first."""
    return await database.read(
        lambda connection: queries.list_deliveries(
            connection,
            queries.find_webhook(connection, access.project_id, webhook).id,
            state=state,
            limit=limit,
            page_token=page_token,
        )
    )


@router.get("/{webhook}/deliveries/{delivery}")
async def get_delivery(webhook: WebhookId, delivery: DeliveryId, database: Db, access: MayRead) -> DeliveryDetail:
    """One delivery with what was sent and what came back."""
    return await database.read(
        lambda connection: queries.get_delivery(
            connection, queries.find_webhook(connection, access.project_id, webhook).id, delivery
        )
    )


@router.post("/{webhook}/deliveries/{delivery}/replay")
async def replay_delivery(
    webhook: WebhookId, delivery: DeliveryId, database: Db, access: MayWrite, parts: Parts
) -> Delivery:
    """Delivers the same again, under the same id; one that waits is tried at once."""
    return await database.write(
        lambda connection: deliveries.replay(
            connection, parts.retry_rules, access.caller.name, access.project_id, webhook, delivery
        )
    )
