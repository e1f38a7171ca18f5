"""How soon `modelyard up` answers, and how much memory it holds when idle.

    python benchmarks/startup.py [runs]

Each run starts on a fresh data directory (migrations included) and again on the same one.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psutil

IDLE_SECONDS = 5.0


def start(data_dir: Path) -> tuple[float, float]:
    """Seconds from starting the process to the first 200 of /health, and MiB resident after some idle seconds."""
    began = time.perf_counter()
    command = [str(Path(sys.executable).parent / "modelyard"), "up", "--port", "0", "--data-dir", str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        httpx.get(f"{url}/health", trust_env=False).raise_for_status()
        seconds = time.perf_counter() - began
        time.sleep(IDLE_SECONDS)
        running = psutil.Process(process.pid)
        family = [running, *running.children(recursive=True)]
        mib = sum(member.memory_info().rss for member in family) / 2**20
        processes = len(family)
        process.terminate()
    if processes != 1:
        print(f"note: {processes} processes")
    return seconds, mib


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    fresh, again = [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            fresh.append(start(Path(folder) / "data"))
            again.append(start(Path(folder) / "data"))
    for name, results in (("fresh data directory", fresh), ("existing data directory", again)):
        seconds = statistics.median(result[0] for result in results)
        mib = statistics.median(result[1] for result in results)
        print(f"{name:24} ready in {seconds:.2f} s, {mib:.0f} MiB idle (median of {runs})")


if __name__ == "__main__":
    main()
