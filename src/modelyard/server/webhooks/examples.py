"""The payload of a test: an example of each event, with the fields that the event really has."""

from collections.abc import Mapping
from typing import Any

from modelyard.wire.webhooks import WebhookEvent as Event

_TAGS = {"example_key": "example_value"}
_TAG = {"key": "example_key", "value": "example_value"}
_MODEL = {"name": "example_model"}
_VERSION = {**_MODEL, "version": "1"}
_PROMPT = {"name": "example_prompt"}
_PROMPT_VERSION = {**_PROMPT, "version": "1"}
_ALIAS = {"alias": "example_alias"}

EXAMPLES: Mapping[Event, Mapping[str, Any]] = {
    Event.REGISTERED_MODEL_CREATED: {**_MODEL, "tags": _TAGS, "description": "An example model"},
    Event.MODEL_VERSION_CREATED: {
        **_VERSION,
        "source": "mlflow-artifacts:/versions/1/model",
        "run_id": "0123456789abcdef0123456789abcdef",
        "tags": _TAGS,
        "description": "An example version",
    },
    Event.MODEL_VERSION_TAG_SET: {**_VERSION, **_TAG},
    Event.MODEL_VERSION_TAG_DELETED: {**_VERSION, "key": "example_key"},
    Event.MODEL_VERSION_ALIAS_CREATED: {**_VERSION, **_ALIAS},
    Event.MODEL_VERSION_ALIAS_DELETED: {**_MODEL, **_ALIAS},
    Event.PROMPT_CREATED: {**_PROMPT, "tags": _TAGS, "description": "An example prompt"},
    Event.PROMPT_VERSION_CREATED: {
        **_PROMPT_VERSION,
        "template": "Hello {{name}}!",
        "tags": _TAGS,
        "description": "An example version",
    },
    Event.PROMPT_TAG_SET: {**_PROMPT, **_TAG},
    Event.PROMPT_TAG_DELETED: {**_PROMPT, "key": "example_key"},
    Event.PROMPT_VERSION_TAG_SET: {**_PROMPT_VERSION, **_TAG},
    Event.PROMPT_VERSION_TAG_DELETED: {**_PROMPT_VERSION, "key": "example_key"},
    Event.PROMPT_ALIAS_CREATED: {**_PROMPT_VERSION, **_ALIAS},
    Event.PROMPT_ALIAS_DELETED: {**_PROMPT, **_ALIAS},
    Event.BUDGET_POLICY_EXCEEDED: {
        "budget_policy_id": "bp-example",
        "budget_unit": "USD",
        "budget_amount": 100.0,
        "current_spend": 105.5,
        "duration_unit": "MONTHS",
        "duration_value": 1,
        "target_scope": "GLOBAL",
        "workspace": "default",
        "target_value": None,
        "window_start": 1704067200000,
    },
}
