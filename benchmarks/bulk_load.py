"""How fast history comes in bulk, what it takes on disk, and what a search costs in the midst of it.

    python benchmarks/bulk_load.py [--runs 1000000] [--points 100000000] [--database-url postgresql://...]

Runs with 10 params and 10 metrics each, and long histories of metrics, are sent to a real server as NDJSON through the
native API's import (lines are made in processes of their own). Then searches are timed over HTTP in an experiment
of 5,000 of the runs and in the one with all of them.
"""

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import httpx
import msgspec
import sqlalchemy
from support import PeakMemory, server

RUNS_A_REQUEST = 50_000
RUNS_A_PIECE = 1000
POINTS_A_LINE = 50_000
LINES_A_REQUEST = 20
SMALL = 5000
KEYS = 10

_encoder = msgspec.json.Encoder()


def metric_value(index: int, key: int) -> float:
    """Between 0 and 1, spread evenly however few runs there are."""
    return index * (key + 7) * 7919 % 1_000_003 / 1_000_003


def run_line(experiment: str, index: int, params: dict[str, str], metrics: Iterable[str]) -> dict:
    """One of the ended runs of an experiment, with a point of each metric."""
    moment = 1_700_000_000_000 + index * 1000
    return {
        "kind": "run",
        "run_id": f"{experiment}{index:031x}",
        "experiment": experiment,
        "name": f"run-{index}",
        "status": "FINISHED",
        "user": "bench",
        "started_at": moment,
        "ended_at": moment + 60_000,
        "params": params,
        "metrics": {
            name: {"steps": [0], "timestamps": [moment], "values": [metric_value(index, key)]}
            for key, name in enumerate(metrics)
        },
    }


def run_lines(task: tuple[str, int]) -> bytes:
    """A piece of NDJSON: runs of an experiment, from a number on."""
    experiment, first = task
    metrics = [f"m{key}" for key in range(KEYS)]
    return ndjson(
        run_line(experiment, index, {f"p{key}": f"v{index % (key + 2)}" for key in range(KEYS)}, metrics)
        for index in range(first, first + RUNS_A_PIECE)
    )


def ndjson(lines: Iterable[dict]) -> bytes:
    return b"".join(_encoder.encode(line) + b"\n" for line in lines)


def point_lines(task: tuple[int, int]) -> bytes:
    """A line of NDJSON: the points of one metric of a run, from a step on."""
    run, first = task
    steps = list(range(first, first + POINTS_A_LINE))
    series = {"steps": steps, "timestamps": [1_700_000_000_000 + step for step in steps],
              "values": [1 / (step + 1) + (step * 7919 % 1009) / 1e6 for step in steps]}  # fmt: skip
    line = {"kind": "run", "run_id": f"c{run:031x}", "experiment": "c", "status": "FINISHED", "started_at": 1,
            "metrics": {"loss": series}}  # fmt: skip
    return _encoder.encode(line) + b"\n"


class Loading:
    """A server being filled through one import."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        started = client.post("projects/default/imports", json={"source": "benchmark"})
        self._path = f"projects/default/imports/{started.raise_for_status().json()['id']}/records"

    def send(self, content: bytes | Iterator[bytes]) -> dict:
        answer = self._client.post(self._path, content=content, timeout=3600).raise_for_status().json()
        if answer["failure_count"]:
            raise RuntimeError(answer["failures"][:3])
        return answer

    def experiment(self, key: str) -> None:
        self.send(_encoder.encode({"kind": "experiment", "key": key, "name": f"bulk-{key}"}))

    def experiment_ids(self) -> dict[str, str]:
        """By key."""
        answer = self._client.get("projects/default/experiments", params={"limit": 100}).raise_for_status()
        return {item["name"].removeprefix("bulk-"): str(item["id"]) for item in answer.json()["items"]}

    def send_all(self, make: Callable, tasks: list, a_request: int) -> float:
        """Seconds that it took; pieces are made in another process while the ones before are taken."""
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            pieces = pool.imap(make, tasks, chunksize=1)
            began = time.perf_counter()
            for _ in range(0, len(tasks), a_request):
                self.send(piece for piece, _ in zip(pieces, range(a_request), strict=False))
                print(".", end="", flush=True)
            print()
            return time.perf_counter() - began


def timed_searches(url: str, experiments: dict[str, str]) -> None:
    """Medians of each search in each experiment, in milliseconds."""
    first_pages = {
        "filtered by metric and param, by metric": {
            "filter": "metrics.m1 > 0.5 AND params.p1 = 'v1'", "order_by": ["metrics.m2 DESC"], "max_results": 100},
        "by metric": {"order_by": ["metrics.m3 ASC"], "max_results": 100},
        "newest": {"max_results": 100},
        "metric in a narrow range": {"filter": "metrics.m1 > 0.9999", "max_results": 100},
        "param in common, newest": {"filter": "params.p3 = 'v2'", "max_results": 100},
        "1,000 whole runs": {"max_results": 1000},
    }  # fmt: skip
    with httpx.Client(base_url=url, timeout=600, trust_env=False) as client:
        for name, body in first_pages.items():
            shown = []
            for experiment in experiments.values():
                spent = []
                for _ in range(15):
                    began = time.perf_counter()
                    answer = client.post("/api/2.0/mlflow/runs/search", json={"experiment_ids": [experiment], **body})
                    spent.append((time.perf_counter() - began) * 1000)
                    answer.raise_for_status()
                shown.append(statistics.median(spent))
            values = ", ".join(f"{label} {value:.1f} ms" for label, value in zip(experiments, shown, strict=True))
            print(f"  {name:<42} {values}; {shown[-1] / shown[0]:.2f}x")


def disk_bytes(data_dir: Path, database_url: str | None) -> int:
    if database_url is None:
        return sum(path.stat().st_size for path in data_dir.glob("*.db*"))
    with sqlalchemy.create_engine(
        database_url.replace("postgresql://", "postgresql+psycopg://")
    ).connect() as connection:
        return connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--points", type=int, default=100_000_000)
    parser.add_argument("--database-url", help="of an empty PostgreSQL database")
    options = parser.parse_args()
    settings = {"database_url": options.database_url} if options.database_url else {}
    with server(**settings) as (client, process, data_dir), PeakMemory(process) as memory:
        loading = Loading(client)
        for key in "abc":
            loading.experiment(key)
        loading.send_all(run_lines, [("a", first) for first in range(0, SMALL, RUNS_A_PIECE)], RUNS_A_REQUEST)
        tasks = [("b", first) for first in range(0, options.runs, RUNS_A_PIECE)]
        before = disk_bytes(data_dir, options.database_url)
        seconds = loading.send_all(run_lines, tasks, RUNS_A_REQUEST // RUNS_A_PIECE)
        size = disk_bytes(data_dir, options.database_url) - before
        print(f"{options.runs:,} runs with {KEYS} params and {KEYS} metrics: {seconds:.0f} s, "
              f"{options.runs / seconds:,.0f} runs/s, {size / options.runs:,.0f} bytes a run")  # fmt: skip
        url = str(client.base_url).partition("/api/")[0]
        ids = loading.experiment_ids()
        labels = {f"{SMALL:,} runs": ids["a"], f"{options.runs:,} runs": ids["b"]}
        print("searches, median of 15:")
        timed_searches(url, labels)
        histories = [
            (number // 20, number % 20 * POINTS_A_LINE) for number in range(max(1, options.points // POINTS_A_LINE))
        ]
        before = disk_bytes(data_dir, options.database_url)
        seconds = loading.send_all(point_lines, histories, LINES_A_REQUEST)
        count = len(histories) * POINTS_A_LINE
        size = disk_bytes(data_dir, options.database_url) - before
        print(f"{count:,} points of metrics: {seconds:.0f} s, {count / seconds:,.0f} points/s, "
              f"{size / count:.1f} bytes a point")  # fmt: skip
        print("searches after that, median of 15:")
        timed_searches(url, labels)
    print(f"peak memory of the server: {memory.mib:.0f} MiB")


if __name__ == "__main__":
    main()
