"""Views of versions and metrics, the argument of a reference, and the question before a deletion."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from modelyard.cli import _format
from modelyard.cli._output import Output, OutputColumn

if TYPE_CHECKING:
    from modelyard.sdk import Version
    from modelyard.wire.data_warnings import DataWarning
    from modelyard.wire.models import MetricSummary, VersionSummary
    from modelyard.wire.models import Version as VersionRecord

VersionArgument = Annotated[
    str,
    typer.Argument(metavar="MODEL/N", help="A version: iris/3, iris@prod, iris/latest or models:/iris/3."),
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]

_SPLITS = ("train", "validation", "test")


def metric_text(metric: "MetricSummary | None") -> str:
    return "" if metric is None else f"{_format.number(metric.value)} {metric.name}"


def status_text(version: "VersionSummary") -> str:
    if version.progress is None:
        return str(version.status)
    return f"{version.status} {_format.percent(version.progress.fraction)}"


def status_style(version: "VersionSummary") -> str:
    return _format.status_style(version.status)


def dataset_text(version: "VersionSummary") -> str:
    if version.dataset is None:
        return ""
    target = f" / {version.target}" if version.target else ""
    return f"{version.dataset.name}@{version.dataset.number}{target}"


def version_facts() -> "Sequence[OutputColumn[Version]]":
    """The facts that both the table of versions and the view of one show. A new fact is one line here."""
    return (
        OutputColumn("Semver", lambda version: version.summary.semver or ""),
        OutputColumn("Description", lambda version: version.description),
        OutputColumn("Dataset / Target", lambda version: dataset_text(version.summary)),
        OutputColumn("Trainer", lambda version: version.summary.trainer or ""),
        OutputColumn("Engine", lambda version: version.summary.engine or ""),
        OutputColumn("Metric", lambda version: metric_text(version.summary.metric), numeric=True),
        OutputColumn("Duration", lambda version: _format.duration(version.summary.duration_ms), numeric=True),
    )


def version_columns() -> "Sequence[OutputColumn[Version]]":
    """The versions table."""
    return (
        OutputColumn("#", lambda version: str(version.number), numeric=True),
        *version_facts(),
        OutputColumn("Created", lambda version: _format.moment(version.summary.created_at)),
        OutputColumn(
            "Status", lambda version: status_text(version.summary), style=lambda version: status_style(version.summary)
        ),
    )


def show_version(output: Output, version: "Version") -> None:
    """One version: its facts, metrics, warnings and timeline."""
    info = version.info
    failure = f"{info.error.step}: {info.error.message}" if info.error else ""
    queue = "" if info.queue_position is None else f", position {info.queue_position} in the queue"
    message = f", {info.progress.message}" if info.progress and info.progress.message else ""
    output.fields(
        [
            ("Version", version.reference),
            ("Status", status_text(info) + queue + message),
            ("Error", failure),
            *((fact.title, fact.text(version)) for fact in version_facts()),
            ("Best iteration", _format.count(info.best_iteration)),
            ("Created", f"{_format.moment(info.created_at)} by {info.created_by}"),
            ("Made from", f"{version.model}/{info.parent}" if info.parent else ""),
            ("Marks", ", ".join(name for name, on in (("starred", info.starred), ("archived", info.archived)) if on)),
            ("Files", f"{info.file_count}, {_format.size(info.size_bytes)}" if info.file_count else ""),
            ("Source", info.source.uri if info.source else ""),
            ("Semver because", " ".join(info.semver_step.reasons) if info.semver_step else ""),
            ("Made by", _ci_text(info)),
        ],
        record=info,
        name=version.reference,
    )
    show_metrics(output, info.metrics)
    show_warnings(output, info.warnings)
    output.section(
        "Timeline",
        info.timeline,
        (
            OutputColumn("Step", lambda step: str(step.step)),
            OutputColumn("Started", lambda step: step.started_at.astimezone().strftime("%H:%M:%S")),
            OutputColumn("Duration", lambda step: _format.duration(step.duration_ms), numeric=True),
            OutputColumn("Error", lambda step: step.error_message or ""),
        ),
    )


def _ci_text(info: "VersionRecord") -> str:
    if info.ci is None:
        return ""
    items = (info.ci.job, info.ci.pipeline, info.ci.commit, info.ci.branch, info.ci.merge_request)
    return f"{info.ci.system}: " + ", ".join(item.url or item.name for item in items if item)


def show_metrics(output: Output, metrics: "Sequence[MetricSummary]") -> None:
    """Metrics as rows, splits as columns."""
    values = {(metric.name, metric.split): metric.value for metric in metrics}
    positive = {metric.name: metric.positive_class for metric in metrics if metric.positive_class is not None}
    columns = [OutputColumn[str]("Metric", lambda name: f"{name} (of {positive[name]})" if name in positive else name)]
    columns += [
        OutputColumn[str](split, lambda name, split=split: _format.number(values.get((name, split))), numeric=True)  # type: ignore[misc]
        for split in _SPLITS
    ]
    output.section("Metrics", list(dict.fromkeys(metric.name for metric in metrics)), columns)


def show_warnings(output: Output, warnings: "Sequence[DataWarning]") -> None:
    """Warnings about a config or a training."""
    for warning in warnings:
        output.note(f"warning: {warning.message}")


def confirm(question: str, *, yes: bool) -> None:
    """Ask before data is lost. Outside a terminal, where nobody can answer, --yes is required."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise typer.BadParameter("there is no terminal to confirm on; add --yes", param_hint="--yes")
    typer.confirm(question, abort=True, err=True)
