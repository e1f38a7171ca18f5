"""`modelyard diff` and `modelyard history`: what was changed, and how that moved the metric."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from modelyard.cli import _format
from modelyard.cli._output import Mode, OutputColumn
from modelyard.cli._session import Session, command
from modelyard.cli._views import VersionArgument, metric_text

if TYPE_CHECKING:
    from modelyard.wire.comparison import DataDiff, DiffChange, MetricDiff, VersionDiff

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_VERDICTS = {
    "better": "better",
    "worse": "worse",
    "same": "same",
    "within_noise": "within noise",
    "unknown": "",
}
_MAX_VALUE_LENGTH = 60


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    command(app, "diff")(diff)
    command(app, "history")(history)


def diff(
    session: Session,
    before: VersionArgument,
    after: VersionArgument,
    *,
    config: Annotated[
        bool, typer.Option("--config", help="Only the configs as they were given, as `diff -u`.")
    ] = False,
    rendered: Annotated[
        bool, typer.Option("--rendered", help="Only the configs with every default filled in, as `diff -u`.")
    ] = False,
) -> None:
    """Show what is different between two versions, of one model or of two."""
    comparison = session.client.resolve(before).diff(session.client.resolve(after), lines=config or rendered)
    if session.output.mode is Mode.JSON:
        session.output.done("", record=comparison, name="")
    elif config or rendered:
        texts = comparison.config_rendered if rendered else comparison.config_given
        for line in (texts.unified if texts is not None else "").splitlines():
            session.output.raw(_format.plain(line))
    else:
        quiet = session.output.mode is Mode.QUIET
        for line in _changed_paths(comparison) if quiet else _lines(comparison):
            session.output.raw(_format.plain(line))
    if not config and not rendered:
        for note in comparison.notes + comparison.data.notes:
            session.output.note(f"note: {note}")


def history(
    session: Session,
    version: VersionArgument,
    *,
    limit: Annotated[int | None, typer.Option("--limit", "-n", help="The most versions to show.")] = None,
) -> None:
    """Show the line of a version's parents: what each step changed, and how the metric moved."""
    line = session.client.resolve(version).history(limit=limit)
    session.output.table(
        line.steps,
        (
            OutputColumn("#", lambda step: str(step.number), numeric=True),
            OutputColumn("Changed", lambda step: "; ".join(step.changes)),
            OutputColumn("Metric", lambda step: metric_text(step.metric), numeric=True),
            OutputColumn("Difference", lambda step: _moved(step.compared), numeric=True),
            OutputColumn("By", lambda step: step.created_by),
            OutputColumn("Created", lambda step: _format.moment(step.created_at)),
            OutputColumn("Status", lambda step: str(step.status)),
        ),
        record=lambda step: step,
        name=lambda step: f"{line.model}/{step.number}",
        empty="No versions.",
    )
    if line.truncated:
        session.output.note("note: there are more ancestors; see --limit")


def _moved(compared: "MetricDiff | None") -> str:
    if compared is None or compared.difference is None:
        return ""
    return f"{compared.difference:+.4g} {_VERDICTS[compared.verdict]}".strip()


def _changed_paths(comparison: "VersionDiff") -> Iterator[str]:
    for title, changes in _sections(comparison):
        for change in changes:
            yield f"{title}: {change.path}"


def _sections(comparison: "VersionDiff") -> "Iterator[tuple[str, Sequence[DiffChange]]]":
    # What follows from a default is in the rendered configs alone.
    config = comparison.config_given
    yield "Config", config.changes if config is not None else []
    explicit_paths = {change.path for change in config.changes} if config is not None else set()
    rendered = comparison.config_rendered.changes if comparison.config_rendered is not None else []
    yield "Config, rendered", [change for change in rendered if change.path not in explicit_paths]
    yield "Columns", comparison.data.columns
    yield "Inputs of the run", comparison.inputs
    yield "Signature", comparison.signature
    yield "Params", comparison.params
    yield "Environment", comparison.environment
    yield "Files", comparison.files
    yield "Tags", comparison.tags


def _lines(comparison: "VersionDiff") -> Iterator[str]:
    names = [f"{side.model}/{side.number}" for side in (comparison.before, comparison.after)]
    yield f"{names[0]} → {names[1]}"
    yield from _data_lines(comparison.data)
    for title, changes in _sections(comparison):
        if changes:
            yield from ("", title)
            yield from (_change_line(change) for change in changes)
    metrics = [metric for metric in comparison.metrics if metric.verdict != "same"]
    if metrics:
        yield from ("", "Metrics")
        yield from (_metric_line(metric) for metric in metrics)


def _data_lines(data: "DataDiff") -> Iterator[str]:
    if data.same_rows is not False or data.before is None or data.after is None:
        return
    yield from ("", "Data")
    rows = f"{_format.count(data.rows_before)} → {_format.count(data.rows_after)} rows"
    yield f"  {data.before.name}@{data.before.number} → {data.after.name}@{data.after.number}, {rows}"
    for shift in data.shifts:
        if shift.verdict in ("small", "large"):
            yield f"  ~ {shift.column}: {shift.verdict} shift. {shift.reason}"


def _change_line(change: "DiffChange") -> str:
    if change.kind == "changed":
        return f"  ~ {change.path}: {_value(change.before)} → {_value(change.after)}"
    value = change.before if change.kind == "removed" else change.after
    shown = "" if isinstance(value, dict) else f": {_value(value)}"
    return f"  {_SIGNS[change.kind]} {change.path}{shown}"


def _metric_line(metric: "MetricDiff") -> str:
    name = metric.name if metric.split is None else f"{metric.split} {metric.name}"
    values = f"{_format.number(metric.before) or '-'} → {_format.number(metric.after) or '-'}"
    margin = "" if metric.margin is None else f" (±{metric.margin:.2g})"
    return f"  {name}: {values}  {_moved(metric)}{margin}".rstrip()


def _value(value: Any) -> str:
    if isinstance(value, dict) and "digest" in value:
        return f"{_format.size(value['size_bytes'])} {str(value['digest'])[:8]}"
    text = str(value)
    return text if len(text) <= _MAX_VALUE_LENGTH else f"{text[: _MAX_VALUE_LENGTH - 1]}…"
