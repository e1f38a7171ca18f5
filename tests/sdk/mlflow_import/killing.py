"""Importing programs that are killed on the way."""

import signal
import sys
from functools import cache
from pathlib import Path
from queue import SimpleQueue

from tests.support.forks import Fork, ReadyPython, own_python
from tests.support.relay import relaying
from tests.support.server import ModelyardServer, environment_without_settings

_PROGRAM = "from modelyard.cli.main import app; app()"


def import_and_kill(uri: str, yard: ModelyardServer, most: int, folder: Path) -> bool:
    """Kills an importing program when it has sent `most` bytes; False when it has ended before that."""
    started: SimpleQueue[Fork] = SimpleQueue()
    output = folder / f"import-{most}.log"
    with relaying(yard.url, most, lambda: started.get().send_signal(signal.SIGKILL)) as relay:
        environment = environment_without_settings() | {"MODELYARD_URL": relay.url}
        arguments = ["-c", _PROGRAM, "import", "mlflow", uri]
        program = _ready_python().start(arguments, output_file=output, environment=environment)
        started.put(program)
        status = program.wait(60)
    assert status in (0, -signal.SIGKILL), output.read_text()
    return status != 0


@cache
def _ready_python() -> ReadyPython:
    return own_python(sys.executable, "modelyard.cli.main", "modelyard.sdk.mlflow_import")
