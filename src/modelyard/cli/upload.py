"""`modelyard upload-model`: a model that another program has saved becomes a version."""

from pathlib import Path
from typing import Annotated

import typer

from modelyard.cli import _format
from modelyard.cli._session import Session, command


def register(app: typer.Typer) -> None:
    """Add this command to `app`."""
    command(app, "upload-model")(upload_model)


def upload_model(
    session: Session,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The model; created if it does not exist.")],
    path: Annotated[Path, typer.Argument(help="The folder that MLflow or Ludwig has saved, or a zip file of it.")],
    *,
    description: Annotated[str, typer.Option("--description", "-d", help="What is special about the version.")] = "",
    semver: Annotated[
        str | None, typer.Option("--semver", help="Its semantic version, if not the smallest that is possible.")
    ] = None,
    alias: Annotated[list[str] | None, typer.Option("--alias", help="An alias for it; may be repeated.")] = None,
    ludwig: Annotated[
        bool, typer.Option("--ludwig", help="It is a model of Ludwig; told by the files if not.")
    ] = False,
) -> None:
    """Upload a model folder of MLflow or Ludwig, or a zip file of it, as the next version of a model."""
    with session.output.progress("Uploading") as bar:
        version = session.client.models.upload(
            model,
            path,
            model_format="ludwig" if ludwig else None,
            description=description,
            semver=semver,
            aliases=alias or (),
            progress=lambda sent, total: bar.update(
                sent / total if total else None, f"{_format.size(sent)} of {_format.size(total)}"
            ),
        )
    info = version.info
    files = f"{_format.count(info.file_count)} files, {_format.size(info.size_bytes)}"
    session.output.done(f"Uploaded {version.reference}: {files}", record=info, name=version.reference)
