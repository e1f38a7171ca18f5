"""Configs compared by what they mean.

Neither the order of keys nor the order of features is a difference, and 1, 1.0 and 1e0 are one number. Libraries that
compare documents (deepdiff 9 was tried) match the items of a list without order by how alike they are: a feature that
was removed then reads as another whose name was changed. Here names match items, in a sixth of the time.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from modelyard.wire.comparison import ChangeKind, DiffChange


class Named(NamedTuple):
    """The item of a list that has this name."""

    name: str


Step = str | int | Named
Path = tuple[Step, ...]


class Difference(NamedTuple):
    path: Path
    kind: ChangeKind
    before: Any
    after: Any

    def to_wire(self) -> DiffChange:
        return DiffChange(path=path_text(self.path), kind=self.kind, before=self.before, after=self.after)


def differences(before: Any, after: Any, path: Path = ()) -> Iterator[Difference]:
    """The changes that make `before` mean `after`."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _in_mappings(before, after, path)
        return
    named = names_of(before), names_of(after)
    if named[0] is not None and named[1] is not None:
        first = {Named(name): item for name, item in zip(named[0], before, strict=True)}
        second = {Named(name): item for name, item in zip(named[1], after, strict=True)}
        yield from _in_mappings(first, second, path)
    elif _are_parallel(before, after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from differences(one, other, (*path, index))
    elif not same(before, after):
        yield Difference(path, ChangeKind.CHANGED, before, after)


def _in_mappings(before: Mapping[Any, Any], after: Mapping[Any, Any], path: Path) -> Iterator[Difference]:
    for key, value in before.items():
        if key in after:
            yield from differences(value, after[key], (*path, key))
        else:
            yield Difference((*path, key), ChangeKind.REMOVED, value, None)
    for key, value in after.items():
        if key not in before:
            yield Difference((*path, key), ChangeKind.ADDED, None, value)


def names_of(value: Any) -> list[str] | None:
    """The names of the items when it is a list of objects that each have one of their own, as features have."""
    if not isinstance(value, list) or not value:
        return None
    names = [item.get("name") if isinstance(item, Mapping) else None for item in value]
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        return None
    return [str(name) for name in names]


def _are_parallel(before: Any, after: Any) -> bool:
    """Lists of objects without names are compared by position when they have as many; lists of values as a whole."""
    if not isinstance(before, list) or not isinstance(after, list) or len(before) != len(after):
        return False
    return any(isinstance(item, Mapping | list) for item in [*before, *after])


def same(before: Any, after: Any) -> bool:
    """Whether two values mean the same: numbers by their value, never a number for a truth value."""
    if isinstance(before, bool) or isinstance(after, bool):
        return before is after
    if isinstance(before, int | float) and isinstance(after, int | float):
        return before == after or (math.isnan(before) and math.isnan(after))
    if isinstance(before, Mapping | list) and isinstance(after, Mapping | list):
        if isinstance(before, list) and isinstance(after, list) and not (names_of(before) and names_of(after)):
            return len(before) == len(after) and all(map(same, before, after))
        if isinstance(before, list) is not isinstance(after, list):
            return False
        return next(differences(before, after), None) is None
    return type(before) is type(after) and bool(before == after)


def path_text(path: Sequence[Step]) -> str:
    """`input_features[age].preprocessing.normalization`."""
    text = ""
    for step in path:
        if isinstance(step, Named):
            text += f"[{step.name}]"
        elif isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text
