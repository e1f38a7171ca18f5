"""Which metric a model's versions may be compared by."""

from sqlalchemy import Connection, select

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.registry.tables import version_metrics, versions
from modelyard.wire.config.paths import did_you_mean
from modelyard.wire.errors import Problem
from modelyard.wire.metrics import METRICS


def check_default_metric(connection: Connection, model_id: int, metric: str) -> None:
    """:raises InvalidArgument: neither a version has the metric, nor can one of what the versions predict."""
    rows = connection.execute(select(versions.c.output_type).where(versions.c.model_id == model_id).distinct())
    predicted = {row.output_type for row in rows} - {None}
    allowed = {name for kind, names in METRICS.items() if kind in predicted or not predicted for name in names}
    if metric in allowed:
        return
    in_model = version_metrics.c.version_id.in_(select(versions.c.id).where(versions.c.model_id == model_id))
    allowed.update(connection.scalars(select(version_metrics.c.name).where(in_model).distinct()))
    if metric in allowed:
        return
    listed = f"The metrics are {', '.join(sorted(allowed))}."
    nearest = did_you_mean(metric, allowed)
    hint = f"{nearest} {listed}" if nearest else listed
    message = f"The versions of this model cannot have the metric {metric!r}."
    raise InvalidArgument(
        message, hint=hint, problems=[Problem(path="default_metric", message=message, suggestion=nearest or listed)]
    )
