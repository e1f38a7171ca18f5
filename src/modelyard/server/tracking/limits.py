"""Limits of keys, values, names and times. Every way in asks here.

A `..._fault` says what is wrong in words that follow a colon, and None when nothing is, so that each protocol can name
the parameter in its own way. A `check_...` raises for those that have no words of their own.
"""

import posixpath
import re
from collections.abc import Mapping
from functools import lru_cache

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.wire.base import LAST_MOMENT
from modelyard.wire.limits import MAX_KEY_LENGTH, MAX_NAME_LENGTH, MAX_PARAM_LENGTH, MAX_RUN_TAG_LENGTH, MAX_WHOLE

NAME_TAG = "mlflow.runName"
"""Clients keep the name of a run in this tag too; both always agree."""

MAX_METRICS = 1000
"""In one request that logs on a run, as the two that follow."""
MAX_PARAMS = 100
MAX_TAGS = 100
MAX_ENTITIES = 1000
"""Metrics, params and tags together."""
MAX_RUN_ID_LENGTH = 256

RUN_STATUSES = ("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")
ENDED = frozenset({"FINISHED", "FAILED", "KILLED"})

_KEY = re.compile(r"[/\w.\- :]+")
_RUN_ID = re.compile(rf"[A-Za-z0-9][\w\-]{{0,{MAX_RUN_ID_LENGTH - 1}}}")
_LIKELY_MOMENT = 4_102_444_800_000
"""The year 2100: times of before, in a finer unit, are more likely meant than what they say as they are."""


def key_fault(key: str) -> str | None:
    """Why a metric, param or tag cannot have this key."""
    if len(key) > MAX_KEY_LENGTH:
        return f"it exceeds the maximum length of {MAX_KEY_LENGTH}."
    return _spelling_fault(key)


@lru_cache(maxsize=4096)
def _spelling_fault(key: str) -> str | None:
    """Remembered, because training loops log the same few keys millions of times."""
    if not key:
        return "it is empty."
    if _KEY.fullmatch(key) is None:
        return (
            "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and "
            "slashes (/)."
        )
    if "/" in key or key[0] == ".":
        plain = posixpath.normpath(key)
        if plain != key or plain == "." or plain.startswith(("..", "/")):
            return f"Names must be unique as paths; it reads as {plain!r}."
    return None


def text_fault(text: str, max_length: int) -> str | None:
    if len(text) > max_length:
        return (
            f"its {len(text)} characters exceed the maximum length of {max_length}; exceeds the maximum length of "
            f"{max_length}."
        )
    if "\0" in text:
        return "it contains the character NUL."
    return None


def max_tag_length(key: str) -> int:
    """How long the value of a run's tag may be; the tag with the name is as long as a name."""
    return MAX_NAME_LENGTH if key == NAME_TAG else MAX_RUN_TAG_LENGTH


def whole_fault(number: int, minimum: int = -MAX_WHOLE - 1) -> str | None:
    """Why a number is no step, or no other integer that both databases keep."""
    if minimum <= number <= MAX_WHOLE:
        return None
    return f"it must be an integer of at least {minimum} in 64 bits."


def moment_fault(moment: int) -> str | None:
    """Why a time cannot be kept: it is before 1970, or after the year 9999, where no date can show it."""
    if 0 <= moment <= LAST_MOMENT:
        return None
    reason = f"it must be in milliseconds since 1970, from 0 to {LAST_MOMENT}, the end of the year 9999"
    for unit, times in (("microseconds", 1_000), ("nanoseconds", 1_000_000)):
        if 0 <= moment // times <= _LIKELY_MOMENT:
            return f"{reason}. Are these {unit}? Then it is {moment // times}."
    return f"{reason}."


def run_id_fault(run_id: str) -> str | None:
    if _RUN_ID.fullmatch(run_id) is not None:
        return None
    return f"a run id has letters, digits, '_' and '-', at most {MAX_RUN_ID_LENGTH}."


def status_fault(status: str) -> str | None:
    return None if status in RUN_STATUSES else f"it must be one of {', '.join(RUN_STATUSES)}."


def check_key(key: str, noun: str) -> None:
    """:raises InvalidArgument: the key of a `noun`, such as a metric, cannot be kept."""
    fault = key_fault(key)
    if fault is not None:
        raise InvalidArgument(f"The {noun} {key[:80]!r} cannot be set: {fault}")


def check_imported_key(key: str, noun: str) -> None:
    """A source may have characters that no client can log: an import keeps them, rather than lose the run.

    :raises InvalidArgument: no database keeps the key of the `noun`, such as a metric.
    """
    fault = "it is empty." if not key else text_fault(key, MAX_KEY_LENGTH)
    if fault is not None:
        raise InvalidArgument(f"The {noun} {key[:80]!r} cannot be set: {fault}")


def check_params(params: Mapping[str, str]) -> None:
    """:raises InvalidArgument: a key or a value cannot be kept; the message names the param."""
    for key, value in params.items():
        check_key(key, "param")
        check_text(value, f"value of the param {key!r}", MAX_PARAM_LENGTH)


def check_run_tags(tags: Mapping[str, str]) -> None:
    """:raises InvalidArgument: a key or a value cannot be kept; the message names the tag."""
    for key, value in tags.items():
        check_tag(key, value, max_tag_length(key))


def check_tag(key: str, value: str, max_length: int) -> None:
    """:raises InvalidArgument: the key or the value cannot be kept; the message names the tag."""
    check_key(key, "tag")
    check_text(value, f"value of the tag {key!r}", max_length)


def check_text(text: str, noun: str, max_length: int) -> None:
    """:raises InvalidArgument: longer than `max_length` characters, or with a character that no database keeps."""
    if len(text) > max_length:
        raise InvalidArgument(f"The {noun} has {len(text)} characters; the limit is {max_length}.")
    if "\0" in text:
        raise InvalidArgument(f"The {noun} contains the character NUL.", hint="Remove it.")
