"""`modelyard engines` and `modelyard activity`: what runs, and who did what."""

import itertools
from typing import Annotated

import typer

from modelyard.cli import _format
from modelyard.cli._output import Column, Mode
from modelyard.cli._session import Session, command


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    command(app, "engines")(engines)
    command(app, "activity")(activity)


def engines(session: Session) -> None:
    """Show the engines, what runs on them and what waits."""
    found = session.client.engines.list()
    session.output.table(
        found,
        (
            Column("Name", lambda engine: engine.name),
            Column("Kind", lambda engine: engine.kind),
            Column("Running", lambda engine: f"{engine.running} of {engine.slots}", numeric=True),
            Column("Queued", lambda engine: str(engine.queued), numeric=True),
            Column("Memory limit", lambda e: _format.size(e.memory_limit_bytes) if e.memory_limit_bytes else "none"),
            Column("CPU limit", lambda engine: str(engine.cpu_limit or "none")),
        ),
        record=lambda engine: engine,
        name=lambda engine: engine.name,
        empty="No engines.",
    )
    if session.output.mode is Mode.HUMAN:
        session.output.section(
            "Jobs",
            (job for engine in found for job in engine.jobs),
            (
                Column("Job", lambda job: job.kind),
                Column("Version", lambda job: f"{job.project}: {job.model}/{job.number}"),
                Column("Status", lambda job: job.status),
                Column("Position", lambda job: _format.count(job.position), numeric=True),
                Column(
                    "Progress", lambda job: _format.percent(job.progress.fraction) if job.progress else "", numeric=True
                ),
                Column("Started", lambda job: _format.moment(job.started_at)),
                Column("By", lambda job: job.created_by),
            ),
        )


def activity(
    session: Session,
    *,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many lines.")] = 50,
    kind: Annotated[str | None, typer.Option("--kind", help="Only of objects of this kind, such as version.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="Only of the object of this name.")] = None,
) -> None:
    """Show who did what in the project, newest first."""
    session.output.table(
        itertools.islice(session.client.activity(object_kind=kind, object_name=name), limit),
        (
            Column("When", lambda record: _format.moment(record.at)),
            Column("Who", lambda record: record.actor),
            Column("Did", lambda record: record.action),
            Column("To", lambda record: f"{record.object_kind} {record.object_name}"),
        ),
        record=lambda record: record,
        name=lambda record: str(record.id),
        empty="Nothing happened yet.",
    )
