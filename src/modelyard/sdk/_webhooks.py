"""Webhooks: URLs that are told what happens to the models of a project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from modelyard.sdk._errors import InvalidArgumentError, NotFoundError
from modelyard.sdk._http import Http, api_path, iterate
from modelyard.wire import webhooks as wire
from modelyard.wire.base import Page


class Webhooks:
    """The webhooks of a project. Call it with an id or a name for one of them; iterate over it for all."""

    def __init__(self, http: Http, project: str) -> None:
        self._http = http
        self._path = api_path("projects", project, "webhooks")

    def __call__(self, reference: str) -> Webhook:
        """The webhook with this id or name. Raises NotFoundError, or InvalidArgumentError where several have it."""
        matches = [webhook for webhook in self if reference in (webhook.id, webhook.name)]
        if not matches:
            raise NotFoundError(f"There is no webhook {reference!r}.", hint="List webhooks to see their names and ids.")
        if len(matches) > 1:
            ids = ", ".join(webhook.id for webhook in matches)
            raise InvalidArgumentError(
                f"{len(matches)} webhooks have the name {reference!r}.", hint=f"Use an id: {ids}."
            )
        return matches[0]

    def __iter__(self) -> Iterator[Webhook]:
        return self.list()

    def list(self) -> Iterator[Webhook]:
        """All webhooks, newest first, fetched page by page as they are used."""
        for record in iterate(self._http, self._path, Page[wire.Webhook]):
            yield Webhook(self._http, self._path, record)

    def create(
        self, name: str, url: str, events: Sequence[str], *, description: str = "", secret: str | None = None
    ) -> Webhook:
        """Create a webhook for events such as `model_version.created`. Raises InvalidArgumentError.

        Deliveries are signed with `secret`, which the server never shows again.
        """
        fields = {"name": name, "url": url, "description": description, "secret": secret}
        body = wire.WebhookCreate.model_validate({**fields, "events": _to_events(events)})
        return Webhook(self._http, self._path, self._http.call("POST", self._path, wire.Webhook, body=body))


class Webhook:
    """A URL and the events that it is notified of."""

    def __init__(self, http: Http, path: str, record: wire.Webhook) -> None:
        self._http = http
        self._path = path + api_path(record.id)
        self._record = record

    def __repr__(self) -> str:
        return f"<Webhook {self.name}>"

    @property
    def id(self) -> str:
        """The webhook's id."""
        return self._record.id

    @property
    def name(self) -> str:
        """The webhook's name."""
        return self._record.name

    @property
    def info(self) -> wire.Webhook:
        """The record, as it was when last fetched. It does not have the secret."""
        return self._record

    def refresh(self) -> wire.Webhook:
        """Fetch the record again."""
        self._record = self._http.get(self._path, wire.Webhook)
        return self._record

    def update(
        self,
        *,
        name: str | None = None,
        url: str | None = None,
        events: Sequence[str] | None = None,
        description: str | None = None,
        secret: str | None = None,
        status: wire.WebhookStatus | None = None,
    ) -> Webhook:
        """Change these fields; an empty secret removes it. Status is `active` or `disabled`."""
        fields: dict[str, Any] = {
            "name": name,
            "url": url,
            "events": None if events is None else _to_events(events),
            "description": description,
            "secret": secret,
            "status": status,
        }
        body = wire.WebhookUpdate.model_validate({key: value for key, value in fields.items() if value is not None})
        self._record = self._http.call("PATCH", self._path, wire.Webhook, body=body)
        return self

    def delete(self) -> None:
        """Delete the webhook with its log; pending deliveries are dropped."""
        self._http.delete(self._path)

    def test(self, event: str | None = None) -> wire.WebhookTestResult:
        """Send an example of an event now, by default of its first one, and return the answer."""
        body = wire.WebhookTest() if event is None else wire.WebhookTest(event=_to_events([event])[0])
        return self._http.call("POST", f"{self._path}/test", wire.WebhookTestResult, body=body)

    def deliveries(self, *, state: wire.DeliveryState | None = None) -> Iterator[wire.Delivery]:
        """Past and pending deliveries, newest first, fetched page by page while they are used."""
        return iterate(self._http, f"{self._path}/deliveries", Page[wire.Delivery], {"state": state})

    def delivery(self, delivery_id: str) -> wire.DeliveryDetail:
        """One delivery, with the body and the answer of each attempt. Raises NotFoundError."""
        return self._http.get(f"{self._path}/deliveries{api_path(delivery_id)}", wire.DeliveryDetail)

    def replay(self, delivery_id: str) -> wire.Delivery:
        """Send a delivery again, under the same id. Raises InvalidStateError when the webhook is disabled."""
        return self._http.call("POST", f"{self._path}/deliveries{api_path(delivery_id)}/replay", wire.Delivery)


def _to_events(events: Sequence[str]) -> list[wire.WebhookEvent]:
    """:raises InvalidArgumentError: an event does not exist, or there is none."""
    names = [str(event) for event in wire.WebhookEvent]
    if not events:
        raise InvalidArgumentError("A webhook needs at least one event.", hint=f"Events: {', '.join(names)}.")
    for event in events:
        if event not in names:
            raise InvalidArgumentError(f"There is no event {event!r}.", hint=f"Events: {', '.join(names)}.")
    return [wire.WebhookEvent(event) for event in events]
