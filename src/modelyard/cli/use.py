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
        typer.Option("--output", "-o", help="The .csv or .parquet file to write. Default: ROWS.predictions.csv."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse rows that lack an input of the model.")] = False,
) -> None:
    """Predict the rows of a file, in a worker of the server."""
    from modelyard.sdk import MissingInputsWarning  # noqa: PLC0415 - the SDK takes its time to load

    model_version = session.client.resolve(version)
    with session.output.progress("Predicting") as bar:
        bar.update(None, f"with {model_version.reference}")
        with warnings.catch_warnings(record=True) as noticed:
            warnings.simplefilter("always", MissingInputsWarning)
            path = model_version.predict(rows, output=output, strict=strict)
    missing = [each.message for each in noticed if isinstance(each.message, MissingInputsWarning)]
    for message in missing:
        session.output.note(f"Warning: {message}. Use --strict to refuse such rows.")
    session.output.done(
        f"The predictions of {model_version.reference} are in {path}",
        record={
            "version": model_version.reference,
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
        Path | None, typer.Option("--output", "-o", help="The folder to create. Default: MODEL-N.")
    ] = None,
) -> None:
    """Download a version as an MLflow model folder and check the digest of every file."""
    model_version = session.client.resolve(version)
    with session.output.progress("Downloading") as bar:

        def progress(received: int, total: int) -> None:
            bar.update(
                received / total if total else None, f"receiving, {_format.size(received)} of {_format.size(total)}"
            )

        folder = model_version.download(
            output or Path(f"{model_version.model}-{model_version.number}"), progress=progress
        )
    session.output.done(
        f"{model_version.reference} is in {folder}. Load it: mlflow.pyfunc.load_model({str(folder)!r})",
        record={"version": model_version.reference, "path": str(folder)},
        name=str(folder),
    )
