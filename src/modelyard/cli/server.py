"""`modelyard up`, `verify`, `openapi`: the server's own program, in place of this one."""

import inspect
import os
import sys
from collections.abc import Callable, Collection
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from modelyard.cli._exit_codes import EPILOG
from modelyard.cli._session import ProjectOption, UrlOption
from modelyard.cli.verify import verify_version
from modelyard.settings import Setting, all_settings

ConfigOption = Annotated[Path | None, typer.Option("--config", help="A TOML file of settings.")]

_VERIFY_SETTINGS = ("data_dir", "database_url", "storage_url")


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.command("up", epilog=EPILOG)(with_settings(up, [setting.name for setting in all_settings()]))
    app.command("verify", epilog=EPILOG)(with_settings(verify, _VERIFY_SETTINGS))
    app.command("openapi", epilog=EPILOG)(openapi)


def up(*, config: ConfigOption = None, **settings: Any) -> None:
    """Start the server. Options win over MODELYARD_* variables, those over the file given with --config."""
    _become_server("run", *server_options(config=config, **settings))


def verify(
    version: Annotated[
        str | None,
        typer.Argument(
            metavar="[MODEL/N]", help="Only this version, through its server: iris/3, iris@prod or models:/iris/3."
        ),
    ] = None,
    *,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for programs.")] = False,
    url: UrlOption = None,
    project: ProjectOption = None,
    **settings: Any,
) -> None:
    """Check every stored file against its recorded SHA-256; needs no running server.

    Prints what is damaged, missing or orphaned. Exit code 1 when a file is damaged or missing.

    With a version, its server reads every file of it, and compares its list of files, its config and its metrics with
    what was recorded when it was finished.
    """
    if version is not None:
        verify_version(version, url, project, as_json=as_json)
        return
    _become_server("verify", *server_options(config=config, **settings), *(["--json"] if as_json else []))


def openapi() -> None:
    """Print the OpenAPI description of the native API."""
    _become_server("openapi")


def setting_option(setting: Setting) -> inspect.Parameter:
    """The option of a setting of the server, which the environment may set too."""
    option = typer.Option(
        setting.option,
        envvar=setting.variable,
        help=setting.help,
        min=setting.bounds.get("ge"),
        max=setting.bounds.get("le"),
    )
    kind, default = (bool, False) if setting.is_switch else (setting.kind | None, None)
    return inspect.Parameter(
        setting.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, option]
    )


def with_settings(command: Callable[..., None], names: Collection[str]) -> Callable[..., None]:
    """The command with an option for each setting of these names; it takes them as `**settings`."""

    @wraps(command)
    def run(**arguments: Any) -> None:
        command(**arguments)

    options = [setting_option(setting) for setting in all_settings() if setting.name in names]
    own = [
        parameter
        for parameter in inspect.signature(command).parameters.values()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    # Typer reads the options of a command from its signature.
    # Arguments by position stand before options.
    run.__signature__ = inspect.Signature(sorted([*options, *own], key=lambda parameter: parameter.kind))  # type: ignore[attr-defined]
    run.__annotations__ = {}
    return run


def server_options(**values: str | float | bool | Path | None) -> list[str]:
    """Options of the server's program for the values that are set and the switches that are on."""
    set_values = {name: value for name, value in values.items() if value is not None and value is not False}
    options = {f"--{name.replace('_', '-')}": value for name, value in set_values.items()}
    return [option if value is True else f"{option}={value}" for option, value in options.items()]


def server_command(*words: str) -> list[str]:
    """The server's program under this interpreter."""
    return [sys.executable, "-m", "modelyard.server", *words]


def _become_server(*words: str) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    # The same process goes on as the server, so that signals and exit codes are the server's own.
    os.execv(sys.executable, server_command(*words))  # noqa: S606
