"""Processes of the server that start at once."""

import shlex
import sys
from functools import cache
from pathlib import Path

from modelyard.worker.fork_server import MODULES
from tests.support.forks import ReadyPython, own_python, shared_python
from tests.support.mlflow import environment

READER = "modelyard.worker.ingest"


def ready_workers(folder: Path) -> str:
    """For the setting `worker_python`: workers are forked from a process that has imported what they use.

    What the engine measures and limits is not the worker itself then, but who asked for it.
    """
    # A fork of a process whose libraries compute in several threads would be without them.
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    variables = environment() | one_thread | {"PYTHONWARNINGS": "ignore"}
    modules = [*MODULES, "modelyard.worker.__main__"]
    return shared_python(folder / "worker", lambda: sys.executable, modules, variables).executable


@cache
def ready_reader() -> ReadyPython:
    """Has imported what reads an uploaded table."""
    return own_python(sys.executable, f"{READER}.__main__")


@cache
def python_with_ready_readers() -> str:
    """A Python for servers: the processes that read tables are forked, all others are of their own.

    What is seen of a process that reads a table is who asked for it.
    """
    ready = Path(ready_reader().executable)
    python = ready.with_name("python-of-servers")
    own, forked = shlex.quote(sys.executable), shlex.quote(str(ready))
    python.write_text(f'#!/bin/sh\n[ "$2" = {READER} ] || exec {own} "$@"\nexec {forked} "$@"\n')
    python.chmod(0o755)
    return str(python)
