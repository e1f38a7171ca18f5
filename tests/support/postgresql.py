"""A PostgreSQL server of our own, in a temporary folder, on a free port of this machine."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg

from modelyard.server.db import Database
from modelyard.server.db.schema import ensure_schema
from tests.support.ports import free_port


class PostgreSQL:
    """A running server; each test session asks it for databases."""

    def __init__(self, port: int, control: Callable[..., None]) -> None:
        self._port = port
        self._control = control
        self._ready: str | None = None

    def start(self) -> None:
        self._control("-w", "start")

    def stop(self, mode: str = "fast") -> None:
        """Every connection is lost; with the mode `immediate`, what was committed last is too."""
        self._control("-m", mode, "stop")

    def create_database(self) -> str:
        """Makes an empty database and answers its URL."""
        return self._copy_of("template0")

    def create_ready_database(self) -> str:
        """Makes a database that has the tables already, which takes a server seconds to make."""
        if self._ready is None:
            url = self._copy_of("template0")
            database = Database(url, lambda _message: None)
            ensure_schema(database.write_engine)
            database.close()
            self._ready = url.rpartition("/")[2]
        return self._copy_of(self._ready)

    def _copy_of(self, template: str) -> str:
        name = f"modelyard_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self._url(name)

    def _url(self, database: str) -> str:
        return f"postgresql://modelyard@127.0.0.1:{self._port}/{database}"


def find_programs() -> Path | None:
    """The folder with `initdb` and `postgres`, or None when PostgreSQL is not installed."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


@contextmanager
def running(programs: Path) -> Iterator[PostgreSQL]:
    """Starts a server without durability, which tests do not need, and ends it."""
    # PostgreSQL refuses to run as root, which is who containers run as.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="modelyard-pg-"))
    try:
        if user:
            record = pwd.getpwnam(user)
            os.chown(folder, record.pw_uid, record.pw_gid)
        data = folder / "data"
        _run(user, programs / "initdb", "-D", data, "-U", "modelyard", "-A", "trust", "-E", "UTF8", "--no-sync")
        port = free_port()
        options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
            " -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB"
        )
        control = partial(_run, user, programs / "pg_ctl", "-D", data, "-l", folder / "log", "-o", options)
        server = PostgreSQL(port, control)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(user: str | None, *command: str | Path) -> None:
    result = subprocess.run(
        [str(part) for part in command],
        user=user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if "initdb" in str(command[0]) else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    if result.returncode:
        raise RuntimeError(f"{command[0]} failed: {(result.stdout or b'').decode()}")
