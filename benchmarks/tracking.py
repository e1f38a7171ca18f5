"""The MLflow protocol, side by side: MLflow, FastTrackML and Modelyard, one after another, under the same load.

    python benchmarks/tracking.py --mlflow <python with mlflow> --fasttrackml <path of fml> [--seconds 4]
        [--large 100000] [--largest 0] [--mixed-seconds 0]
        [--database-url postgresql://... --mlflow-database-url postgresql://...]

Needs wrk. A peer that is not given is left out. Prints a line per operation and the geometric mean of the ratios. On
SQLite unless empty PostgreSQL databases are given (then without FastTrackML). Searches are in experiments of 5,000
runs, of `--large` and, Modelyard alone, of `--largest`; versions are made and searched beside 100,000 others.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from peers import FastTrackML, Mlflow, Modelyard, Peer

HERE = Path(__file__).parent
SMALL = 5000
VERSIONS = 100_000
PATIENT_SECONDS = 150
"""For what answers nothing within the usual time, asked by one client."""
FILTERED = {
    "filter": "metrics.m1 > 0.5 AND params.p1 = 'v1'",
    "order_by": ["metrics.m2 DESC"],
    "max_results": 100,
}
WHOLE = {"max_results": 1000}


@dataclass
class Line:
    rate: float
    errors: int
    p50: float
    p99: float


class Bench:
    """One peer under every load."""

    def __init__(self, peer: Peer, options: argparse.Namespace) -> None:
        self.peer = peer
        self.options = options
        self.lines: dict[str, Line] = {}

    def measure(
        self, line: str, operation: str, *clients: int, seconds: float | None = None, **environment: object
    ) -> None:
        variables = {name.upper(): str(value) for name, value in environment.items()} | {"OPERATION": operation}
        loads = [self._load(variables, count, seconds or self.options.seconds) for count in clients]
        measured = max(loads, key=lambda load: load.rate)
        if not measured.rate:
            measured = self._load(variables, 1, PATIENT_SECONDS)
            measured.rate = 1000 / measured.p50 if measured.p50 else 0
        self.lines[line] = measured
        print(f"  {line:<32} {measured.rate:>10.2f}/s  p50 {measured.p50:8.2f} ms  p99 {measured.p99:8.2f} ms"
              f"{f'  ERRORS {measured.errors}' if measured.errors else ''}", flush=True)  # fmt: skip

    def _load(self, variables: dict[str, str], clients: int, seconds: float) -> Line:
        self.peer.settle()
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds:g}s", "--timeout", "200s"]
        result = subprocess.run(
            [*command, "-s", str(HERE / "tracking.lua"), self.peer.url],
            env=os.environ | variables,
            capture_output=True,
            text=True,
            check=True,
        )
        rate, errors, p50, p99 = result.stdout.rpartition("RESULT ")[2].split()
        return Line(float(rate), int(errors), float(p50), float(p99))

    def run(self) -> None:
        runs = self._runs(16)
        self.measure("create_run", "create_run", *self.peer.clients)
        self.measure("log-batch, 1 metric", "log_batch", *self.peer.clients, runs=runs, size=1)
        self.measure("log-batch, 20 metrics", "log_batch", *self.peer.clients, runs=runs, size=20)
        self.measure("log-batch, 1,000 metrics", "log_batch", 2, runs=runs, size=1000)
        self.measure("log-param", "log_param", *self.peer.clients, runs=self._runs(16))
        self.measure("set-tag", "set_tag", *self.peer.clients, runs=runs)
        self.read()
        self.search()
        if self.peer.has_registry:
            self.registry()
        if self.options.mixed_seconds:
            self.measure("64 clients, mixed", "mixed", 64, seconds=self.options.mixed_seconds, runs=self._runs(64))

    def read(self) -> None:
        wide = self.peer.create_run()
        metrics = [{"key": f"m{index}", "value": index, "timestamp": 1, "step": 0} for index in range(1000)]
        self.peer.post("runs/log-batch", {"run_id": wide, "metrics": metrics})
        self.measure("get_run, 1,000 metrics", "get_run", *self.peer.clients, runs=wide)
        deep = self.peer.create_run()
        for start in range(0, 100_000, 1000):
            points = [
                {"key": "m", "value": step / 7, "timestamp": 1000 + step, "step": step}
                for step in range(start, start + 1000)
            ]
            self.peer.post("runs/log-batch", {"run_id": deep, "metrics": points})
        self.measure("history of 100,000 points", "history", 2, runs=deep)

    def search(self) -> None:
        for key, count in sizes(self.options, self.peer):
            experiment = self.peer.fill(key, count)
            label = f"search, 100 of {count:,}"
            self.measure(label, "search", 2, body=json.dumps({"experiment_ids": [experiment], **FILTERED}))
            if count == SMALL:
                body = json.dumps({"experiment_ids": [experiment], **WHOLE})
                self.measure("search, 1,000 whole runs", "search", 2, body=body)

    def registry(self) -> None:
        self.peer.settle()
        self.peer.fill_versions("bench", VERSIONS)
        self.measure("create version", "create_version", *self.peer.clients)
        self.measure("search versions", "search_versions", 2)
        self.measure("get by alias", "get_by_alias", *self.peer.clients)

    def _runs(self, count: int) -> str:
        return " ".join(self.peer.create_run() for _ in range(count))


def sizes(options: argparse.Namespace, peer: Peer) -> list[tuple[str, int]]:
    """Keys of experiments, and how many runs they have."""
    counts = dict.fromkeys((SMALL, options.large, options.largest))
    return [("abc"[index], count) for index, count in enumerate(counts) if 0 < count <= peer.max_runs]


def chosen(options: argparse.Namespace, folder: Path) -> Iterator[Peer]:
    if options.mlflow:
        mlflow = Mlflow(folder, options.port, options.mlflow, options.mlflow_database_url)
        mlflow.will_have(sizes(options, mlflow), [("bench", VERSIONS)])
        yield mlflow
    if options.fasttrackml and not options.database_url:
        yield FastTrackML(folder, options.port + 1, options.fasttrackml)
    yield Modelyard(folder, options.port + 2, options.database_url)


def report(results: dict[str, dict[str, Line]]) -> None:
    ours = results["modelyard"]
    peers = [name for name in results if name != "modelyard"]
    print(f"\n{'operation':<32} {'modelyard':>12} " + " ".join(f"{name:>12} {'ratio':>8}" for name in peers))
    ratios: dict[str, list[float]] = {name: [] for name in peers}
    for line, mine in ours.items():
        shown = f"{line:<32} {mine.rate:>10.1f}/s "
        for name in peers:
            other = results[name].get(line)
            if other is None or not other.rate or other.errors:
                shown += f"{'-':>12} {'-':>8} "
                continue
            ratios[name].append(mine.rate / other.rate)
            shown += f"{other.rate:>10.2f}/s {mine.rate / other.rate:>7.1f}x "
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
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--largest", type=int, default=0)
    parser.add_argument("--mixed-seconds", type=float, default=0)
    parser.add_argument("--port", type=int, default=18400)
    parser.add_argument("--database-url", help="of Modelyard, for PostgreSQL")
    parser.add_argument("--mlflow-database-url", help="of MLflow, for PostgreSQL")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed; on Debian: apt-get install wrk")
    results = {}
    with tempfile.TemporaryDirectory(prefix="bench-tracking-") as name:
        for peer in chosen(options, Path(name)):
            print(f"{peer.name}:", flush=True)
            with peer.running():
                bench = Bench(peer, options)
                bench.run()
                results[peer.name] = bench.lines
    report(results)


if __name__ == "__main__":
    main()
