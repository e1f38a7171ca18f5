"""The documentation names what there is, and only links to what exists."""

import re
from pathlib import Path

import pytest

from modelyard.server.access.permissions import Permission
from modelyard.server.settings import Settings
from modelyard.wire.errors import ErrorCode
from modelyard.wire.webhooks import WebhookEvent

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented_with_its_help(name: str):
    text = (REFERENCE / "settings.md").read_text()
    assert f"`{name}`" in text
    assert f"MODELYARD_{name.upper()}" in text
    assert (Settings.model_fields[name].description or "missing").replace("|", "\\|") in text


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_error_code_is_documented(code: ErrorCode):
    assert f"| `{code}` |" in (REFERENCE / "errors.md").read_text()


@pytest.mark.parametrize("permission", list(Permission))
def test_every_permission_is_documented(permission: Permission):
    assert f"| `{permission}` |" in (REFERENCE / "permissions.md").read_text()


@pytest.mark.parametrize("event", list(WebhookEvent))
def test_every_event_of_webhooks_is_documented(event: WebhookEvent):
    assert f"`{event}`" in (REFERENCE / "webhooks.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path):
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []
