"""`modelyard import mlflow` and `modelyard export mlflow`: moving from, and to, an MLflow server."""

from typing import TYPE_CHECKING, Annotated

import typer

from modelyard.cli import _format
from modelyard.cli._exit_codes import ExitCode
from modelyard.cli._output import Mode, OutputColumn
from modelyard.cli._session import Session, command, new_app

if TYPE_CHECKING:
    from modelyard.sdk.mlflow_import import KindReport, TransferReport

importing = new_app("Bring over what another server or folder has.")
exporting = new_app("Write a project to another server.")

_Experiments = Annotated[
    list[str] | None,
    typer.Option("--experiment", metavar="NAME", help="Only this experiment, by name or id; may be repeated."),
]
_Models = Annotated[
    list[str] | None, typer.Option("--model", metavar="NAME", help="Only this registered model; may be repeated.")
]
_NoArtifacts = Annotated[bool, typer.Option("--no-artifacts", help="Leave the artifact files where they are.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Report what would be written, and write nothing.")]

_MAX_SHOWN = 20


@command(importing, "mlflow")
def import_mlflow(
    session: Session,
    tracking_uri: Annotated[
        str,
        typer.Argument(help="A server (http://...), a database (sqlite:///mlflow.db, postgresql://...) or ./mlruns."),
    ],
    *,
    experiment: _Experiments = None,
    model: _Models = None,
    no_artifacts: _NoArtifacts = False,
    artifacts: Annotated[
        str | None,
        typer.Option(
            "--artifacts", metavar="PLACE", help="The folder or store behind mlflow-artifacts:/ in a database."
        ),
    ] = None,
    into: Annotated[
        str | None,
        typer.Option("--into", metavar="PROJECT", help="The project to import into; created if it does not exist."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Send everything, also what an earlier import has brought.")
    ] = False,
    dry_run: _DryRun = False,
) -> None:
    """Import a whole MLflow server, database or folder: experiments, runs, traces, models, artifacts.

    May be interrupted and run again: nothing is brought twice, and a later run brings only what is new. At the end both
    sides are counted; the exit code is 1 when they differ or something failed.
    """
    from modelyard.sdk.mlflow_import import ImportOptions  # noqa: PLC0415 - reads databases, YAML and stores
    from modelyard.sdk.mlflow_import import import_mlflow as run  # noqa: PLC0415

    client = session.client if into is None else session.in_project(into, create=not dry_run)
    options = ImportOptions(
        experiments=experiment or (),
        models=model or (),
        artifacts=not no_artifacts,
        artifact_root=artifacts,
        dry_run=dry_run,
        everything=again,
    )
    with session.output.progress("Importing") as bar:
        report = run(client, tracking_uri, options, bar.update)
    _show(session, report)


@command(exporting, "mlflow")
def export_mlflow(
    session: Session,
    tracking_uri: Annotated[str, typer.Argument(help="The address of an MLflow server, such as http://mlflow:5000.")],
    *,
    experiment: _Experiments = None,
    model: _Models = None,
    no_artifacts: _NoArtifacts = False,
    dry_run: _DryRun = False,
) -> None:
    """Write the project to an MLflow server: experiments, runs, models and artifacts.

    That server gives runs ids of its own; a tag of each run says which one it has here. May be interrupted and run
    again. At the end both sides are counted; the exit code is 1 when they differ or something failed.
    """
    from modelyard.sdk.mlflow_import import ExportOptions  # noqa: PLC0415
    from modelyard.sdk.mlflow_import import export_mlflow as run  # noqa: PLC0415

    options = ExportOptions(
        experiments=experiment or (), models=model or (), artifacts=not no_artifacts, dry_run=dry_run
    )
    with session.output.progress("Exporting") as bar:
        report = run(session.client, tracking_uri, options, bar.update)
    _show(session, report)


def _show(session: Session, report: "TransferReport") -> None:
    if session.output.mode is Mode.HUMAN:
        _show_table(session, report)
    else:
        name = "complete" if report.complete else "incomplete"
        session.output.done("", record=report.record(), name=name)
    if not report.complete:
        raise typer.Exit(ExitCode.FAILED)


def _show_table(session: Session, report: "TransferReport") -> None:
    session.output.table(
        [(kind, counted) for kind, counted in report.kinds.items() if counted.found or counted.there or counted.failed],
        (
            OutputColumn("What", lambda row: _words(row[0])),
            OutputColumn("Found", lambda row: _number(row[1].found), numeric=True),
            OutputColumn("Before", lambda row: _part(row[0], row[1].before), numeric=True),
            OutputColumn("Written", lambda row: _part(row[0], row[1].written), numeric=True),
            OutputColumn("Failed", lambda row: str(row[1].failed or ""), numeric=True),
            OutputColumn("Now there", lambda row: _number(row[1].there), numeric=True),
            OutputColumn("", _verdict),
        ),
        record=lambda row: row,
        name=lambda row: row[0],
        empty="The source is empty.",
    )
    _explain(session, report)


def _explain(session: Session, report: "TransferReport") -> None:
    for note in report.notes:
        session.output.note(f"note: {note}")
    for failure in report.failures[:_MAX_SHOWN]:
        session.output.note(f"failed: {_words(failure.kind)} {failure.key}: {failure.reason}")
    if len(report.failures) > _MAX_SHOWN:
        session.output.note(f"... and {len(report.failures) - _MAX_SHOWN} more; --json has them all")
    if report.dry_run:
        session.output.note("Nothing was written: this was a dry run.")
    elif report.complete:
        session.output.note(f"Both sides have the same: {report.source} and {report.target}.")
    elif report.differences:
        session.output.note(
            "The two sides differ. Fewer there: see what failed, and run it again. More there: it was removed at the "
            "source since, or added there."
        )


def _words(kind: str) -> str:
    from modelyard.sdk.mlflow_import.report import KINDS  # noqa: PLC0415

    return KINDS[kind]


def _number(count: int | None) -> str:
    return "" if count is None else _format.count(count)


def _part(kind: str, count: int) -> str:
    from modelyard.sdk.mlflow_import.report import OBJECTS  # noqa: PLC0415

    return _format.count(count) if kind in OBJECTS else ""


def _verdict(row: "tuple[str, KindReport]") -> str:
    counted = row[1]
    if counted.there is None or counted.found is None:
        return ""
    return "differs" if counted.differs else "same"
