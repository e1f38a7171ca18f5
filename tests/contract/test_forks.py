"""A forked process is one of its own: id, signals, exit code, environment, output. None outlives who started it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.support.forks import server_forker
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]


def end_with(arguments: list[str]) -> None:
    """Says who and where it is, then ends with the code that it was given."""
    sys.stdout.write(f"{os.getpid()} {os.environ.get('COLOR')} {Path.cwd()}\n")
    sys.stderr.write("an error\n")
    sys.exit(int(arguments[0]) if arguments[0].isdigit() else arguments[0])


def sleep(_arguments: list[str]) -> None:
    sys.stdout.write("asleep\n")
    sys.stdout.flush()
    time.sleep(60)


def start_sleeper(file: str) -> None:
    """What a test process does that is then killed."""
    process = server_forker().start("tests.contract.test_forks:sleep", [], output_file=Path(file))
    wait_until(lambda: "asleep" in Path(file).read_text())
    sys.stdout.write(f"{process.pid}\n")
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def test_it_has_an_exit_code_an_environment_and_output_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("COLOR", "blue")
    monkeypatch.chdir(tmp_path)
    done = server_forker().run("tests.contract.test_forks:end_with", ["3"], timeout=20)
    process_id, color, folder = done.stdout.split()
    assert done.returncode == 3
    assert int(process_id) != os.getpid()
    assert (color, folder) == ("blue", str(tmp_path))
    assert done.stderr == "an error\n"


def test_the_last_words_of_a_program_are_an_error():
    done = server_forker().run("tests.contract.test_forks:end_with", ["Goodbye."], timeout=20)
    assert (done.returncode, done.stderr) == (1, "an error\nGoodbye.\n")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, -15), (signal.SIGINT, -2)])
def test_signals_reach_it(tmp_path: Path, number: signal.Signals, code: int):
    file = tmp_path / "output"
    process = server_forker().start("tests.contract.test_forks:sleep", [], output_file=file)
    wait_until(lambda: "asleep" in file.read_text())
    assert process.poll() is None
    process.send_signal(number)
    assert process.wait(20) == code
    assert process.poll() == code


def test_none_outlives_who_started_it(tmp_path: Path):
    program = f"from tests.contract.test_forks import start_sleeper; start_sleeper({str(tmp_path / 'output')!r})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    wait_until(lambda: not psutil.pid_exists(int(done.stdout)))
