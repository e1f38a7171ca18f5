"""The session of a command: common options, client, output, and the exit codes of errors."""

import contextlib
import inspect
import sys
from collections.abc import Callable
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec

import typer

from modelyard.cli._exit_codes import EPILOG, ExitCode, exit_code_of
from modelyard.cli._output import Mode, Output

if TYPE_CHECKING:
    from modelyard.sdk import Client

P = ParamSpec("P")

_PANEL = "Common options"
_FILE_PANEL = "As a file"


class FileFormat(StrEnum):
    """How a table is written for other programs."""

    CSV = "csv"
    PARQUET = "parquet"


class Session:
    """One run of one command."""

    def __init__(self, output: Output, url: str | None, project: str | None) -> None:
        self.output = output
        self.file_format: FileFormat | None = None
        self.columns: list[str] = []
        self._url = url
        self._project = project
        self._opened = contextlib.ExitStack()

    @cached_property
    def client(self) -> "Client":
        """The client of the chosen server and project; the SDK is imported at first use."""
        from modelyard.sdk import Client  # noqa: PLC0415

        return self._opened.enter_context(Client(self._url, self._project))

    def in_project(self, project: str, *, create: bool) -> "Client":
        """A client of another project; `create` creates the project if it does not exist."""
        from modelyard.sdk import AlreadyExistsError, Client  # noqa: PLC0415

        client = self._opened.enter_context(Client(self._url, project))
        if create:
            with contextlib.suppress(AlreadyExistsError):
                client.projects.create(project)
        return client

    def wrote_file(self, table: str, **choice: Any) -> bool:
        """Write a table of the API to stdout if --output names a format; `choice` selects its rows."""
        if self.file_format is None:
            if self.columns:
                raise typer.BadParameter("--column goes with --output csv and --output parquet")
            return False
        if self.file_format is FileFormat.PARQUET and sys.stdout.isatty():
            raise typer.BadParameter("Parquet is not for a terminal: write it to a file, as in `> table.parquet`.")
        sys.stdout.flush()
        self.client.export(table, sys.stdout.buffer, format=self.file_format.value, columns=self.columns, **choice)
        sys.stdout.buffer.flush()
        return True

    def close(self) -> None:
        """Close the connections to the server."""
        self._opened.close()


def new_app(help_text: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(
        help=help_text,
        epilog=EPILOG,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def command(
    app: typer.Typer, name: str, *, lists: bool = False, **options: Any
) -> Callable[[Callable[Concatenate[Session, P], None]], Callable[Concatenate[Session, P], None]]:
    """Make a function a command of `app`. Its first parameter gets the Session; the others become options.

    A command that `lists` a table can also write it as a file.
    """

    def register(function: Callable[Concatenate[Session, P], None]) -> Callable[Concatenate[Session, P], None]:
        app.command(name, epilog=EPILOG, **options)(_with_session(function, lists=lists))
        return function

    return register


UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url",
        envvar="MODELYARD_URL",
        help="The server; http://127.0.0.1:7300 unless set.",
        rich_help_panel=_PANEL,
    ),
]
ProjectOption = Annotated[
    str | None,
    typer.Option(
        "--project", envvar="MODELYARD_PROJECT", help="The project; `default` unless set.", rich_help_panel=_PANEL
    ),
]


def _common(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for programs.", rich_help_panel=_PANEL)] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Write names only.", rich_help_panel=_PANEL)] = False,
    url: UrlOption = None,
    project: ProjectOption = None,
) -> Session:
    if as_json and quiet:
        raise typer.BadParameter("--json and --quiet cannot be combined")
    mode = Mode.JSON if as_json else Mode.QUIET if quiet else Mode.HUMAN
    return Session(Output(mode), url, project)


def _as_file(
    session: Session,
    *,
    output: Annotated[
        FileFormat | None,
        typer.Option("--output", "-o", help="Write the table as CSV or Parquet.", rich_help_panel=_FILE_PANEL),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            help="Only this column of the file, such as name or metrics.loss; again for more.",
            rich_help_panel=_FILE_PANEL,
        ),
    ] = None,
) -> None:
    if output is not None and session.output.mode is not Mode.HUMAN:
        raise typer.BadParameter("--output excludes --json and --quiet")
    session.file_format, session.columns = output, column or []


def _with_session(function: Callable[Concatenate[Session, P], None], *, lists: bool) -> Callable[..., None]:
    own = list(inspect.signature(function).parameters.values())[1:]
    common = list(inspect.signature(_common).parameters.values())
    of_file = list(inspect.signature(_as_file).parameters.values())[1:] if lists else []

    def run(**arguments: Any) -> None:
        session = _common(**{parameter.name: arguments.pop(parameter.name) for parameter in common})
        _as_file(session, **{parameter.name: arguments.pop(parameter.name) for parameter in of_file})
        run_session(session, lambda: function(session, **arguments))  # type: ignore[call-arg]

    # Typer reads the parameters of a command from its signature.
    run.__signature__ = inspect.Signature(own + of_file + common)  # type: ignore[attr-defined]
    run.__annotations__ = {}
    run.__doc__ = function.__doc__
    run.__name__ = function.__name__
    return run


def run_session(session: Session, action: Callable[[], None]) -> None:
    """Run a command; its errors become messages and exit codes."""
    try:
        action()
    except KeyboardInterrupt:
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    except BrokenPipeError:
        raise
    except Exception as error:
        if not isinstance(error, OSError) and not _is_client_error(error):
            raise
        session.output.error(error)
        raise typer.Exit(exit_code_of(error)) from None
    finally:
        session.close()


def _is_client_error(error: Exception) -> bool:
    from modelyard.sdk import ModelyardError  # noqa: PLC0415

    return isinstance(error, ModelyardError)
