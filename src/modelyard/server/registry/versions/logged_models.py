"""Logged models, which say as which versions they were registered."""

import json

from modelyard.server.db.raw import Raw
from modelyard.server.tracking.logged_models.queries import find_logged_model, list_logged_on_models
from modelyard.server.tracking.logged_models.service import set_logged_model_tags
from modelyard.server.tracking.tag_lists import list_in

_VERSIONS_TAG = "mlflow.modelVersions"


def note_version(raw: Raw, project_id: int, logged_model_id: str, model: str, number: int) -> None:
    """A logged model that is not here is fine."""
    logged = find_logged_model(raw, project_id, logged_model_id)
    if logged is None:
        return
    tags = dict(list_logged_on_models(raw, [logged.id])[logged.id].tags)
    versions = list_in(tags.get(_VERSIONS_TAG))
    versions.append({"name": model, "version": number})
    set_logged_model_tags(raw, project_id, logged_model_id, {_VERSIONS_TAG: json.dumps(versions)})
