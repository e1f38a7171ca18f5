"""Listening on the address, from start to shutdown."""

import asyncio
import json
import logging
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

import uvicorn

from modelyard.server.app import create_app
from modelyard.server.data_dir import locked_data_dir
from modelyard.server.edge.connection import watched
from modelyard.server.edge.security_headers import SECURITY_HEADERS
from modelyard.server.edge.watch import MAX_CONNECTIONS, Limits, Watch
from modelyard.server.identity.service import Identities
from modelyard.server.kernel.errors import Unavailable
from modelyard.server.settings import Settings

_MAX_FILES = 65_536
_OTHER_FILES = 256
_MIN_CONNECTIONS = 64


def run(settings: Settings, identities: Identities | None = None) -> None:
    """Serves until a signal ends it. The address is printed, and written to the data directory, once it listens.

    :raises ModelyardError: it cannot start.
    :raises OSError: it cannot start, for want of space for instance.
    """
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)-7s %(name)s %(message)s", stream=sys.stderr
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    stopping = asyncio.Event()
    failures: list[Exception] = []
    # The caller reports in one line why the server did not start.
    logging.getLogger("uvicorn.error").addFilter(lambda _record: not failures)
    config = uvicorn.Config(
        create_app(settings, stopping, failures.append, identities),
        host=settings.host,
        port=settings.port,
        http=watched(Watch(_limits())),
        ws="none",
        loop="uvloop",
        log_config=None,
        access_log=False,
        log_level="warning",
        server_header=False,
        headers=SECURITY_HEADERS,
        # Nothing here depends on whom a proxy speaks for.
        proxy_headers=False,
        timeout_graceful_shutdown=2,
        backlog=1024,
    )
    with locked_data_dir(settings), _listening_socket(settings) as listening:
        url = listening_url(settings, listening.getsockname()[1])
        # Workers read the file when they cannot reach the server, so it is there before engines start any.
        _write_server_file(settings.server_file, url)
        server = _Server(config, settings.public_url or url, stopping)
        # uvicorn shuts down in order and then raises the signal again, for whoever started it; that is nobody.
        try:
            with suppress(KeyboardInterrupt):
                server.run(sockets=[listening])
        except SystemExit:
            if not failures:
                raise
    if failures:
        raise failures[0]
    if not server.started:
        sys.exit(1)


def _limits() -> Limits:
    """As many connections as files may be open, with some to spare for what is not a connection."""
    max_connections = min(MAX_CONNECTIONS, max(_raise_file_limit() - _OTHER_FILES, _MIN_CONNECTIONS))
    return Limits(most=max_connections, max_per_address=max_connections // 2)


def _raise_file_limit() -> int:
    """A process may open as many files as the system lets it, not only as few as it begins with."""
    try:
        import resource  # noqa: PLC0415 - Windows has no such limit
    except ImportError:
        return _MAX_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    max_files = _MAX_FILES if hard == resource.RLIM_INFINITY else min(hard, _MAX_FILES)
    if soft == resource.RLIM_INFINITY or soft >= max_files:
        return max_files
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max_files, hard))
        return max_files
    return soft


def _listening_socket(settings: Settings) -> socket.socket:
    """:raises Unavailable: the address cannot be listened on, e.g. because another program does."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=1024)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise Unavailable(
            f"Cannot listen on {settings.host}, port {settings.port}: {reason}.",
            hint="Choose another with --port (0 picks a free one), or stop the program that has it.",
        ) from error


def listening_url(settings: Settings, port: int) -> str:
    """The address under which a process on this machine reaches the server."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "localhost") else settings.host  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """Says where it listens, and ends open streams before it waits for requests to end."""

    def __init__(self, config: uvicorn.Config, url: str, stopping: asyncio.Event) -> None:
        super().__init__(config)
        self._url = url
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            sys.stdout.write(f"Modelyard is at {self._url}\n")
            sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping.set()
        await super().shutdown(sockets=sockets)


def _write_server_file(path: Path, url: str) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps({"url": url, "process_id": os.getpid()}))
    partial.replace(path)
