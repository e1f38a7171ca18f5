"""Every permission, as `scope:resource:action`. A route names exactly one."""

from enum import StrEnum


class Permission(StrEnum):
    """Scope `server` is the whole installation, `project` one project. Alphabetical."""

    PROJECT_ACTIVITY_READ = "project:activity:read"
    PROJECT_DATASETS_DELETE = "project:datasets:delete"
    PROJECT_DATASETS_READ = "project:datasets:read"
    PROJECT_DATASETS_WRITE = "project:datasets:write"
    PROJECT_EXPERIMENTS_DELETE = "project:experiments:delete"
    PROJECT_EXPERIMENTS_READ = "project:experiments:read"
    PROJECT_EXPERIMENTS_WRITE = "project:experiments:write"
    PROJECT_IMPORTS_READ = "project:imports:read"
    PROJECT_IMPORTS_WRITE = "project:imports:write"
    PROJECT_MODELS_ADMINISTRATE = "project:models:administrate"
    PROJECT_MODELS_DELETE = "project:models:delete"
    PROJECT_MODELS_PREDICT = "project:models:predict"
    PROJECT_MODELS_READ = "project:models:read"
    PROJECT_MODELS_TRAIN = "project:models:train"
    PROJECT_MODELS_WRITE = "project:models:write"
    PROJECT_READ = "project:project:read"
    PROJECT_SETTINGS_DELETE = "project:settings:delete"
    PROJECT_SETTINGS_WRITE = "project:settings:write"
    PROJECT_WEBHOOKS_DELETE = "project:webhooks:delete"
    PROJECT_WEBHOOKS_READ = "project:webhooks:read"
    PROJECT_WEBHOOKS_WRITE = "project:webhooks:write"
    SERVER_ENGINES_READ = "server:engines:read"
    SERVER_INFO_READ = "server:info:read"
    SERVER_PROJECTS_CREATE = "server:projects:create"
    SERVER_PROJECTS_READ = "server:projects:read"
