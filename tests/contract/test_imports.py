"""What starts often imports what it needs, and little else.

Counted are modules, which are the same on every machine, and not milliseconds. Where a bound is passed, `python -X
importtime` of the program says what came, and by whom: import it where it is used, or raise the bound with a reason.
"""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.imports import OBSERVED, ObservedServer, imported
from tests.support.ingesting import ingest_task
from tests.support.program import PROGRAM
from tests.support.server import ModelyardServer, environment_without_settings
from tests.support.waiting import wait_until

pytestmark = pytest.mark.footprint

ROWS = b"x,colour,y\n" + b"".join(b"%d,%s,%d\n" % (n, b"red" if n % 3 else b"blue", n % 2) for n in range(60))
TABLES = {"duckdb", "fsspec", "numpy", "pandas", "pyarrow"}
LEARNING = {"joblib", "lightgbm", "mlflow", "scipy", "skops", "sklearn"}
TERMINAL = {"pygments", "rich", "typer"}


def check(modules: set[str], *, needs: str, does_without: set[str], at_most: int) -> None:
    """The bound is a little above what there was when it was set; `needs` shows that anything was observed."""
    assert needs in modules
    assert {name for name in modules if name in does_without or name.partition(".")[0] in does_without} == set()
    assert len(modules) <= at_most


def run(*command: str, **environment: str) -> set[str]:
    """What a program imports until it ends."""
    ended = subprocess.run(
        [*OBSERVED, *command],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment_without_settings() | environment,
    )
    return imported(ended.stderr)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., ModelyardServer]]:
    """Starts a server on SQLite, with a database of the newest schema, as most have at every start but the first."""
    with ExitStack() as stack:

        def begin(kind: type[ModelyardServer] = ModelyardServer, **settings: Path) -> ModelyardServer:
            server = kind(tmp_path / "server", None, **settings)
            stack.callback(server.stop)
            return server.start()

        yield begin


def test_a_server_until_it_answers(start: Callable[..., ObservedServer]):
    modules = start(ObservedServer).imported()
    other_uses = {"alembic", "cryptography", "google", "httpx", "lark", "psycopg", "psycopg_pool", "yaml"}
    check(modules, needs="fastapi", does_without=other_uses | TABLES | LEARNING | TERMINAL, at_most=930)


def test_the_help_of_the_command_line():
    modules = run(*PROGRAM[1:], "--help")
    others = {"fastapi", "httpx", "modelyard.sdk", "modelyard.server", "modelyard.wire", "pydantic", "sqlalchemy"}
    check(modules, needs="typer", does_without=others | TABLES | LEARNING, at_most=230)


def test_the_command_line_until_it_becomes_the_server(tmp_path: Path):
    modules = run(*PROGRAM[1:], "verify", "--data-dir", str(tmp_path))
    others = {"fastapi", "httpx", "modelyard.sdk", "modelyard.server", "modelyard.wire", "rich", "sqlalchemy"}
    check(modules, needs="typer", does_without=others | TABLES | LEARNING, at_most=130)


def test_a_command_that_asks_a_server(start: Callable[..., ModelyardServer]):
    modules = run(*PROGRAM[1:], "models", "list", "--url", start().url)
    check(modules, needs="httpx", does_without={"modelyard.server", "sqlalchemy"} | TABLES | LEARNING, at_most=350)


def test_reading_a_table(tmp_path: Path):
    folder = tmp_path / "task"
    folder.mkdir()
    task = ingest_task(folder, ROWS)
    with (
        (tmp_path / "errors").open("wb") as errors,
        subprocess.Popen(
            [*OBSERVED, "-m", "modelyard.worker.ingest"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        # Its end would tell the process that the server has ended.
        process.stdin.write(task.model_dump_json() + "\n")
        process.stdin.flush()
        assert '"row_count":60' in process.stdout.read()
    modules = imported((tmp_path / "errors").read_text())
    others = (TABLES - {"duckdb"}) | {"httpx", "yaml"}
    check(modules, needs="duckdb", does_without=others | LEARNING | TERMINAL, at_most=130)


def test_a_worker_until_it_has_asked_for_its_job(start: Callable[..., ModelyardServer]):
    where = {"MODELYARD_URL": start().url, "MODELYARD_JOB_TOKEN": "not-one"}
    modules = run("-m", "modelyard.worker", "run", "--job=none", **where)
    check(modules, needs="httpx", does_without={"yaml"} | TABLES | LEARNING, at_most=245)


def test_boosting_trees_and_predicting_with_them_does_without_scikit_learn(
    tmp_path: Path, start: Callable[..., ModelyardServer]
):
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {" ".join(OBSERVED)} "$@" 2>{tmp_path}/$$.imports\n')
    python.chmod(0o755)
    server = start(worker_python=python)
    project = "projects/default"
    with server.client() as http:
        http.post(f"{project}/datasets/t/versions", params={"filename": "t.csv"}, content=ROWS).raise_for_status()
        config = http.post(f"{project}/config/detect", json={"dataset": "t", "target": "y"}).json()["config"]
        given = {"config": {**config, "model_type": "gbm", "trainer": {"num_boost_round": 2}}, "dataset": "t"}
        http.post(f"{project}/models/m/versions", json=given).raise_for_status()
        version = f"{project}/models/m/versions/1"
        wait_until(lambda: http.get(version).json()["status"] in ("Ready", "Failed"), 90)
        http.post(f"{version}/predict", json={"rows": [{"x": 3, "colour": "red"}]}).raise_for_status()
    server.stop()
    trained, predicted = sorted((imported(file.read_text()) for file in tmp_path.glob("*.imports")), key=len)[::-1]
    assert {"lightgbm.basic", "mlflow.pyfunc"} <= trained
    # LightGBM asks for `sklearn` itself, which is written down, too, and is told that there is none.
    assert {name for name in trained | predicted if name.startswith(("sklearn.", "skops"))} == set()
    check(predicted, needs="lightgbm.basic", does_without={"joblib", "mlflow", "scipy.stats"}, at_most=925)
