"""Programs whose interpreter writes down every module that they import."""

import re
import sys

from tests.support.server import FreshServer

_OBSERVING = ("-X", "importtime")
OBSERVED = [sys.executable, *_OBSERVING]
"""Python's options follow, and the program's arguments."""

_LINE = re.compile(r"^import time:.*\|\s+(\S+)$", re.MULTILINE)


def imported(errors: str) -> set[str]:
    """The modules named in what an observed program wrote to its standard error; Python's own are left out."""
    return {name for name in _LINE.findall(errors) if name.partition(".")[0] not in sys.stdlib_module_names}


class ObservedServer(FreshServer):
    """A server that is observed for as long as it lives."""

    python_options = _OBSERVING

    def imported(self) -> set[str]:
        return imported(self.log_file.read_text())
