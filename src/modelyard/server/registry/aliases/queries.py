"""The meaning of a name after `@`: an alias, an alias at a time, a semantic version, or a range of them."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.registry.semver import core_of, parse_range, parse_release, parse_semver

LATEST = "latest"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def resolve(raw: Raw, model_id: int, name: str) -> int | None:
    """The number of the version that the name means now; None when it means none.

    `latest`; an alias; `1.2.0`; `^1.2` and `~1.2.3`, which mean the highest release in the range that is ready;
    `prod~2026-01-31`, what the alias named at the end of that day, UTC, or `prod~2026-01-31T12:00:00Z`.

    :raises InvalidArgument: the time after `~` cannot be read.
    """
    if name == LATEST:
        return _number(raw, "SELECT max(number) FROM versions WHERE model_id = ?", model_id)
    number = find_alias(raw, model_id, name)
    if number is not None:
        return number
    alias, tilde, moment = name.partition("~")
    if alias and tilde:
        return _at_time(raw, model_id, alias, read_time(moment))
    if (version := parse_semver(name)) is not None:
        return _number(raw, "SELECT number FROM versions WHERE model_id = ? AND semver = ?", model_id, str(version))
    return _in_range(raw, model_id, name)


def find_alias(raw: Raw, model_id: int, alias: str) -> int | None:
    """The number of the version that the alias names."""
    return _number(raw, "SELECT number FROM aliases WHERE model_id = ? AND alias = ?", model_id, alias)


def read_time(text: str) -> int:
    """A day, which means its end, or a moment in ISO 8601, in ms since the epoch; UTC unless it says otherwise.

    :raises InvalidArgument: it is neither.
    """
    try:
        if _DAY.fullmatch(text):
            moment = datetime.combine(date.fromisoformat(text), time.max, UTC)
        else:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except ValueError:
        raise InvalidArgument(
            f"{text!r} after '~' is not a time; write a day such as 2026-01-31, or 2026-01-31T12:00:00Z."
        ) from None
    return int(moment.timestamp() * 1000)


def aliases_of(raw: Raw, model_ids: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    """Aliases with the numbers they name, by model; models without any are left out."""
    aliases: dict[int, list[tuple[str, int]]] = {}
    if model_ids:
        rows = raw.run(
            f"SELECT model_id, alias, number FROM aliases WHERE model_id IN ({placeholders(len(model_ids))}) "  # noqa: S608
            "ORDER BY alias",
            model_ids,
        )
        for model_id, alias, number in rows:
            aliases.setdefault(model_id, []).append((alias, number))
    return aliases


def _at_time(raw: Raw, model_id: int, alias: str, at: int) -> int | None:
    return _number(
        raw,
        "SELECT number FROM alias_changes WHERE model_id = ? AND alias = ? AND at <= ? "
        "ORDER BY at DESC, id DESC LIMIT 1",
        model_id,
        alias,
        at,
    )


def _in_range(raw: Raw, model_id: int, name: str) -> int | None:
    semver_range = parse_range(name)
    if semver_range is None:
        return None
    rows = raw.all(
        "SELECT semver, number FROM versions WHERE model_id = ? AND semver IS NOT NULL AND status = 'Ready'",
        (model_id,),
    )
    low, high = core_of(semver_range.low), core_of(semver_range.high)
    releases = [(parse_release(text), number) for text, number in rows]
    fitting = [(core, number) for core, number in releases if core is not None and low <= core < high]
    return max(fitting)[1] if fitting else None


def _number(raw: Raw, statement: str, *values: object) -> int | None:
    row = raw.one(statement, values)
    return None if row is None else row[0]
