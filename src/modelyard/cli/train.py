"""`modelyard train`, `logs`, `cancel`: making versions and watching them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from modelyard.cli import _format
from modelyard.cli._exit_codes import ExitCode
from modelyard.cli._session import Session, command
from modelyard.cli._views import VersionArgument, metric_text, show_metrics, show_warnings

if TYPE_CHECKING:
    from modelyard.sdk import DatasetVersion, Version
    from modelyard.sdk._config import Config


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    command(app, "train")(train)
    command(app, "logs")(logs)
    command(app, "cancel")(cancel)


def train(
    session: Session,
    config: Annotated[
        Path | None,
        typer.Argument(help="A YAML or JSON file. Without it the server proposes a config for --target."),
    ] = None,
    *,
    dataset: Annotated[
        str, typer.Option("--dataset", metavar="DATASET[@N]", help="The data: iris@2, or iris for its latest.")
    ],
    model: Annotated[str, typer.Option("--model", help="The model to add a version to; created if it does not exist.")],
    target: Annotated[
        str | None, typer.Option("--target", help="The column to predict, if there is no config.")
    ] = None,
    trainer: Annotated[
        str | None, typer.Option("--trainer", help="The trainer of the proposed config, such as gbm or linear.")
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help="Where to train.")] = "local",
    description: Annotated[str, typer.Option("--description", "-d", help="A description of this version.")] = "",
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until the training has ended.")] = True,
) -> None:
    """Train a new version of a model."""
    if config is not None and (target is not None or trainer is not None):
        raise typer.BadParameter("a config names its own target and trainer", param_hint="--target")
    if config is None and target is None:
        raise typer.BadParameter("give a config file, or --target to have one proposed", param_hint="CONFIG")
    data = session.client.datasets.resolve(dataset)
    chosen: Config = config or _propose(session, data, str(target), trainer)
    version = session.client.models(model).train(chosen, data, description=description, engine=engine, wait=False)
    if wait:
        session.output.note(f"Training {version.reference} on {data.reference}")
        follow(session, version)
    finish(session, version)


def logs(
    session: Session,
    version: VersionArgument,
    *,
    follow_log: Annotated[
        bool, typer.Option("--follow", "-f", help="Follow the log until the training has ended.")
    ] = False,
    search: Annotated[str | None, typer.Option("--search", help="Only lines that contain this text.")] = None,
) -> None:
    """Show the log of a version. --follow reconnects after a lost connection and misses no line."""
    for line in session.client.resolve(version).log(follow=follow_log, search=search):
        session.output.line(f"{line.at.astimezone():%H:%M:%S} {line.text}", record=line)


def cancel(session: Session, version: VersionArgument) -> None:
    """Stop a training."""
    canceled = session.client.resolve(version).cancel()
    session.output.done(f"{canceled.reference} is {canceled.status}", record=canceled.info, name=canceled.reference)


def follow(session: Session, version: "Version") -> None:
    """Show the progress of a training until it has ended. After Ctrl-C the training goes on, and a note says so."""
    try:
        with session.output.progress(version.reference) as bar:
            version.wait(lambda now: bar.update(*_progress_of(now)), raise_on_failure=False)
    except KeyboardInterrupt:
        session.output.note(
            f"\n{version.reference} goes on. Follow it: modelyard logs -f {version.reference}. "
            f"Stop it: modelyard cancel {version.reference}"
        )
        raise


def finish(session: Session, version: "Version") -> None:
    """Print how the training ended, or that it goes on; exit with 1 if it failed or was canceled."""
    info = version.info
    if version.is_moving:
        message = f"{version.reference} is {version.status}. Follow it: modelyard logs -f {version.reference}"
    else:
        metric = f", {info.metric.split} {metric_text(info.metric)}" if info.metric else ""
        message = f"{version.reference} is {version.status} after {_format.duration(info.duration_ms)}{metric}"
    session.output.done(message, record=info, name=version.reference)
    show_metrics(session.output, info.metrics)
    show_warnings(session.output, info.warnings)
    if str(version.status) in {"Failed", "Canceled"}:
        if info.error is not None:
            session.output.note(f"error: {info.error.step}: {info.error.message}")
            session.output.note(f"hint: its log is in: modelyard logs {version.reference}")
        raise typer.Exit(ExitCode.FAILED)


def _propose(session: Session, data: "DatasetVersion", target: str, trainer: str | None) -> "Config":
    detected = data.detect_config(target, trainer=trainer)
    for note in detected.notes:
        session.output.note(f"note: {note}")
    show_warnings(session.output, detected.warnings)
    return detected.config


def _progress_of(version: "Version") -> tuple[float | None, str]:
    progress = version.progress
    if progress is None:
        position = version.info.queue_position
        return None, str(version.status) + (f", {position} in the queue" if position else "")
    words = [str(version.status), progress.message]
    if progress.remaining_ms is not None:
        words.append(f"about {_format.duration(progress.remaining_ms)} left")
    return progress.fraction, ", ".join(word for word in words if word)
