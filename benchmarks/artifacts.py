"""Upload and download of a large artifact through the MLflow protocol's proxy, beside a plain copy over HTTP.

    python benchmarks/artifacts.py [--gigabytes 1] [--rounds 3] [--mlflow <python with mlflow>]

Needs curl. The plain copy is Python's own HTTP server, which writes what is PUT to a file and reads it back; nothing is
digested, checked or recorded. All of them listen on this machine, and keep their files on the same disk.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from peers import Mlflow, Modelyard, Peer
from support import PeakMemory

PROXY = "/api/2.0/mlflow-artifacts/artifacts"
PIECE = 1024 * 1024


class PlainHandler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        left = int(self.headers["Content-Length"])
        with Path(self.translate_path(self.path)).open("wb") as file:
            while left:
                piece = self.rfile.read(min(left, PIECE))
                file.write(piece)
                left -= len(piece)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def plain_server(folder: Path) -> Iterator[str]:
    """In a process of its own, as the others are."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.chdir(folder)
        server = ThreadingHTTPServer(("127.0.0.1", 0), PlainHandler)
        os.write(writing, str(server.server_port).encode())
        server.serve_forever()
    try:
        yield f"http://127.0.0.1:{int(os.read(reading, 10))}"
    finally:
        os.kill(process, 9)
        os.waitpid(process, 0)


def timed(*command: str | Path) -> float:
    began = time.perf_counter()
    subprocess.run(["curl", "-sSf", "-H", "Expect:", "-o", "/dev/null", *map(str, command)], check=True)
    return time.perf_counter() - began


def measure(name: str, url: str, file: Path, rounds: int) -> tuple[float, float]:
    """Megabytes a second up and down, medians."""
    up, down = [], []
    for index in range(rounds):
        address = f"{url}/file-{index}.bin"
        up.append(timed("-T", file, address))
        down.append(timed(address))
    size = file.stat().st_size / 1e6
    rates = size / statistics.median(up), size / statistics.median(down)
    print(f"{name:<12} upload {rates[0]:7.0f} MB/s, download {rates[1]:7.0f} MB/s", flush=True)
    return rates


def measure_peer(peer: Peer, file: Path, rounds: int) -> tuple[float, float]:
    with peer.running():
        run = peer.create_run()
        uri = peer.post("runs/update", {"run_id": run, "status": "RUNNING"})["run_info"]["artifact_uri"]
        path = uri.partition(":/")[2].lstrip("/")
        with PeakMemory(peer.process) as memory:
            rates = measure(peer.name, f"{peer.url}{PROXY}/{path}", file, rounds)
        print(f"{peer.name:<12} peak memory {memory.mib:.0f} MiB")
        return rates


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mlflow", help="a Python with mlflow")
    options = parser.parse_args()
    if shutil.which("curl") is None:
        sys.exit("curl is not installed; on Debian: apt-get install curl")
    with tempfile.TemporaryDirectory(prefix="bench-artifacts-") as name:
        folder = Path(name)
        file = folder / "artifact.bin"
        with file.open("wb") as stream:
            for _ in range(int(options.gigabytes * 1000)):
                stream.write(os.urandom(1_000_000))
        with plain_server(folder) as url:
            plain = measure("plain copy", url, file, options.rounds)
        ours = measure_peer(Modelyard(folder, 18420, None), file, options.rounds)
        print(f"of a plain copy: upload {ours[0] / plain[0]:.0%}, download {ours[1] / plain[1]:.0%}")
        if options.mlflow:
            theirs = measure_peer(Mlflow(folder, 18421, options.mlflow, None), file, options.rounds)
            print(f"of MLflow: upload {ours[0] / theirs[0]:.1f}x, download {ours[1] / theirs[1]:.1f}x")


if __name__ == "__main__":
    main()
