"""Dates that are written as text, in whatever order and with whatever separators."""

import calendar
import re
from collections.abc import Collection
from dataclasses import dataclass

from modelyard.wire.datasets import ColumnFormat
from modelyard.worker.inference.texts import ISO_DATE, ISO_TIME, ISO_ZONE

_MAX_FORMATS = 8
_TIME = r"(?:(?P<gap>[ T])[0-9]{1,2}:[0-9]{2}(?P<second>:[0-9]{2}(?P<fraction>\.[0-9]{1,6})?)?(?P<half> ?[AaPp][Mm])?)?"
_ISO = re.compile(rf"{ISO_DATE}(?P<time>{ISO_TIME}(?P<zone>{ISO_ZONE})?)?")
_YEAR_FIRST = re.compile(rf"[0-9]{{4}}(?P<mark>[/.])[0-9]{{1,2}}(?P=mark)[0-9]{{1,2}}{_TIME}")
_YEAR_LAST = re.compile(
    rf"(?P<one>[0-9]{{1,2}})(?P<mark>[/.-])(?P<two>[0-9]{{1,2}})(?P=mark)(?P<year>[0-9]{{4}}|[0-9]{{2}}){_TIME}"
)
_MONTH_NAME = re.compile(rf"(?P<month>[A-Za-z]{{3,9}})(?P<point>\.?) [0-9]{{1,2}}(?P<comma>,?) [0-9]{{4}}{_TIME}")
_DAY_NAME = re.compile(r"[0-9]{1,2}(?P<mark>[ -])(?P<month>[A-Za-z]{3,9})(?P=mark)(?P<year>[0-9]{4}|[0-9]{2})" + _TIME)
_MONTHS = [name.lower() for name in calendar.month_name[1:]]
_PIECES = {
    "%Y": "[0-9]{4}",
    "%y": "[0-9]{2}",
    "%m": "[0-9]{1,2}",
    "%d": "[0-9]{1,2}",
    "%H": "[0-9]{1,2}",
    "%I": "[0-9]{1,2}",
    "%M": "[0-9]{2}",
    "%S": "[0-9]{2}",
    "%f": "[0-9]{1,6}",
    "%b": "[A-Za-z]{3}",
    "%B": "[A-Za-z]{3,9}",
    "%p": "[AaPp][Mm]",
    "%z": "(?:Z|[+-][0-9]{2}:?[0-9]{2})",
    "%j": "[0-9]{1,3}",
}


@dataclass(frozen=True, slots=True)
class DateGuess:
    """Ways in which all of a sample are dates, the likeliest first. `data_type` is what they are stored as."""

    formats: list[ColumnFormat]
    data_type: str
    is_ambiguous: bool
    """Month and day may stand in either order, as far as the sample tells."""
    has_iso: bool


def guess_dates(texts: Collection[str]) -> DateGuess | None:
    """How texts, none of which means a missing value, are dates; None where some are none."""
    month_first: dict[str, None] = {}
    day_first: dict[str, None] = {}
    has_time = has_zone = has_iso = is_pointed = False
    for text in texts:
        stripped = text.strip()
        if (iso := _ISO.fullmatch(stripped)) is not None:
            has_iso = True
            has_time |= iso["time"] is not None
            has_zone |= iso["zone"] is not None
            continue
        formats = _formats_of(stripped)
        if formats is None:
            return None
        month_first[formats[0]] = day_first[formats[1]] = None
        has_time |= "%M" in formats[0]
        if formats[0] != formats[1]:
            is_pointed |= "%m.%d" in formats[0]
    if max(len(month_first), len(day_first)) > _MAX_FORMATS:
        return None
    ways = [list(month_first), list(day_first)]
    if has_iso and month_first:
        ways = [[*way, "%Y-%m-%d"] for way in ways]
    if is_pointed:
        ways.reverse()
    is_ambiguous = ways[0] != ways[1]
    data_type = "TIMESTAMP WITH TIME ZONE" if has_zone else "TIMESTAMP" if has_time else "DATE"
    guesses = [ColumnFormat(date_formats=way) for way in (ways if is_ambiguous else ways[:1])]
    return DateGuess(guesses, data_type, is_ambiguous, has_iso)


def format_pattern(date_format: str) -> str:
    """A regular expression for texts in a format as of strptime; of names it checks the length alone."""
    pieces = re.split(r"(%[A-Za-z%])", date_format)
    return "".join(_PIECES.get(piece, ".+?") if piece.startswith("%") else re.escape(piece) for piece in pieces)


def _formats_of(text: str) -> tuple[str, str] | None:
    """The format with the month first, and with the day first; the same where only one is possible."""
    if (match := _YEAR_FIRST.fullmatch(text)) is not None:
        only = f"%Y{match['mark']}%m{match['mark']}%d{_time_of(match)}"
        return only, only
    if (match := _YEAR_LAST.fullmatch(text)) is not None:
        mark, year = match["mark"], "%Y" if len(match["year"]) == 4 else "%y"
        if mark == "-" and year == "%y":
            return None
        end = f"{mark}{year}{_time_of(match)}"
        return f"%m{mark}%d{end}", f"%d{mark}%m{end}"
    if (match := _MONTH_NAME.fullmatch(text)) is not None and (month := _month_of(match["month"])) is not None:
        only = f"{month}{match['point']} %d{match['comma']} %Y{_time_of(match)}"
        return only, only
    if (match := _DAY_NAME.fullmatch(text)) is not None and (month := _month_of(match["month"])) is not None:
        mark, year = match["mark"], "%Y" if len(match["year"]) == 4 else "%y"
        only = f"%d{mark}{month}{mark}{year}{_time_of(match)}"
        return only, only
    return None


def _time_of(match: re.Match[str]) -> str:
    if match["gap"] is None:
        return ""
    half = match["half"]
    hour = "%H" if half is None else "%I"
    seconds = "" if match["second"] is None else ":%S" + (".%f" if match["fraction"] else "")
    return f"{match['gap']}{hour}:%M{seconds}" + ("" if half is None else f"{' ' if half[0] == ' ' else ''}%p")


def _month_of(name: str) -> str | None:
    lower = name.lower()
    if lower in _MONTHS:
        return "%B" if len(lower) > 3 else "%b"
    return "%b" if any(month[:3] == lower for month in _MONTHS) else None
