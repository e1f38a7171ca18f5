"""From rows to what is sent."""

import math
from typing import Any

from sqlalchemy import Row

from modelyard.server.kernel.clock import to_datetime, to_optional_datetime
from modelyard.server.tracking.artifact_files.locations import is_inside_proxy
from modelyard.wire.metrics import OF_POSITIVE_CLASS
from modelyard.wire.models import (
    DatasetRef,
    MetricSummary,
    Progress,
    StepTiming,
    VersionError,
    VersionSource,
    VersionStatus,
    VersionSummary,
)


def to_summary(row: Row[Any], default_number: int | None, now: int) -> VersionSummary:
    """A version as one row of a table; `row` has every column of `versions`."""
    return VersionSummary(**summary_fields(row, default_number, now))


def summary_fields(row: Row[Any], default_number: int | None, now: int) -> dict[str, Any]:
    dataset = None if row.dataset is None else DatasetRef(name=row.dataset, number=row.dataset_number)
    return {
        "model": row.model,
        "number": row.number,
        "semver": row.semver,
        "description": row.description,
        "dataset": dataset,
        "target": row.target,
        "output_type": row.output_type,
        "trainer": row.trainer,
        "engine": row.engine,
        "metric": to_metric(row),
        "duration_ms": duration_ms(row, now),
        "status": VersionStatus(row.status),
        "progress": to_progress(row),
        "created_at": to_datetime(row.created_at),
        "created_by": row.created_by,
        "updated_at": to_datetime(row.updated_at),
        "starred": row.starred,
        "archived": row.archived,
        "parent": row.parent,
        "is_default": row.number == default_number,
    }


def to_metric(row: Row[Any]) -> MetricSummary | None:
    if row.metric_name is None:
        return None
    return MetricSummary(
        name=row.metric_name,
        split=row.metric_split,
        value=row.metric_value,
        higher_is_better=row.metric_higher_is_better,
        positive_class=positive_class_of(row.metric_name, row.positive_class),
    )


def positive_class_of(metric: str, positive_class: str | None) -> str | None:
    """The version's positive class, if the metric depends on it."""
    return positive_class if metric in OF_POSITIVE_CLASS else None


def duration_ms(row: Row[Any], now: int) -> int | None:
    """The time of finished steps, and of the present one up to now."""
    if row.counting_since is None:
        return int(row.duration_ms) if row.duration_ms is not None else None
    return int((row.duration_ms or 0) + max(0, now - row.counting_since))


def to_progress(row: Row[Any]) -> Progress | None:
    if row.progress_fraction is None:
        return None
    return Progress(
        fraction=row.progress_fraction,
        message=row.progress_message or "",
        remaining_ms=row.progress_remaining_ms,
    )


def to_error(row: Row[Any]) -> VersionError | None:
    if row.error_code is None:
        return None
    return VersionError(step=VersionStatus(row.error_step), code=row.error_code, message=row.error_message or "")


def to_source(row: Row[Any]) -> VersionSource | None:
    if row.source is None:
        return None
    location = row.storage_location or row.source
    return VersionSource(uri=row.source, location=location, is_here=is_inside_proxy(location))


def to_step(row: Row[Any]) -> StepTiming:
    return StepTiming(
        step=VersionStatus(row.step),
        started_at=to_datetime(row.started_at),
        ended_at=to_optional_datetime(row.ended_at),
        duration_ms=None if row.ended_at is None else row.ended_at - row.started_at,
        error_message=row.error_message,
    )


def sortable(value: Any) -> Any:
    """A value as a place in an order: NaN has none."""
    return None if isinstance(value, float) and math.isnan(value) else value
