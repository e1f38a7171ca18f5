"""What the stock client sees."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import mlflow


@dataclass(frozen=True)
class Made:
    """A source, and what the stock client sees in it."""

    uri: str
    seen: dict[str, Any]


_SCRIPTS = Path(__file__).parent / "client"


def describe(python: str, uri: str, folder: Path, *options: str) -> dict[str, Any]:
    return _read("describe.py", python, uri, folder, *options)


def describe_traces(python: str, uri: str, folder: Path, *options: str) -> dict[str, Any]:
    return _read("describe_traces.py", python, uri, folder, *options)


def make_traces(python: str, uri: str, folder: Path, count: int) -> Made:
    mlflow.run_script(python, _SCRIPTS / "fill_traces.py", uri, count, cwd=folder)
    return Made(uri, describe_traces(python, uri, folder))


def _read(script: str, python: str, uri: str, folder: Path, *options: str) -> dict[str, Any]:
    return dict(json.loads(mlflow.run_script(python, _SCRIPTS / script, uri, *options, cwd=folder)))
