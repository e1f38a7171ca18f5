"""How fast a 1 GB CSV becomes a dataset version, beside DuckDB's own CSV to Parquet.

    python benchmarks/ingest.py [gigabytes] [rounds] [--cold]

Each round times, on the same file, `COPY (FROM read_csv(...)) TO ... (FORMAT parquet)` in a fresh process with DuckDB's
default settings, and an upload to a real server from the first byte sent to the answer: received, digested, read,
written, profiled, stored and recorded. How long the profile takes is seen from outside, by the progress events.

Each is given warm memory: many virtual machines return memory that is free to their host, and get it back page by
page, at a second or more a GB, which would be most of what is measured. `--cold` leaves this out.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import duckdb
import httpx
from support import PeakMemory, server

ROWS_PER_GB = 5_725_000
CHUNK_BYTES = 1024 * 1024
UPLOAD_ID = "benchmark"

TABLE = """
SELECT i AS id,
       ((i * 7919) % 100003) / 1000.0 AS amount,
       (hash(i) % 2000001)::DOUBLE / 1000 - 1000 AS score,
       sin(i) * 1e6 AS reading,
       CASE WHEN hash(i + 1) % 20 = 0 THEN NULL ELSE (hash(i + 2) % 90)::INT END AS age,
       ['red', 'green', 'blue', 'yellow', 'purple'][1 + (hash(i + 3) % 5)::INT] AS color,
       'city ' || (hash(i + 4) % 300) AS city,
       DATE '2020-01-01' + (hash(i + 5) % 1500)::INT AS day,
       TIMESTAMP '2021-01-01' + to_seconds((hash(i + 6) % 90000000)::INT) AS seen_at,
       hash(i + 7) % 2 = 0 AS active,
       'comment ' || hash(i) || ' with some words ' || hash(i + 8) AS note,
       (hash(i + 9) % 1000000) / 1e6 AS share
FROM range({rows}) AS numbers(i)
"""

WARM = """
import mmap
memory = mmap.mmap(-1, 4 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
for page in range(0, len(memory), mmap.PAGESIZE):
    memory[page] = 1
"""

BASELINE = """
import duckdb, sys, time
began = time.perf_counter()
duckdb.sql(f"COPY (FROM read_csv('{sys.argv[1]}')) TO '{sys.argv[2]}' (FORMAT parquet)")
print(time.perf_counter() - began, time.process_time())
"""


@dataclass(frozen=True)
class Round:
    duckdb_seconds: float
    duckdb_cpu_seconds: float
    seconds: float
    cpu_seconds: float
    stage_seconds: dict[str, float]
    peak_mib: float


class StageTimes:
    """When each stage of the upload was first heard of."""

    def __init__(self, base_url: httpx.URL) -> None:
        self._base_url = base_url
        self._ready = threading.Event()
        self.began: dict[str, float] = {}
        threading.Thread(target=self._listen, daemon=True).start()
        self._ready.wait(10)

    def _listen(self) -> None:
        params = {"topic": f"upload:{UPLOAD_ID}"}
        with (
            httpx.Client(base_url=self._base_url, timeout=3600, trust_env=False) as client,
            client.stream("GET", "projects/default/events", params=params) as stream,
        ):
            for line in stream.iter_lines():
                if line == "event: ready":
                    self._ready.set()
                elif line.startswith('data: {"type"'):
                    stage = json.loads(line.removeprefix("data: "))["stage"]
                    self.began.setdefault(stage, time.perf_counter())
                    if stage == "storing":
                        return


def chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def warm() -> None:
    """Touches more memory than a round takes, in a process that gives it back at once."""
    subprocess.run([sys.executable, "-c", WARM], check=True)


def measure(csv: Path, folder: Path, prepare: Callable[[], None]) -> Round:
    command = [sys.executable, "-c", BASELINE, str(csv), str(folder / "baseline.parquet")]
    prepare()
    # DuckDB draws its progress on the same stream.
    baseline = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-2:]
    with server() as (client, process, _), PeakMemory(process) as memory:
        stages = StageTimes(client.base_url)
        prepare()
        cpu_before = sum(process.cpu_times()[:4])
        began = time.perf_counter()
        answer = client.post(
            "projects/default/datasets/bench/versions",
            params={"filename": "bench.csv", "upload_id": UPLOAD_ID},
            # Files are sent with their length, by a browser and the SDK alike.
            headers={"Content-Length": str(csv.stat().st_size)},
            content=chunks(csv),
        )
        seconds = time.perf_counter() - began
        cpu_seconds = sum(process.cpu_times()[:4]) - cpu_before
        answer.raise_for_status()
    began_at = {**stages.began, "receiving": began, "end": began + seconds}
    order = ("receiving", "reading", "profiling", "storing", "end")
    spent = {stage: began_at[after] - began_at[stage] for stage, after in pairwise(order)}
    return Round(float(baseline[0]), float(baseline[1]), seconds, cpu_seconds, spent, memory.mib)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("gigabytes", nargs="?", type=float, default=1.0)
    arguments.add_argument("rounds", nargs="?", type=int, default=3)
    arguments.add_argument("--cold", action="store_true", help="take memory as it is")
    options = arguments.parse_args()
    gigabytes, rounds = options.gigabytes, options.rounds
    prepare = (lambda: None) if options.cold else warm
    with tempfile.TemporaryDirectory(prefix="modelyard-bench-") as name:
        folder = Path(name)
        csv = folder / "bench.csv"
        duckdb.sql(f"COPY ({TABLE.format(rows=int(ROWS_PER_GB * gigabytes))}) TO '{csv}'")
        size = csv.stat().st_size / 1e9
        print(f"{size:.2f} GB, 12 columns, {rounds} rounds")
        measured = []
        for number in range(rounds):
            result = measure(csv, folder, prepare)
            measured.append(result)
            without = result.seconds - result.stage_seconds["profiling"]
            print(
                f"round {number + 1}: DuckDB {result.duckdb_seconds:.2f} s; upload {without:.2f} s without the profile"
                f" ({result.duckdb_seconds / without:.0%} of DuckDB's speed), {result.seconds:.2f} s with it"
                f" ({result.duckdb_seconds / result.seconds:.0%}); processor time {result.duckdb_cpu_seconds:.1f} s and"
                f" {result.cpu_seconds:.1f} s with the profile; peak {result.peak_mib:.0f} MiB"
            )
            print("         " + ", ".join(f"{stage} {spent:.2f} s" for stage, spent in result.stage_seconds.items()))
    without = statistics.median(one.duckdb_seconds / (one.seconds - one.stage_seconds["profiling"]) for one in measured)
    whole = statistics.median(one.duckdb_seconds / one.seconds for one in measured)
    received = statistics.median(
        one.duckdb_seconds / (one.stage_seconds["reading"] + one.stage_seconds["storing"]) for one in measured
    )
    print(f"median: {without:.0%} of DuckDB's speed without the profile, {whole:.0%} with it;")
    print(f"{received:.0%} from the file received to the version stored, without the profile")
    print(f"peak memory of server and reading process: {max(one.peak_mib for one in measured):.0f} MiB")


if __name__ == "__main__":
    main()
