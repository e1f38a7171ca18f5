"""`modelyard predict` and `modelyard download`: using a version."""

import warnings
from pathlib import Path
from typing import Annotated

import typer

from modelyard.cli import _format
from modelyard.cli._session import Session, command
from modelyard.cli._views import VersionArgument


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    command(app, "predict")(predict)
    command(app, "download")(download)


def predict(
    session: Session,
    version: VersionArgument,
    rows: Annotated[
        Path, typer.Argument(help="The rows: a .csv, .parquet, .tsv, .jsonl or .json file, also packed as .gz or .zst.")
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The .csv or .parquet file to write; ROWS.predictions.csv unless given."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse rows that lack an input of the model.")] = False,
) -> None:
    """Predict the rows of a file, in a worker of the server."""
    from modelyard.sdk import MissingInputsWarning  # noqa: PLC0415 - the SDK takes its time to load

    found = session.client.resolve(version)
    with session.output.progress("Predicting") as bar:
        bar.update(None, f"with {found.reference}")
        with warnings.catch_warnings(record=True) as noticed:
            warnings.simplefilter("always", MissingInputsWarning)
            path = found.predict(rows, output=output, strict=strict)
    missing = [each.message for each in noticed if isinstance(each.message, MissingInputsWarning)]
    for message in missing:
        session.output.note(f"Warning: {message}. Use --strict to refuse such rows.")
    session.output.done(
        f"The predictions of {found.reference} are in {path}",
        record={
            "version": found.reference,
            "path": str(path),
            "missing_inputs": missing[0].names if missing else [],
        },
        name=str(path),
    )


def download(
    session: Session,
    version: VersionArgument,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The folder to make; MODEL-N unless given.")
    ] = None,
) -> None:
    """Download a version as an MLflow model folder, every file's digest checked."""
    found = session.client.resolve(version)
    with session.output.progress("Downloading") as bar:

        def progress(received: int, total: int) -> None:
            bar.update(
                received / total if total else None, f"receiving, {_format.size(received)} of {_format.size(total)}"
            )

        folder = found.download(output or Path(f"{found.model}-{found.number}"), progress=progress)
    session.output.done(
        f"{found.reference} is in {folder}. Load it: mlflow.pyfunc.load_model({str(folder)!r})",
        record={"version": found.reference, "path": str(folder)},
        name=str(folder),
    )
