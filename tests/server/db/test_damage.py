"""A database that is damaged, gone or foreign: noticed, told in one line, and not written to."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.server import ModelyardServer, environment_without_settings

PAGE = 4096


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[ModelyardServer]:
    """On SQLite, with some pages of rows."""
    server = ModelyardServer(tmp_path / "data")
    server.start()
    with server.client() as http:
        for number in range(60):
            http.post("projects", json={"name": f"p-{number}", "description": "x" * 900}).raise_for_status()
    yield server
    server.stop()


def database(server: ModelyardServer) -> Path:
    return server.data_dir / "modelyard.db"


def health(server: ModelyardServer, path: str = "/health") -> httpx.Response:
    return httpx.get(f"{server.url}{path}", trust_env=False)


def write(server: ModelyardServer) -> httpx.Response:
    with server.client() as http:
        return http.post("projects", json={"name": "new"})


def overwrite_pages(file: Path) -> None:
    """All but the first, as a disk does that returns something else."""
    with file.open("r+b") as opened:
        opened.seek(PAGE)
        opened.write(os.urandom(file.stat().st_size - PAGE))


def cannot_start(server: ModelyardServer) -> str:
    ended = server.run("run", "--port=0")
    assert ended.returncode == 1, ended.stderr
    lines = [line for line in ended.stderr.splitlines() if line]
    assert len(lines) == 1, ended.stderr
    assert lines[0].startswith("modelyard: ")
    return lines[0]


def removed(file: Path) -> None:
    file.unlink()


def replaced(file: Path) -> None:
    copy = file.with_suffix(".copy")
    copy.write_bytes(file.read_bytes())
    copy.replace(file)


def without_its_log(file: Path) -> None:
    file.with_name(f"{file.name}-wal").unlink()


@pytest.mark.parametrize(
    ("do", "what"),
    [
        (removed, "modelyard.db was removed"),
        (replaced, "was replaced"),
        (without_its_log, "modelyard.db-wal was removed"),
    ],
)
def test_a_database_that_vanishes_is_noticed_and_not_written_to(
    yard: ModelyardServer, do: Callable[[Path], None], what: str
):
    assert health(yard).status_code == 200
    do(database(yard))
    answer = write(yard)
    assert (answer.status_code, what in answer.json()["error"]["message"]) == (503, True)
    assert what in health(yard).json()["error"]["message"]
    assert health(yard).status_code == 503
    assert health(yard, "/projects/p-1/health").status_code == 503


def test_health_notices_a_file_that_vanished_before_anyone_writes(yard: ModelyardServer):
    database(yard).unlink()
    assert health(yard).status_code == 503


def test_a_damaged_database_is_noticed_and_no_longer_written_to(yard: ModelyardServer):
    with sqlite3.connect(database(yard)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    yard.stop()
    yard.restart()  # with nothing in its memory
    overwrite_pages(database(yard))
    with yard.client() as http:
        answers = [http.get("projects"), http.get("projects/default/models"), http.get("projects/p-1")]
    assert {answer.status_code for answer in answers} == {503}
    assert "damaged" in answers[0].json()["error"]["message"]
    assert health(yard).status_code == 503
    assert write(yard).status_code == 503


def truncated(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def emptied(file: Path) -> None:
    (file.parent / "files" / "datasets").mkdir(parents=True)
    os.truncate(file, 0)


def foreign(file: Path) -> None:
    file.write_bytes(b"Dear diary, " * 1000)


def of_another_program(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    connection.close()


@pytest.mark.parametrize(
    ("do", "what"),
    [
        (overwrite_pages, "is damaged"),
        (truncated, "is damaged"),
        (emptied, "is empty"),
        (foreign, "is not a SQLite database"),
        (of_another_program, "tables of another program, e.g. 'songs'"),
    ],
)
def test_a_server_does_not_start_on_what_is_not_its_database(
    yard: ModelyardServer, do: Callable[[Path], None], what: str
):
    yard.stop()
    for log in yard.data_dir.glob("modelyard.db-*"):
        log.unlink()
    do(database(yard))
    assert what in cannot_start(yard)


_ON_A_FULL_DISK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
from modelyard.server.command import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("is_new", [True, False])
def test_a_full_disk_at_start_is_told_in_one_line(yard: ModelyardServer, tmp_path: Path, is_new: bool):
    """No byte can be written to any file."""
    yard.stop()
    server = ModelyardServer(tmp_path / "new") if is_new else yard
    command = [sys.executable, "-c", _ON_A_FULL_DISK, *server.arguments("run", "--port=0")]
    ended = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=60, env=environment_without_settings()
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("modelyard: ")
    assert ended.stderr.count("\n") == 1
    assert "full" in ended.stderr.lower() or "too large" in ended.stderr.lower()


def test_a_look_at_the_file_keeps_it_locked(yard: ModelyardServer):
    assert health(yard).status_code == 200
    log = database(yard).with_name("modelyard.db-wal")
    before = log.stat().st_ino
    # Whoever finds no lock of another takes the log away when it closes the database.
    read = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT 1 FROM projects'); c.close()"
    subprocess.run([sys.executable, "-c", read, str(database(yard))], check=True)
    assert log.stat().st_ino == before
    assert (write(yard).status_code, health(yard).status_code) == (201, 200)
