"""The unmodified MLflow, in an environment of its own: its client, its stores and its server."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.forks import shared_python
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_ALLOW_FILE_STORE": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
}


OURS = ("MLFLOW_", "MODELYARD_", "PYTEST_")
NEWEST, OLDEST = "3.18.0", "2.22.4"
STORES = ("mlflow.store.tracking.file_store", "mlflow.store.tracking.sqlalchemy_store")
READY = {
    NEWEST: [
        *("mlflow", *STORES, "mlflow.store.model_registry.sqlalchemy_store", "mlflow.store.db_migrations"),
        *("mlflow.sklearn", "sklearn.linear_model", "skops.io", "mlflow.lightgbm", "lightgbm", "matplotlib.pyplot"),
        *("pytest", "click.testing", "git", "mlflow.pyfunc.scoring_server"),
        # The libraries of its server. Its own modules read their settings when they are imported.
        *("aiohttp", "alembic.command", "fastapi", "flask", "flask_cors", "graphene", "huey"),
    ],
    OLDEST: ["mlflow", "mlflow.sklearn", "sklearn.linear_model", "git", "pytest"],
}
"""What is imported once, for all programs that are run."""


def ready_python(folder: Path, version: str = NEWEST) -> str:
    """A Python of an environment with MLflow, which has it imported already; one for all who share the folder."""
    variables = environment() | {"PYTHONWARNINGS": "ignore"}
    return shared_python(
        folder / f"mlflow-{version}", lambda: find_python(version), READY[version], variables
    ).executable


def find_python(version: str) -> str:
    """The Python of an environment with MLflow; made once and kept."""
    command = ["bash", str(ROOT / "scripts/mlflow_client.sh"), version]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode and not os.environ.get("CI"):
        pytest.skip(f"MLflow cannot be installed: {made.stderr[-300:]}")
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)} | QUIET


def run_script(python: str, script: Path, *arguments: Any, cwd: Path) -> str:
    """What a script printed that MLflow's Python ran."""
    command = [python, "-W", "ignore", str(script), *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env=environment(), timeout=280)
    assert run.returncode == 0, f"{run.stdout[-2000:]}\n{run.stderr[-4000:]}"
    return run.stdout


@contextmanager
def serving(python: str, folder: Path) -> Iterator[str]:
    """A running `mlflow server` on SQLite with its own artifacts; its address."""
    port = free_port()
    command = [python, "-m", "mlflow", "server", "--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}"]
    options = ["--artifacts-destination", str(folder / "artifacts"), "--port", str(port), "--workers", "1"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, *options], stdout=log, stderr=log, cwd=folder, env=environment())
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process, folder / "log")
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 90
    while True:
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(f"{address}/health", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)
