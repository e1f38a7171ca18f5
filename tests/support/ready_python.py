"""A Python that has imported everything already: for each program that it is asked to run, it forks.

Run by the environment's own Python, with nothing but its standard library: `ready_python.py DESCRIPTOR OWNER MODULE...`
imports the modules and takes requests from a listening socket until the process OWNER is gone. `run_ready.py` says what
a request is. Its connection gets the id of the program's process, then its exit code; when whoever asked closes it, the
program is killed.
"""

import gc
import importlib
import os
import runpy
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path

_SIZE_BYTES = 8
_REQUEST_SECONDS = 10


def serve(listener: socket.socket, owner: int) -> list[str]:
    """Forks until the owner is gone. Only a fork comes back, with what it is to run."""
    woken, waking = os.pipe()
    os.set_blocking(waking, False)
    signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    programs: dict[int, socket.socket] = {}
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    poll.register(woken, select.POLLIN)
    while _is_running(owner):
        readable = {descriptor for descriptor, _ in poll.poll(1000)}
        if woken in readable:
            os.read(woken, 4096)
        for process_id, connection in programs.items():
            if connection.fileno() in readable:
                poll.unregister(connection)
                _kill(process_id)
        _tell_ends(programs, poll)
        if listener.fileno() in readable:
            connection, _ = listener.accept()
            request = _receive(connection)
            if request is None:
                connection.close()
                continue
            files, words = request
            process_id = os.fork()
            if process_id == 0:
                signal.set_wakeup_fd(-1)
                for each in (listener, connection, *programs.values()):
                    each.close()
                _prepare(files, (woken, waking))
                return words
            for file in files:
                os.close(file)
            programs[process_id] = connection
            poll.register(connection, select.POLLIN)
            _tell(connection, process_id)
    for process_id in programs:
        _kill(process_id)
    os._exit(0)


def _receive(connection: socket.socket) -> tuple[list[int], list[str]] | None:
    """The open files and the words of a request; None when whoever asked is gone."""
    connection.settimeout(_REQUEST_SECONDS)
    with suppress(OSError):
        head, files, _, _ = socket.recv_fds(connection, _SIZE_BYTES, 3)
        with connection.makefile("rb") as stream:
            rest = int.from_bytes(head, "big")
            words = stream.read(rest)
        if rest and len(words) == rest:
            return files, [os.fsdecode(word) for word in words.split(b"\0")]
        for file in files:
            os.close(file)
    return None


def _tell_ends(programs: dict[int, socket.socket], poll: select.poll) -> None:
    for process_id in list(programs):
        ended, status = os.waitpid(process_id, os.WNOHANG)
        if ended:
            with programs.pop(process_id) as connection:
                with suppress(KeyError):
                    poll.unregister(connection)
                _tell(connection, os.waitstatus_to_exitcode(status))


def _tell(connection: socket.socket, number: int) -> None:
    with suppress(OSError):  # whoever asked has gone
        connection.sendall(b"%d\n" % number)


def _kill(process_id: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process_id, signal.SIGKILL)
    with suppress(ProcessLookupError):  # it may not have a group of its own yet
        os.kill(process_id, signal.SIGKILL)


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def _prepare(files: list[int], others: tuple[int, ...]) -> None:
    """In the fork: signals, process group and open files as those of a program that was started."""
    os.setpgid(0, 0)
    for file in others:
        os.close(file)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)


def become(executable: str, folder: str, count: int, words: list[str]) -> None:
    """Runs what Python would run with the first `count` words, in the environment that the others are."""
    arguments, variables = words[:count], words[count:]
    os.environ.clear()
    for variable in variables:
        name, _, value = variable.partition("=")
        os.environ[name] = value
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


def main() -> None:
    descriptor, owner, modules = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    if os.fork():
        os._exit(0)
    os.setsid()
    sys.path.pop(0)
    for module in modules:
        importlib.import_module(module)
        if module.endswith("__main__"):
            del sys.modules[module]  # each program executes it anew
    # Else each child would copy the memory of all that was imported when it looks for garbage.
    gc.collect()
    gc.freeze()
    # Of a process with threads a fork has locks that nobody gives back.
    assert threading.active_count() == 1, threading.enumerate()
    executable, folder, count, *words = serve(socket.socket(fileno=descriptor), owner)
    become(executable, folder, int(count), words)


if __name__ == "__main__":
    main()
