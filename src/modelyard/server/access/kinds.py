"""Which permission shows an object of each kind: in the audit record, in live events, in searches."""

from typing import get_args

from modelyard.server.access.permissions import Permission
from modelyard.server.access.scope import Scope
from modelyard.server.access.service import server_permissions
from modelyard.wire.events import (
    ActivityRecorded,
    EvaluationDatasetsChanged,
    Event,
    ExperimentsChanged,
    LogAppended,
    MetricsLogged,
    ObjectChanged,
    ProgressChanged,
    RunsChanged,
    TracesChanged,
    UploadProgress,
    VersionChanged,
)
from modelyard.wire.projects import ObjectKind

_DATASETS, _MODELS = Permission.PROJECT_DATASETS_READ, Permission.PROJECT_MODELS_READ
_EXPERIMENTS = Permission.PROJECT_EXPERIMENTS_READ

PERMISSIONS_OF_OBJECTS: dict[str, Permission] = {
    "project": Permission.PROJECT_READ,
    "dataset": _DATASETS,
    "experiment": _EXPERIMENTS,
    "run": _EXPERIMENTS,
    "logged_model": _EXPERIMENTS,
    "trace": _EXPERIMENTS,
    "evaluation_dataset": _EXPERIMENTS,
    "model": _MODELS,
    "version": _MODELS,
    "prompt": _MODELS,
    "webhook": Permission.PROJECT_WEBHOOKS_READ,
    "import": Permission.PROJECT_IMPORTS_READ,
    "engine": Permission.SERVER_ENGINES_READ,
}

PERMISSIONS_OF_EVENTS: dict[type[Event], Permission] = {
    VersionChanged: _MODELS,
    ProgressChanged: _MODELS,
    MetricsLogged: _MODELS,
    LogAppended: _MODELS,
    ExperimentsChanged: _EXPERIMENTS,
    RunsChanged: _EXPERIMENTS,
    TracesChanged: _EXPERIMENTS,
    EvaluationDatasetsChanged: _EXPERIMENTS,
    ActivityRecorded: Permission.PROJECT_ACTIVITY_READ,
    UploadProgress: _DATASETS,
}

_PERMISSIONS_OF_TOPICS: dict[str, Permission] = {
    "activity": Permission.PROJECT_ACTIVITY_READ,
    "datasets": _DATASETS,
    "upload": _DATASETS,
    "engines": Permission.SERVER_ENGINES_READ,
    "experiments": _EXPERIMENTS,
    "models": _MODELS,
}


def all_permissions(scope: Scope) -> frozenset[str]:
    """Those in the project, and those on the installation."""
    return scope.permissions | server_permissions(scope.caller)


def visible_kinds(scope: Scope) -> list[str]:
    """Kinds of objects that the caller may see."""
    permissions = all_permissions(scope)
    return [kind for kind, permission in PERMISSIONS_OF_OBJECTS.items() if permission in permissions]


def sees_all_objects(scope: Scope) -> bool:
    """Whether the audit record need not be restricted."""
    return all(PERMISSIONS_OF_OBJECTS[kind] in scope.permissions for kind in get_args(ObjectKind))


def permission_of_event(event: Event) -> Permission | None:
    """The permission to see an event. None when its kind stands in no list here: nobody sees it then."""
    if isinstance(event, ObjectChanged):
        return PERMISSIONS_OF_OBJECTS.get(event.kind)
    return PERMISSIONS_OF_EVENTS.get(type(event))


def permission_of_topic(topic: str) -> Permission:
    """The permission to listen to a topic. Nothing is ever sent on an unknown one."""
    kind = topic.partition(":")[0]
    return _PERMISSIONS_OF_TOPICS.get(kind) or PERMISSIONS_OF_OBJECTS.get(kind, Permission.PROJECT_READ)
