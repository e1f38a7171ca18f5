"""The differences between two versions."""

from typing import Any

from modelyard.server.comparison import parts
from modelyard.server.comparison.configs import differences
from modelyard.server.comparison.lines import side_by_side, unified
from modelyard.server.comparison.metrics import metric_diffs
from modelyard.server.comparison.shifts import column_shifts
from modelyard.server.comparison.subjects import Subject
from modelyard.server.datasets.profiles import read_profile
from modelyard.server.datasets.queries import StoredVersion
from modelyard.server.kernel.errors import CorruptFile
from modelyard.server.storage import FileStore
from modelyard.wire.comparison import ConfigDiff, DataDiff, DiffChange, VersionDiff
from modelyard.wire.datasets import Column, DatasetProfile

Profiles = tuple[DatasetProfile, DatasetProfile]


def has_other_rows(before: Subject, after: Subject) -> bool:
    """Whether both were trained on datasets that are here, and that are not the same table."""
    one, other = before.dataset, after.dataset
    return one is not None and other is not None and one.content_digest != other.content_digest


async def read_profiles(store: FileStore, before: Subject, after: Subject) -> Profiles | None:
    """Those of the two datasets, where the rows differ; None where they need not or cannot be read."""
    if not has_other_rows(before, after) or before.dataset is None or after.dataset is None:
        return None
    try:
        return await read_profile(store, before.dataset), await read_profile(store, after.dataset)
    except CorruptFile:
        return None


def compare(before: Subject, after: Subject, profiles: Profiles | None, *, with_lines: bool) -> VersionDiff:
    """`profiles` are those of the two datasets, where the rows differ."""
    notes = _notes(before, after)
    names = (before.name, after.name)
    first_diff = second_diff = None
    if before.config is not None and after.config is not None:
        first_diff = config_diff(before.config.given, after.config.given, names, with_lines=with_lines)
        second_diff = config_diff(before.config.rendered, after.config.rendered, names, with_lines=with_lines)
    return VersionDiff(
        before=before.record,
        after=after.record,
        notes=notes,
        config_given=first_diff,
        config_rendered=second_diff,
        data=_data(before, after, profiles),
        inputs=parts.changes(before.inputs, after.inputs),
        signature=(
            parts.signature_changes(before.version.signature, after.version.signature)
            if before.version.signature is not None and after.version.signature is not None
            else []
        ),
        params=parts.changes(before.params, after.params, parts.same_param),
        metrics=metric_diffs(
            before.metrics,
            after.metrics,
            (before.report, after.report),
            comparable=_predict_alike(before, after),
        ),
        environment=parts.changes(before.packages, after.packages) if before.packages and after.packages else [],
        files=parts.file_changes(before.files, after.files),
        tags=parts.changes(before.tags, after.tags),
    )


def config_diff(
    before: dict[str, Any], after: dict[str, Any], names: tuple[str, str], *, with_lines: bool
) -> ConfigDiff:
    changes = [difference.to_wire() for difference in differences(before, after)]
    if not with_lines:
        return ConfigDiff(changes=changes)
    rows = side_by_side(before, after)
    return ConfigDiff(changes=changes, lines=rows, unified=unified(rows, *names))


def _predict_alike(before: Subject, after: Subject) -> bool:
    return _purpose(before) == _purpose(after)


def _purpose(subject: Subject) -> str | None:
    kind = subject.version.output_type
    return "regressor" if kind == "number" else "classifier" if kind is not None else None


def _notes(before: Subject, after: Subject) -> list[str]:
    notes = []
    for subject in (before, after):
        if subject.config is None:
            notes.append(f"{subject.name} was not trained here and has no config: its params are compared instead.")
        if subject.version.signature is None:
            notes.append(f"{subject.name} has no signature.")
        if not subject.packages:
            notes.append(f"{subject.name} has no file here that names its packages.")
    kinds = _purpose(before), _purpose(after)
    if kinds[0] != kinds[1]:
        words = [kind or "registered model whose kind is not known" for kind in kinds]
        notes.append(
            f"{before.name} is a {words[0]}, {after.name} a {words[1]}: "
            "no metric of one is better than one of the other."
        )
    elif before.version.target != after.version.target:
        notes.append(f"They predict different columns: {before.version.target!r} and {after.version.target!r}.")
    names = [{metric.name for metric in subject.metrics} for subject in (before, after)]
    if all(names) and not names[0] & names[1]:
        notes.append("They have no metric in common.")
    return notes


def _data(before: Subject, after: Subject, profiles: Profiles | None) -> DataDiff:
    one, other = before.dataset, after.dataset
    notes = []
    for subject in (before, after):
        if subject.version.dataset is None:
            notes.append(f"{subject.name} names no dataset of this server.")
        elif subject.dataset is None:
            notes.append(f"The dataset of {subject.name} is not here any more, or not yours to see.")
    if one is not None and other is not None and profiles is None and has_other_rows(before, after):
        notes.append("The profile of one dataset version cannot be read, so distributions are not compared.")
    return DataDiff(
        before=before.version.dataset,
        after=after.version.dataset,
        same_rows=None if one is None or other is None else not has_other_rows(before, after),
        rows_before=None if one is None else one.record.row_count,
        rows_after=None if other is None else other.record.row_count,
        columns=_column_changes(one, other) if one is not None and other is not None else [],
        shifts=[] if profiles is None else column_shifts(*profiles),
        notes=notes,
    )


def _column_changes(before: StoredVersion, after: StoredVersion) -> list[DiffChange]:
    return parts.changes(_types(before), _types(after))


def _types(version: StoredVersion) -> dict[str, str]:
    return {column.name: _type(column) for column in version.record.columns}


def _type(column: Column) -> str:
    return f"{column.feature_type} ({column.data_type})"
