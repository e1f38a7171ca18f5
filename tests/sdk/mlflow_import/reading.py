"""What the stock client sees."""

import fcntl
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.support import mlflow


@dataclass(frozen=True)
class Made:
    """A source, and what the stock client sees in it."""

    uri: str
    seen: dict[str, Any]


_SCRIPTS = Path(__file__).parent / "client"


def made_once(shared_folder: Path, name: str, make: Callable[[Path], Made]) -> Made:
    """Made in a folder of its own by whoever asks first, for all who run the tests of one session."""
    place = shared_folder / name
    place.mkdir(exist_ok=True)
    record = place / "made.json"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not record.exists():
            record.write_text(json.dumps(asdict(make(place))))
    return Made(**json.loads(record.read_text()))


def describe(python: str, uri: str, folder: Path, *options: str) -> dict[str, Any]:
    return _read("describe.py", python, uri, folder, *options)


def describe_traces(python: str, uri: str, folder: Path, *options: str) -> dict[str, Any]:
    return _read("describe_traces.py", python, uri, folder, *options)


def fill(python: str, uri: str, folder: Path, runs: int) -> Made:
    mlflow.run_script(python, _SCRIPTS / "fill.py", uri, runs, cwd=folder)
    return Made(uri, describe(python, uri, folder))


def make_traces(python: str, uri: str, folder: Path, count: int) -> Made:
    mlflow.run_script(python, _SCRIPTS / "fill_traces.py", uri, count, cwd=folder)
    return Made(uri, describe_traces(python, uri, folder))


def _read(script: str, python: str, uri: str, folder: Path, *options: str) -> dict[str, Any]:
    return dict(json.loads(mlflow.run_script(python, _SCRIPTS / script, uri, *options, cwd=folder)))
