"""Programs whose interpreter writes down every module that they import."""

import re
import subprocess
import sys

from tests.support.server import ModelyardServer, environment_without_settings

OBSERVED = [sys.executable, "-X", "importtime"]
"""Python's options follow, and the program's arguments."""

_LINE = re.compile(r"^import time:.*\|\s+(\S+)$", re.MULTILINE)


def imported(errors: str) -> set[str]:
    """The modules named in what an observed program wrote to its standard error; Python's own are left out."""
    return {name for name in _LINE.findall(errors) if name.partition(".")[0] not in sys.stdlib_module_names}


class ObservedServer(ModelyardServer):
    """A server that is observed for as long as it lives."""

    def launch(self, arguments: list[str]) -> "subprocess.Popen[bytes]":
        command = [*OBSERVED, "-m", "modelyard.server", *arguments]
        with self.log_file.open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env=environment_without_settings())

    def imported(self) -> set[str]:
        return imported(self.log_file.read_text())
