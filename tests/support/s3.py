"""A real S3 server as a process of its own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.ports import free_port

BUCKET = "yard"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def storage_url(endpoint: str, prefix: str) -> str:
    """The URL of a folder in the bucket, as the setting `storage_url` takes it."""
    return f"s3://{BUCKET}/{prefix}?endpoint={endpoint}&region=us-east-1"


@contextmanager
def running(log_file: Path) -> Iterator[str]:
    """Starts the server with one empty bucket; its endpoint."""
    port = free_port()
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log
        )
    endpoint = f"http://127.0.0.1:{port}"
    try:
        _wait_for(endpoint)
        httpx.put(f"{endpoint}/{BUCKET}", trust_env=False).raise_for_status()
        yield endpoint
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(endpoint: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            httpx.get(endpoint, trust_env=False)
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
