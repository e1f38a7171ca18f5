"""Limits of traces and evaluation datasets. Every way in asks here."""

from modelyard.wire.limits import MAX_KEY_LENGTH
from modelyard.wire.traces import MAX_TRACE_TAG_LENGTH

MAX_ID_LENGTH = 100
"""Of ids that clients choose."""
MAX_TAG_KEY_LENGTH = MAX_KEY_LENGTH
MAX_TAG_LENGTH = MAX_TRACE_TAG_LENGTH
"""Of a tag that is set by itself; those that come with a trace are as long as its metadata."""
MAX_METADATA_LENGTH = 100_000
MAX_DATASET_TAG_LENGTH = 20_000
MAX_DURATION_SECONDS = 315_576_000_000 - 1
"""Clients cannot read a trace that says it took longer."""
MAX_NAMED = 1000
"""Traces, experiments or datasets that one request names."""
MAX_LINKED = 100
"""Traces or prompts that one request links."""
STATES = ("OK", "ERROR", "IN_PROGRESS", "STATE_UNSPECIFIED")


def id_fault(new_id: str) -> str | None:
    """Why a client cannot choose this id: it could not be named in an address."""
    if "/" in new_id or new_id in (".", ".."):
        return "an id has no slash, and is not '.' or '..'."
    return None


def clean(text: str) -> str:
    """Without the character NUL, which not every database keeps."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def clean_optional(text: str | None) -> str | None:
    return None if text is None else clean(text)
