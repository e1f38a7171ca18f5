"""How soon `modelyard up` answers, and how much memory it holds when idle; how long `modelyard --help` takes.

    python benchmarks/startup.py [runs]

Each run starts on a fresh data directory (migrations included) and again on the same one. Processor time is that of
all until then, and tells more than the clock where something else runs.
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
PROGRAM = str(Path(sys.executable).parent / "modelyard")


def start(data_dir: Path) -> tuple[float, float, float]:
    """Seconds from starting the process to the first 200 of /health, by the clock and of the processor, and MiB
    resident after some idle seconds."""
    began = time.perf_counter()
    command = [PROGRAM, "up", "--port", "0", "--data-dir", str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        httpx.get(f"{url}/health", trust_env=False).raise_for_status()
        seconds = time.perf_counter() - began
        running = psutil.Process(process.pid)
        times = running.cpu_times()
        time.sleep(IDLE_SECONDS)
        family = [running, *running.children(recursive=True)]
        mib = sum(member.memory_info().rss for member in family) / 2**20
        processes = len(family)
        process.terminate()
    if processes != 1:
        print(f"note: {processes} processes")
    return seconds, times.user + times.system, mib


def help_seconds() -> float:
    began = time.perf_counter()
    subprocess.run([PROGRAM, "--help"], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def modules(*command: str) -> int:
    """How many modules a program imports."""
    observed = [sys.executable, "-X", "importtime", *command]
    lines = subprocess.run(observed, capture_output=True, text=True, check=True).stderr.splitlines()
    return sum(line.startswith("import time:") for line in lines) - 1


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    fresh, again = [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            fresh.append(start(Path(folder) / "data"))
            again.append(start(Path(folder) / "data"))
    for name, results in (("fresh data directory", fresh), ("existing data directory", again)):
        seconds, processor, mib = (statistics.median(figures) for figures in zip(*results, strict=True))
        print(
            f"{name:24} ready in {seconds:.2f} s, {processor:.2f} s of them of a processor, {mib:.0f} MiB idle "
            f"(median of {runs})"
        )
    helped = statistics.median(help_seconds() for _ in range(runs))
    print(f"modelyard --help         {helped:.2f} s (median of {runs})")
    print(f"modules                  {modules('-c', 'import modelyard.server.run')} of the server, Python's included")


if __name__ == "__main__":
    main()
