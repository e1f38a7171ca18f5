"""The program that starts others by forking, so that what they import is imported once."""

import os
import signal
import sys
import threading
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection, wait


@dataclass(frozen=True)
class Order:
    """One program to start."""

    number: int
    function: str
    """As `package.module:function`; called with the arguments."""
    arguments: list[str]
    environment: dict[str, str]
    folder: str
    output_file: str
    error_file: str


@dataclass(frozen=True)
class Started:
    number: int
    process_id: int


@dataclass(frozen=True)
class Ended:
    number: int
    exit_code: int


def main(descriptor: int, modules: list[str]) -> None:
    """Imports the modules, then forks for every order that comes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for module in modules:
        import_module(module)
    if threading.active_count() > 1:
        raise RuntimeError(f"a thread was started by importing {modules}; a fork would be without it")
    order = _take_orders(Connection(descriptor))
    if order is not None:
        _follow(order)


def _take_orders(connection: Connection) -> Order | None:
    """Forks until nobody is left who could order. Only the fork comes back with an order, to follow it."""
    woken, waking = os.pipe()
    os.set_blocking(waking, False)
    signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    numbers: dict[int, int] = {}
    try:
        while True:
            ready = wait([connection, woken])
            if woken in ready:
                os.read(woken, 4096)
            if connection in ready:
                order: Order = connection.recv()
                process_id = os.fork()
                if process_id == 0:
                    signal.set_wakeup_fd(-1)
                    os.close(woken)
                    os.close(waking)
                    connection.close()
                    return order
                numbers[process_id] = order.number
                connection.send(Started(order.number, process_id))
            _report_ends(connection, numbers)
    except (EOFError, ConnectionError):
        for process_id in numbers:
            os.kill(process_id, signal.SIGKILL)
        return None


def _report_ends(connection: Connection, numbers: dict[int, int]) -> None:
    for process_id in list(numbers):
        ended, status = os.waitpid(process_id, os.WNOHANG)
        if ended:
            connection.send(Ended(numbers.pop(process_id), os.waitstatus_to_exitcode(status)))


def _follow(order: Order) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for file, descriptor in ((order.output_file, 1), (order.error_file, 2)):
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.environment)
    module, _, function = order.function.partition(":")
    sys.argv = [module, *order.arguments]
    getattr(import_module(module), function)(order.arguments)
