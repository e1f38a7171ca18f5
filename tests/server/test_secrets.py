"""What is the server's alone: its environment and its data directory."""

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.server.training.playing import CONFIG, TABLE
from tests.support.server import ModelyardServer, environment_without_settings
from tests.support.waiting import wait_until

SECRETS = {
    "AWS_SECRET_ACCESS_KEY": "secret-aws",
    "PGPASSWORD": "secret-pg",
    "GITHUB_TOKEN": "secret-github",
    "HTTPS_PROXY": "http://me:secret-proxy@127.0.0.1:9",
    "MLFLOW_TRACKING_PASSWORD": "secret-mlflow",
    "MODELYARD_TOKEN_OF_ANOTHER_SERVER": "secret-modelyard",
    "SOMETHING_NOBODY_KNOWS": "secret-unknown",
}
LICENSE = {"MY_LICENSE_FILE": "/licenses/mine"}
_TELLS = (
    "#!/bin/sh\nenv > {folder}/environment.part\nmv {folder}/environment.part {folder}/environment\nexec sleep 60\n"
)


class ServerWithSecrets(ModelyardServer):
    def launch(self, arguments: list[str]) -> "subprocess.Popen[bytes]":
        secrets = {name: value for name, value in SECRETS.items() if not name.startswith("MODELYARD_")}
        environment = environment_without_settings() | secrets | LICENSE
        with self.log_file.open("ab") as log:
            command = [sys.executable, "-m", "modelyard.server", *arguments]
            return subprocess.Popen(command, stdout=log, stderr=log, env=environment)


@pytest.fixture
def server_with_secrets(tmp_path: Path) -> Iterator[ServerWithSecrets]:
    script = tmp_path / "worker"
    script.write_text(_TELLS.format(folder=tmp_path))
    script.chmod(0o755)
    server = ServerWithSecrets(tmp_path / "data", worker_python=script, worker_environment="MY_LICENSE_FILE, OTHER")
    server.start()
    yield server
    server.stop()


def test_a_worker_gets_what_it_needs_and_no_secret(server_with_secrets: ServerWithSecrets, tmp_path: Path):
    with server_with_secrets.client() as http:
        http.post("projects/default/datasets/toy/versions?filename=t.csv", content=TABLE).raise_for_status()
        http.post("projects/default/models/m/versions", json={"config": CONFIG, "dataset": "toy"}).raise_for_status()
    told = tmp_path / "environment"
    wait_until(told.exists)
    environment = told.read_text()
    assert "secret-" not in environment
    assert f"PATH={os.environ['PATH']}" in environment
    assert "MODELYARD_JOB_TOKEN=" in environment
    assert "MY_LICENSE_FILE=/licenses/mine" in environment


def test_the_process_that_reads_tables_gets_no_secret(server_with_secrets: ServerWithSecrets):
    assert server_with_secrets.process is not None
    parent = psutil.Process(server_with_secrets.process.pid)
    seen: list[dict[str, str]] = []

    def slowly() -> Iterator[bytes]:
        """So much that reading begins before the end, which comes once its process was looked at."""
        yield b"a,b\n" + b"1,2\n" * 5_000_000
        until = time.monotonic() + 20
        while not seen and time.monotonic() < until:
            seen.extend(child.environ() for child in parent.children() if "modelyard.worker.ingest" in child.cmdline())
            time.sleep(0.05)

    with server_with_secrets.client() as http:
        http.post("projects/default/datasets/big/versions?filename=t.csv", content=slowly()).raise_for_status()
    assert seen[0]["PATH"] == os.environ["PATH"]
    assert "secret-" not in json.dumps(seen)


def modes(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode)
        for path in (folder, *folder.rglob("*"))
        if path.exists()
    }


def test_the_data_directory_is_its_users_alone(server_with_secrets: ServerWithSecrets):
    """As a server finds it that was open to others, and as it grows."""
    server = server_with_secrets
    with server.client() as http:
        http.post("projects/default/datasets/toy/versions?filename=t.csv", content=TABLE).raise_for_status()
    server.stop()
    server.data_dir.chmod(0o755)
    (server.data_dir / "modelyard.db").chmod(0o644)
    server.restart()
    with server.client() as http:
        http.post("projects/default/datasets/other/versions?filename=t.csv", content=TABLE).raise_for_status()
        http.post("projects/default/models/m/versions", json={"config": CONFIG, "dataset": "toy"}).raise_for_status()
    found = modes(server.data_dir)
    assert len(found) > 8
    open_to_others = {name: oct(mode) for name, mode in found.items() if mode & 0o077}
    assert open_to_others == {}
