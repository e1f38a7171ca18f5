"""Progress on stderr: a bar in a terminal, a line at each change of words in a pipe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from modelyard.cli import _format


class Bar(Protocol):
    """A display of progress."""

    def update(self, fraction: float | None, words: str) -> None:
        """Show `fraction` (0 to 1, or None when it is unknown) and the present step."""


class _Silent:
    def update(self, fraction: float | None, words: str) -> None:
        pass


class _Lines:
    """For a log file or a pipe: a line whenever the text before its first comma changes."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._last = ""

    def update(self, fraction: float | None, words: str) -> None:  # noqa: ARG002 - Bar's signature
        stage = words.partition(",")[0]
        if stage != self._last:
            self._last = stage
            sys.stderr.write(f"{self._title}: {_format.plain(stage)}\n")
            sys.stderr.flush()


@contextmanager
def open_bar(title: str, *, silent: bool) -> Iterator[Bar]:
    """A bar until the block ends."""
    if silent:
        yield _Silent()
    elif not sys.stderr.isatty():
        yield _Lines(title)
    else:
        with _drawn(title) as bar:
            yield bar


@contextmanager
def _drawn(title: str) -> Iterator[Bar]:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[words]}", markup=False),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr, highlight=False),
    )

    class Drawn:
        def update(self, fraction: float | None, words: str) -> None:
            progress.update(task, total=None if fraction is None else 1.0, completed=fraction or 0.0, words=words)

    with progress:
        task = progress.add_task(Text(title).plain, total=None, words="")
        yield Drawn()
