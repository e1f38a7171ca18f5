"""Asks a ready Python (`ready_python.py`) to run a program.

`run_ready.py SOCKET EXECUTABLE ARGUMENTS...` does what `python ARGUMENTS...` does: the program has its environment,
folder and open files, gets its signals, ends when it ends, and it ends as the program does. EXECUTABLE is what the
program shall take for its Python. It imports next to nothing, as it is started for each program.
"""

import os
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress

_FORWARDED = (signal.SIGTERM, signal.SIGINT)


def request(
    address: str, executable: str, arguments: list[str], environment: Mapping[str, str], files: tuple[int, int, int]
) -> socket.socket:
    """Starts a program in the folder of this process. The answer: its process id, later its exit code, each a line.

    A request is the number of its bytes and, with a NUL between them, the executable, the folder, the number of the
    arguments, these and the variables of the environment. Input, output and errors come along.
    """
    variables = [f"{name}={value}" for name, value in environment.items()]
    folder = os.getcwd()  # noqa: PTH109 - importing pathlib takes longer than all else here
    words = b"\0".join(map(os.fsencode, [executable, folder, str(len(arguments)), *arguments, *variables]))
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(address)
        socket.send_fds(connection, [len(words).to_bytes(8, "big")], files)
        connection.sendall(words)
    except BaseException:
        connection.close()
        raise
    return connection


def run(address: str, executable: str, arguments: list[str]) -> int:
    while arguments[:1] == ["-W"]:
        arguments = arguments[2:]
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-m", "-c")):
        os.execv(sys.executable, [sys.executable, *arguments])
    signal.pthread_sigmask(signal.SIG_BLOCK, _FORWARDED)
    with request(address, executable, arguments, os.environ, (0, 1, 2)) as connection, connection.makefile() as answers:
        process_id = int(answers.readline())
        for number in _FORWARDED:
            signal.signal(number, lambda number, _: os.kill(process_id, number))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _FORWARDED)
        status = int(answers.readline())
    if status < 0:
        with suppress(OSError):  # as for those that cannot be handled
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    return status


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2], sys.argv[3:]))
