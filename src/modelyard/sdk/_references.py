"""The ways a person names a dataset version or a model version in one word."""

import re
from typing import Literal

from modelyard.sdk._errors import InvalidArgumentError, InvalidNameError
from modelyard.wire.base import NAME_PATTERN

Number = int | Literal["latest"]

_NAME = re.compile(NAME_PATTERN.removesuffix("$") + r"\Z")
_SEMVER = re.compile(r"[\^~]\d|\d+\.\d+\.\d+")
_MODELS_SCHEME = "models:/"


def check_name(kind: str, name: str) -> str:
    """Give back `name`, or raise InvalidNameError: a name with a slash would reach another route of the server."""
    if _NAME.match(name):
        return name
    raise InvalidNameError(
        f"{name!r} is not a name for a {kind}",
        hint="Names are 1 to 100 letters, digits, '.', '_' or '-', starting with a letter or digit.",
    )


def parse_dataset_reference(text: str) -> tuple[str, Number]:
    """Read `iris` (the latest version), `iris@2` or `iris@latest`."""
    name, at, number = text.partition("@")
    check_name("dataset", name)
    if not at:
        return name, "latest"
    return name, _parse_number(number, text, example="iris@2")


def parse_version_reference(text: str) -> tuple[str, int | str]:
    """Read `iris/3`, `iris@3`, `iris/latest`, `iris/1.2.0`, `iris@prod` (an alias), each also after `models:/`.

    After an `@`, what is no number comes back with it: `@prod`, `@1.2.0`, `@^1.2`, `@prod~2026-01-31`.
    """
    named = text.removeprefix(_MODELS_SCHEME)
    name, at, alias = named.partition("@")
    if at and alias and not _is_number(alias) and alias != "latest":
        return check_name("model", name), at + alias
    name, separator, number = named.partition("@") if at else named.rpartition("/")
    if not separator:
        raise InvalidArgumentError(
            f"{text!r} names no version of a model",
            hint="Write MODEL/NUMBER or MODEL@ALIAS, such as iris/3, iris@prod or models:/iris/latest.",
        )
    if _SEMVER.match(number):
        return check_name("model", name), f"@{number}"
    return check_name("model", name), _parse_number(number, text, example="iris/3")


def _is_number(text: str) -> bool:
    return text.isdecimal()


def _parse_number(number: str, text: str, *, example: str) -> Number:
    if number == "latest":
        return "latest"
    if number.isascii() and number.isdecimal() and int(number) > 0:
        return int(number)
    raise InvalidArgumentError(
        f"{number!r} in {text!r} is not a version number", hint=f"Write a number from 1, or 'latest': {example}."
    )
