"""Reads of webhooks and of their deliveries."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from modelyard.server.db.keyset import Sort, fetch_page
from modelyard.server.kernel.clock import to_datetime, to_optional_datetime
from modelyard.server.kernel.errors import NotFound
from modelyard.server.kernel.pages import fingerprint
from modelyard.server.webhooks.signing import constant_headers
from modelyard.server.webhooks.tables import attempts, deliveries, webhook_events, webhooks
from modelyard.wire.base import Page
from modelyard.wire.webhooks import Delivery, DeliveryAttempt, DeliveryDetail, DeliveryState, Webhook, WebhookEvent


def find_webhook(connection: Connection, project_id: int, webhook_id: str, *, lock: bool = False) -> Row[Any]:
    """:raises NotFound: there is no such webhook in the project."""
    statement = select(webhooks).where(webhooks.c.project_id == project_id, webhooks.c.webhook_id == webhook_id)
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound(f"Webhook with ID {webhook_id[:100]!r} not found.", hint="List webhooks to see their ids.")
    return row


def get_webhook(connection: Connection, project_id: int, webhook_id: str) -> Webhook:
    """:raises NotFound: there is no such webhook in the project."""
    return _to_webhooks(connection, [find_webhook(connection, project_id, webhook_id)])[0]


def list_webhooks(connection: Connection, project_id: int, *, limit: int, page_token: str | None) -> Page[Webhook]:
    """Newest first."""
    rows, token = fetch_page(
        connection,
        select(webhooks).where(webhooks.c.project_id == project_id),
        Sort(webhooks.c.id, webhooks.c.id, "desc"),
        limit=limit,
        page_token=page_token,
        query=fingerprint("webhooks", project_id),
        position=lambda row: (row.id, row.id),
    )
    return Page(items=_to_webhooks(connection, rows), next_page_token=token)


def events_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """The events of webhooks, by webhook, in the order of their names."""
    events: dict[int, list[str]] = {webhook: [] for webhook in ids}
    statement = select(webhook_events).where(webhook_events.c.webhook.in_(ids)).order_by(webhook_events.c.event)
    for webhook, event in connection.execute(statement):
        events[webhook].append(event)
    return events


def list_deliveries(
    connection: Connection, webhook: int, *, state: DeliveryState | None, limit: int, page_token: str | None
) -> Page[Delivery]:
    """The deliveries of a webhook, newest first."""
    statement = select(deliveries).where(deliveries.c.webhook == webhook)
    if state is not None:
        statement = statement.where(deliveries.c.state == state)
    rows, token = fetch_page(
        connection,
        statement,
        Sort(deliveries.c.id, deliveries.c.id, "desc"),
        limit=limit,
        page_token=page_token,
        query=fingerprint("deliveries", webhook, state),
        position=lambda row: (row.id, row.id),
    )
    return Page(items=[Delivery(**_delivery_fields(row)) for row in rows], next_page_token=token)


def find_delivery(connection: Connection, webhook: int, delivery_id: str, *, lock: bool = False) -> Row[Any]:
    """:raises NotFound: the webhook has no such delivery, or no longer."""
    statement = select(deliveries).where(deliveries.c.webhook == webhook, deliveries.c.delivery_id == delivery_id)
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound(
            f"The webhook has no delivery {delivery_id[:100]!r}.", hint="Deliveries are kept for a limited time."
        )
    return row


def get_delivery(connection: Connection, webhook: int, delivery_id: str) -> DeliveryDetail:
    """:raises NotFound: the webhook has no such delivery, or no longer."""
    row = find_delivery(connection, webhook, delivery_id)
    tried = connection.execute(select(attempts).where(attempts.c.delivery == row.id).order_by(attempts.c.number))
    return DeliveryDetail(
        **_delivery_fields(row),
        headers=constant_headers(row.delivery_id),
        body=row.body,
        attempts=[_to_attempt(attempt) for attempt in tried],
    )


def _to_webhooks(connection: Connection, rows: Sequence[Row[Any]]) -> list[Webhook]:
    ids = [row.id for row in rows]
    events = events_of(connection, ids)
    newest = select(func.max(deliveries.c.id)).where(deliveries.c.webhook.in_(ids)).group_by(deliveries.c.webhook)
    columns = (deliveries.c.webhook, deliveries.c.state, deliveries.c.created_at)
    last: dict[int, Any] = {
        row.webhook: row for row in connection.execute(select(*columns).where(deliveries.c.id.in_(newest)))
    }
    return [_to_webhook(row, events[row.id], last.get(row.id)) for row in rows]


def _to_webhook(row: Row[Any], events: list[str], last: Any) -> Webhook:
    return Webhook(
        id=row.webhook_id,
        name=row.name,
        url=row.url,
        events=[WebhookEvent(event) for event in events],
        description=row.description,
        status="active" if row.is_active else "disabled",
        has_secret=row.sealed_secret is not None,
        created_at=to_datetime(row.created_at),
        created_by=row.created_by,
        updated_at=to_datetime(row.updated_at),
        last_state=None if last is None else last.state,
        last_at=None if last is None else to_datetime(last.created_at),
    )


def _delivery_fields(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.delivery_id,
        "event": row.event,
        "state": row.state,
        "attempt_count": row.attempt_count,
        "response_status": row.response_status,
        "error": row.error,
        "created_at": to_datetime(row.created_at),
        "next_attempt_at": to_optional_datetime(row.next_attempt_at),
        "finished_at": to_optional_datetime(row.finished_at),
    }


def _to_attempt(row: Row[Any]) -> DeliveryAttempt:
    return DeliveryAttempt(
        number=row.number,
        at=to_datetime(row.at),
        url=row.url,
        duration_ms=row.duration_ms,
        response_status=row.response_status,
        response_body=row.response_body,
        error=row.error,
    )
