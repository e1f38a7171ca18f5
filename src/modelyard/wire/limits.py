"""How long and how many: limits that requests and the server's rules share."""

MAX_KEY_LENGTH = 250
"""Of keys of metrics, params and tags."""
MAX_NAME_LENGTH = 500
"""Of names of experiments, runs, logged models and datasets."""
MAX_USER_LENGTH = 200
MAX_PARAM_LENGTH = 6000
MAX_RUN_TAG_LENGTH = 8000
"""Of tags of runs and of logged models."""
MAX_EXPERIMENT_TAG_LENGTH = 20_000
MAX_LOCATION_LENGTH = 2048
MAX_DIGEST_LENGTH = 36
MAX_SOURCE_LENGTH = 64 * 1024
"""Of where a dataset that a run was given comes from, and of what kind that is."""
MAX_SCHEMA_LENGTH = 1024 * 1024
MAX_PROFILE_LENGTH = 16 * 1024 * 1024
MAX_IMPORTED_TEXT_LENGTH = 100_000
"""Of params and tags of another server, which kept them by its own limits: what it kept is kept here too."""
MAX_WHOLE = 2**63 - 1
"""The largest integer that both databases keep."""
