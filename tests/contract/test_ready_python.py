"""A Python that has its imports already does what a Python does."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.support.mlflow import share_python
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    return share_python(tmp_path_factory.mktemp("ready") / "python", lambda: sys.executable, ["email.message"])


def run(*command: str, **options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)  # type: ignore[call-overload,no-any-return]


def test_it_has_the_imports_and_the_programs_do_not_see_each_other(python: str):
    code = "import sys; print('email.message' in sys.modules, 'seen' in vars(sys)); sys.seen = 1"
    for _ in range(2):
        assert run(python, "-W", "ignore", "-c", code).stdout == "True False\n"


def test_arguments_environment_folder_and_files(python: str, tmp_path: Path):
    (tmp_path / "beside.py").write_text("WORD = 'beside'\n")
    (tmp_path / "script.py").write_text(
        "import os, sys, beside\n"
        "print(__name__, sys.argv[1:], os.environ['WORD'], os.getcwd())\n"
        "print(sys.stdin.read(), beside.WORD, sys.executable)\n"
        "print('wrong', file=sys.stderr)\n"
    )
    options = {"input": "given", "env": {"WORD": "own"}, "cwd": str(tmp_path)}
    said = f"__main__ ['a', 'b c'] own {tmp_path}\ngiven beside {python}\n"
    for place in (["script.py"], ["-m", "script"]):
        done = run(python, *place, "a", "b c", **options)  # type: ignore[arg-type]
        assert (done.stdout, done.stderr, done.returncode) == (said, "wrong\n", 0)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("raise SystemExit(3)", 3),
        ("1 / 0", 1),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("import atexit, os; atexit.register(os._exit, 4)", 4),
    ],
)
def test_it_ends_as_the_program_does(python: str, code: str, status: int):
    done = run(python, "-c", code)
    assert done.returncode == status
    assert ("ZeroDivisionError" in done.stderr) is ("/ 0" in code)


def test_what_it_does_not_know_python_does(python: str):
    assert run(python, "--version").stdout.startswith("Python 3")


def test_signals_reach_the_program(python: str, tmp_path: Path):
    code = "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(7)); open('up', 'w'); time.sleep(60)"
    program = subprocess.Popen([python, "-c", code], cwd=tmp_path)
    wait_until((tmp_path / "up").exists)
    program.terminate()
    assert program.wait(30) == 7


@pytest.mark.parametrize("whole_session", [False, True])
def test_no_program_is_left_behind(tmp_path: Path, whole_session: bool):
    """However whoever started it ended."""
    code = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
    starts = (
        "import subprocess, sys, time; from pathlib import Path; from tests.support.mlflow import share_python\n"
        f"python = share_python(Path({str(tmp_path)!r}) / 'python', lambda: sys.executable, [])\n"
        f"program = subprocess.Popen([python, '-c', {code!r}], cwd={str(tmp_path)!r})\n"
        "print(program.pid, flush=True); time.sleep(60)\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"}
    session = subprocess.Popen([sys.executable, "-c", starts], stdout=subprocess.PIPE, env=environment)
    assert session.stdout is not None
    with session, session.stdout:
        program = int(session.stdout.readline())
        running = int(wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text()))
        if whole_session:
            session.kill()
            session.wait()
        else:
            os.kill(program, signal.SIGKILL)
        wait_until(lambda: not is_running(running))
        session.kill()


def is_running(process: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    return False
