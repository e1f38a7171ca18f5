"""The rules of tracking in the protocol's words: each names the parameter that is at fault."""

import re
from collections.abc import Sequence

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.protocols.mlflow.errors import invalid, missing
from modelyard.server.protocols.mlflow.messages.experiments import Tag
from modelyard.server.tracking import limits
from modelyard.server.tracking.limits import MAX_ENTITIES, MAX_METRICS, MAX_PARAMS, MAX_TAGS
from modelyard.wire.limits import MAX_NAME_LENGTH, MAX_RUN_TAG_LENGTH, MAX_WHOLE

_INTEGER = re.compile(r"-?[0-9]{1,50}")


def check_key(key: str | None, parameter: str) -> str:
    """A key of a metric, param or tag.

    :raises InvalidArgument: it is missing, too long, has odd characters or is not a plain path.
    """
    if not key:
        raise missing(parameter)
    _refuse(limits.key_fault(key), key, parameter)
    return key


def check_text(value: str | None, parameter: str, max_length: int) -> str:
    """A value; absent means empty.

    :raises InvalidArgument: it is too long, or has a character that no database keeps.
    """
    if value is None:
        return ""
    _refuse(limits.text_fault(value, max_length), value, parameter)
    return value


def check_required(value: str | None, parameter: str, max_length: int = MAX_NAME_LENGTH) -> str:
    """:raises InvalidArgument: as `check_text`, or it is missing."""
    if not value:
        raise missing(parameter)
    return check_text(value, parameter, max_length)


def check_pairs(tags: Sequence[Tag], parameter: str, max_length: int) -> dict[str, str]:
    """Params or tags by key, the last of each.

    :raises InvalidArgument: a key or a value cannot be kept.
    """
    return {
        check_key(tag.key, f"{parameter}[{index}].key"): check_text(
            tag.value, f"{parameter}[{index}].value", max_length
        )
        for index, tag in enumerate(tags)
    }


def check_run_tags(tags: Sequence[Tag]) -> dict[str, str]:
    """:raises InvalidArgument: as `check_pairs`, or the name in one of them is longer than a name."""
    pairs = check_pairs(tags, "tags", MAX_RUN_TAG_LENGTH)
    check_text(pairs.get(limits.NAME_TAG), f"tag {limits.NAME_TAG}", MAX_NAME_LENGTH)
    return pairs


def check_counts(metrics: int, params: int, tags: int) -> None:
    """:raises InvalidArgument: one request logs more than the server takes at once."""
    for name, count, maximum in (
        ("metrics", metrics, MAX_METRICS),
        ("params", params, MAX_PARAMS),
        ("tags", tags, MAX_TAGS),
    ):
        if count > maximum:
            raise InvalidArgument(
                f"A batch logging request can contain at most {maximum} {name}. Got {count} {name}. "
                f"Please split up {name} across multiple requests and try again."
            )
    total = metrics + params + tags
    if total > MAX_ENTITIES:
        raise InvalidArgument(
            f"A batch logging request can contain at most {MAX_ENTITIES} metrics, params and tags. Got {total}. "
            "Please split them up across multiple requests and try again."
        )


def check_integer(value: int | None, parameter: str, *, minimum: int = -MAX_WHOLE - 1) -> int:
    """:raises InvalidArgument: it is missing, below `minimum` or above 64 bits."""
    if value is None:
        raise missing(parameter)
    _refuse(limits.whole_fault(value, minimum), value, parameter)
    return value


def check_moment(value: int | None, parameter: str) -> int:
    """A time in milliseconds since 1970.

    :raises InvalidArgument: it is missing, before 1970 or after the year 9999, where no date can show it.
    """
    if value is None:
        raise missing(parameter)
    _refuse(limits.moment_fault(value), value, parameter)
    return value


def check_run_id(run_id: str | None) -> str:
    """:raises InvalidArgument: it is missing, or no run can have it."""
    if not run_id:
        raise missing("run_id")
    _refuse(limits.run_id_fault(run_id), run_id, "run_id")
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


def check_page_size(value: int | None, default: int, maximum: int) -> int:
    """:raises InvalidArgument: below 1 or above `maximum`."""
    size = default if value is None else value
    if not 1 <= size <= maximum:
        raise invalid("max_results", size, f"it must be at least 1 and at most {maximum}.")
    return size


def _refuse(fault: str | None, value: object, parameter: str) -> None:
    if fault is not None:
        raise invalid(parameter, value, fault)
