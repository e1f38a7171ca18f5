"""`modelyard reproduce`: does the same come out when a version is trained again?"""

from typing import TYPE_CHECKING, Annotated

import typer

from modelyard.cli import _format
from modelyard.cli._exit_codes import ExitCode
from modelyard.cli._session import Session, command
from modelyard.cli._views import VersionArgument
from modelyard.cli.train import follow

if TYPE_CHECKING:
    from modelyard.wire.reproduction import Reproduction


def register(app: typer.Typer) -> None:
    """Add this command to `app`."""
    command(app, "reproduce")(reproduce)


def reproduce(
    session: Session,
    version: VersionArgument,
    *,
    tolerance: Annotated[
        float, typer.Option("--tolerance", help="The largest difference of a metric, absolute or relative.", min=0)
    ] = 1e-6,
) -> None:
    """Train a version again from its recorded config, data and seed, and say whether the same came out.

    Names the packages that differ before it trains. Exit code 1 when the model has drifted or the training failed.
    """
    original = session.client.resolve(version)
    started = original.start_reproduction(tolerance=tolerance)
    for note in started.notes:
        session.output.note(f"note: {note}")
    for package in started.packages:
        session.output.note(f"note: {package.name} was {package.recorded} and is {package.present or 'not installed'}")
    copy = session.client.models(started.version.model).version(started.version.number)
    session.output.note(f"Training {copy.reference} as {original.reference} was trained")
    follow(session, copy)
    reproduction = copy.reproductions()[-1]
    session.output.fields(_fields(reproduction), record=reproduction, name=copy.reference)
    if reproduction.verdict not in ("bit_equal", "within_tolerance"):
        raise typer.Exit(ExitCode.FAILED)


def _fields(reproduction: "Reproduction") -> list[tuple[str, str]]:
    return [
        ("Verdict", str(reproduction.verdict or "unknown")),
        ("Version", f"{reproduction.version.model}/{reproduction.version.number}"),
        ("Original", f"{reproduction.original.model}/{reproduction.original.number}"),
        ("Because", " ".join(reproduction.reasons)),
        (
            "Metrics",
            ", ".join(
                f"{each.split} {each.name} {_format.number(each.before)} -> {_format.number(each.after)}"
                for each in reproduction.metrics
            ),
        ),
    ]
