"""The rules of assessments: feedback and expectations of people, code and judges about a trace."""

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms, to_datetime
from modelyard.server.kernel.errors import InvalidArgument, NotFound
from modelyard.server.traces.live_events import traces_changed
from modelyard.server.traces.queries import find_assessment

KINDS = ("feedback", "expectation", "issue")
CHANGEABLE = frozenset({"assessment_name", "expectation", "feedback", "rationale", "metadata", "valid"})
_NEVER_EMPTY = frozenset({"assessment_name", "valid", *KINDS})

Body = dict[str, Any]


def add_assessment(raw: Raw, trace: int, trace_id: str, fields: Mapping[str, Any]) -> Body:
    """Adds an assessment, or replaces the one of its id. One that overrides another makes that one invalid.

    :raises InvalidArgument: it has no name, no source, or says nothing.
    :raises NotFound: the trace does not have the one to be overridden.
    """
    kind = _kind(fields)
    now = now_ms()
    body: Body = {
        **fields,
        "assessment_id": fields.get("assessment_id") or f"a-{uuid.uuid4().hex}",
        "trace_id": trace_id,
        "create_time": fields.get("create_time") or moment(now),
        "last_update_time": fields.get("last_update_time") or moment(now),
        "valid": fields.get("valid", True),
    }
    if overridden := body.get("overrides"):
        _set_valid(raw, trace, str(overridden), valid=False)
    _store(raw, trace, kind, body, now)
    traces_changed(raw, [trace])
    return body


def update_assessment(
    raw: Raw, trace: int, assessment_id: str, changes: Mapping[str, Any], mask: Collection[str]
) -> Body:
    """Changes the fields of the mask; metadata is added to what there is.

    :raises NotFound: the trace has no such assessment.
    :raises InvalidArgument: a field that cannot be changed, or feedback of an expectation.
    """
    body = get_assessment(raw, trace, assessment_id)
    kind = _kind(body)
    for field in mask:
        if field not in CHANGEABLE or (field in KINDS and field != kind):
            raise InvalidArgument(f"The field '{field}' of this assessment cannot be changed.")
        value = changes.get(field)
        if value is None and field in _NEVER_EMPTY:
            raise InvalidArgument(f"The field '{field}' of this assessment needs a value.")
        body[field] = {**(body.get("metadata") or {}), **(value or {})} if field == "metadata" else value
    body["last_update_time"] = moment(now_ms())
    _store(raw, trace, _kind(body), body, now_ms())
    traces_changed(raw, [trace])
    return body


def delete_assessment(raw: Raw, trace: int, assessment_id: str) -> None:
    """One that is not there is fine. What it overrode is valid again."""
    existing = find_assessment(raw, trace, assessment_id)
    if existing is None:
        return
    raw.run("DELETE FROM assessments WHERE trace = ? AND assessment_id = ?", (trace, assessment_id))
    overridden = json.loads(existing).get("overrides")
    if overridden and find_assessment(raw, trace, overridden) is not None:
        _set_valid(raw, trace, overridden, valid=True)
    traces_changed(raw, [trace])


def get_assessment(raw: Raw, trace: int, assessment_id: str) -> Body:
    """:raises NotFound: the trace has no such assessment."""
    stored = find_assessment(raw, trace, assessment_id)
    if stored is None:
        raise NotFound(f"Assessment with ID '{assessment_id[:100]}' not found for the trace.")
    body: Body = json.loads(stored)
    return body


def moment(milliseconds: int) -> str:
    """As protobuf writes a time in JSON."""
    return to_datetime(milliseconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _kind(body: Mapping[str, Any]) -> str:
    name, source = body.get("assessment_name"), body.get("source")
    if not isinstance(name, str) or not name:
        raise InvalidArgument("Missing value for required parameter 'assessment.assessment_name'.")
    if not isinstance(source, dict):
        raise InvalidArgument("Missing value for required parameter 'assessment.source'.")
    kinds = [kind for kind in KINDS if isinstance(body.get(kind), dict)]
    if len(kinds) != 1:
        raise InvalidArgument("An assessment has exactly one of 'feedback' and 'expectation'.")
    return kinds[0]


def store_assessments(raw: Raw, trace: int, assessments: Sequence[tuple[str, Body, int]]) -> None:
    """Writes bodies of a kind, made at a moment, in place of those of their ids, and looks at no others."""
    raw.insert(
        "INSERT INTO assessments (trace, assessment_id, kind, name, value, created_at, body) VALUES",
        [_row(trace, kind, body, created_at) for kind, body, created_at in assessments],
        "ON CONFLICT (trace, assessment_id) DO UPDATE SET kind = excluded.kind, name = excluded.name, "
        "value = excluded.value, body = excluded.body",
    )


def _store(raw: Raw, trace: int, kind: str, body: Body, now: int) -> None:
    store_assessments(raw, trace, [(kind, body, now)])


def _row(trace: int, kind: str, body: Body, created_at: int) -> tuple[object, ...]:
    said = body[kind]
    value = said.get("value")
    if value is None and isinstance(said.get("serialized_value"), dict):
        value = said["serialized_value"].get("value")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return (
        trace,
        str(body["assessment_id"])[:100],
        kind,
        body["assessment_name"].replace("\0", ""),
        text.replace("\0", ""),
        created_at,
        json.dumps(body, ensure_ascii=False),
    )


def _set_valid(raw: Raw, trace: int, assessment_id: str, *, valid: bool) -> None:
    body = get_assessment(raw, trace, assessment_id)
    body["valid"] = valid
    raw.run(
        "UPDATE assessments SET body = ? WHERE trace = ? AND assessment_id = ?",
        (json.dumps(body, ensure_ascii=False), trace, assessment_id),
    )
