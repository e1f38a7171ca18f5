"""Reading a table, without a server."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.support.reading import Reading, read_table


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Reading]:
    """Reads bytes (or text) under a file name."""
    return partial(read_table, tmp_path)
