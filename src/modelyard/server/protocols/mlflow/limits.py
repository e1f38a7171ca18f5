"""What the protocol allows in keys, values and names."""

import re
from collections.abc import Sequence

from modelyard.server.protocols.mlflow.errors import invalid, missing
from modelyard.server.tracking import keys
from modelyard.wire.base import LAST_MOMENT

_INTEGER = re.compile(r"-?[0-9]{1,50}")
_RUN_ID = re.compile(r"[A-Za-z0-9][\w\-]{0,255}")

MAX_KEY_LENGTH = keys.MAX_KEY_LENGTH
MAX_PARAM_LENGTH = 6000
MAX_RUN_TAG_LENGTH = 8000
MAX_EXPERIMENT_TAG_LENGTH = 20_000
MAX_NAME_LENGTH = 500
MAX_METRICS = 1000
MAX_PARAMS = 100
MAX_TAGS = 100
MAX_ENTITIES = 1000
MAX_INTEGER = 2**63 - 1
_LIKELY_MOMENT = 4_102_444_800_000
"""The year 2100: times of before, in a finer unit, are more likely meant than what they say as they are."""


def check_key(key: str | None, parameter: str) -> str:
    """A key of a metric, param or tag.

    :raises InvalidArgument: it is missing, too long, has odd characters or is not a plain path.
    """
    if not key:
        raise missing(parameter)
    fault = keys.key_fault(key)
    if fault is not None:
        raise invalid(parameter, key, fault)
    return key


def check_text(value: str | None, parameter: str, most: int) -> str:
    """A value; absent means empty.

    :raises InvalidArgument: it is too long, or has a character that no database keeps.
    """
    if value is None:
        return ""
    if len(value) > most:
        raise invalid(
            parameter, value, f"its {len(value)} characters exceed the maximum length of {most}; exceeds the maximum "
            f"length of {most}."
        )  # fmt: skip
    if "\0" in value:
        raise invalid(parameter, value, "it contains the character NUL.")
    return value


def check_required(value: str | None, parameter: str, most: int = MAX_NAME_LENGTH) -> str:
    """:raises InvalidArgument: as `check_text`, or it is missing."""
    if not value:
        raise missing(parameter)
    return check_text(value, parameter, most)


def check_integer(value: int | None, parameter: str, *, least: int = -MAX_INTEGER - 1) -> int:
    """:raises InvalidArgument: it is missing, below `least` or above 64 bits."""
    if value is None:
        raise missing(parameter)
    if not least <= value <= MAX_INTEGER:
        raise invalid(parameter, value, f"it must be an integer of at least {least} in 64 bits.")
    return value


def check_moment(value: int | None, parameter: str) -> int:
    """A time in milliseconds since 1970.

    :raises InvalidArgument: it is missing, before 1970 or after the year 9999, where no date can show it.
    """
    if value is None:
        raise missing(parameter)
    if 0 <= value <= LAST_MOMENT:
        return value
    reason = f"it must be in milliseconds since 1970, from 0 to {LAST_MOMENT}, the end of the year 9999"
    for unit, times in (("microseconds", 1_000), ("nanoseconds", 1_000_000)):
        if 0 <= value // times <= _LIKELY_MOMENT:
            raise invalid(parameter, value, f"{reason}. Are these {unit}? Then it is {value // times}.")
    raise invalid(parameter, value, f"{reason}.")


def check_run_id(run_id: str | None) -> str:
    """:raises InvalidArgument: it is missing, or no run can have it."""
    if not run_id:
        raise missing("run_id")
    if _RUN_ID.fullmatch(run_id) is None:
        raise invalid("run_id", run_id, "a run id has letters, digits, '_' and '-', at most 256.")
    return run_id


def check_experiment_id(experiment_id: str | None, parameter: str = "experiment_id") -> str:
    """:raises InvalidArgument: it is missing, or not the text of an integer."""
    if not experiment_id:
        raise missing(parameter)
    if _INTEGER.fullmatch(experiment_id) is None:
        raise invalid(parameter, experiment_id, "an experiment's id is an integer.")
    return experiment_id


def check_experiment_ids(experiment_ids: Sequence[str]) -> Sequence[str]:
    """:raises InvalidArgument: one of them is not the text of an integer."""
    for experiment_id in experiment_ids:
        if _INTEGER.fullmatch(experiment_id) is None:
            raise invalid("experiment_ids", experiment_id, "an experiment's id is an integer.")
    return experiment_ids


def check_page_size(value: int | None, default: int, most: int) -> int:
    """:raises InvalidArgument: below 1 or above `most`."""
    size = default if value is None else value
    if not 1 <= size <= most:
        raise invalid("max_results", size, f"it must be at least 1 and at most {most}.")
    return size
