"""The next semantic version of a model: the smallest step that the signatures of two versions allow.

- major: a caller of the version before may fail: a column it sent is gone or has another type, one it did not send is
  required, an output is gone or has another type, or what the version before took is not known;
- minor: callers may stay as they are, and there is something new: an optional input or an output;
- patch: the signatures say the same.
"""

from modelyard.server.registry.semver import Semver
from modelyard.wire.models import ColumnSpec, Signature

FIRST = Semver(1, 0, 0)


def next_semver(latest: Semver, before: Signature | None, after: Signature) -> Semver:
    if before is None or _breaks(before, after):
        return Semver(latest.major + 1, 0, 0)
    if _columns(before.inputs) != _columns(after.inputs) or _types(before.outputs) != _types(after.outputs):
        return Semver(latest.major, latest.minor + 1, 0)
    if latest.prerelease:
        # 1.2.0 is the smallest that follows 1.2.0-rc1.
        return Semver(latest.major, latest.minor, latest.patch)
    return Semver(latest.major, latest.minor, latest.patch + 1)


def _breaks(before: Signature, after: Signature) -> bool:
    before_inputs = _columns(before.inputs)
    after_inputs = _columns(after.inputs)
    if not before_inputs.keys() <= after_inputs.keys():
        return True
    for name, (kind, required) in after_inputs.items():
        if name not in before_inputs:
            if required:
                return True
        elif kind != before_inputs[name][0] or (required and not before_inputs[name][1]):
            return True
    answered = _types(after.outputs)
    return any(answered.get(name) != kind for name, kind in _types(before.outputs).items())


def _columns(columns: list[ColumnSpec]) -> dict[str, tuple[str, bool]]:
    return {column.name: (column.type, column.required) for column in columns}


def _types(columns: list[ColumnSpec]) -> dict[str, str]:
    return {column.name: column.type for column in columns}
