"""The rules of webhooks: making, changing and deleting them. Addresses are checked before, outside of transactions."""

import re
import uuid
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, insert, select, update

from modelyard.server.activity.outbox import set_listened
from modelyard.server.activity.service import record
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import InvalidArgument, InvalidName
from modelyard.server.kernel.sealing import Sealer
from modelyard.server.webhooks import queries
from modelyard.server.webhooks.deliveries import give_up_waiting
from modelyard.server.webhooks.tables import webhook_events, webhooks
from modelyard.wire.webhooks import WEBHOOK_NAME_PATTERN, Webhook, WebhookCreate, WebhookEvent, WebhookUpdate

_NAME = re.compile(WEBHOOK_NAME_PATTERN)
_MAX_DESCRIPTION_LENGTH = 2000
_MAX_SECRET_LENGTH = 1000


def create_webhook(connection: Connection, sealer: Sealer, actor: str, project_id: int, new: WebhookCreate) -> Webhook:
    """:raises InvalidName: the name is not allowed.
    :raises InvalidArgument: description or secret are too long.
    """
    _check_name(new.name)
    _check_text(new.description, "description", _MAX_DESCRIPTION_LENGTH)
    webhook_id, now = str(uuid.uuid4()), now_ms()
    webhook = connection.scalar(
        insert(webhooks)
        .values(
            webhook_id=webhook_id,
            project_id=project_id,
            name=new.name,
            description=new.description,
            url=new.url,
            sealed_secret=_sealed(sealer, new.secret),
            is_active=new.status == "active",
            created_at=now,
            created_by=actor,
            updated_at=now,
        )
        .returning(webhooks.c.id)
    )
    assert webhook is not None
    _set_events(connection, webhook, new.events)
    _listen(connection, project_id)
    record(
        connection, project_id, actor, "webhook.created", new.name, host=_host(new.url), events=sorted(set(new.events))
    )
    return queries.get_webhook(connection, project_id, webhook_id)


def update_webhook(
    connection: Connection, sealer: Sealer, actor: str, project_id: int, webhook_id: str, change: WebhookUpdate
) -> Webhook:
    """Changes the fields that are present. Deliveries pending for a disabled webhook are dropped.

    :raises NotFound: there is no such webhook.
    :raises InvalidName: the name is not allowed.
    :raises InvalidArgument: description or secret are too long.
    """
    webhook = queries.find_webhook(connection, project_id, webhook_id, lock=True)
    values: dict[str, Any] = change.model_dump(exclude_none=True, include={"name", "url", "description"})
    if change.name is not None:
        _check_name(change.name)
    if change.description is not None:
        _check_text(change.description, "description", _MAX_DESCRIPTION_LENGTH)
    if change.secret is not None:
        values["sealed_secret"] = _sealed(sealer, change.secret)
    if change.status is not None:
        values["is_active"] = change.status == "active"
    connection.execute(update(webhooks).where(webhooks.c.id == webhook.id).values(**values, updated_at=now_ms()))
    if change.events is not None:
        connection.execute(delete(webhook_events).where(webhook_events.c.webhook == webhook.id))
        _set_events(connection, webhook.id, change.events)
    if change.status == "disabled":
        give_up_waiting(connection, webhook.id, "The webhook was disabled before this could be delivered.")
    _listen(connection, project_id)
    said = change.model_dump(mode="json", exclude_none=True, exclude={"secret", "url"})
    if change.url is not None:
        said["host"] = _host(change.url)
    if change.secret is not None:
        said["secret"] = "changed" if change.secret else "removed"
    record(connection, project_id, actor, "webhook.updated", change.name or webhook.name, **said)
    return queries.get_webhook(connection, project_id, webhook_id)


def delete_webhook(connection: Connection, actor: str, project_id: int, webhook_id: str) -> None:
    """Deletes a webhook with its deliveries, also those that wait.

    :raises NotFound: there is no such webhook.
    """
    webhook = queries.find_webhook(connection, project_id, webhook_id, lock=True)
    connection.execute(delete(webhooks).where(webhooks.c.id == webhook.id))
    _listen(connection, project_id)
    record(connection, project_id, actor, "webhook.deleted", webhook.name)


def _set_events(connection: Connection, webhook: int, events: Collection[WebhookEvent]) -> None:
    connection.execute(insert(webhook_events), [{"webhook": webhook, "event": str(event)} for event in set(events)])


def _listen(connection: Connection, project_id: int) -> None:
    """From now on the outbox takes the events that active webhooks subscribe to."""
    statement = select(webhook_events.c.event).join(webhooks).where(webhooks.c.project_id == project_id)
    set_listened(connection, project_id, set(connection.scalars(statement.where(webhooks.c.is_active))))


def _host(url: str) -> str:
    """The host of a URL, for the audit record: the rest of it is to some receivers what a secret is."""
    return urlsplit(url).hostname or ""


def _sealed(sealer: Sealer, secret: str | None) -> str | None:
    if not secret:
        return None
    _check_text(secret, "secret", _MAX_SECRET_LENGTH)
    return sealer.seal(secret)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidName(
            f"The webhook name {name[:80]!r} is not allowed.",
            hint="Use 1 to 63 letters, digits, '.', '_' or '-', starting and ending with a letter or digit.",
        )


def _check_text(text: str, field: str, limit: int) -> None:
    if len(text) > limit:
        raise InvalidArgument(f"The webhook's {field} has {len(text)} characters; the limit is {limit}.")
    if "\0" in text:
        raise InvalidArgument(f"The webhook's {field} contains the character NUL.")
