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
        found = [webhook for webhook in self if reference in (webhook.id, webhook.name)]
        if not found:
            raise NotFoundError(f"There is no webhook {reference!r}.", hint="List webhooks to see their names and ids.")
        if len(found) > 1:
            ids = ", ".join(webhook.id for webhook in found)
            raise InvalidArgumentError(f"{len(found)} webhooks have the name {reference!r}.", hint=f"Use an id: {ids}.")
        return found[0]

    def __iter__(self) -> Iterator[Webhook]:
        return self.list()

    def list(self) -> Iterator[Webhook]:
        """All webhooks, newest first, fetched page by page as they are used."""
        for record in iterate(self._http, self._path, Page[wire.Webhook]):
            yield Webhook(self._http, self._path, record)

    def create(
        self, name: str, url: str, events: Sequence[str], *, description: str = "", secret: str | None = None
    ) -> Webhook:
        """Make a webhook for events such as `model_version.created`. Raises InvalidArgumentError.

        Deliveries are signed with `secret`, which the server never shows again.
        """
        given = {"name": name, "url": url, "description": description, "secret": secret}
        body = wire.WebhookCreate.model_validate({**given, "events": _known(events)})
        return Webhook(self._http, self._path, self._http.call("POST", self._path, wire.Webhook, body=body))


class Webhook:
    """A URL and what it is told of."""

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
        """Change what is given; an empty secret removes it. Status is `active` or `disabled`."""
        given: dict[str, Any] = {
            "name": name,
            "url": url,
            "events": None if events is None else _known(events),
            "description": description,
            "secret": secret,
            "status": status,
        }
        body = wire.WebhookUpdate.model_validate({key: value for key, value in given.items() if value is not None})
        self._record = self._http.call("PATCH", self._path, wire.Webhook, body=body)
        return self

    def delete(self) -> None:
        """Delete the webhook with its log; what waits is not delivered any more."""
        self._http.delete(self._path)

    def test(self, event: str | None = None) -> wire.WebhookTestResult:
        """Send an example of an event now, of its first one if None, and answer what came back."""
        body = wire.WebhookTest() if event is None else wire.WebhookTest(event=_known([event])[0])
        return self._http.call("POST", f"{self._path}/test", wire.WebhookTestResult, body=body)

    def deliveries(self, *, state: wire.DeliveryState | None = None) -> Iterator[wire.Delivery]:
        """What was and is to be delivered, newest first, fetched page by page as it is used."""
        return iterate(self._http, f"{self._path}/deliveries", Page[wire.Delivery], {"state": state})

    def delivery(self, delivery_id: str) -> wire.DeliveryDetail:
        """One delivery, with what was sent and what came back each time. Raises NotFoundError."""
        return self._http.get(f"{self._path}/deliveries{api_path(delivery_id)}", wire.DeliveryDetail)

    def replay(self, delivery_id: str) -> wire.Delivery:
        """Deliver the same again, under the same id. Raises InvalidStateError when the webhook is disabled."""
        return self._http.call("POST", f"{self._path}/deliveries{api_path(delivery_id)}/replay", wire.Delivery)


def _known(events: Sequence[str]) -> list[wire.WebhookEvent]:
    """:raises InvalidArgumentError: there is no such event, or none is given."""
    known = [str(event) for event in wire.WebhookEvent]
    if not events:
        raise InvalidArgumentError("A webhook needs at least one event.", hint=f"Events: {', '.join(known)}.")
    for event in events:
        if event not in known:
            raise InvalidArgumentError(f"There is no event {event!r}.", hint=f"Events: {', '.join(known)}.")
    return [wire.WebhookEvent(event) for event in events]
