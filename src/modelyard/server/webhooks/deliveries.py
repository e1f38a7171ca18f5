"""The rules of deliveries: from an announcement to one delivery for each webhook, and what follows each attempt."""

import json
import random
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from modelyard.server.activity.outbox import Announcement, request_wakeup, take_announcements
from modelyard.server.activity.service import record
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms, to_datetime
from modelyard.server.kernel.errors import InvalidArgument, InvalidState
from modelyard.server.projects.tables import projects
from modelyard.server.webhooks import queries
from modelyard.server.webhooks.examples import EXAMPLES
from modelyard.server.webhooks.sending import Letter, Outcome
from modelyard.server.webhooks.tables import attempts, deliveries, webhook_events, webhooks
from modelyard.wire.webhooks import Delivery, WebhookEvent

_AT_ONCE = 200
_MAX_WAIT_SECONDS = 3600.0
_MAX_RETRY_AFTER_SECONDS = 24 * 3600.0
_FACTOR = 4
_SWEPT_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class RetryRules:
    """How often a delivery is tried, and how long the first wait between two attempts is."""

    attempts: int
    first_wait_seconds: float

    def wait_ms(self, tried: int, retry_after: float | None) -> int:
        """How long to wait after the attempt with this number: each wait is four times the one before.

        A little of it is left to chance, so that what failed together does not come back together.
        """
        wait = min(self.first_wait_seconds * float(_FACTOR ** min(tried - 1, 20)), _MAX_WAIT_SECONDS)
        wait *= random.uniform(1.0, 1.25)  # noqa: S311 - nothing secret
        return round(max(wait, min(retry_after or 0.0, _MAX_RETRY_AFTER_SECONDS)) * 1000)


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery whose time has come."""

    webhook: int
    letter: Letter


def write_deliveries(connection: Connection, rules: RetryRules) -> bool:
    """Turns the oldest announcements into deliveries; answers whether there may be more of them."""
    raw = Raw(connection)
    taken = take_announcements(raw, _AT_ONCE)
    if not taken:
        return False
    listening = _listening(connection, {announcement.project_id for announcement in taken})
    now = now_ms()
    rows = [
        {
            "delivery_id": str(uuid.uuid4()),
            "webhook": webhook,
            "event": announcement.event,
            "body": body,
            "state": "waiting",
            "next_attempt_at": now,
            "tries_left": rules.attempts,
            "attempt_count": 0,
            "created_at": announcement.at,
        }
        for announcement in taken
        for webhook, body in _addressed(announcement, listening)
    ]
    if rows:
        connection.execute(insert(deliveries), rows)
    return len(taken) == _AT_ONCE


def _listening(connection: Connection, project_ids: Collection[int]) -> Mapping[tuple[int, str], list[Row[Any]]]:
    """Active webhooks and the names of their projects, by project and event."""
    statement = (
        select(webhooks.c.id, webhooks.c.project_id, webhook_events.c.event, projects.c.name)
        .join(webhook_events)
        .join(projects, projects.c.id == webhooks.c.project_id)
        .where(webhooks.c.project_id.in_(project_ids), webhooks.c.is_active)
        .order_by(webhooks.c.id)
    )
    listening: dict[tuple[int, str], list[Any]] = {}
    for row in connection.execute(statement):
        listening.setdefault((row.project_id, row.event), []).append(row)
    return listening


def _addressed(
    announcement: Announcement, listening: Mapping[tuple[int, str], list[Row[Any]]]
) -> list[tuple[int, str]]:
    rows = listening.get((announcement.project_id, announcement.event), [])
    return [(row.id, body_of(row.name, announcement.event, announcement.at, announcement.data)) for row in rows]


def body_of(project: str, event: str, at: int, data: Mapping[str, Any]) -> str:
    """The JSON text of a delivery, in MLflow's form."""
    entity, _, action = event.partition(".")
    said = {"entity": entity, "action": action, "timestamp": to_datetime(at).isoformat(), "data": dict(data)}
    return json.dumps({**said, "workspace": project})


def list_due(connection: Connection, now: int, *, flying: Collection[str], full: Collection[int]) -> list[Due]:
    """Deliveries to be tried now, oldest first; not those that are being tried, nor of webhooks with enough of them."""
    statement = (
        select(
            deliveries.c.webhook,
            deliveries.c.delivery_id,
            deliveries.c.body,
            webhooks.c.url,
            webhooks.c.sealed_secret,
        )
        .join(webhooks)
        .where(deliveries.c.next_attempt_at <= now, deliveries.c.delivery_id.not_in(flying))
        .where(deliveries.c.webhook.not_in(full))
        .order_by(deliveries.c.next_attempt_at, deliveries.c.id)
        .limit(_AT_ONCE)
    )
    return [
        Due(row.webhook, Letter(row.url, row.delivery_id, row.body, row.sealed_secret))
        for row in connection.execute(statement)
    ]


def next_due_at(connection: Connection, *, flying: Collection[str]) -> int | None:
    """When the next delivery is to be tried, of those that are not being tried."""
    statement = select(func.min(deliveries.c.next_attempt_at)).where(deliveries.c.next_attempt_at.is_not(None))
    at: int | None = connection.scalar(statement.where(deliveries.c.delivery_id.not_in(flying)))
    return at


def note_attempt(connection: Connection, rules: RetryRules, letter: Letter, outcome: Outcome) -> None:
    """Writes an attempt into the log and decides what follows; a delivery that was deleted meanwhile is left alone."""
    statement = select(deliveries).where(deliveries.c.delivery_id == letter.delivery_id).with_for_update()
    row = connection.execute(statement).one_or_none()
    if row is None:
        return
    number, now = row.attempt_count + 1, now_ms()
    values: dict[str, Any] = {
        "attempt_count": number,
        "tries_left": max(0, row.tries_left - 1),
        "response_status": outcome.response_status,
        "error": outcome.error,
    }
    if outcome.error is None:
        values |= {"state": "delivered", "next_attempt_at": None, "finished_at": now}
    elif row.state == "waiting" and outcome.may_retry and row.tries_left > 1:
        tried = rules.attempts - row.tries_left + 1
        values |= {"next_attempt_at": now + rules.wait_ms(max(1, tried), outcome.retry_after)}
    else:
        values |= {"state": "failed", "next_attempt_at": None, "finished_at": now}
    connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(**values))
    connection.execute(
        insert(attempts).values(
            delivery=row.id,
            number=number,
            at=outcome.at,
            url=letter.url,
            duration_ms=outcome.duration_ms,
            response_status=outcome.response_status,
            response_body=outcome.response_body,
            error=outcome.error,
        )
    )


def give_up_waiting(connection: Connection, webhook: int, why: str) -> None:
    """Deliveries that wait for the webhook fail; each of them can be replayed."""
    connection.execute(
        update(deliveries)
        .where(deliveries.c.webhook == webhook, deliveries.c.state == "waiting")
        .values(state="failed", error=why, next_attempt_at=None, finished_at=now_ms())
    )


def replay(
    connection: Connection, rules: RetryRules, actor: str, project_id: int, webhook_id: str, delivery_id: str
) -> Delivery:
    """Delivers again, under the same id, with all attempts anew; one that waits is tried at once.

    :raises NotFound: there is no such webhook or delivery.
    :raises InvalidState: the webhook is disabled.
    """
    webhook = queries.find_webhook(connection, project_id, webhook_id, lock=True)
    if not webhook.is_active:
        raise InvalidState(f"The webhook {webhook.name!r} is disabled.", hint="Enable it to deliver to it.")
    delivery = queries.find_delivery(connection, webhook.id, delivery_id, lock=True)
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery.id)
        .values(state="waiting", next_attempt_at=now_ms(), tries_left=rules.attempts, finished_at=None)
    )
    record(connection, project_id, actor, "webhook.replayed", webhook.name, delivery=delivery_id, event=delivery.event)
    request_wakeup(connection)
    return queries.get_delivery(connection, webhook.id, delivery_id)


def write_test(
    connection: Connection, actor: str, project_id: int, project: str, webhook_id: str, event: WebhookEvent | None
) -> Letter:
    """An example of an event, of the webhook's first one if None; it is sent at once and not kept.

    :raises NotFound: there is no such webhook.
    :raises InvalidArgument: the webhook has no event.
    """
    webhook = queries.find_webhook(connection, project_id, webhook_id)
    events = queries.events_of(connection, [webhook.id])[webhook.id]
    if event is None and not events:
        raise InvalidArgument(f"The webhook {webhook.name!r} has no events, so there is no example to send.")
    chosen = event or WebhookEvent(events[0])
    record(connection, project_id, actor, "webhook.tested", webhook.name, event=str(chosen))
    body = body_of(project, chosen, now_ms(), EXAMPLES[chosen])
    return Letter(webhook.url, str(uuid.uuid4()), body, webhook.sealed_secret)


def sweep(connection: Connection, before: int) -> bool:
    """Deletes what ended before a moment, a part at a time; answers whether there may be more."""
    old = select(deliveries.c.id).where(deliveries.c.finished_at < before).limit(_SWEPT_AT_ONCE)
    return connection.execute(delete(deliveries).where(deliveries.c.id.in_(old))).rowcount == _SWEPT_AT_ONCE
