"""Stages of versions, which older clients use instead of aliases."""

from modelyard.server.activity.service import record
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.registry import live_events
from modelyard.server.registry.versions.registered import STAGES, RegisteredVersion

_ARCHIVING = ("Staging", "Production")
"""Stages that one version can have for itself: entering them may archive the others in them."""


def find_stage(text: str) -> str | None:
    """The stage as it is written, whatever the case; None when there is no such stage."""
    return next((stage for stage in STAGES if stage.lower() == text.lower()), None)


def check_stage(text: str) -> str:
    """:raises InvalidArgument: there is no such stage."""
    stage = find_stage(text)
    if stage is None:
        raise InvalidArgument(f"Invalid Model Version stage: {text}. Value must be one of {', '.join(STAGES)}.")
    return stage


def transition_stage(
    raw: Raw, actor: str, project_id: int, project: str, version: RegisteredVersion, stage: str, *, archive: bool
) -> None:
    """Moves a version to a stage; `archive` moves the versions that are in it to Archived.

    :raises InvalidArgument: versions in that stage are not archived for another.
    """
    if archive and stage not in _ARCHIVING:
        raise InvalidArgument(f"Versions are archived for {' and '.join(_ARCHIVING)}, not for {stage}.")
    now = now_ms()
    if archive:
        raw.run(
            "UPDATE versions SET stage = 'Archived', updated_at = ? WHERE model_id = ? AND stage = ? AND number <> ?",
            (now, version.model_id, stage, version.number),
        )
    raw.run("UPDATE versions SET stage = ?, updated_at = ? WHERE id = ?", (stage, now, version.id))
    raw.run("UPDATE models SET updated_at = ? WHERE id = ?", (now, version.model_id))
    name = f"{version.model}/{version.number}"
    record(raw.connection, project_id, actor, "version.stage_set", name, stage=stage)
    live_events.version_touched(raw.connection, project, version.model, version.number)
