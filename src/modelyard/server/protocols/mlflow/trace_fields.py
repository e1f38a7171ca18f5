"""Fields that requests about traces share: the trace, its experiment, pairs of text, times."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from modelyard.server.protocols.mlflow.endpoints import Call
from modelyard.server.protocols.mlflow.errors import invalid, missing
from modelyard.server.protocols.mlflow.limits import (
    check_experiment_id,
    check_experiment_ids,
    check_required,
    check_text,
)
from modelyard.server.traces import limits, queries
from modelyard.server.traces.queries import Trace
from modelyard.server.tracking.experiments.queries import Experiment, find_experiment, get_experiment
from modelyard.wire.base import LAST_MOMENT


def active_experiment(call: Call, experiment_id: str | None) -> Experiment:
    """:raises NotFound: there is no such experiment.
    :raises InvalidArgument: it was deleted.
    """
    experiment = get_experiment(call.raw, call.project_id, check_experiment_id(experiment_id))
    if experiment.lifecycle_stage != "active":
        raise invalid("experiment_id", experiment_id, "the experiment was deleted.")
    return experiment


def known_experiments(call: Call, experiment_ids: Sequence[str]) -> list[Experiment]:
    """Those that there are; others are passed over."""
    experiments = (
        find_experiment(call.raw, call.project_id, experiment_id)
        for experiment_id in check_experiment_ids(experiment_ids)
    )
    return [experiment for experiment in experiments if experiment is not None]


def one_trace(call: Call, trace_id: str | None, parameter: str = "trace_id") -> Trace:
    """:raises NotFound: there is no such trace."""
    return queries.get_trace(call.raw, call.project_id, check_id(trace_id, parameter))


def check_id(value: str | None, parameter: str = "trace_id") -> str:
    """:raises InvalidArgument: it is missing, or no id."""
    return check_required(value, parameter, 1000)


def check_new_id(value: str | None, parameter: str) -> str:
    """:raises InvalidArgument: it is missing, too long, or could not be named in an address."""
    checked = check_required(value, parameter, limits.MAX_ID_LENGTH)
    fault = limits.id_fault(checked)
    if fault is not None:
        raise invalid(parameter, checked, fault)
    return checked


def check_count(values: Sequence[object], parameter: str, maximum: int = limits.MAX_NAMED) -> None:
    """:raises InvalidArgument: they are too many for one request."""
    if len(values) > maximum:
        raise invalid(parameter, len(values), f"at most {maximum} can be named at once.")


def check_pairs(values: Mapping[str, str], parameter: str) -> dict[str, str]:
    """Tags or metadata.

    :raises InvalidArgument: a key or a value is too long, or a key is empty.
    """
    return {
        check_required(key, f"{parameter}.key", limits.MAX_TAG_KEY_LENGTH): check_text(
            limits.clean(value), f"{parameter}.{key[:50]}", limits.MAX_METADATA_LENGTH
        )
        for key, value in values.items()
    }


def milliseconds(text: str | None, parameter: str) -> int:
    """:raises InvalidArgument: it is missing, no time, or one that no date can show in every time zone."""
    if not text:
        raise missing(parameter)
    try:
        at = datetime.fromisoformat(text)
        aware = at if at.tzinfo else at.replace(tzinfo=UTC)
        moment = round(aware.timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise invalid(parameter, text, "it must be like 2026-01-31T12:00:00Z.") from error
    if not 0 <= moment <= LAST_MOMENT:
        raise invalid(parameter, text, "it must be from 1970 to the end of 9999, UTC.")
    return moment
