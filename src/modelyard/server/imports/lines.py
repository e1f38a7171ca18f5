"""Reading the lines of a request, beside the event loop and before the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from modelyard.server.kernel.errors import ModelyardError
from modelyard.server.kernel.json_texts import UNREADABLE
from modelyard.server.traces.bulk.prepared import PreparedTrace, prepare_trace
from modelyard.server.tracking.bulk.prepared import PreparedRun, prepare_run
from modelyard.wire.imports import (
    AliasLine,
    AnyLine,
    DoneLine,
    ExperimentLine,
    LineFailure,
    LoggedModelLine,
    ModelLine,
    RunLine,
    TraceLine,
    TraceRunLine,
    VersionLine,
)

Entry = (
    PreparedRun
    | PreparedTrace
    | ExperimentLine
    | LoggedModelLine
    | TraceRunLine
    | ModelLine
    | VersionLine
    | AliasLine
    | DoneLine
)

_decoder: msgspec.json.Decoder[AnyLine] = msgspec.json.Decoder(AnyLine)


class Numbered(NamedTuple):
    number: int
    entry: Entry


@dataclass(slots=True)
class Batch:
    """Lines that are written in one transaction."""

    entries: list[Numbered] = field(default_factory=list)
    failures: list[LineFailure] = field(default_factory=list)


def read_lines(lines: Sequence[tuple[int, bytes]]) -> Batch:
    """Lines that cannot be used become failures; empty ones are passed over."""
    batch = Batch()
    for number, line in lines:
        if not line.strip():
            continue
        try:
            batch.entries.append(Numbered(number, _prepared(line)))
        except (*UNREADABLE, ModelyardError) as error:
            kind, key = _name(line)
            batch.failures.append(LineFailure(line=number, kind=kind, key=key, message=str(error)))
    return batch


def _prepared(line: bytes) -> Entry:
    decoded = _decoder.decode(line)
    if isinstance(decoded, TraceLine):
        # What goes into a model and comes out of it may have any character; it is kept as JSON.
        return prepare_trace(decoded)
    if b"\\u0000" in line:
        raise ValueError("it contains the character NUL, which no database keeps")
    return prepare_run(decoded) if isinstance(decoded, RunLine) else decoded


def kind_of(entry: Entry) -> str:
    return str(_line(entry).__struct_config__.tag)


def key_of(entry: Entry) -> str:
    """The object's name at the source."""
    match _line(entry):
        case (
            ExperimentLine(key=key)
            | DoneLine(key=key)
            | RunLine(run_id=key)
            | LoggedModelLine(model_id=key)
            | TraceLine(trace_id=key)
            | ModelLine(name=key)
        ):
            return key
        case VersionLine(model=model, number=number):
            return f"{model}/{number}"
        case AliasLine(model=model, alias=alias):
            return f"{model}@{alias}"
        case TraceRunLine(trace_id=trace_id, run_id=run_id):
            return f"{trace_id}/{run_id}"


def _line(entry: Entry) -> AnyLine:
    return entry.line if isinstance(entry, PreparedRun | PreparedTrace) else entry


def failure(numbered: Numbered, error: ModelyardError) -> LineFailure:
    message = f"{error.message} {error.hint}" if error.hint else error.message
    return LineFailure(line=numbered.number, kind=kind_of(numbered.entry), key=key_of(numbered.entry), message=message)


def _name(line: bytes) -> tuple[str | None, str | None]:
    """Kind and key of a line that cannot be used, as far as they can be told."""
    try:
        line_json: Any = msgspec.json.decode(line)
    except UNREADABLE:
        return None, None
    if not isinstance(line_json, dict):
        return None, None
    kind = line_json.get("kind")
    key = next(
        (line_json[name] for name in ("trace_id", "run_id", "model_id", "key", "name", "model") if line_json.get(name)),
        None,
    )
    return kind if isinstance(kind, str) else None, str(key)[:500] if key is not None else None
