"""A Python of another environment that has imported everything already: for each program it forks.

Run by that environment's Python. `ready_python.py serve DESCRIPTOR OWNER MODULE...` imports the modules and takes
requests from a listening socket until the process OWNER is gone. `ready_python.py run SOCKET EXECUTABLE ARGUMENTS...`
does what `python ARGUMENTS...` does: the program has its environment, folder and open files, gets its signals, ends
when it ends, and it ends as the program does. EXECUTABLE is what the program shall take for its Python.
"""

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

FORWARDED = (signal.SIGTERM, signal.SIGINT)


def serve(descriptor: int, owner: int, modules: list[str]) -> dict[str, Any]:
    """What is to be run; answered in the children alone."""
    if os.fork():
        os._exit(0)
    os.setsid()
    sys.path.pop(0)
    for module in modules:
        importlib.import_module(module)
    # Else each child would copy the memory of all that was imported when it looks for garbage.
    gc.collect()
    gc.freeze()
    # Of a process with threads a fork has locks that nobody gives back.
    assert threading.active_count() == 1, threading.enumerate()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    lives, closes_when_this_ends = os.pipe()
    with socket.socket(fileno=descriptor) as listener:
        while is_running(owner):
            if not select.select([listener], [], [], 1)[0]:
                continue
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                os.close(closes_when_this_ends)
                return answer(connection, lives)
            connection.close()
    os._exit(0)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def answer(connection: socket.socket, lives: int) -> dict[str, Any]:
    """Forks for one request and stays, until the program has ended or nobody waits for it any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, files, _, _ = socket.recv_fds(connection, 1, 3)
    with connection.makefile() as lines:
        request: dict[str, Any] = json.loads(lines.readline())
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os.close(lives)
        connection.close()
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        return request
    for file in files:
        os.close(file)
    connection.sendall(f"{child}\n".encode())

    def end_with_the_asker() -> None:
        select.select([connection.fileno(), lives], [], [])
        with suppress(ProcessLookupError):  # it has just ended
            os.killpg(child, signal.SIGKILL)

    threading.Thread(target=end_with_the_asker, daemon=True).start()
    _, status = os.waitpid(child, 0)
    connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def become(executable: str, arguments: list[str], environment: dict[str, str], folder: str) -> None:
    """Runs what Python would run with these arguments, as a process of its own would."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    sys.executable = executable
    first, *rest = arguments
    if first == "-m":
        sys.path.insert(0, folder)
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif first == "-c":
        sys.path.insert(0, "")
        sys.argv = ["-c", *rest[1:]]
        exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.path.insert(0, str(Path(first).resolve().parent))
        sys.argv = arguments
        runpy.run_path(first, run_name="__main__")


def run(address: str, executable: str, arguments: list[str]) -> int:
    while arguments[:1] == ["-W"]:
        arguments = arguments[2:]
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-m", "-c")):
        os.execv(sys.executable, [sys.executable, *arguments])
    request = {
        "executable": executable,
        "arguments": arguments,
        "environment": dict(os.environ),
        "folder": str(Path.cwd()),
    }
    signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED)
    with socket.socket(socket.AF_UNIX) as connection, connection.makefile() as answers:
        connection.connect(address)
        socket.send_fds(connection, [b"\0"], [0, 1, 2])
        connection.sendall(json.dumps(request).encode() + b"\n")
        child = int(answers.readline())
        for number in FORWARDED:
            signal.signal(number, lambda number, _: os.kill(child, number))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
        status = int(answers.readline())
    if status < 0:
        with suppress(OSError):  # as for those that cannot be handled
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    return status


if __name__ == "__main__":
    _, mode, place, who, *words = sys.argv
    if mode == "run":
        sys.exit(run(place, who, words))
    become(**serve(int(place), int(who), words))
