"""The MLflow protocol, side by side: MLflow, FastTrackML and Modelyard, one after another, the same load, SQLite.

    python benchmarks/tracking.py --mlflow <python with mlflow> --fasttrackml <path of fml> [--seconds 4] [--runs 5000]

Needs wrk. A peer that is not given is left out. Prints a line per operation and the geometric mean of the ratios.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

HERE = Path(__file__).parent
API = "/api/2.0/mlflow"
FILTERED = {
    "experiment_ids": ["EXPERIMENT"],
    "filter": "metrics.m1 > 0.5 AND params.p1 = 'v1'",
    "order_by": ["metrics.m2 DESC"],
    "max_results": 100,
}
WHOLE = {"experiment_ids": ["EXPERIMENT"], "max_results": 1000}


@dataclass
class Server:
    """A running server of one of the peers."""

    name: str
    url: str

    def post(self, path: str, body: dict) -> dict:
        answer = httpx.post(f"{self.url}{API}/{path}", json=body, timeout=120, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def create_run(self, experiment: str = "0") -> str:
        return self.post("runs/create", {"experiment_id": experiment, "start_time": 1})["run"]["info"]["run_id"]


@dataclass
class Line:
    rate: float
    errors: int
    p50: float
    p99: float


class Bench:
    """One peer under every load."""

    def __init__(self, server: Server, seconds: float, run_count: int) -> None:
        self.server = server
        self.seconds = seconds
        self.run_count = run_count
        self.lines: dict[str, Line] = {}

    def measure(self, line: str, operation: str, clients: int, **environment: object) -> None:
        variables = {name.upper(): str(value) for name, value in environment.items()}
        command = ["wrk", "-t1", f"-c{clients}", f"-d{self.seconds:g}s", "--timeout", "30s"]
        result = subprocess.run(
            [*command, "-s", str(HERE / "tracking.lua"), self.server.url],
            env={**os.environ, "OPERATION": operation, **variables},
            capture_output=True,
            text=True,
            check=True,
        )
        rate, errors, p50, p99 = result.stdout.rpartition("RESULT ")[2].split()
        self.lines[line] = Line(float(rate), int(errors), float(p50), float(p99))
        print(f"  {line:<28} {float(rate):>10.1f}/s  p50 {float(p50):8.2f} ms  p99 {float(p99):8.2f} ms"
              f"{f'  ERRORS {errors}' if int(errors) else ''}", flush=True)  # fmt: skip

    def run(self) -> None:
        runs = " ".join(self.server.create_run() for _ in range(16))
        self.measure("create_run", "create_run", 8)
        self.measure("log-batch, 1 metric", "log_batch", 8, runs=runs, size=1)
        self.measure("log-batch, 20 metrics", "log_batch", 8, runs=runs, size=20)
        self.measure("log-batch, 1,000 metrics", "log_batch", 2, runs=runs, size=1000)
        self.measure("log-param", "log_param", 8, runs=" ".join(self.server.create_run() for _ in range(16)))
        self.measure("set-tag", "set_tag", 8, runs=runs)
        self.read()
        self.search()
        self.registry()

    def read(self) -> None:
        wide = self.server.create_run()
        metrics = [{"key": f"m{index}", "value": index, "timestamp": 1, "step": 0} for index in range(1000)]
        self.server.post("runs/log-batch", {"run_id": wide, "metrics": metrics})
        self.measure("get_run, 1,000 metrics", "get_run", 8, runs=wide)
        deep = self.server.create_run()
        for start in range(0, 100_000, 1000):
            points = [
                {"key": "m", "value": step / 7, "timestamp": 1000 + step, "step": step}
                for step in range(start, start + 1000)
            ]
            self.server.post("runs/log-batch", {"run_id": deep, "metrics": points})
        self.measure("history of 100,000 points", "history", 2, runs=deep)

    def search(self) -> None:
        experiment = self.server.post("experiments/create", {"name": "bench-search"})["experiment_id"]

        def load(index: int) -> None:
            run = self.server.create_run(experiment)
            metrics = [
                {"key": f"m{key}", "value": (index * (key + 7) % 1000) / 1000, "timestamp": 1, "step": 0}
                for key in range(10)
            ]
            params = [{"key": f"p{key}", "value": f"v{index % (key + 2)}"} for key in range(10)]
            self.server.post("runs/log-batch", {"run_id": run, "metrics": metrics, "params": params})

        with ThreadPoolExecutor(16) as pool:
            list(pool.map(load, range(self.run_count)))
        time.sleep(5)
        count = f"{self.run_count:,}"
        self.measure(
            f"search, 100 of {count}", "search", 2, body=json.dumps(FILTERED).replace("EXPERIMENT", experiment)
        )
        self.measure("search, 1,000 whole runs", "search", 2, body=json.dumps(WHOLE).replace("EXPERIMENT", experiment))

    def registry(self) -> None:
        try:
            self.server.post("registered-models/create", {"name": "bench"})
        except httpx.HTTPStatusError:
            return
        self.measure("create version", "create_version", 8)
        self.server.post("registered-models/alias", {"name": "bench", "alias": "prod", "version": "1"})
        self.measure("search versions", "search_versions", 2)
        self.measure("get by alias", "get_by_alias", 8)


@contextmanager
def started(name: str, command: list[str], port: int, folder: Path) -> Iterator[Server]:
    url = f"http://127.0.0.1:{port}"
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)
    try:
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{url}/health", trust_env=False, timeout=5).status_code < 500:
                    break
            except httpx.TransportError:
                time.sleep(0.2)
        else:
            raise TimeoutError(f"{name} did not start: {(folder / f'{name}.log').read_text()[-2000:]}")
        yield Server(name, url)
    finally:
        os.killpg(process.pid, 15)
        process.wait(30)


def commands(options: argparse.Namespace, folder: Path) -> Iterator[tuple[str, list[str], int]]:
    port = options.port
    if options.mlflow:
        yield "mlflow", [
            options.mlflow, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "2",
            "--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", f"{folder}/mlflow",
        ], port  # fmt: skip
    if options.fasttrackml:
        yield "fasttrackml", [
            options.fasttrackml, "server", "--listen-address", f"127.0.0.1:{port + 1}",
            "--database-uri", f"sqlite://{folder}/fml.db", "--default-artifact-root", f"{folder}/fml",
        ], port + 1  # fmt: skip
    yield "modelyard", [
        sys.executable, "-m", "modelyard.server", f"--port={port + 2}", f"--data-dir={folder}/modelyard",
        *([f"--database-url={options.database_url}"] if options.database_url else []),
    ], port + 2  # fmt: skip


def report(results: dict[str, dict[str, Line]]) -> None:
    ours = results["modelyard"]
    peers = [name for name in results if name != "modelyard"]
    print(f"\n{'operation':<28} {'modelyard':>12} " + " ".join(f"{name:>12} {'ratio':>8}" for name in peers))
    ratios: dict[str, list[float]] = {name: [] for name in peers}
    for line, mine in ours.items():
        shown = f"{line:<28} {mine.rate:>10.1f}/s "
        for name in peers:
            other = results[name].get(line)
            if other is None or not other.rate or other.errors:
                shown += f"{'-':>12} {'-':>8} "
                continue
            ratios[name].append(mine.rate / other.rate)
            shown += f"{other.rate:>10.1f}/s {mine.rate / other.rate:>7.1f}x "
        print(shown)
    for name, values in ratios.items():
        if values:
            mean = math.exp(sum(map(math.log, values)) / len(values))
            print(f"geometric mean over {name}: {mean:.1f}x, least {min(values):.1f}x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mlflow", help="a Python with mlflow")
    parser.add_argument("--fasttrackml", help="the program fml")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--runs", type=int, default=5000)
    parser.add_argument("--port", type=int, default=18400)
    parser.add_argument("--database-url", help="of Modelyard, for PostgreSQL")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed; on Debian: apt-get install wrk")
    results = {}
    with tempfile.TemporaryDirectory(prefix="bench-tracking-") as name:
        folder = Path(name)
        for peer, command, port in commands(options, folder):
            print(f"{peer}:", flush=True)
            with started(peer, command, port, folder) as server:
                bench = Bench(server, options.seconds, options.runs)
                bench.run()
                results[peer] = bench.lines
    report(results)


if __name__ == "__main__":
    main()
