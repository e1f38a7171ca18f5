"""`modelyard completion`: the script that makes a shell complete commands and options."""

import os
from enum import StrEnum
from typing import Annotated

import typer

from modelyard.cli._exit_codes import EPILOG

_PROGRAM = "modelyard"
_VARIABLE = "_MODELYARD_COMPLETE"


class Shell(StrEnum):
    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


def register(app: typer.Typer) -> None:
    """Add this command to `app`, and answer requests of the shell for completions."""
    app.command("completion", epilog=EPILOG)(completion)
    if _VARIABLE in os.environ:
        from typer._completion_classes import completion_init  # noqa: PLC0415 - has no public name

        completion_init()


def completion(
    shell: Annotated[Shell, typer.Argument(help="The shell to complete in.")],
) -> None:
    """Print a completion script. For bash: eval "$(modelyard completion bash)"."""
    from typer._completion_shared import get_completion_script  # noqa: PLC0415 - has no public name

    typer.echo(get_completion_script(prog_name=_PROGRAM, complete_var=_VARIABLE, shell=shell.value))
