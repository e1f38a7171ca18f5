"""A stand-in for the server behind the transport seam: canned answers, and a record of what was asked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx

from modelyard.sdk import Client
from modelyard.sdk._http import Retry
from modelyard.wire.errors import ErrorCode

URL = "http://modelyard.test"
NOW = "2026-01-02T03:04:05Z"
QUICK = Retry(attempts=3, first_delay_seconds=0.001, max_delay_seconds=0.01, offline_timeout_seconds=0.05)

Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


@dataclass
class FakeServer:
    """Answers each request with the next of the answers given for its method and path; the last one stays."""

    answers: dict[tuple[str, str], list[Answer]] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)

    def on(self, method: str, path: str, *answers: Answer) -> None:
        self.answers[method, "/api/v1" + path] = list(answers)

    def client(self, project: str = "p", token: str | None = None) -> Client:
        return Client(URL, project, token, transport=httpx.MockTransport(self.handle), retry=QUICK)

    def asked(self) -> list[str]:
        return [
            f"{request.method} {request.url.raw_path.decode().removeprefix('/api/v1')}" for request in self.requests
        ]

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        waiting = self.answers.get((request.method, request.url.path))
        if waiting is None:
            return error(404, ErrorCode.NOT_FOUND, f"no answer for {request.method} {request.url.path}")
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if callable(answer) else answer


class Cut(httpx.SyncByteStream):
    """A body that breaks off after its parts."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.parts = parts

    def __iter__(self):
        yield from self.parts
        raise httpx.ReadError("cut")


def ok(body: Any, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=body)


def error(status: int, code: str, message: str = "no", **detail: Any) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": code, "message": message, **detail}})


def page(*items: Any, next_page_token: str | None = None) -> httpx.Response:
    return ok({"items": items, "next_page_token": next_page_token})


def stream(*messages: str) -> httpx.Response:
    """An event stream that is cut after its messages."""
    body = "".join(f"{message}\n\n" for message in messages).encode()
    return httpx.Response(200, headers={"Content-Type": "text/event-stream"}, stream=Cut([body]))


def dataset(name: str = "iris") -> dict[str, Any]:
    return {
        "name": name,
        "description": "",
        "latest_version": None,
        "model_count": 0,
        "created_at": NOW,
        "created_by": "local",
        "updated_at": NOW,
    }


def dataset_version(number: int = 1, digest: str = "0" * 64, name: str = "iris") -> dict[str, Any]:
    return {
        "dataset": name,
        "number": number,
        "digest": digest,
        "source_name": "iris.csv",
        "row_count": 3,
        "size_bytes": 10,
        "columns": [{"name": "a", "data_type": "BIGINT", "feature_type": "number"}],
        "created_at": NOW,
        "created_by": "local",
    }


def version(number: int = 1, status: str = "Ready", model: str = "iris", **changes: Any) -> dict[str, Any]:
    return {
        "model": model,
        "number": number,
        "description": "",
        "dataset": {"name": "iris", "number": 1},
        "target": "species",
        "output_type": "category",
        "trainer": "gbm",
        "engine": "local",
        "metric": None,
        "duration_ms": 1000,
        "status": status,
        "progress": None,
        "created_at": NOW,
        "created_by": "local",
        "updated_at": NOW,
        "starred": False,
        "archived": False,
        "parent": None,
        "is_default": False,
        "run_id": "r",
        "seed": 1,
        "error": None,
        "timeline": [],
        "metrics": [],
        "best_iteration": None,
        "signature": None,
        "queue_position": None,
        "file_count": 0,
        "size_bytes": 0,
        **changes,
    }


def log_line(sequence: int) -> dict[str, Any]:
    return {"sequence": sequence, "at": NOW, "text": f"line {sequence}"}
