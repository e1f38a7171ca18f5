"""A Python that has its imports already does what a Python does."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.support.forks import ReadyPython, own_python
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
SLEEP = "import time; print('asleep', flush=True); time.sleep(60)"


@pytest.fixture(scope="module")
def ready() -> ReadyPython:
    return own_python(sys.executable, "email.message", "ensurepip.__main__")


@pytest.fixture(scope="module")
def python(ready: ReadyPython) -> str:
    return ready.executable


def run(*command: str, **options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)  # type: ignore[call-overload,no-any-return]


def test_it_has_the_imports_and_the_programs_do_not_see_each_other(python: str):
    code = "import sys; print('email.message' in sys.modules, 'seen' in vars(sys)); sys.seen = 1"
    for _ in range(2):
        assert run(python, "-W", "ignore", "-c", code).stdout == "True False\n"


def test_a_program_that_was_imported_is_executed_in_each_fork(ready: ReadyPython):
    for _ in range(2):
        done = ready.run(["-m", "ensurepip", "--version"], timeout=20)
        assert (done.stdout[:4], done.stderr) == ("pip ", "")


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
        "import os, subprocess, sys, time; from pathlib import Path; from tests.support.forks import shared_python\n"
        f"ready = shared_python(Path({str(tmp_path)!r}) / 'python', lambda: sys.executable, [], os.environ)\n"
        f"program = subprocess.Popen([ready.executable, '-c', {code!r}], cwd={str(tmp_path)!r})\n"
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


def test_a_fork_has_an_exit_code_an_environment_and_output_of_its_own(
    ready: ReadyPython, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("COLOR", "blue")
    monkeypatch.chdir(tmp_path)
    code = "import os, sys; print(os.getpid(), os.environ['COLOR'], os.getcwd()); sys.exit('Goodbye.')"
    done = ready.run(["-c", code], timeout=20)
    process_id, color, folder = done.stdout.split()
    assert (done.returncode, done.stderr) == (1, "Goodbye.\n")
    assert int(process_id) != os.getpid()
    assert (color, folder) == ("blue", str(tmp_path))


def test_a_fork_has_the_input_and_the_python_that_it_was_given(ready: ReadyPython, tmp_path: Path):
    (tmp_path / "input").write_text("[1]")
    with (tmp_path / "input").open() as file:
        done = ready.run(["-m", "json.tool", "--compact"], timeout=20, input_file=file.fileno())
    assert (done.stdout, done.stderr) == ("[1]\n", "")
    output = tmp_path / "output"
    assert (
        ready.start(["-c", "import sys; print(sys.executable)"], output_file=output, executable="/my/python").wait(20)
        == 0
    )
    assert output.read_text() == "/my/python\n"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_signals_reach_a_fork(ready: ReadyPython, tmp_path: Path, number: signal.Signals):
    file = tmp_path / "output"
    process = ready.start(["-c", SLEEP], output_file=file)
    wait_until(lambda: "asleep" in file.read_text())
    assert process.poll() is None
    process.send_signal(number)
    assert process.wait(20) == -number
    assert process.poll() == -number


def test_no_fork_outlives_who_started_it(tmp_path: Path):
    file = tmp_path / "output"
    starts = (
        "import os, signal, sys; from pathlib import Path; from tests.support.forks import own_python\n"
        "from tests.support.waiting import wait_until\n"
        f"file = Path({str(file)!r})\n"
        f"process = own_python(sys.executable).start(['-c', {SLEEP!r}], output_file=file)\n"
        "wait_until(lambda: 'asleep' in file.read_text())\n"
        "print(process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", starts], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    wait_until(lambda: not is_running(int(done.stdout)))


def test_what_cannot_be_imported_is_told(tmp_path: Path):
    with pytest.raises(RuntimeError, match="No module named 'nobody_made_it'"):
        own_python(sys.executable, "nobody_made_it").start(["-c", ""], output_file=tmp_path / "output")
