"""`modelyard datasets`: named tables and their versions."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from modelyard.cli import _format
from modelyard.cli._output import OutputColumn
from modelyard.cli._session import Session, command, new_app
from modelyard.cli._views import YesOption, confirm

if TYPE_CHECKING:
    from modelyard.sdk import Dataset
    from modelyard.wire.datasets import ColumnProfile, DatasetVersionSummary, NumberStatistics

app = new_app("Named tables and their immutable versions.")

Reference = Annotated[
    str, typer.Argument(metavar="DATASET[@N]", help="A dataset version: iris@2, or iris for its latest.")
]
_TYPES = ("number", "category", "binary", "text", "date")

Name = Annotated[str, typer.Argument(metavar="DATASET", help="The dataset's name.")]


@command(app, "list", lists=True)
def list_datasets(
    session: Session,
    *,
    search: Annotated[str | None, typer.Option("--search", help="Only datasets whose name contains this text.")] = None,
) -> None:
    """List the datasets of the project."""
    if session.wrote_file("datasets", search=search):
        return
    session.output.table(
        session.client.datasets.list(search=search),
        (
            OutputColumn("Name", lambda dataset: dataset.name),
            OutputColumn("Version", _of_latest(lambda latest: str(latest.number)), numeric=True),
            OutputColumn("Rows", _of_latest(lambda latest: _format.count(latest.row_count)), numeric=True),
            OutputColumn("Columns", _of_latest(lambda latest: _format.count(latest.column_count)), numeric=True),
            OutputColumn("Models", lambda dataset: str(dataset.info.model_count), numeric=True),
            OutputColumn("Updated", lambda dataset: _format.moment(dataset.info.updated_at)),
            OutputColumn("Description", lambda dataset: dataset.info.description),
        ),
        record=lambda dataset: dataset.info,
        name=lambda dataset: dataset.name,
        empty="No datasets yet. Upload one: modelyard datasets upload NAME FILE",
    )


@command(app, "show")
def show(session: Session, dataset: Reference) -> None:
    """Show a dataset version and its columns."""
    version = session.client.datasets.resolve(dataset)
    info = version.info
    session.output.fields(
        [
            ("Dataset", version.reference),
            ("Description", session.client.datasets(version.dataset).description),
            ("Rows", _format.count(info.row_count)),
            ("Columns", _format.count(len(info.columns))),
            ("Size", _format.size(info.size_bytes)),
            ("Uploaded", f"{_format.moment(info.created_at)} by {info.created_by} as {info.source_name}"),
            ("SHA-256", info.digest),
        ],
        record=info,
        name=version.reference,
    )
    session.output.section(
        "Columns",
        info.columns,
        (
            OutputColumn("Name", lambda column: column.name),
            OutputColumn("Feature type", lambda column: str(column.feature_type)),
            OutputColumn("Data type", lambda column: column.data_type),
        ),
    )


@command(app, "versions", lists=True)
def versions(session: Session, dataset: Name) -> None:
    """List the versions of a dataset."""
    if session.wrote_file(f"datasets/{dataset}/versions"):
        return
    session.output.table(
        session.client.datasets(dataset).versions(),
        (
            OutputColumn("#", lambda version: str(version.number), numeric=True),
            OutputColumn("Rows", lambda version: _format.count(version.row_count), numeric=True),
            OutputColumn("Columns", lambda version: _format.count(version.column_count), numeric=True),
            OutputColumn("Size", lambda version: _format.size(version.summary.size_bytes), numeric=True),
            OutputColumn("Source", lambda version: version.summary.source_name),
            OutputColumn("Created", lambda version: _format.moment(version.summary.created_at)),
            OutputColumn("By", lambda version: version.summary.created_by),
            OutputColumn("SHA-256", lambda version: version.digest[:12]),
        ),
        record=lambda version: version.summary,
        name=lambda version: version.reference,
        empty="This dataset has no versions.",
    )


@command(app, "upload")
def upload(
    session: Session,
    dataset: Name,
    source: Annotated[str, typer.Argument(help="A file, or any path, glob or URL that DuckDB reads.")],
    *,
    file_name: Annotated[
        str | None,
        typer.Option("--file-name", help="A file name whose ending names the format, if that of the source does not."),
    ] = None,
) -> None:
    """Upload a table as a new version: CSV, TSV, Parquet or JSON Lines, plain or as .gz or .zst."""
    named = session.client.datasets(dataset)
    with session.output.progress("Uploading") as bar:
        bar.update(None, f"reading {source}")

        def progress(sent: int, total: int | None) -> None:
            if total is None:
                bar.update(None, f"sending, {_format.size(sent)}")
            elif sent < total:
                bar.update(sent / total, f"sending, {_format.size(sent)} of {_format.size(total)}")
            else:
                bar.update(None, "the server reads the table")

        version = session.client.datasets.upload(named.name, source, file_name=file_name, progress=progress)
    rows, columns = _format.count(version.row_count), len(version.columns)
    done = f"{version.reference}: {rows} rows, {columns} columns"
    if not version.created:
        done = f"Nothing changed: the table is the same as {version.reference}"
    session.output.done(done, record={"created": version.created, "version": version.info}, name=version.reference)


@command(app, "retype")
def retype(
    session: Session,
    dataset: Reference,
    changes: Annotated[
        list[str],
        typer.Argument(
            metavar="COLUMN=TYPE...",
            help="Types: number, category, binary, text, date; date:%d/%m/%Y names the format of the text.",
        ),
    ],
    *,
    missing: Annotated[
        list[str] | None, typer.Option("--missing", help="A word that means no value; may be repeated.")
    ] = None,
) -> None:
    """Give columns another type, in a new version of the dataset."""
    version = session.client.datasets.resolve(dataset)
    retyped = version.retype(dict(_change(each, missing or []) for each in changes))
    done = f"{retyped.reference}: {', '.join(changes)}"
    if not retyped.created:
        done = f"Nothing changed: the types are those of {retyped.reference}"
    session.output.done(done, record={"created": retyped.created, "version": retyped.info}, name=retyped.reference)


@command(app, "rows")
def rows(
    session: Session,
    dataset: Reference,
    *,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many rows.")] = 20,
    offset: Annotated[int, typer.Option("--offset", min=0, help="How many rows to skip.")] = 0,
    sort: Annotated[str | None, typer.Option("--sort", help="The column to sort by.")] = None,
    descending: Annotated[bool, typer.Option("--descending", help="The largest first.")] = False,
) -> None:
    """Show rows of a dataset version."""
    version = session.client.datasets.resolve(dataset)
    session.output.table(
        version.rows(offset=offset, limit=limit, sort=sort, descending=descending),
        [
            OutputColumn(
                column.name,
                lambda row, name=column.name: "" if row[name] is None else str(row[name]),  # type: ignore[misc]
                numeric=column.feature_type == "number",
            )
            for column in version.columns
        ],
        record=lambda row: row,
        name=lambda row: "\t".join("" if value is None else str(value) for value in row.values()),
        empty="No rows there.",
    )


@command(app, "profile")
def profile(session: Session, dataset: Reference) -> None:
    """Show a profile of each column: missing and distinct counts, range, mean, the most frequent values."""
    profile = session.client.datasets.resolve(dataset).profile()
    session.output.table(
        profile.columns,
        (
            OutputColumn("Name", lambda column: column.name),
            OutputColumn("Type", lambda column: str(column.feature_type)),
            OutputColumn("Missing", lambda column: _format.count(column.missing_count), numeric=True),
            OutputColumn(
                "Distinct",
                lambda c: ("~" if c.distinct_is_estimate else "") + _format.count(c.distinct_count),
                numeric=True,
            ),
            OutputColumn("Minimum", _of_numbers(lambda numbers: numbers.minimum), numeric=True),
            OutputColumn("Median", _of_numbers(lambda numbers: numbers.quantiles["0.5"]), numeric=True),
            OutputColumn("Mean", _of_numbers(lambda numbers: numbers.mean), numeric=True),
            OutputColumn("Maximum", _of_numbers(lambda numbers: numbers.maximum), numeric=True),
            OutputColumn("Notes", lambda column: " ".join(column.notes)),
            OutputColumn(
                "Most frequent", lambda c: ", ".join(f"{top.value} ({top.count})" for top in c.top_values[:3])
            ),
        ),
        record=lambda column: column,
        name=lambda column: column.name,
        empty="The table has no columns.",
    )


@command(app, "download")
def download(
    session: Session,
    dataset: Reference,
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The Parquet file to write. Default: DATASET-N.parquet."),
    ] = None,
) -> None:
    """Download a dataset version as Parquet and check its digest."""
    version = session.client.datasets.resolve(dataset)
    path = version.download(output or Path(f"{version.dataset}-{version.number}.parquet"))
    session.output.done(f"{version.reference} is in {path}", record={"path": str(path)}, name=str(path))


@command(app, "update")
def update(
    session: Session,
    dataset: Name,
    *,
    description: Annotated[str, typer.Option("--description", "-d", help="The new description.")],
) -> None:
    """Change the description of a dataset."""
    changed = session.client.datasets(dataset).update(description=description)
    session.output.done(f"Updated dataset {dataset}", record=changed.info, name=dataset)


@command(app, "delete")
def delete(session: Session, dataset: Name, *, yes: YesOption = False) -> None:
    """Delete a dataset with all its versions; refused while a model version was trained on it."""
    table = session.client.datasets(dataset)
    table.refresh()
    confirm(f"Delete dataset {dataset} with all its versions? This cannot be undone.", yes=yes)
    table.delete()
    session.output.done(f"Deleted dataset {dataset}", record={"deleted": dataset}, name=dataset)


def _change(text: str, missing: list[str]) -> "tuple[str, dict[str, Any]]":
    name, equals, kind = text.rpartition("=")
    kind, _, date_format = kind.partition(":")
    if not equals or kind not in _TYPES:
        raise typer.BadParameter(f"{text!r} is not COLUMN=TYPE; types are {', '.join(_TYPES)}.")
    how = {**({"date_formats": [date_format]} if date_format else {}), **({"missing": missing} if missing else {})}
    return name, {"feature_type": kind, **({"format": how} if how else {})}


def _of_latest(text: "Callable[[DatasetVersionSummary], str]") -> "Callable[[Dataset], str]":
    def of_dataset(dataset: "Dataset") -> str:
        latest = dataset.info.latest_version
        return "" if latest is None else text(latest)

    return of_dataset


def _of_numbers(value: "Callable[[NumberStatistics], float]") -> "Callable[[ColumnProfile], str]":
    def of_column(column: "ColumnProfile") -> str:
        return "" if column.number is None else _format.number(value(column.number))

    return of_column
