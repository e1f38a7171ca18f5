"""The command line in this process, against canned answers over real HTTP or against the real server."""

import contextlib
import http.server
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from modelyard.cli.main import app
from tests.sdk.fake import FakeServer

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("URL", "PROJECT", "TOKEN", "DATA_DIR", "PORT", "HOST"):
        monkeypatch.delenv(f"MODELYARD_{name}", raising=False)


@pytest.fixture
def fake() -> FakeServer:
    return FakeServer()


@pytest.fixture
def run(fake: FakeServer) -> Iterator[Run]:
    """Runs a command line against `fake`, in project `p`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = httpx.Request(self.command, f"http://fake{self.path}", headers=dict(self.headers), content=body)
            answer = fake.handle(request)
            self.send_response(answer.status_code)
            for name in ("Content-Type",):
                self.send_header(name, answer.headers.get(name, "application/octet-stream"))
            self.end_headers()
            with contextlib.suppress(httpx.ReadError):
                self.wfile.writelines(answer.iter_raw() if not answer.is_closed else [answer.content])

        do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 - the names of http.server

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    runner = CliRunner(env={"MODELYARD_URL": f"http://127.0.0.1:{server.server_port}", "MODELYARD_PROJECT": "p"})

    def run_command(*words: str, **options: Any) -> Result:
        return runner.invoke(app, list(words), **options)

    yield run_command
    server.shutdown()
    server.server_close()
