"""The one object that commands write through: for people, for programs (--json), or names only (--quiet)."""

import itertools
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from modelyard.cli import _format

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console

    from modelyard.cli._progress import Bar

T = TypeVar("T")


class Mode(StrEnum):
    HUMAN = "human"
    JSON = "json"
    QUIET = "quiet"


@dataclass(frozen=True)
class OutputColumn(Generic[T]):
    """A column of a table: its title, the text of its cell, and how to show it."""

    title: str
    text: Callable[[T], str]
    numeric: bool = False
    style: Callable[[T], str] | None = None


class Output:
    """Results go to stdout; progress, notes and errors go to stderr."""

    def __init__(self, mode: Mode) -> None:
        self.mode = mode

    def table(
        self,
        items: Iterable[T],
        columns: Sequence[OutputColumn[T]],
        *,
        record: Callable[[T], Any],
        name: Callable[[T], str],
        empty: str,
    ) -> None:
        """A list: a table in a terminal, tab-separated in a pipe, a JSON array, or a name per line."""
        if self.mode is Mode.JSON:
            self._print(_json([record(item) for item in items]))
            return
        # The first page is fetched before anything is written: an error leaves no half table.
        remaining = iter(items)
        items = itertools.chain(list(itertools.islice(remaining, 1)), remaining)
        if self.mode is Mode.QUIET:
            for item in items:
                self._print(name(item))
        elif sys.stdout.isatty():
            self._rich_table(list(items), columns, empty)
        else:
            self._print("\t".join(column.title for column in columns))
            for item in items:
                self._print("\t".join(_one_cell(column.text(item)) for column in columns))

    def fields(self, fields: Sequence[tuple[str, str]], *, record: Any, name: str) -> None:
        """One object: its fields, one JSON object, or its name. Fields without text are left out."""
        if self.mode is Mode.JSON:
            self._print(_json(record))
        elif self.mode is Mode.QUIET:
            self._print(name)
        else:
            shown = [(label, text) for label, text in fields if text]
            width = max((len(label) for label, _ in shown), default=0)
            for label, text in shown:
                first, *rest = _format.plain_lines(text)
                self._print(f"{label:<{width}}  {first}")
                for line in rest:
                    self._print(" " * (width + 2) + line)

    def section(self, title: str, items: Iterable[T], columns: Sequence[OutputColumn[T]]) -> None:
        """A further table below the fields of an object; for people only."""
        listed = list(items)
        if self.mode is Mode.HUMAN and listed:
            self._print(f"\n{title}")
            self.table(listed, columns, record=str, name=str, empty="")

    def done(self, message: str, *, record: Any, name: str) -> None:
        """The outcome: a sentence, a JSON object, or the name of the object that changed."""
        self._print({Mode.JSON: _json(record), Mode.QUIET: name}.get(self.mode, message))

    def line(self, text: str, *, record: Any) -> None:
        """One line of a stream: JSON Lines for programs."""
        self._print(
            json.dumps(_plain_json(record), ensure_ascii=False) if self.mode is Mode.JSON else _format.plain(text)
        )

    def raw(self, text: str) -> None:
        """The result itself, as text."""
        self._print(text)

    def note(self, text: str) -> None:
        """A remark beside the result; for people only."""
        if self.mode is Mode.HUMAN:
            self._print_error(text)

    def error(self, error: Exception) -> None:
        """The error, then a hint, then each problem of the input with its path."""
        message = getattr(error, "message", None) or _describe(error)
        hint = getattr(error, "hint", None)
        problems = getattr(error, "problems", [])
        if self.mode is Mode.JSON:
            detail = {
                "code": getattr(error, "code", None),
                "message": message,
                "hint": hint,
                "problems": [_plain_json(problem) for problem in problems],
                "request_id": getattr(error, "request_id", None),
            }
            self._print_error(json.dumps({"error": detail}, ensure_ascii=False))
            return
        self._print_error(f"error: {message}")
        if hint:
            self._print_error(f"hint: {hint}")
        for problem in problems:
            suggestion = f" ({problem.suggestion})" if problem.suggestion else ""
            if problem.message in message and not suggestion:
                continue
            self._print_error(f"  {problem.path}: {problem.message}{suggestion}")
        if getattr(error, "code", None) == "internal" and getattr(error, "request_id", None):
            self._print_error(f"request: {error.request_id}")  # type: ignore[attr-defined]

    @contextmanager
    def progress(self, title: str) -> Iterator["Bar"]:
        """A progress bar on stderr: drawn in a terminal, lines in a pipe, nothing unless for people."""
        from modelyard.cli._progress import open_bar  # noqa: PLC0415

        with open_bar(title, silent=self.mode is not Mode.HUMAN) as bar:
            yield bar

    def _rich_table(self, items: Sequence[T], columns: Sequence[OutputColumn[T]], empty: str) -> None:
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        if not items:
            self._print(empty)
            return
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for column in columns:
            table.add_column(column.title, justify="right" if column.numeric else "left", overflow="fold")
        for item in items:
            table.add_row(
                *(
                    Text(_one_cell(column.text(item)), style=column.style(item) if column.style else "")
                    for column in columns
                )
            )
        _console().print(table)

    @staticmethod
    def _print(text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    @staticmethod
    def _print_error(text: str) -> None:
        sys.stderr.write("\n".join(_format.plain_lines(text)) + "\n")
        sys.stderr.flush()


def _console() -> "Console":
    from rich.console import Console  # noqa: PLC0415

    return Console(file=sys.stdout, highlight=False)


def _one_cell(text: str) -> str:
    return " ".join(_format.plain(line) for line in text.replace("\t", " ").splitlines())


def _describe(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error) or type(error).__name__


def _json(value: Any) -> str:
    return json.dumps(_plain_json(value), indent=2, ensure_ascii=False)


def _plain_json(value: "BaseModel | Any") -> Any:
    if isinstance(value, list | tuple):
        return [_plain_json(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain_json(item) for key, item in value.items()}
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value
