"""Webhooks of a project, and a receiver."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.support.receiver import Receiver, receiving


@dataclass
class Hooks:
    """A project of a server, and its webhooks."""

    http: httpx.Client
    project: str

    @property
    def base(self) -> str:
        return f"projects/{self.project}/webhooks"

    @property
    def mlflow(self) -> str:
        """Where the MLflow protocol of the project is."""
        return f"{str(self.http.base_url).removesuffix('/api/v1/')}/projects/{self.project}/api/2.0/mlflow"

    def make(self, url: str, *events: str, **fields: Any) -> dict[str, Any]:
        body = {"name": "hook", "url": url, "events": events or ["registered_model.created"], **fields}
        answer = self.http.post(self.base, json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def deliveries(self, hook: dict[str, Any], **params: Any) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = self._json("GET", f"{self.base}/{hook['id']}/deliveries", params=params)["items"]
        return listed

    def delivery(self, hook: dict[str, Any], delivery_id: str) -> dict[str, Any]:
        return self._json("GET", f"{self.base}/{hook['id']}/deliveries/{delivery_id}")

    def replay(self, hook: dict[str, Any], delivery_id: str) -> dict[str, Any]:
        return self._json("POST", f"{self.base}/{hook['id']}/deliveries/{delivery_id}/replay")

    def make_model(self, name: str | None = None) -> str:
        name = name or f"m-{uuid.uuid4().hex[:8]}"
        self._json("POST", f"projects/{self.project}/models", json={"name": name})
        return name

    def call(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """An endpoint of the MLflow protocol."""
        return self._json(method, f"{self.mlflow}/{path}", json=body)

    def _json(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        answer = self.http.request(method, path, **options)
        assert answer.is_success, answer.text
        body: dict[str, Any] = answer.json()
        return body


@pytest.fixture
def hooks(http: httpx.Client, project: str) -> Hooks:
    return Hooks(http, project)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running
