"""The server's side of the worker protocol, in memory, over real HTTP."""

import hashlib
import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "job-token"
JOB = "job-1"


@dataclass
class FakeJobServer:
    """Serves one job. Tests read what the worker sent, and set what the server answers."""

    spec: dict[str, Any]
    data: Path | None = None
    reports: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    finish: dict[str, Any] | None = None
    tasks: deque[tuple[dict[str, Any], bytes]] = field(default_factory=deque)
    inputs: dict[str, bytes] = field(default_factory=dict)
    outputs: dict[str, bytes] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    cancel_at: str | None = None
    lose_lease_at: str | None = None
    refuse: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    failures: deque[int] = field(default_factory=deque)
    started: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        self.lost = False
        self.cancelled = False
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def statuses(self) -> list[str]:
        return [report["status"] for report in self.reports if report["status"]]

    @property
    def log(self) -> list[str]:
        return [entry["text"] for report in self.reports for entry in report["log"]]

    @property
    def metrics(self) -> dict[str, list[tuple[int, float]]]:
        curves: dict[str, list[tuple[int, float]]] = {}
        for report in self.reports:
            for point in report["metrics"]:
                curves.setdefault(point["key"], []).append((point["step"], float(point["value"])))
        return curves

    def answer(self, method: str, path: str, query: dict[str, list[str]], headers: Any, body: bytes) -> tuple[int, Any]:
        if headers["Authorization"] != f"Bearer {TOKEN}":
            return 401, _error("unauthenticated", "wrong token")
        if self.lost:
            return 409, _error("lease_lost", "another attempt has the job")
        if self.failures:
            return self.failures.popleft(), _error("unavailable", "starting")
        for prefix, refusal in self.refuse.items():
            if path.startswith(prefix):
                return refusal
        match method, path.split("/"):
            case "POST", ["start"]:
                self.started = json.loads(body)
                return 200, self.spec
            case "POST", ["report"]:
                return self._report(json.loads(body))
            case "GET", ["data"]:
                assert self.data is not None
                return 200, self.data.read_bytes()
            case "PUT", ["files", *rest]:
                assert hashlib.sha256(body).hexdigest() == headers["X-Content-SHA256"]
                self.files["/".join(rest)] = body
                return 200, {"path": "/".join(rest), "size_bytes": len(body), "digest": "0" * 64}
            case "GET", ["files", *rest]:
                return 200, self.files["/".join(rest)]
            case "POST", ["finish"]:
                self.finish = json.loads(body)
                return 204, b""
            case "POST", ["tasks", "next"]:
                return self._next_task(float(query["wait"][0]))
            case "GET", ["tasks", task, "input"]:
                return 200, self.inputs[task]
            case "PUT", ["tasks", task, "output"]:
                self.outputs[task] = body
                return 204, b""
            case "POST", ["tasks", task, "error"]:
                self.errors[task] = json.loads(body)["message"]
                return 204, b""
        return 404, _error("not_found", path)

    def add_task(self, task: str, body: bytes, input_format: str, output_format: str) -> None:
        self.inputs[task] = body
        self.tasks.append(({"id": task, "input_format": input_format, "output_format": output_format}, body))

    def _report(self, report: dict[str, Any]) -> tuple[int, Any]:
        if not self.reports or report["sequence"] > self.reports[-1]["sequence"]:
            self.reports.append(report)
        if self.lose_lease_at is not None and self.lose_lease_at in self.statuses:
            self.lost = True
        if self.cancel_at is not None and self.cancel_at in self.statuses:
            self.cancelled = True
        return 200, {"cancel": self.cancelled}

    def _next_task(self, wait: float) -> tuple[int, Any]:
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            if self.tasks:
                return 200, self.tasks.popleft()[0]
            time.sleep(0.01)
        return 204, b""


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


def _handler(server: FakeJobServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            url = urlsplit(self.path)
            prefix = f"/api/v1/jobs/{JOB}/"
            assert url.path.startswith(prefix)
            status, answer = server.answer(
                self.command, url.path.removeprefix(prefix), parse_qs(url.query), self.headers, body
            )
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if status != 204:
                self.wfile.write(content)

        do_GET = do_POST = do_PUT = _serve  # noqa: N815 - the base class's names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    return Handler
