"""`modelyard models`: named repositories of versions."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from modelyard.cli import _format
from modelyard.cli._output import OutputColumn
from modelyard.cli._session import Session, command, new_app
from modelyard.cli._views import YesOption, confirm, metric_text, status_style, status_text

if TYPE_CHECKING:
    from modelyard.sdk import Model
    from modelyard.wire.models import VersionSummary

app = new_app("Models: named repositories of versions.")

Name = Annotated[str, typer.Argument(metavar="MODEL", help="The model's name.")]


@command(app, "list", lists=True)
def list_models(
    session: Session,
    *,
    search: Annotated[str | None, typer.Option("--search", help="Only models whose name contains this text.")] = None,
) -> None:
    """List the models of the project."""
    if session.wrote_file("models", search=search, sort="name", order="asc"):
        return
    session.output.table(
        session.client.models.list(search=search),
        (
            OutputColumn("Name", lambda model: model.name),
            OutputColumn("Datasets", lambda model: ", ".join(model.info.datasets)),
            OutputColumn("Contributors", lambda model: ", ".join(model.info.contributors)),
            OutputColumn("Versions", lambda model: str(model.info.version_count), numeric=True),
            OutputColumn(
                "Latest",
                _of_latest(lambda latest: f"#{latest.number} {status_text(latest)}"),
                style=_of_latest(status_style),
            ),
            OutputColumn("Metric", _of_latest(lambda latest: metric_text(latest.metric)), numeric=True),
            OutputColumn("Modified", lambda model: _format.moment(model.info.updated_at)),
        ),
        record=lambda model: model.info,
        name=lambda model: model.name,
        empty="No models yet. Train one: modelyard train --model NAME --dataset DATASET --target COLUMN",
    )


@command(app, "show")
def show(session: Session, model: Name) -> None:
    """Show a model."""
    info = session.client.models(model).info
    latest = info.latest_version
    session.output.fields(
        [
            ("Model", info.name),
            ("Description", info.description),
            ("Versions", str(info.version_count)),
            (
                "Latest",
                f"{info.name}/{latest.number} {status_text(latest)} {metric_text(latest.metric)}" if latest else "",
            ),
            ("Datasets", ", ".join(info.datasets)),
            ("Contributors", ", ".join(info.contributors)),
            ("Default metric", info.default_metric or ""),
            ("Semantic versions", "on" if info.uses_semver else "off"),
            ("Created", f"{_format.moment(info.created_at)} by {info.created_by}"),
            ("Modified", _format.moment(info.updated_at)),
        ],
        record=info,
        name=info.name,
    )


@command(app, "create")
def create(
    session: Session,
    model: Name,
    *,
    description: Annotated[str, typer.Option("--description", "-d", help="What the model is for.")] = "",
) -> None:
    """Create an empty model. A training creates its model by itself."""
    created = session.client.models.create(model, description=description)
    session.output.done(f"Created model {created.name}", record=created.info, name=created.name)


@command(app, "update")
def update(
    session: Session,
    model: Name,
    *,
    description: Annotated[str | None, typer.Option("--description", "-d", help="The new description.")] = None,
    default_metric: Annotated[
        str | None, typer.Option("--default-metric", help="The metric its versions are compared by.")
    ] = None,
    semver: Annotated[
        bool | None, typer.Option("--semver/--no-semver", help="Whether new versions get semantic versions.")
    ] = None,
) -> None:
    """Change the description, the default metric and the semantic versions of a model."""
    if description is None and default_metric is None and semver is None:
        raise typer.BadParameter("say what to change: --description, --default-metric or --semver")
    changed = session.client.models(model).update(
        description=description, default_metric=default_metric, uses_semver=semver
    )
    session.output.done(f"Updated model {model}", record=changed.info, name=model)


@command(app, "rename")
def rename(
    session: Session, model: Name, new_name: Annotated[str, typer.Argument(metavar="NEW-NAME", help="Its new name.")]
) -> None:
    """Rename a model. Its old name leads on to it, for every client."""
    renamed = session.client.models(model).rename(new_name)
    session.output.done(f"Renamed {model} to {renamed.name}", record=renamed.info, name=renamed.name)


@command(app, "delete")
def delete(session: Session, model: Name, *, yes: YesOption = False) -> None:
    """Delete a model with all its versions and files; refused while one is in training."""
    repository = session.client.models(model)
    count = repository.info.version_count
    confirm(f"Delete model {model} with its {count} versions and their files? This cannot be undone.", yes=yes)
    repository.delete()
    session.output.done(f"Deleted model {model}", record={"deleted": model}, name=model)


def _of_latest(text: "Callable[[VersionSummary], str]") -> "Callable[[Model], str]":
    def of_model(model: "Model") -> str:
        latest = model.info.latest_version
        return "" if latest is None else text(latest)

    return of_model
