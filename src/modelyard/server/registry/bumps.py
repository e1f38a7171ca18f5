"""The smallest step from one version of a model to another: what changed for its callers, in words.

- major: a caller of the version before may fail: an input column is gone, is mandatory now or has another type, an
  output or a class is another, or another algorithm answers;
- minor: callers may stay as they are, and there is something new: an optional input or an output;
- patch: the same contract, trained again.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from modelyard.server.registry.semver import Semver
from modelyard.wire.models import ColumnSpec, Signature
from modelyard.wire.semver import LevelName

FIRST = Semver(1, 0, 0)

_MAX_NAMES = 5
_CLASS_COLUMN = re.compile(r"(?P<target>.+)_probabilities_(?P<label>.*)", re.DOTALL)


class Level(IntEnum):
    """How much a step asks of callers."""

    PATCH = 0
    MINOR = 1
    MAJOR = 2

    @property
    def label(self) -> LevelName:
        return _LABELS[self]


_LABELS: dict[Level, LevelName] = {Level.PATCH: "patch", Level.MINOR: "minor", Level.MAJOR: "major"}


@dataclass(frozen=True, slots=True)
class Step:
    """The smallest legal step, with a sentence for each change."""

    level: Level
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contract:
    """The promises of a version to its callers, as far as they are known; None is not known."""

    signature: Signature | None = None
    features: Mapping[str, str] | None = None
    """Types of the input features of its config, by column."""
    column_types: Mapping[str, str] | None = None
    """Types of the input columns that a version without a signature is expected to have."""
    output_type: str | None = None
    algorithm: str | None = None
    classes: frozenset[str] | None = None

    @property
    def is_known(self) -> bool:
        """Whether anything can be compared with it."""
        return self.signature is not None or self.features is not None or self.algorithm is not None

    @property
    def takes(self) -> dict[str, tuple[str | None, bool]] | None:
        """Input columns: the type, and whether it is mandatory."""
        if self.signature is not None:
            return {column.name: (column.type, column.required) for column in self.signature.inputs}
        if self.features is None:
            return None
        types = self.column_types or {}
        return {name: (types.get(name), False) for name in self.features}

    @property
    def labels(self) -> frozenset[str] | None:
        """Classes that it can answer."""
        if self.signature is None:
            return self.classes
        matches = [_CLASS_COLUMN.fullmatch(column.name) for column in self.signature.outputs]
        return frozenset(match["label"] for match in matches if match) or self.classes


class _Changes:
    """Sentences about changes, and the largest level among them."""

    def __init__(self) -> None:
        self._reasons: list[tuple[Level, str]] = []

    def note(self, level: Level, sentence: str) -> None:
        self._reasons.append((level, sentence))

    def note_names(self, level: Level, noun: str, names: Iterable[str], ending: str) -> None:
        """One sentence about several names, such as: The input columns `a`, `b` are gone."""
        chosen = sorted(names)
        if chosen:
            is_one = len(chosen) == 1
            subject = f"{noun} {_listed(chosen)} is" if is_one else f"{_plural(noun)} {_listed(chosen)} are"
            self.note(level, f"The {subject} {ending}.")

    def step(self) -> Step:
        if not self._reasons:
            return Step(Level.PATCH, ("Inputs, outputs and algorithm are the same: a retrain.",))
        ordered = sorted(self._reasons, key=lambda reason: -reason[0])
        return Step(ordered[0][0], tuple(sentence for _, sentence in ordered))


def smallest_step(old: Contract, new: Contract) -> Step:
    """The smallest step that callers of the old version allow. What is not known of the new one is not compared."""
    changes = _Changes()
    _compare_algorithms(changes, old, new)
    _compare_inputs(changes, old, new)
    _compare_outputs(changes, old, new)
    return changes.step()


def next_semver(latest: Semver, level: Level) -> Semver:
    """The smallest that is so much above the latest; 2.0.0 follows 2.0.0-rc1, whatever changed."""
    return latest.next_version(level.label)


def _compare_algorithms(changes: _Changes, old: Contract, new: Contract) -> None:
    if old.algorithm and new.algorithm and old.algorithm != new.algorithm:
        changes.note(Level.MAJOR, f"The algorithm is {new.algorithm}; it was {old.algorithm}.")


def _compare_inputs(changes: _Changes, old: Contract, new: Contract) -> None:
    before, after = old.takes, new.takes
    if after is None:
        return
    if before is None:
        changes.note(Level.MAJOR, "The inputs of the version before are not known.")
        return
    added = after.keys() - before.keys()
    common = after.keys() & before.keys()
    changes.note_names(Level.MAJOR, "input column", before.keys() - after.keys(), "gone")
    changes.note_names(Level.MAJOR, "input column", (name for name in added if after[name][1]), "new and mandatory")
    became_mandatory = [name for name in common if after[name][1] and not before[name][1]]
    changes.note_names(Level.MAJOR, "input column", became_mandatory, "mandatory; a caller could leave it out before")
    _compare_types(
        changes, "input column", {n: before[n][0] for n in common}, {name: after[name][0] for name in common}
    )
    # Features of one name as the config reads them: a number that is read as a category now.
    _compare_types(changes, "input feature", old.features or {}, new.features or {})
    changes.note_names(Level.MINOR, "input column", (name for name in added if not after[name][1]), "new and optional")
    became_optional = [name for name in common if before[name][1] and not after[name][1]]
    changes.note_names(Level.MINOR, "input column", became_optional, "optional now")


def _compare_outputs(changes: _Changes, old: Contract, new: Contract) -> None:
    if old.output_type and new.output_type and old.output_type != new.output_type:
        changes.note(Level.MAJOR, f"The output type is {new.output_type}; it was {old.output_type}.")
    if old.labels is not None and new.labels is not None:
        changes.note_names(Level.MAJOR, "class", old.labels - new.labels, "gone")
        changes.note_names(Level.MAJOR, "class", new.labels - old.labels, "new")
    if old.signature is None or new.signature is None:
        return
    with_classes = old.labels is not None and new.labels is not None
    before = _types(old.signature.outputs, without_classes=with_classes)
    after = _types(new.signature.outputs, without_classes=with_classes)
    changes.note_names(Level.MAJOR, "output", before.keys() - after.keys(), "gone")
    _compare_types(changes, "output", before, after)
    changes.note_names(Level.MINOR, "output", after.keys() - before.keys(), "new")


def _compare_types(
    changes: _Changes, noun: str, before: Mapping[str, str | None], after: Mapping[str, str | None]
) -> None:
    changed = sorted(
        name for name in before.keys() & after.keys() if before[name] and after[name] and before[name] != after[name]
    )
    for name in changed[:_MAX_NAMES]:
        changes.note(Level.MAJOR, f"The {noun} `{name}` is {after[name]}; it was {before[name]}.")
    if len(changed) > _MAX_NAMES:
        changes.note(Level.MAJOR, f"{len(changed) - _MAX_NAMES} more {_plural(noun)} have another type.")


def _types(columns: Sequence[ColumnSpec], *, without_classes: bool) -> dict[str, str | None]:
    return {
        column.name: column.type for column in columns if not (without_classes and _CLASS_COLUMN.fullmatch(column.name))
    }


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name[:100]}`" for name in names[:_MAX_NAMES])
    return f"{shown} and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else shown


def _plural(noun: str) -> str:
    return f"{noun}es" if noun.endswith("s") else f"{noun}s"
