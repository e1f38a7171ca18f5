"""A server whose clock a test can set, as an administrator or a time service sets that of a machine."""

import subprocess
import sys
from pathlib import Path

from tests.support.server import ModelyardServer, environment_without_settings

# After a clock was set, the kernel tells another time of day, and another one for the machine's start.
_PROGRAM = """
import sys, time
from psutil import _pslinux

def offset():
    with open(clock) as file:
        return int(file.read() or 0)

clock, time_ns, boot_time = sys.argv[1], time.time_ns, _pslinux.boot_time
time.time_ns = lambda: time_ns() + offset() * 10**9
time.time = lambda: time.time_ns() / 10**9
_pslinux.boot_time = lambda: boot_time() + offset()

from modelyard.server.command import main
main(sys.argv[2:])
"""


class ServerWithAClock(ModelyardServer):
    """Runs in an interpreter of its own."""

    @property
    def _clock(self) -> Path:
        return self.data_dir.with_suffix(".clock")

    def set_clock(self, seconds: int) -> None:
        """So many seconds before or after the true time."""
        partial = self._clock.with_suffix(".partial")
        partial.write_text(str(seconds))
        partial.replace(self._clock)

    def launch(self, arguments: list[str]) -> "subprocess.Popen[bytes]":
        self.set_clock(0)
        command = [sys.executable, "-c", _PROGRAM, str(self._clock), *arguments]
        with self.log_file.open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env=environment_without_settings())
