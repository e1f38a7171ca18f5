"""Listening."""

import json
import logging
import os
import sys
from pathlib import Path

import uvicorn

from modelyard.server.app import create_app
from modelyard.server.settings import Settings


def run(settings: Settings) -> None:
    """Serves until a signal ends it. The address is printed, and written to the data directory, once it listens."""
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)-7s %(name)s %(message)s", stream=sys.stderr
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        http="httptools",
        loop="uvloop",
        log_config=None,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=2,
        timeout_keep_alive=75,
        backlog=1024,
    )
    socket = config.bind_socket()
    url = listening_url(settings, socket.getsockname()[1])
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    server = _AnnouncingServer(config, url, settings)
    server.run(sockets=[socket])
    if not server.started:
        sys.exit(3)


def listening_url(settings: Settings, port: int) -> str:
    """The address under which a process on this machine reaches the server."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "localhost") else settings.host  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _AnnouncingServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, url: str, settings: Settings) -> None:
        super().__init__(config)
        self._url = url
        self._settings = settings

    async def startup(self, sockets: list | None = None) -> None:  # type: ignore[type-arg]
        # Workers read the file when they cannot reach the server, so it is there before engines start any.
        _write_server_file(self._settings.server_file, self._url)
        await super().startup(sockets=sockets)
        if self.started:
            sys.stdout.write(f"Modelyard is at {self._settings.public_url or self._url}\n")
            sys.stdout.flush()


def _write_server_file(path: Path, url: str) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps({"url": url, "process_id": os.getpid()}))
    partial.replace(path)
