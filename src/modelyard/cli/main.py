"""`modelyard`: the command line."""

from typing import Annotated

import typer

from modelyard._version import __version__
from modelyard.cli import (
    aliases,
    completion,
    datasets,
    demo,
    diff,
    lineage,
    models,
    observe,
    projects,
    reproduce,
    server,
    suggest,
    train,
    upload,
    use,
    versions,
    webhooks,
)
from modelyard.cli._session import new_app
from modelyard.cli.import_ import exporting, importing

app = new_app("Keep, train, compare and use the versions of your models.")


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"modelyard {__version__}")
        raise typer.Exit


@app.callback()
def main(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Keep, train, compare and use the versions of your models."""


server.register(app)
demo.register(app)
app.add_typer(datasets.app, name="datasets")
app.add_typer(models.app, name="models")
app.add_typer(versions.app, name="versions")
app.add_typer(aliases.app, name="alias")
aliases.register(app)
train.register(app)
suggest.register(app)
use.register(app)
upload.register(app)
lineage.register(app)
diff.register(app)
reproduce.register(app)
app.add_typer(projects.app, name="projects")
app.add_typer(importing, name="import")
app.add_typer(exporting, name="export")
app.add_typer(webhooks.app, name="webhooks")
observe.register(app)
completion.register(app)
