"""Protected aliases and forced semantic versions are for who may administrate models."""

from typing import Any

import httpx
import pytest

from tests.server.access.conftest import TEAM, calling
from tests.support.identities import GuardedServer

MLFLOW = f"/projects/{TEAM}/api/2.0/mlflow"
ALIAS = f"/api/v1/projects/{TEAM}/models/m/aliases/prod"


def post(client: httpx.Client, path: str, **body: Any) -> httpx.Response:
    return client.post(f"{MLFLOW}/{path}", json=body)


@pytest.fixture
def server(own_guarded: GuardedServer) -> GuardedServer:
    with calling(own_guarded, "admin") as admin:
        post(admin, "registered-models/create", name="m").raise_for_status()
        for _ in range(2):
            post(admin, "model-versions/create", name="m", source="s3://bucket/model").raise_for_status()
        admin.put(ALIAS, json={"version": 1}).raise_for_status()
        admin.put(f"{ALIAS}/protection", json={"is_protected": True}).raise_for_status()
    return own_guarded


def test_only_who_may_administrate_moves_a_protected_alias(server: GuardedServer):
    with calling(server, "project:models:write") as writer:
        refused = [
            writer.put(ALIAS, json={"version": 2}),
            writer.delete(ALIAS),
            writer.post(f"{ALIAS}/rollback", json={}),
        ]
        # There is nothing to roll back to, which is said first.
        assert [answer.status_code for answer in refused] == [403, 403, 409]
        assert refused[0].json()["error"]["code"] == "alias_protected"
        moved = post(writer, "registered-models/alias", name="m", alias="prod", version="2")
        assert (moved.status_code, moved.json()["error_code"]) == (403, "PERMISSION_DENIED")
        assert "protected" in moved.json()["message"]
        body = {"name": "m", "alias": "prod"}
        assert writer.request("DELETE", f"{MLFLOW}/registered-models/alias", json=body).status_code == 403
        assert writer.put(f"{ALIAS}/protection", json={"is_protected": False}).status_code == 403
        assert writer.put(ALIAS.replace("prod", "dev"), json={"version": 2}).status_code == 200
    with calling(server, "admin") as admin:
        assert admin.put(ALIAS, json={"version": 2}).json()["version"] == 2


def test_only_who_may_administrate_forces_a_semantic_version(server: GuardedServer):
    version = f"/api/v1/projects/{TEAM}/models/m/versions/1"
    with calling(server, "project:models:write") as writer:
        refused = writer.patch(version, json={"semver": "1.0.0", "force_semver": True})
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "permission_denied")
    with calling(server, "admin") as admin:
        assert admin.patch(version, json={"semver": "1.0.1", "force_semver": True}).json()["semver"] == "1.0.1"
