"""Webhooks of a project, and the log of what was delivered to them."""

from typing import Annotated

from fastapi import Depends, Path, Query

from modelyard.server.access.guards import ProjectAccess, project_guard
from modelyard.server.access.permissions import Permission
from modelyard.server.kernel.routing import Router
from modelyard.server.outbound.addresses import check_url
from modelyard.server.projects.routes import Limit, PageToken
from modelyard.server.webhooks import deliveries, queries, service
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

MayRead = Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_WEBHOOKS_READ))]
MayWrite = Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_WEBHOOKS_WRITE))]
MayDelete = Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_WEBHOOKS_DELETE))]
_AN_ID = "0b2f6c1e-6a0f-4c55-9d3e-1f0a4f1c2b7d"
WebhookId = Annotated[str, Path(description="The webhook's id.", examples=[_AN_ID])]
DeliveryId = Annotated[str, Path(description="The delivery's id.", examples=[_AN_ID])]


@router.get("")
async def list_webhooks(access: MayRead, limit: Limit = 100, page_token: PageToken = None) -> Page[Webhook]:
    """The project's webhooks, newest first."""
    return await access.read(
        lambda connection, scope: queries.list_webhooks(
            connection, scope.project_id, limit=limit, page_token=page_token
        )
    )


@router.post("", status_code=201)
async def create_webhook(body: WebhookCreate, access: MayWrite, parts: Parts) -> Webhook:
    """Makes a webhook. Its URL must be one that the server sends to: public and https, unless settings allow others."""
    await access.scope()  # nobody else has the server look up a host
    await check_url(body.url, parts.address_rules)
    return await access.write(
        lambda connection, scope: service.create_webhook(connection, parts.sealer, scope.actor, scope.project_id, body)
    )


@router.get("/{webhook}")
async def get_webhook(webhook: WebhookId, access: MayRead) -> Webhook:
    """One webhook, without its secret."""
    return await access.read(lambda connection, scope: queries.get_webhook(connection, scope.project_id, webhook))


@router.patch("/{webhook}")
async def update_webhook(webhook: WebhookId, body: WebhookUpdate, access: MayWrite, parts: Parts) -> Webhook:
    """Changes the fields that are present. Deliveries pending for a disabled webhook are dropped."""
    if body.url is not None:
        await access.scope()
        await check_url(body.url, parts.address_rules)
    return await access.write(
        lambda connection, scope: service.update_webhook(
            connection, parts.sealer, scope.actor, scope.project_id, webhook, body
        )
    )


@router.delete("/{webhook}", status_code=204)
async def delete_webhook(webhook: WebhookId, access: MayDelete) -> None:
    """Deletes a webhook with the log of its deliveries; what waits is not delivered any more."""
    await access.write(
        lambda connection, scope: service.delete_webhook(connection, scope.actor, scope.project_id, webhook)
    )


@router.post("/{webhook}/test")
async def test_webhook(webhook: WebhookId, body: WebhookTest, access: MayWrite, parts: Parts) -> WebhookTestResult:
    """Sends an example now, once, and answers what came back. It is not in the log."""
    letter = await access.write(
        lambda connection, scope: deliveries.write_test(
            connection, scope.actor, scope.project_id, scope.project, webhook, body.event
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
    access: MayRead,
    state: Annotated[DeliveryState | None, Query(description="Only deliveries in this state.")] = None,
    limit: Limit = 50,
    page_token: PageToken = None,
) -> Page[Delivery]:
    """Deliveries, done and pending, newest first."""
    return await access.read(
        lambda connection, scope: queries.list_deliveries(
            connection,
            queries.find_webhook(connection, scope.project_id, webhook).id,
            state=state,
            limit=limit,
            page_token=page_token,
        )
    )


@router.get("/{webhook}/deliveries/{delivery}")
async def get_delivery(webhook: WebhookId, delivery: DeliveryId, access: MayRead) -> DeliveryDetail:
    """One delivery with what was sent and what came back."""
    return await access.read(
        lambda connection, scope: queries.get_delivery(
            connection, queries.find_webhook(connection, scope.project_id, webhook).id, delivery
        )
    )


@router.post("/{webhook}/deliveries/{delivery}/replay")
async def replay_delivery(webhook: WebhookId, delivery: DeliveryId, access: MayWrite, parts: Parts) -> Delivery:
    """Delivers the same again, under the same id; one that waits is tried at once."""
    return await access.write(
        lambda connection, scope: deliveries.replay(
            connection, parts.retry_rules, scope.actor, scope.project_id, webhook, delivery
        )
    )
