"""The unmodified MLflow client, in an environment of its own, against the server on both databases."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support import s3
from tests.support.mlflow import OLDEST, environment, ready_python
from tests.support.server import ModelyardServer

CHECKS = Path(__file__).parent / "client"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("subject", sorted(path.stem for path in CHECKS.glob("check_*.py")))
def test_the_unmodified_client(server: ModelyardServer, project: str, mlflow_python: str, subject: str, tmp_path: Path):
    run_checks(f"{server.url}/projects/{project}", mlflow_python, subject, tmp_path)


@pytest.mark.timeout(600)
def test_the_oldest_client(server: ModelyardServer, project: str, shared_folder: Path, tmp_path: Path):
    run_checks(f"{server.url}/projects/{project}", ready_python(shared_folder, OLDEST), "check_older", tmp_path)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("direct", [False, True], ids=["through the server", "directly"])
def test_large_files_on_s3(
    tmp_path: Path, s3_server: str, monkeypatch: pytest.MonkeyPatch, mlflow_python: str, *, direct: bool
):
    for name, value in s3.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    storage = s3.storage_url(s3_server, tmp_path.name)
    server = ModelyardServer(tmp_path / "data", storage_url=storage, direct_transfers=direct or None).start()
    try:
        run_checks(server.url, mlflow_python, "check_transfers", tmp_path)
        report = server.verify()
        assert (report["faults"], report["orphaned"]) == ([], 0)
    finally:
        server.stop()


def run_checks(tracking_uri: str, mlflow_python: str, subject: str, tmp_path: Path) -> None:
    command = [mlflow_python, "-W", "ignore", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    options = ["-o", "python_functions=check_*", f"--rootdir={CHECKS}", f"--confcutdir={CHECKS}"]
    where = f"--tracking-uri={tracking_uri}"
    run = subprocess.run(
        [*command, *options, where, CHECKS / f"{subject}.py"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=environment(),
        timeout=580,
    )
    assert run.returncode == 0, f"{run.stdout[-8000:]}\n{run.stderr[-2000:]}"
