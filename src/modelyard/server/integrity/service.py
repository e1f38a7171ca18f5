"""The rules of proving a version: every byte against the digest that was written down when it came."""

from dataclasses import dataclass

from sqlalchemy import Connection

from modelyard.server.artifacts.verification import check_file
from modelyard.server.kernel.clock import to_datetime
from modelyard.server.kernel.errors import InvalidState
from modelyard.server.registry.lifecycle import MOVING
from modelyard.server.registry.versions.contents import list_contents, why_nothing
from modelyard.server.registry.versions.digests import RecordedDigests, digest_files, digest_record, find_recorded
from modelyard.server.registry.versions.queries import Number, get_key
from modelyard.server.storage import FileStore, StoredFile
from modelyard.server.tracking.artifact_files.locations import is_inside_proxy
from modelyard.wire.models import VersionFile
from modelyard.wire.verification import FaultState, IntegrityFault, IntegrityVerdict, VersionDigest, VersionVerification

_NOT_WRITTEN_DOWN = "It was finished before digests were written down: only its files can be checked, one by one."
_REGISTERED = "It was registered: its files are checked against the digests that they were stored with."
_STATES = {"damaged": FaultState.DAMAGED, "missing": FaultState.MISSING}


@dataclass(frozen=True, slots=True)
class IntegritySubject:
    """What is recorded of a version now, and what was when it was finished."""

    digest: VersionDigest
    files: list[tuple[VersionFile, str]]
    recorded: RecordedDigests | None
    is_elsewhere: bool


def read_subject(connection: Connection, project_id: int, model: str, number: Number) -> IntegritySubject:
    """:raises NotFound: there is no such version.
    :raises InvalidState: it is still being trained.
    """
    key = get_key(connection, project_id, model, number)
    if key.status in MOVING:
        raise InvalidState(f"Version {key.number} of {model!r} is {key.status}: it has no digest until it is finished.")
    trained = key.location is None
    is_elsewhere = key.location is not None and not is_inside_proxy(key.location)
    files = list_contents(connection, project_id, key)
    recorded = find_recorded(connection, key.id) if trained else None
    note = None if recorded is not None else _NOT_WRITTEN_DOWN if trained else _REGISTERED
    digest = VersionDigest(
        model=key.model,
        number=key.number,
        files_digest=None if is_elsewhere else digest_files(file for file, _ in files),
        file_count=len(files),
        size_bytes=sum(file.size_bytes for file, _ in files),
        record_digest=digest_record(connection, key.id) if trained else None,
        recorded_at=None if recorded is None else to_datetime(recorded.at),
        note=why_nothing(key) if is_elsewhere else note,
    )
    return IntegritySubject(digest, files, recorded, is_elsewhere)


async def verify(store: FileStore, subject: IntegritySubject) -> VersionVerification:
    """Reads every file in constant memory."""
    faults = _recorded_faults(subject)
    for file, key in subject.files:
        finding = await check_file(store, StoredFile(key, file.size_bytes, file.digest))
        if finding.state in _STATES:
            state = _STATES[finding.state]
            faults.append(IntegrityFault(path=file.path, state=state, message=_say(file, state)))
    sound = IntegrityVerdict.ELSEWHERE if subject.is_elsewhere else IntegrityVerdict.INTACT
    return VersionVerification(
        verdict=IntegrityVerdict.DAMAGED if faults else sound,
        digest=subject.digest,
        checked_files=len(subject.files),
        checked_bytes=subject.digest.size_bytes,
        faults=faults,
    )


def _recorded_faults(subject: IntegritySubject) -> list[IntegrityFault]:
    recorded, faults = subject.recorded, []
    if recorded is not None and recorded.files != subject.digest.files_digest:
        message = f"The files are not those of the finished version: their digest was {recorded.files}."
        faults.append(IntegrityFault(path="files", state=FaultState.CHANGED, message=message))
    if recorded is not None and recorded.record != subject.digest.record_digest:
        message = (
            "The config, the data, the seed, the signature or the metrics are not those of the finished version: "
            f"their digest was {recorded.record}."
        )
        faults.append(IntegrityFault(path="record", state=FaultState.CHANGED, message=message))
    return faults


def _say(file: VersionFile, state: FaultState) -> str:
    if state is FaultState.MISSING:
        return f"{file.path} is not in the store."
    return f"{file.path} does not have the SHA-256 {file.digest} that was recorded."
