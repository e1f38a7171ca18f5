"""Workers that start at once."""

import sys
from pathlib import Path

from modelyard.worker.fork_server import MODULES
from tests.support.mlflow import share_python


def ready_workers(folder: Path) -> str:
    """For the setting `worker_python`: workers are forked from a process that has imported what they use.

    What the engine measures and limits is not the worker itself then, but who asked for it.
    """
    # A fork of a process whose libraries compute in several threads would be without them.
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return share_python(
        folder / "worker", lambda: sys.executable, [*MODULES, "modelyard.worker.__main__"], **one_thread
    )
