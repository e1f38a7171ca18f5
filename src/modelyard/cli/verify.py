"""`modelyard verify MODEL/N`: one version against its recorded digests, by the server that has it."""

from typing import TYPE_CHECKING

import typer

from modelyard.cli import _format
from modelyard.cli._exit_codes import ExitCode
from modelyard.cli._output import Mode, Output
from modelyard.cli._session import Session, run_session

if TYPE_CHECKING:
    from modelyard.wire.verification import VersionVerification


def verify_version(reference: str, url: str | None, project: str | None, *, as_json: bool) -> None:
    """Print what was checked, and every fault; exit with 1 when there is one."""
    session = Session(Output(Mode.JSON if as_json else Mode.HUMAN), url, project)
    run_session(session, lambda: _verify(session, reference))


def _verify(session: Session, reference: str) -> None:
    version = session.client.resolve(reference)
    verification = version.verify()
    digest = verification.digest
    for fault in verification.faults:
        session.output.note(f"{fault.state}: {fault.message}")
    session.output.fields(
        [
            ("Version", version.reference),
            ("Verdict", str(verification.verdict)),
            ("Checked", _checked(verification)),
            ("Files", f"sha256:{digest.files_digest}" if digest.files_digest else ""),
            ("Record", f"sha256:{digest.record_digest}" if digest.record_digest else ""),
            ("Recorded", _format.moment(digest.recorded_at) if digest.recorded_at else ""),
            ("Note", digest.note or ""),
        ],
        record=verification,
        name=version.reference,
    )
    if verification.faults:
        raise typer.Exit(ExitCode.FAILED)


def _checked(verification: "VersionVerification") -> str:
    files = "file" if verification.checked_files == 1 else "files"
    return f"{verification.checked_files} {files}, {_format.size(verification.checked_bytes)}"
