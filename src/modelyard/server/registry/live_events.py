"""Events that tell open views of changes to models and versions."""

from sqlalchemy import Connection

from modelyard.server.activity.events import emit
from modelyard.server.registry.summaries.queries import get_summary
from modelyard.wire.events import ObjectChanged, VersionChanged


def version_topics(model: str, number: int) -> tuple[str, str]:
    return f"model:{model}", f"version:{model}/{number}"


def version_changed(connection: Connection, project: str, version_id: int) -> None:
    """Call after the change, in its transaction."""
    summary = get_summary(connection, version_id)
    if summary is not None:
        topics = ("models", *version_topics(summary.model, summary.number))
        emit(connection, project, topics, VersionChanged(version=summary))


def version_deleted(connection: Connection, project: str, model: str, number: int) -> None:
    topics = ("models", *version_topics(model, number))
    emit(connection, project, topics, ObjectChanged(kind="version", name=f"{model}/{number}", deleted=True))


def model_changed(connection: Connection, project: str, model: str, *, deleted: bool = False) -> None:
    topics = ("models", f"model:{model}")
    emit(connection, project, topics, ObjectChanged(kind="model", name=model, deleted=deleted))


def version_touched(connection: Connection, project: str, model: str, number: int) -> None:
    """Views that show the version fetch it."""
    topics = ("models", *version_topics(model, number))
    emit(connection, project, topics, ObjectChanged(kind="version", name=f"{model}/{number}"))
