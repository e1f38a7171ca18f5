"""Webhooks: addresses that are told what happens to the models of a project."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from modelyard.wire.base import Record, Request, example

WEBHOOK_NAME_PATTERN = r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$"

WebhookName = Annotated[
    str,
    Field(description="1 to 63 letters, digits, '.', '_' or '-', starting and ending with a letter or digit."),
]
WebhookStatus = Literal["active", "disabled"]
DeliveryState = Literal["waiting", "delivered", "failed"]


class WebhookEvent(StrEnum):
    """The events of webhooks. The names are those of MLflow."""

    REGISTERED_MODEL_CREATED = "registered_model.created"
    MODEL_VERSION_CREATED = "model_version.created"
    MODEL_VERSION_TAG_SET = "model_version_tag.set"
    MODEL_VERSION_TAG_DELETED = "model_version_tag.deleted"
    MODEL_VERSION_ALIAS_CREATED = "model_version_alias.created"
    MODEL_VERSION_ALIAS_DELETED = "model_version_alias.deleted"
    PROMPT_CREATED = "prompt.created"
    PROMPT_VERSION_CREATED = "prompt_version.created"
    PROMPT_TAG_SET = "prompt_tag.set"
    PROMPT_TAG_DELETED = "prompt_tag.deleted"
    PROMPT_VERSION_TAG_SET = "prompt_version_tag.set"
    PROMPT_VERSION_TAG_DELETED = "prompt_version_tag.deleted"
    PROMPT_ALIAS_CREATED = "prompt_alias.created"
    PROMPT_ALIAS_DELETED = "prompt_alias.deleted"
    BUDGET_POLICY_EXCEEDED = "budget_policy.exceeded"


class Webhook(Record):
    """An address and what it is told of. Its secret is never sent."""

    id: str
    name: WebhookName
    url: str
    events: list[WebhookEvent]
    description: str
    status: WebhookStatus = Field(description="A disabled webhook is told nothing, later neither.")
    has_secret: bool = Field(description="Whether deliveries are signed.")
    created_at: datetime
    created_by: str
    updated_at: datetime
    last_state: DeliveryState | None = Field(default=None, description="How its newest delivery is getting on.")
    last_at: datetime | None = Field(default=None, description="When what its newest delivery tells of happened.")


class WebhookCreate(Request):
    model_config = example(
        name="deploy", url="https://ci.example.com/hooks/deploy", events=["model_version_alias.created"], secret="..."
    )

    name: WebhookName
    url: str = Field(description="https, unless the server's setting `webhook_allow_http` allows http, too.")
    events: list[WebhookEvent] = Field(min_length=1)
    description: str = ""
    secret: str | None = Field(default=None, description="What deliveries are signed with; unsigned if unset.")
    status: WebhookStatus = "active"


class WebhookUpdate(Request):
    """Changes what is given."""

    model_config = example(status="disabled")

    name: WebhookName | None = None
    url: str | None = None
    events: list[WebhookEvent] | None = Field(default=None, min_length=1)
    description: str | None = None
    secret: str | None = Field(default=None, description="Replaces the secret; an empty text removes it.")
    status: WebhookStatus | None = None


class WebhookTest(Request):
    model_config = example(event="model_version.created")

    event: WebhookEvent | None = Field(default=None, description="Of which an example is sent; its first if unset.")


class WebhookTestResult(Record):
    """The answer of the receiver to an example."""

    success: bool
    response_status: int | None = None
    response_body: str = Field(default="", description="Its first 8 KiB, as text.")
    error: str | None = Field(default=None, description="Why there was no answer, or why it is none to be glad of.")


class Delivery(Record):
    """One event on its way to one webhook."""

    id: str = Field(description="The same for each attempt, also for a replay; sent as X-MLflow-Delivery-Id.")
    event: WebhookEvent
    state: DeliveryState
    attempt_count: int
    response_status: int | None = Field(default=None, description="Of the last attempt, when it was answered.")
    error: str | None = Field(default=None, description="Why the last attempt did not deliver it.")
    created_at: datetime
    next_attempt_at: datetime | None = Field(default=None, description="While it waits.")
    finished_at: datetime | None = None


class DeliveryAttempt(Record):
    number: int
    at: datetime
    url: str
    duration_ms: int
    response_status: int | None = None
    response_body: str = Field(description="Its first 8 KiB, as text.")
    error: str | None = None


class DeliveryDetail(Delivery):
    """A delivery with what was sent, and what came back each time."""

    headers: dict[str, str] = Field(description="Those that are the same for each attempt.")
    body: str = Field(description="The JSON text that is sent.")
    attempts: list[DeliveryAttempt]
