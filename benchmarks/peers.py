"""The servers that speak the MLflow protocol, as benchmarks start and fill them."""

import os
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import sqlalchemy
from bulk_load import KEYS, RUNS_A_PIECE, Loading, metric_value, ndjson, run_lines

API = "/api/2.0/mlflow"
_TRIES = 6
_AT_ONCE = 5000
_MAX_SETTLING_SECONDS = 400
_IDLE_PERCENT = 8
"""Of all cores."""


class Peer(ABC):
    """One server: how it is started, and how it gets many runs and versions."""

    name: str
    max_runs = 1_000_000
    has_registry = True
    clients: tuple[int, ...] = (8, 32, 64)
    """For short requests. Some servers are fastest with few clients and some with many; each is shown at its best."""
    process: psutil.Process
    """While it is running."""

    def __init__(self, folder: Path, port: int, database_url: str | None) -> None:
        self.folder = folder
        self.port = port
        self.database_url = database_url
        self.url = f"http://127.0.0.1:{port}"

    @abstractmethod
    def command(self) -> list[str]: ...

    @abstractmethod
    def fill(self, experiment: str, count: int) -> str:
        """Makes an experiment with ended runs of 10 params and 10 metrics; its id."""

    def fill_versions(self, model: str, count: int) -> None:
        """Makes a model with versions, number 1 under the alias `prod`."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Makes what it needs before the start."""
        self.folder.mkdir(exist_ok=True)

    @contextmanager
    def running(self) -> Iterator["Peer"]:
        self.prepare()
        log = self.folder / f"{self.name}.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                self.command(), cwd=self.folder, stdout=stream, stderr=stream, start_new_session=True
            )
        self.process = psutil.Process(process.pid)
        try:
            deadline = time.monotonic() + 180
            while not self._is_up():
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{self.name} did not start: {log.read_text()[-2000:]}")
                time.sleep(0.2)
            yield self
        finally:
            os.killpg(process.pid, 15)
            process.wait(30)

    def _is_up(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health", trust_env=False, timeout=5).status_code < 500
        except httpx.TransportError:
            return False

    def settle(self) -> None:
        """Returns when nothing is being done any more, at most after minutes.

        Not by the peer, such as for requests whose clients have gone, and not by its database, such as tidying up.
        """
        deadline = time.monotonic() + _MAX_SETTLING_SECONDS
        while time.monotonic() < deadline:
            if psutil.cpu_percent(0.5) < _IDLE_PERCENT:
                return

    def post(self, path: str, body: dict) -> dict:
        for _ in range(_TRIES):
            answer = httpx.post(f"{self.url}{API}/{path}", json=body, timeout=300, trust_env=False)
            if answer.is_success:
                break
            time.sleep(5)  # a peer may still be busy with what clients have asked that are gone
        answer.raise_for_status()
        return answer.json()

    def create_run(self, experiment: str = "0") -> str:
        return self.post("runs/create", {"experiment_id": experiment, "start_time": 1})["run"]["info"]["run_id"]


class Modelyard(Peer):
    name = "modelyard"

    def command(self) -> list[str]:
        database = [f"--database-url={self.database_url}"] if self.database_url else []
        data_dir = f"--data-dir={self.folder}/modelyard"
        return [sys.executable, "-m", "modelyard.server", f"--port={self.port}", data_dir, *database]

    def fill(self, experiment: str, count: int) -> str:
        with self._loading() as loading:
            loading.experiment(experiment)
            tasks = [(experiment, first) for first in range(0, count, RUNS_A_PIECE)]
            loading.send_all(run_lines, tasks, 50)
        return self.post("experiments/search", {"filter": f"name = 'bulk-{experiment}'", "max_results": 1})[
            "experiments"
        ][0]["experiment_id"]

    def fill_versions(self, model: str, count: int) -> None:
        lines: list[dict] = [{"kind": "model", "name": model, "created_at": 1, "updated_at": 1, "last_number": count}]
        lines += [
            {"kind": "version", "model": model, "number": number, "created_at": number, "updated_at": number,
             "description": "d", "source": "s3://bucket/model"}
            for number in range(1, count + 1)
        ]  # fmt: skip
        lines.append({"kind": "alias", "model": model, "alias": "prod", "number": 1})
        with self._loading() as loading:
            loading.send(ndjson(lines))

    @contextmanager
    def _loading(self) -> Iterator[Loading]:
        with httpx.Client(base_url=f"{self.url}/api/v1", timeout=3600, trust_env=False) as client:
            yield Loading(client)


class FastTrackML(Peer):
    """It has no bulk way in, so runs are logged one by one."""

    name = "fasttrackml"
    max_runs = 100_000
    has_registry = False

    def __init__(self, folder: Path, port: int, program: str) -> None:
        super().__init__(folder, port, None)
        self._program = program

    def command(self) -> list[str]:
        return [self._program, "server", "--listen-address", f"127.0.0.1:{self.port}", "--database-uri",
                f"sqlite://{self.folder}/fml.db", "--default-artifact-root", f"{self.folder}/fml"]  # fmt: skip

    def fill(self, experiment: str, count: int) -> str:
        made: str = self.post("experiments/create", {"name": f"bulk-{experiment}"})["experiment_id"]
        with ThreadPoolExecutor(8) as pool, httpx.Client(base_url=f"{self.url}{API}", timeout=300) as client:

            def log(index: int) -> None:
                answer = client.post("/runs/create", json={"experiment_id": made, "start_time": moment_of(index)})
                run = answer.raise_for_status().json()["run"]["info"]["run_id"]
                metrics = [{"key": key, "value": value, "timestamp": moment_of(index), "step": 0}
                           for key, value in metrics_of(index)]  # fmt: skip
                params = [{"key": key, "value": value} for key, value in params_of(index)]
                body = {"run_id": run, "metrics": metrics, "params": params}
                client.post("/runs/log-batch", json=body).raise_for_status()

            for _ in pool.map(log, range(count)):
                pass
        return made


class Mlflow(Peer):
    """A hundred runs a second would take all day, so rows are written into its database before it starts."""

    name = "mlflow"
    max_runs = 100_000
    # More of them wait for SQLite's lock and fail, some after minutes, in the middle of what is measured next.
    clients = (8, 32)

    def __init__(self, folder: Path, port: int, python: str, database_url: str | None) -> None:
        super().__init__(folder, port, database_url or f"sqlite:///{folder}/mlflow.db")
        self._python = python
        self._wanted_runs: list[tuple[str, int]] = []
        self._wanted_versions: list[tuple[str, int]] = []

    def will_have(self, runs: list[tuple[str, int]], versions: list[tuple[str, int]]) -> None:
        """What `fill` and `fill_versions` will be asked for."""
        self._wanted_runs, self._wanted_versions = runs, versions

    def command(self) -> list[str]:
        return [self._python, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(self.port),
                "--workers", "2", "--backend-store-uri", str(self.database_url),
                "--artifacts-destination", f"{self.folder}/mlflow"]  # fmt: skip

    def prepare(self) -> None:
        upgrade = [self._python, "-m", "mlflow", "db", "upgrade", str(self.database_url)]
        subprocess.run(upgrade, check=True, capture_output=True, cwd=self.folder)
        engine = sqlalchemy.create_engine(str(self.database_url).replace("postgresql://", "postgresql+psycopg://"))
        with engine.begin() as connection:
            for index, (experiment, count) in enumerate(self._wanted_runs):
                _write_runs(connection, 1000 + index, f"bulk-{experiment}", count)
            for model, count in self._wanted_versions:
                _write_versions(connection, model, count)
        engine.dispose()

    def fill(self, experiment: str, count: int) -> str:
        assert (experiment, count) in self._wanted_runs
        found = httpx.get(f"{self.url}{API}/experiments/get-by-name", params={"experiment_name": f"bulk-{experiment}"})
        return found.raise_for_status().json()["experiment"]["experiment_id"]

    def fill_versions(self, model: str, count: int) -> None:
        assert (model, count) in self._wanted_versions
        self.post("registered-models/alias", {"name": model, "alias": "prod", "version": "1"})


def moment_of(index: int) -> int:
    return 1_700_000_000_000 + index * 1000


def metrics_of(index: int) -> list[tuple[str, float]]:
    return [(f"m{key}", metric_value(index, key)) for key in range(KEYS)]


def params_of(index: int) -> list[tuple[str, str]]:
    return [(f"p{key}", f"v{index % (key + 2)}") for key in range(KEYS)]


def _write_runs(connection: sqlalchemy.Connection, experiment: int, name: str, count: int) -> None:
    _insert(connection, "experiments", [
        {"experiment_id": experiment, "name": name, "artifact_location": f"mlflow-artifacts:/{experiment}",
         "lifecycle_stage": "active", "creation_time": 1, "last_update_time": 1, "workspace": "default"}
    ])  # fmt: skip
    for first in range(0, count, _AT_ONCE):
        runs, latest, points, params = [], [], [], []
        for index in range(first, min(first + _AT_ONCE, count)):
            run = f"{experiment:x}{index:029x}"
            moment = moment_of(index)
            runs.append({"run_uuid": run, "name": f"run-{index}", "source_type": "UNKNOWN", "source_name": "",
                         "entry_point_name": "", "user_id": "bench", "status": "FINISHED", "start_time": moment,
                         "end_time": moment + 60_000, "source_version": "", "lifecycle_stage": "active",
                         "artifact_uri": f"mlflow-artifacts:/{experiment}/{run}/artifacts",
                         "experiment_id": experiment})  # fmt: skip
            for key, value in metrics_of(index):
                point = {"key": key, "value": value, "timestamp": moment, "step": 0, "is_nan": False, "run_uuid": run}
                latest.append(point)
                points.append(point)
            params += [{"key": key, "value": value, "run_uuid": run} for key, value in params_of(index)]
        for table, rows in (("runs", runs), ("latest_metrics", latest), ("metrics", points), ("params", params)):
            _insert(connection, table, rows)


def _write_versions(connection: sqlalchemy.Connection, model: str, count: int) -> None:
    _insert(connection, "registered_models", [
        {"name": model, "creation_time": 1, "last_updated_time": 1, "workspace": "default"}
    ])  # fmt: skip
    _insert(connection, "model_versions", [
        {"name": model, "version": number, "creation_time": number, "last_updated_time": number, "description": "d",
         "current_stage": "None", "source": "s3://bucket/model", "status": "READY",
         "storage_location": "s3://bucket/model", "workspace": "default"}
        for number in range(1, count + 1)
    ])  # fmt: skip


def _insert(connection: sqlalchemy.Connection, table: str, rows: list[dict]) -> None:
    columns = list(rows[0])
    values = ", ".join(f":{column}" for column in columns)
    connection.execute(sqlalchemy.text(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"), rows)
