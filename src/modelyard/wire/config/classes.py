"""The classes of a target, as people and data write them."""

import math
from collections.abc import Iterable

_TRUE_AND_FALSE = ("true", "false")
Label = str | bool | int | float


def find_label(labels: Iterable[str], wanted: Label) -> str | None:
    """The one of `labels` that `wanted` means: as it is written, or the same number, or true or false in any case."""
    known = list(labels)
    if str(wanted) in known:
        return str(wanted)
    return next((label for label in known if _key(label) == _key(wanted)), None)


def _key(label: Label) -> str | float:
    text = str(label)
    if text.lower() in _TRUE_AND_FALSE:
        return text.lower()
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text
