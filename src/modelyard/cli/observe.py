"""`modelyard engines`, `modelyard activity` and `modelyard table`: what runs, who did what, and tables as files."""

import itertools
from typing import Annotated

import typer

from modelyard.cli import _format
from modelyard.cli._output import Mode, OutputColumn
from modelyard.cli._session import FileFormat, Session, command


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    command(app, "engines", lists=True)(engines)
    command(app, "activity", lists=True)(activity)
    command(app, "table", lists=True)(table)


def engines(session: Session) -> None:
    """Show the engines with their running and queued jobs."""
    if session.wrote_file("engines"):
        return
    engines = session.client.engines.list()
    session.output.table(
        engines,
        (
            OutputColumn("Name", lambda engine: engine.name),
            OutputColumn("Kind", lambda engine: engine.kind),
            OutputColumn("Running", lambda engine: f"{engine.running} of {engine.slots}", numeric=True),
            OutputColumn("Queued", lambda engine: str(engine.queued), numeric=True),
            OutputColumn(
                "Memory limit", lambda e: _format.size(e.memory_limit_bytes) if e.memory_limit_bytes else "none"
            ),
            OutputColumn("CPU limit", lambda engine: str(engine.cpu_limit or "none")),
        ),
        record=lambda engine: engine,
        name=lambda engine: engine.name,
        empty="No engines.",
    )
    if session.output.mode is Mode.HUMAN:
        session.output.section(
            "Jobs",
            (job for engine in engines for job in engine.jobs),
            (
                OutputColumn("Job", lambda job: job.kind),
                OutputColumn("About", lambda job: f"{job.project}: {job.title}"),
                OutputColumn("Status", lambda job: job.status),
                OutputColumn("Step", lambda job: job.step),
                OutputColumn("Position", lambda job: _format.count(job.position), numeric=True),
                OutputColumn(
                    "Progress", lambda job: _format.percent(job.progress.fraction) if job.progress else "", numeric=True
                ),
                OutputColumn("Started", lambda job: _format.moment(job.started_at)),
                OutputColumn("By", lambda job: job.created_by),
            ),
        )


def activity(
    session: Session,
    *,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many lines.")] = 50,
    kind: Annotated[
        str | None, typer.Option("--kind", help="Only lines about this kind of object, such as version.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Only lines about the object of this name.")] = None,
) -> None:
    """Show who did what in the project, newest first."""
    if session.wrote_file("activity", object_kind=kind, object_name=name, limit=limit):
        return
    session.output.table(
        itertools.islice(session.client.activity(object_kind=kind, object_name=name), limit),
        (
            OutputColumn("When", lambda record: _format.moment(record.at)),
            OutputColumn("Who", lambda record: record.actor),
            OutputColumn("Did", lambda record: record.action),
            OutputColumn("To", lambda record: f"{record.object_kind} {record.object_name}"),
        ),
        record=lambda record: record,
        name=lambda record: str(record.id),
        empty="Nothing happened yet.",
    )


def table(
    session: Session,
    name: Annotated[
        str,
        typer.Argument(
            metavar="TABLE", help="runs, experiments, traces, prompts, models, models/NAME/versions, datasets, ..."
        ),
    ],
    *,
    filter_text: Annotated[str | None, typer.Option("--filter", help="Only rows that match this filter.")] = None,
    search: Annotated[str | None, typer.Option("--search", help="Only rows whose name contains this text.")] = None,
    order_by: Annotated[
        list[str] | None, typer.Option("--order-by", help="The order, such as metrics.loss ASC; may be repeated.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", "-n", min=1, help="The maximum number of rows.")] = None,
) -> None:
    """Write any table of the project as CSV or Parquet."""
    if session.output.mode is not Mode.HUMAN:
        raise typer.BadParameter("a table is written as CSV or Parquet, not with --json or --quiet")
    session.file_format = session.file_format or FileFormat.CSV
    session.wrote_file(name, filter=filter_text, search=search, order_by=order_by, limit=limit)
