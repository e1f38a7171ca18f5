"""The parts of webhooks, put together from the settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from modelyard.server.activity.outbox import Wakeup
from modelyard.server.db import Database
from modelyard.server.kernel.sealing import Sealer
from modelyard.server.outbound.addresses import AddressRules
from modelyard.server.settings import Settings
from modelyard.server.webhooks.deliveries import RetryRules
from modelyard.server.webhooks.sending import Sender
from modelyard.server.webhooks.tasks import Courier


@dataclass(frozen=True, slots=True)
class WebhookParts:
    """The parts that endpoints use besides the database."""

    sealer: Sealer
    sender: Sender
    address_rules: AddressRules
    retry_rules: RetryRules


@asynccontextmanager
async def delivering_webhooks(
    database: Database, settings: Settings, wakeup: Wakeup, sealer: Sealer
) -> AsyncIterator[WebhookParts]:
    """Delivers until the end of the block."""
    address_rules = AddressRules("webhook", settings.webhook_allow_private, settings.webhook_allow_http)
    retry_rules = RetryRules(settings.webhook_attempts, settings.webhook_retry_seconds)
    sender = Sender(address_rules, sealer, settings.webhook_timeout_seconds)
    async with Courier(database, sender, wakeup, retry_rules, settings.webhook_log_days).running():
        yield WebhookParts(sealer, sender, address_rules, retry_rules)


def _parts(request: Request) -> WebhookParts:
    return cast("WebhookParts", request.app.state.webhooks)


Parts = Annotated[WebhookParts, Depends(_parts)]
