"""Two configs as YAML side by side, each row where its counterpart is, and the unified form of the same rows.

The rows follow from the objects and not from comparing texts: a feature that was moved stands beside itself.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from modelyard.server.comparison.configs import names_of, same
from modelyard.wire.comparison import DiffLine

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*", re.ASCII)
# YAML 1.1 reads these as truth values, nothing, or numbers.
_MEANINGFUL = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity"))
_CONTEXT = 3
_INDENT = "  "


class _Row(NamedTuple):
    kind: Literal["same", "added", "removed", "changed"]
    before: str | None
    after: str | None


def side_by_side(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[DiffLine]:
    """Both as a whole."""
    lines = []
    before_count = after_count = 0
    for row in _mappings(before, after, "", ""):
        before_count += row.before is not None
        after_count += row.after is not None
        lines.append(
            DiffLine(
                kind=row.kind,
                before_number=None if row.before is None else before_count,
                before=row.before,
                after_number=None if row.after is None else after_count,
                after=row.after,
            )
        )
    return lines


def unified(rows: Sequence[DiffLine], before_name: str, after_name: str) -> str:
    """As `diff -u` writes it, with three rows around what is different; empty when nothing is."""
    changed = [index for index, row in enumerate(rows) if row.kind != "same"]
    if not changed:
        return ""
    text = [f"--- {before_name}", f"+++ {after_name}"]
    start = 0
    while start < len(changed):
        end = start
        while end + 1 < len(changed) and changed[end + 1] - changed[end] <= 2 * _CONTEXT:
            end += 1
        text += _hunk(rows, max(0, changed[start] - _CONTEXT), min(len(rows), changed[end] + _CONTEXT + 1))
        start = end + 1
    return "\n".join(text) + "\n"


def _hunk(rows: Sequence[DiffLine], start: int, end: int) -> list[str]:
    part = rows[start:end]
    counts = [sum(row.before is not None for row in part), sum(row.after is not None for row in part)]
    passed = [sum(row.before is not None for row in rows[:start]), sum(row.after is not None for row in rows[:start])]
    firsts = [gone + (count > 0) for gone, count in zip(passed, counts, strict=True)]
    text = [f"@@ -{firsts[0]},{counts[0]} +{firsts[1]},{counts[1]} @@"]
    added: list[str] = []
    for row in part:
        if row.kind == "same":
            text += added
            added = []
            text.append(f" {row.after}")
            continue
        if row.before is not None:
            text.append(f"-{row.before}")
        if row.after is not None:
            added.append(f"+{row.after}")
    return text + added


def _mappings(before: Mapping[str, Any], after: Mapping[str, Any], first: str, rest: str) -> Iterator[_Row]:
    """`first` stands before the first row, `rest` before the others: an item of a list begins with a dash."""
    indent = first
    for key in (*before, *(key for key in after if key not in before)):
        if key not in after:
            yield from _alone("removed", _entry(key, before[key], indent, rest))
        elif key not in before:
            yield from _alone("added", _entry(key, after[key], indent, rest))
        else:
            yield from _both(key, before[key], after[key], indent, rest)
        indent = rest


def _both(key: str, before: Any, after: Any, first: str, rest: str) -> Iterator[_Row]:
    if isinstance(before, Mapping) and isinstance(after, Mapping) and before and after:
        yield _Row("same", f"{first}{_scalar(key)}:", f"{first}{_scalar(key)}:")
        yield from _mappings(before, after, rest + _INDENT, rest + _INDENT)
        return
    names, others = names_of(before), names_of(after)
    if names is not None and others is not None:
        yield _Row("same", f"{first}{_scalar(key)}:", f"{first}{_scalar(key)}:")
        yield from _items(dict(zip(names, before, strict=True)), dict(zip(others, after, strict=True)), rest)
        return
    old, new = list(_entry(key, before, first, rest)), list(_entry(key, after, first, rest))
    if same(before, after):
        # Written in another order the two may differ in their texts, but not in what they mean.
        yield from (_Row("same", one, other) for one, other in zip(old, new, strict=True))
    elif len(old) == len(new) == 1:
        yield _Row("changed", old[0], new[0])
    else:
        yield from _alone("removed", old)
        yield from _alone("added", new)


def _items(before: Mapping[str, Any], after: Mapping[str, Any], rest: str) -> Iterator[_Row]:
    dash, inside = f"{rest}- ", rest + _INDENT
    for name in (*before, *(name for name in after if name not in before)):
        if name not in after:
            yield from _alone("removed", _object(before[name], dash, inside))
        elif name not in before:
            yield from _alone("added", _object(after[name], dash, inside))
        else:
            yield from _mappings(before[name], after[name], dash, inside)


def _alone(kind: Literal["removed", "added"], texts: Iterator[str] | list[str]) -> Iterator[_Row]:
    for text in texts:
        yield _Row(kind, text if kind == "removed" else None, text if kind == "added" else None)


def _entry(key: str, value: Any, first: str, rest: str) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        yield f"{first}{_scalar(key)}:"
        yield from _object(value, rest + _INDENT, rest + _INDENT)
    elif isinstance(value, list) and any(isinstance(item, Mapping | list) for item in value):
        yield f"{first}{_scalar(key)}:"
        for item in value:
            if isinstance(item, Mapping) and item:
                yield from _object(item, f"{rest}- ", rest + _INDENT)
            else:
                yield f"{rest}- {_flow(item)}"
    else:
        yield f"{first}{_scalar(key)}: {_flow(value)}"


def _object(value: Mapping[str, Any], first: str, rest: str) -> Iterator[str]:
    for key, item in value.items():
        yield from _entry(key, item, first, rest)
        first = rest


def _flow(value: Any) -> str:
    """A value in one row."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _MEANINGFUL:
        return value
    # What is JSON is YAML too.
    return json.dumps(value, ensure_ascii=False)
