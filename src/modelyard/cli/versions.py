"""`modelyard versions`: the versions of a model."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from modelyard.cli import _format
from modelyard.cli._output import OutputColumn
from modelyard.cli._session import Session, command, new_app
from modelyard.cli._views import VersionArgument, YesOption, confirm, show_version, status_text, version_columns
from modelyard.cli.train import finish, follow

if TYPE_CHECKING:
    from modelyard.wire.models import Version, VersionComparison

app = new_app("Versions: one immutable trained model each.")


@command(app, "list", lists=True)
def list_versions(
    session: Session,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The model's name.")],
    *,
    status: Annotated[str | None, typer.Option("--status", help="Only versions of this status, such as Ready.")] = None,
    search: Annotated[
        str | None, typer.Option("--search", help="Only versions whose description contains this text.")
    ] = None,
    archived: Annotated[bool, typer.Option("--archived", help="Include archived versions.")] = False,
    sort: Annotated[
        str,
        typer.Option("--sort", help="number, created_at, duration, metric, status, description, dataset or engine."),
    ] = "number",
    ascending: Annotated[bool, typer.Option("--ascending", help="The smallest or oldest first.")] = False,
) -> None:
    """List the versions of a model."""
    order = "asc" if ascending else "desc"
    if session.wrote_file(
        f"models/{model}/versions", status=status, search=search, include_archived=archived, sort=sort, order=order
    ):
        return
    session.output.table(
        session.client.models(model).versions(
            status=status,
            search=search,
            include_archived=archived,
            sort=sort,  # type: ignore[arg-type]
            descending=not ascending,
        ),
        version_columns(),
        record=lambda version: version.summary,
        name=lambda version: version.reference,
        empty=f"No versions. Train one: modelyard train --model {model} --dataset DATASET --target COLUMN",
    )


@command(app, "show")
def show(session: Session, version: VersionArgument) -> None:
    """Show a version: status, metrics, timeline."""
    show_version(session.output, session.client.resolve(version))


@command(app, "update")
def update(
    session: Session,
    version: VersionArgument,
    *,
    description: Annotated[str | None, typer.Option("--description", "-d", help="The new description.")] = None,
    starred: Annotated[bool | None, typer.Option("--starred/--not-starred", help="Set or remove the star.")] = None,
    archived: Annotated[
        bool | None, typer.Option("--archived/--not-archived", help="Hide it from lists, or show it again.")
    ] = None,
    semver: Annotated[str | None, typer.Option("--semver", help="A larger semantic version than it has.")] = None,
    force_semver: Annotated[
        bool, typer.Option("--force-semver", help="Also when it is smaller than the changes allow.")
    ] = False,
) -> None:
    """Change the description, marks and semantic version of a version."""
    if description is None and starred is None and archived is None and semver is None:
        raise typer.BadParameter("say what to change: --description, --starred, --archived or --semver")
    changed = session.client.resolve(version).update(
        description=description,
        starred=starred,
        archived=archived,
        semver=semver,
        force_semver=force_semver or None,
    )
    session.output.done(f"Updated {changed.reference}", record=changed.info, name=changed.reference)


@command(app, "retrain")
def retrain(
    session: Session,
    version: VersionArgument,
    *,
    newest_data: Annotated[
        bool, typer.Option("--newest-data", help="On the newest version of the dataset, not the one it was trained on.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until the training has ended.")] = True,
) -> None:
    """Train a new version with the same config and seed, on the same or the newest data."""
    started = session.client.resolve(version).retrain(newest_data=newest_data)
    if wait:
        follow(session, started)
    finish(session, started)


@command(app, "fork")
def fork(
    session: Session,
    version: VersionArgument,
    model: Annotated[str, typer.Argument(metavar="NEW-MODEL", help="The model to make.")],
    *,
    description: Annotated[str, typer.Option("--description", "-d", help="Of its first version.")] = "",
) -> None:
    """Make a new model whose first version is this one, with files of its own."""
    forked = session.client.resolve(version).fork(model, description=description)
    session.output.done(f"Forked as {forked.reference}", record=forked.info, name=forked.reference)


@command(app, "delete")
def delete(session: Session, version: VersionArgument, *, yes: YesOption = False) -> None:
    """Delete a version with its files."""
    model_version = session.client.resolve(version)
    confirm(f"Delete version {model_version.reference} with its files? This cannot be undone.", yes=yes)
    model_version.delete()
    session.output.done(
        f"Deleted {model_version.reference}", record={"deleted": model_version.reference}, name=model_version.reference
    )


@command(app, "compare")
def compare(
    session: Session,
    versions: Annotated[
        list[str], typer.Argument(metavar="MODEL/N MODEL/N...", help="Two or more versions of one model.")
    ],
    *,
    all_keys: Annotated[bool, typer.Option("--all", help="Include what is the same in all of them.")] = False,
) -> None:
    """Compare versions of one model: status, metrics, and where their configs differ."""
    resolved = [session.client.resolve(version) for version in versions]
    models = {version.model for version in resolved}
    if len(models) != 1 or len(resolved) < 2:
        raise typer.BadParameter("name two or more versions of one model, such as iris/1 iris/2")
    comparison = session.client.models(models.pop()).compare(*(version.number for version in resolved))
    rows = [row for row in _compared(comparison) if all_keys or len(set(row[1:])) > 1]
    columns = [OutputColumn[tuple[str, ...]]("", lambda row: row[0])]
    columns += [
        OutputColumn(f"#{version.number}", lambda row, index=index: row[index], numeric=True)  # type: ignore[misc]
        for index, version in enumerate(comparison.versions, start=1)
    ]
    session.output.table(
        rows,
        columns,
        record=lambda row: {"key": row[0], "values": row[1:]},
        name="\t".join,
        empty="No differences.",
    )


def _compared(comparison: "VersionComparison") -> list[tuple[str, ...]]:
    versions = comparison.versions
    rows = [
        ("status", *(status_text(version) for version in versions)),
        ("dataset", *(f"{v.dataset.name}@{v.dataset.number}" if v.dataset else "" for v in versions)),
        ("duration", *(_format.duration(version.duration_ms) for version in versions)),
    ]
    metrics = [_metrics(version) for version in versions]
    rows += [(key, *(_format.number(of.get(key)) for of in metrics)) for key in _keys(metrics)]
    configs = [dict(_flattened(config.rendered)) for config in comparison.configs]
    rows += [(key, *(of.get(key, "") for of in configs)) for key in _keys(configs)]
    return rows


def _metrics(version: "Version") -> dict[str, float]:
    return {f"{metric.split}_{metric.name}": metric.value for metric in version.metrics}


def _keys(of_each: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(key for keys in of_each for key in keys))


def _flattened(value: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in _flattened(item, f"{path}.{key}" if path else str(key))]
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        named = [
            (item.get("name", index) if isinstance(item, dict) else index, item) for index, item in enumerate(value)
        ]
        return [leaf for name, item in named for leaf in _flattened(item, f"{path}[{name}]")]
    return [(path, "" if value is None else str(value))]
