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


_DESCRIBE = Path(__file__).parent / "client" / "describe.py"


def describe(python: str, uri: str, folder: Path, *options: str) -> dict[str, Any]:
    return dict(json.loads(mlflow.run_script(python, _DESCRIBE, uri, *options, cwd=folder)))
