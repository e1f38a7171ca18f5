"""Values as people read them: bytes, durations, times, metrics, statuses."""

import unicodedata
from datetime import UTC, datetime

_STYLES = {"Ready": "green", "Deployed": "green", "Failed": "red", "Canceled": "bright_black", "Queued": "bright_black"}
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
_EMPTY = ""


def plain(text: str) -> str:
    """`text` without control characters, so that nothing stored on a server can steer the terminal."""
    return "".join(
        character
        if character == "\t" or unicodedata.category(character) not in {"Cc", "Cf"}
        else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def size(count: int) -> str:
    amount = float(count)
    for unit in _UNITS:
        if amount < 1024 or unit == _UNITS[-1]:
            return f"{count} B" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    raise AssertionError("the last unit takes every size")


def duration(milliseconds: float | None) -> str:
    """Such as `0.4s`, `12s`, `2m 14s`, `3h 05m`."""
    if milliseconds is None:
        return _EMPTY
    seconds = milliseconds / 1000
    if seconds < 10:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes == 0:
        return f"{rest}s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes:02}m" if hours else f"{minutes}m {rest:02}s"


def moment(at: datetime | None) -> str:
    """Relative to now: `just now`, `5 min ago`, `3 h ago`, then the date."""
    if at is None:
        return _EMPTY
    seconds = (datetime.now(UTC) - at).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if seconds < 86400:
        return f"{int(seconds // 3600)} h ago"
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def number(value: float | None) -> str:
    """Four significant digits."""
    return _EMPTY if value is None else f"{value:.4g}"


def count(value: int | None) -> str:
    return _EMPTY if value is None else f"{value:,}"


def percent(fraction: float) -> str:
    return f"{fraction:.0%}"


def status_style(status: str) -> str:
    """The color of a version's status: green good, red failed, gray stopped or waiting, blue moving."""
    return _STYLES.get(status, "blue")


def plain_lines(text: str) -> list[str]:
    """The lines of `text`, each without control characters; at least one."""
    return [plain(line) for line in text.splitlines()] or [""]
