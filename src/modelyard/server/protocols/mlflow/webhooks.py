"""Webhooks."""

from collections.abc import Sequence
from typing import Any

from modelyard.server.access.permissions import Permission
from modelyard.server.outbound.addresses import check_url
from modelyard.server.protocols.mlflow.endpoints import Call, Early, Endpoint, Parts, reads, writes
from modelyard.server.protocols.mlflow.errors import invalid, missing
from modelyard.server.protocols.mlflow.limits import check_page_size, check_required
from modelyard.server.protocols.mlflow.messages import webhooks as messages
from modelyard.server.webhooks import deliveries, queries, service
from modelyard.server.webhooks.sending import Letter
from modelyard.wire.webhooks import Webhook, WebhookCreate, WebhookEvent, WebhookStatus, WebhookUpdate

_STATUSES: dict[str, WebhookStatus] = {"ACTIVE": "active", "DISABLED": "disabled"}


def _json(webhook: Webhook) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "webhook_id": webhook.id,
        "name": webhook.name,
        "url": webhook.url,
        "events": [_event_json(event) for event in webhook.events],
        "status": webhook.status.upper(),
        "creation_timestamp": round(webhook.created_at.timestamp() * 1000),
        "last_updated_timestamp": round(webhook.updated_at.timestamp() * 1000),
    }
    return {**shown, "description": webhook.description} if webhook.description else shown


def _event_json(event: WebhookEvent) -> dict[str, str]:
    entity, _, action = event.upper().partition(".")
    return {"entity": entity, "action": action}


def _event(event: messages.Event, parameter: str) -> WebhookEvent:
    """:raises InvalidArgument: there is no such event."""
    if not event.entity or not event.action:
        raise missing(f"{parameter}.{'action' if event.entity else 'entity'}")
    name = f"{event.entity}.{event.action}".lower()
    try:
        return WebhookEvent(name)
    except ValueError:
        raise invalid(parameter, name, f"Invalid action '{event.action}' for entity '{event.entity}'.") from None


def _events(events: Sequence[messages.Event]) -> list[WebhookEvent]:
    return [_event(event, f"events[{index}]") for index, event in enumerate(events)]


def _status(status: str | None) -> WebhookStatus | None:
    if status is None:
        return None
    if status not in _STATUSES:
        raise invalid("status", status, f"it must be one of {', '.join(_STATUSES)}.")
    return _STATUSES[status]


async def check_address(early: Early, request: messages.CreateWebhook) -> None:
    """Looks the host up, before there is a transaction that it would hold open."""
    await early.read(lambda _: None)  # nobody else learns which hosts there are
    if request.url:
        await check_url(request.url, early.parts.webhooks.address_rules)


def create_webhook(call: Call, request: messages.CreateWebhook) -> object:
    if not request.events:
        raise missing("events")
    new = WebhookCreate(
        name=check_required(request.name, "name"),
        url=check_required(request.url, "url", 2000),
        events=_events(request.events),
        description=request.description or "",
        secret=request.secret,
        status=_status(request.status) or "active",
    )
    connection, sealer = call.raw.connection, call.parts.webhooks.sealer
    return {"webhook": _json(service.create_webhook(connection, sealer, call.actor, call.project_id, new))}


def list_webhooks(call: Call, request: messages.ListWebhooks) -> object:
    page = queries.list_webhooks(
        call.raw.connection,
        call.project_id,
        limit=check_page_size(request.max_results, 100, 1000),
        page_token=request.page_token or None,
    )
    answer: dict[str, Any] = {"webhooks": [_json(webhook) for webhook in page.items]} if page.items else {}
    return {**answer, "next_page_token": page.next_page_token} if page.next_page_token else answer


def get_webhook(call: Call, request: messages.WebhookRequest) -> object:
    return {"webhook": _json(queries.get_webhook(call.raw.connection, call.project_id, _id(request.webhook_id)))}


def update_webhook(call: Call, request: messages.UpdateWebhook) -> object:
    """An empty name or URL, and an empty list of events, change nothing."""
    change = WebhookUpdate(
        name=request.name or None,
        url=request.url or None,
        events=_events(request.events) or None,
        description=request.description,
        secret=request.secret,
        status=_status(request.status),
    )
    webhook = service.update_webhook(
        call.raw.connection,
        call.parts.webhooks.sealer,
        call.actor,
        call.project_id,
        _id(request.webhook_id),
        change,
    )
    return {"webhook": _json(webhook)}


def delete_webhook(call: Call, request: messages.WebhookRequest) -> object:
    service.delete_webhook(call.raw.connection, call.actor, call.project_id, _id(request.webhook_id))
    return {}


def write_test(call: Call, request: messages.TestWebhook) -> Letter:
    event = None if request.event is None else _event(request.event, "event")
    return deliveries.write_test(
        call.raw.connection, call.actor, call.project_id, call.project, _id(request.webhook_id), event
    )


async def send_test(parts: Parts, letter: Letter) -> object:
    """After the transaction: an answer may take its time."""
    outcome = await parts.webhooks.sender.send(letter)
    result: dict[str, Any] = {"success": outcome.error is None}
    if outcome.response_status is not None:
        result |= {"response_status": outcome.response_status, "response_body": outcome.response_body}
    if outcome.error is not None:
        result["error_message"] = outcome.error
    return {"result": result}


def _id(webhook_id: str | None) -> str:
    return check_required(webhook_id, "webhook_id")


_READ, _WRITE, _DELETE = (
    Permission.PROJECT_WEBHOOKS_READ,
    Permission.PROJECT_WEBHOOKS_WRITE,
    Permission.PROJECT_WEBHOOKS_DELETE,
)

ENDPOINTS: list[Endpoint] = [
    writes("POST", "webhooks", messages.CreateWebhook, create_webhook, _WRITE, "webhook.created", before=check_address),
    reads("GET", "webhooks", messages.ListWebhooks, list_webhooks, _READ),
    reads("GET", "webhooks/{webhook_id}", messages.WebhookRequest, get_webhook, _READ),
    writes(
        "PATCH",
        "webhooks/{webhook_id}",
        messages.UpdateWebhook,
        update_webhook,
        _WRITE,
        "webhook.updated",
        before=check_address,
    ),
    writes("DELETE", "webhooks/{webhook_id}", messages.WebhookRequest, delete_webhook, _DELETE, "webhook.deleted"),
    writes(
        "POST",
        "webhooks/{webhook_id}/test",
        messages.TestWebhook,
        write_test,
        _WRITE,
        "webhook.tested",
        after=send_test,
    ),
]
