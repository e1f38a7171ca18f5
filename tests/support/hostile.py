"""JSON that no client sends on purpose, and where in a body it can stand."""

import json
from collections.abc import Iterator
from typing import Any

FRAGMENTS = {
    "nested without end": "[" * 10_000 + "]" * 10_000,
    "nested deep": '{"a":' * 900 + "1" + "}" * 900,
    "a number beyond all": "1e999",
    "a number of 5,000 digits": "9" * 5000,
    "an integer of 40 digits": "9" * 40,
    "a text of 5,000 digits": '"' + "9" * 5000 + '"',
    "half of a character": r'"\ud800"',
    "NUL": r'"\u0000"',
    "an address that ends in it": '"http://["',
    "a list": '[1,"a"]',
}
"""As they are written, since no encoder would write some of them."""

_MARK = "@@here@@"
Path = tuple[str | int, ...]


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Where something stands in a JSON value, the value itself first."""
    yield here
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*here, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*here, index))


def with_fragment(value: Any, path: Path, fragment: str) -> bytes:
    """The value as JSON with a fragment at the path, in place of what stands there or as a new field."""
    return json.dumps(_put(value, path)).replace(f'"{_MARK}"', fragment).encode()


def _put(value: Any, path: Path) -> Any:
    if not path:
        return _MARK
    first, *rest = path
    if isinstance(value, dict):
        return {**value, first: _put(value.get(str(first)), tuple(rest))}
    return [_put(inner, tuple(rest)) if index == first else inner for index, inner in enumerate(value)]
