"""Reads of pins."""

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import to_datetime
from modelyard.server.registry.semver import Semver, parse_range, parse_semver
from modelyard.wire.pins import Pin, PinKind

_MAX_ROWS = 1000


def list_pins(raw: Raw, model_id: int) -> list[Pin]:
    """Pins of a model, the last first; at most 1,000."""
    rows = raw.all(
        "SELECT reference, caller, client, first_at, last_at, request_count FROM version_pins WHERE model_id = ? "
        "ORDER BY last_at DESC, reference, caller, client LIMIT ?",
        (model_id, _MAX_ROWS),
    )
    return [
        Pin(
            reference=reference,
            kind=_kind(reference),
            caller=caller,
            client=client,
            first_at=to_datetime(first_at),
            last_at=to_datetime(last_at),
            request_count=count,
        )
        for reference, caller, client, first_at, last_at, count in rows
    ]


def find_followers(raw: Raw, model_id: int, semver: Semver) -> list[Pin]:
    """Pins that get a version of that semantic version: ranges that have it, `latest`, aliases that move."""
    followers = []
    for pin in list_pins(raw, model_id):
        semver_range = parse_range(pin.reference) if pin.kind == "range" else None
        if pin.kind in ("alias", "latest") or (semver_range is not None and semver_range.includes(semver)):
            followers.append(pin)
    return followers


def _kind(reference: str) -> PinKind:
    if reference == "latest":
        return "latest"
    if parse_range(reference) is not None:
        return "range"
    if reference.isdecimal() or parse_semver(reference) is not None:
        return "exact"
    return "time" if "~" in reference else "alias"
