"""A process that has imported what jobs use, and forks a worker for each of them: such a worker starts at once.

`python -m modelyard.worker fork-server --socket <descriptor>` says `ready` on the socket when it has imported all, and
ends when the socket is closed; its workers live on. A request is one byte with two descriptors: a socket of that job
alone, and the file for the worker's output. The worker, once forked, reads from its socket what it is to do, as one
line of JSON, and answers its process id; when it has ended, its exit code follows. So this process never learns what
belongs to a job, and no job finds in its memory what belonged to another.
"""

import gc
import importlib
import json
import os
import random
import select
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

READY = b"r"
MODULES = (
    *("pandas", "pyarrow.parquet", "yaml", "lightgbm", "skops.io"),
    *("sklearn.linear_model", "sklearn.ensemble", "sklearn.neural_network", "sklearn.inspection", "sklearn.metrics"),
    *("mlflow.models", "mlflow.pyfunc"),
    *("modelyard.worker.job.train", "modelyard.worker.job.predict"),
)
_REQUEST_BYTES = 1024 * 1024


def serve(descriptor: int) -> str | None:
    """Until the socket is closed, which gives None. In a worker that was forked: the id of its job."""
    _import_all()
    awake, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    children: dict[int, socket.socket] = {}
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    poll.register(awake, select.POLLIN)
    with socket.socket(fileno=descriptor) as control:
        control.sendall(READY)
        while True:
            readable = [ready for ready, _ in poll.poll()]
            if awake in readable:
                os.read(awake, 1024)
                _tell_ends(children)
            if descriptor in readable:
                _, descriptors, _, _ = socket.recv_fds(control, 1, 2)
                if not descriptors:
                    return None
                request, output = socket.socket(fileno=descriptors[0]), descriptors[1]
                child = os.fork()
                if child == 0:
                    signal.set_wakeup_fd(-1)
                    for other in children.values():
                        other.close()
                    for pipe in (awake, wake):
                        os.close(pipe)
                    return _become_worker(request, output)
                os.close(output)
                children[child] = request


def _import_all() -> None:
    # A fork takes one thread along: libraries are to make none before it.
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
    os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", MLFLOW_LOGGING_LEVEL="ERROR")
    gc.disable()
    for module in MODULES:
        # An environment may lack what none of its jobs needs; the job that does says so.
        with suppress(ImportError):
            importlib.import_module(module)
    # Else each worker would copy all that was imported when it looks for garbage.
    gc.freeze()
    gc.enable()


def _be_called(name: str) -> None:
    """For those who look at the processes of a machine: a fork shows the arguments of the process that it is from."""
    with suppress(OSError):
        Path("/proc/self/comm").write_text(name, encoding="ascii")


def _tell_ends(children: dict[int, socket.socket]) -> None:
    for child in list(children):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            with children.pop(child) as request, suppress(OSError):  # the server may have gone
                request.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def _become_worker(request: socket.socket, output: int) -> str:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    with request, request.makefile("rb") as lines:
        asked = json.loads(lines.readline(_REQUEST_BYTES))
        request.sendall(b"%d\n" % os.getpid())
    _be_called("modelyard-job")
    os.environ.clear()
    os.environ.update(asked["environment"])
    random.seed()
    if (numpy := sys.modules.get("numpy")) is not None:
        numpy.random.seed()
    importlib.invalidate_caches()
    return str(asked["job"])
