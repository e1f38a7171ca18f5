"""The one metric that a version shows in lists, copied onto its row so that lists sort by it."""

from sqlalchemy import ColumnElement, Connection, case, literal, select, update

from modelyard.server.registry.tables import version_metrics, versions
from modelyard.wire.metrics import DEFAULT_METRICS

_SPLIT = "test"


def refresh_metrics(connection: Connection, default_metric: str | None, which: ColumnElement[bool]) -> None:
    """Sets the shown metric of versions: the model's choice, or the default by what the version predicts."""
    by_type = case(DEFAULT_METRICS, value=versions.c.output_type, else_=None)
    metric = by_type if default_metric is None else literal(default_metric)
    chosen = (
        (version_metrics.c.version_id == versions.c.id)
        & (version_metrics.c.split == _SPLIT)
        & (version_metrics.c.name == metric)
    )
    connection.execute(
        update(versions)
        .where(which)
        .values(
            metric_name=select(version_metrics.c.name).where(chosen).scalar_subquery(),
            metric_split=select(version_metrics.c.split).where(chosen).scalar_subquery(),
            metric_value=select(version_metrics.c.value).where(chosen).scalar_subquery(),
            metric_higher_is_better=select(version_metrics.c.higher_is_better).where(chosen).scalar_subquery(),
        )
    )
