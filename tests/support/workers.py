"""Workers that start at once."""

import sys
from pathlib import Path

from tests.support.mlflow import share_python

_IMPORTED = [
    *("pandas", "pyarrow.parquet", "lightgbm", "sklearn.linear_model", "sklearn.ensemble", "sklearn.neural_network"),
    *("sklearn.inspection", "sklearn.metrics", "skops.io", "mlflow.pyfunc", "mlflow.models"),
    *("modelyard.worker.__main__", "modelyard.worker.job.train", "modelyard.worker.job.predict"),
]


def ready_workers(folder: Path) -> str:
    """For the setting `worker_python`: workers are forked from a process that has imported what they use.

    What the engine measures and limits is not the worker itself then, but who asked for it.
    """
    # A fork of a process whose libraries compute in several threads would be without them.
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return share_python(folder / "worker", lambda: sys.executable, _IMPORTED, **one_thread)
