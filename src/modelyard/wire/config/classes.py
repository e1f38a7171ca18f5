"""The classes of a target, as people and data write them."""

import math
from collections.abc import Iterable

_TRUE_AND_FALSE = ("true", "false")
Label = str | bool | int | float


def find_label(labels: Iterable[str], label: Label) -> str | None:
    """The one of `labels` that `label` means: as it is written, or the same number, or true or false in any case."""
    candidates = list(labels)
    if str(label) in candidates:
        return str(label)
    return next((candidate for candidate in candidates if _key(candidate) == _key(label)), None)


def _key(label: Label) -> str | float:
    text = str(label)
    if text.lower() in _TRUE_AND_FALSE:
        return text.lower()
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text
