"""`python -m modelyard.cli.reference` prints docs/reference/cli.md; a test keeps the page up to date."""

import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import typer

from modelyard.cli._exit_codes import MEANINGS
from modelyard.cli.main import app

_INTRODUCTION = """# The command line

`modelyard` speaks to a server like any other client; only `up`, `demo`, `verify` and `openapi` work on this machine.
Made by `python -m modelyard.cli.reference` from the commands themselves.

## Everywhere

- `--url` (or `MODELYARD_URL`) names the server, `--project` (or `MODELYARD_PROJECT`) the project, `MODELYARD_TOKEN` a
  bearer token.
- In a terminal, lists are tables; in a pipe, the same columns separated by tabs. `--json` writes JSON: an array for a
  list, an object for one thing, a line per item for `logs`. `--quiet` writes names only, such as `iris@2` or `iris/3`.
- Results go to standard output; progress, notes and errors to standard error. With `--json` an error is an object
  `{"error": {"code", "message", "hint", "problems", "request_id"}}`.
- A dataset version is written `iris@2`, or `iris` for its latest. A model version is written `iris/3`, `iris/latest`,
  `models:/iris/3` or `models:/iris/latest`.
- `--help` (or `-h`) after any command shows its options.
"""

_COMMON = {"--json", "--quiet", "--url", "--project"}
_EVERYWHERE = {"--help"}


def page() -> str:
    """The whole page as Markdown."""
    lines = [_INTRODUCTION, "## Exit codes\n", "| code | meaning |", "| --- | --- |"]
    lines += [f"| {code.value} | {meaning} |" for code, meaning in MEANINGS.items()]
    for words, command in commands():
        lines += ["", f"## {' '.join(words)}\n", *_describe(words, command)]
    return "\n".join(lines) + "\n"


def commands() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group, with the words that call it, in the order of `--help`."""
    yield from _walk(("modelyard",), typer.main.get_command(app))


def _walk(words: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield words, command
    for name, child in getattr(command, "commands", {}).items():
        yield from _walk((*words, name), child)


def _describe(words: tuple[str, ...], command: Any) -> list[str]:
    lines = [_one_paragraph(text) for text in (command.help or "").split("\n\n")]
    lines = [line for text in lines for line in (text, "")]
    if getattr(command, "commands", None):
        lines += [f"- `{' '.join((*words, name))}`: {_first_line(child)}" for name, child in command.commands.items()]
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [
        param for param in command.params if param.param_type_name == "option" and param.opts[0] not in _EVERYWHERE
    ]
    own = [option for option in options if option.opts[0] not in _COMMON or len(words) == 1]
    common = [option for option in options if option not in own]
    if arguments or own:
        lines += ["", "| argument or option | meaning |", "| --- | --- |"]
        lines += [f"| {_names(param)} | {_meaning(param)} |" for param in (*arguments, *own)]
    if common:
        lines += ["", f"Also {', '.join(_names(option) for option in common)}."]
    return [line for index, line in enumerate(lines) if line or (index and lines[index - 1])]


def _names(param: Any) -> str:
    if param.param_type_name == "argument":
        name = param.metavar or param.name.upper()
        return f"`{name}`" if param.required else f"`[{name}]`"
    value = "" if param.is_flag else f" {param.metavar or _type_name(param)}"
    return ", ".join(f"`{name}{value}`" for name in (*param.opts, *param.secondary_opts))


def _type_name(param: Any) -> str:
    return {int: "N", float: "NUMBER", Path: "PATH"}.get(param.type_descriptor.annotation, "TEXT")


def _meaning(param: Any) -> str:
    parts = [(param.help or "").replace("|", "\\|")]
    if param.required and param.param_type_name == "option":
        parts.append("Required.")
    if param.default not in (None, False, "", ...) and not param.required:
        parts.append(f"Default: `{str(param.default).lower() if isinstance(param.default, bool) else param.default}`.")
    kind = param.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        parts.append(f"One of {', '.join(f'`{choice.value}`' for choice in kind)}.")
    if param.envvar:
        parts.append(f"Environment: `{param.envvar}`.")
    return " ".join(parts)


def _one_paragraph(text: str) -> str:
    return " ".join(text.split())


def _first_line(command: Any) -> str:
    return _one_paragraph((command.help or "").split("\n\n")[0])


if __name__ == "__main__":
    sys.stdout.write(page())
