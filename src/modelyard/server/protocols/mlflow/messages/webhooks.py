"""Requests about webhooks."""

from msgspec import Struct, field

from modelyard.server.protocols.mlflow.endpoints import Message


class Event(Struct, kw_only=True):
    entity: str | None = None
    action: str | None = None


class CreateWebhook(Message):
    name: str | None = None
    url: str | None = None
    events: list[Event] = field(default_factory=list)
    description: str | None = None
    secret: str | None = None
    status: str | None = None


class ListWebhooks(Message):
    max_results: int | None = None
    page_token: str | None = None


class WebhookRequest(Message):
    webhook_id: str | None = None


class UpdateWebhook(CreateWebhook):
    webhook_id: str | None = None


class TestWebhook(WebhookRequest):
    event: Event | None = None
