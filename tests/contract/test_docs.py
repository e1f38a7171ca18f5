"""The documentation names what there is, and only links to what exists."""

import re
from collections.abc import Iterable
from pathlib import Path

from modelyard.server.access.permissions import Permission
from modelyard.settings import all_settings
from modelyard.wire.errors import ErrorCode
from modelyard.wire.webhooks import WebhookEvent

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
EXAMPLE = re.compile(r"NNNN|inspect")
"""Names of files that somebody who adds something makes."""
PARTS = ("guides", "concepts", "reference")


def _names(page: str, texts: Iterable[str]) -> None:
    wanted = list(texts)
    assert wanted
    text = (REFERENCE / page).read_text()
    missing = [each for each in wanted if each not in text]
    assert not missing, f"not in {page}:\n" + "\n".join(missing)


def test_every_setting_is_documented_with_its_help():
    settings = all_settings()
    _names("settings.md", (f"`{setting.name}`" for setting in settings))
    _names("settings.md", (setting.variable for setting in settings))
    _names(
        "settings.md",
        (f"| {setting.default} | {setting.description.replace('|', chr(92) + '|')} |" for setting in settings),
    )


def test_every_error_code_is_documented():
    _names("errors.md", (f"| `{code}` |" for code in ErrorCode))


def test_every_permission_is_documented():
    _names("permissions.md", (f"| `{permission}` |" for permission in Permission))


def test_every_event_of_webhooks_is_documented():
    _names("webhooks.md", (f"`{event}`" for event in WebhookEvent))


def test_links_lead_somewhere():
    docs = sorted((ROOT / "docs").rglob("*.md"))
    assert docs
    targets = {
        (page, target)
        for page in [*docs, ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
        if "://" not in target
    }
    lost = [
        f"{page.relative_to(ROOT)}: {target}" for page, target in sorted(targets) if not (page.parent / target).exists()
    ]
    assert not lost, "\n".join(lost)


def test_pages_on_adding_something_name_files_that_exist():
    bases = (ROOT, ROOT / "src" / "modelyard", ROOT / "src" / "modelyard" / "server")
    notes = sorted((ROOT / "docs" / "contributing").glob("add-a*.md"))
    names = {
        (note.name, name)
        for note in notes
        for name in re.findall(r"`([\w/.-]+/[\w.-]+\.(?:py|tsx?|md|json|toml))`", note.read_text())
        if not EXAMPLE.search(name)
    }
    assert len(names) > 30
    lost = [f"{note}: {name}" for note, name in sorted(names) if not any((base / name).exists() for base in bases)]
    assert not lost, "\n".join(lost)


def test_every_note_is_linked_from_the_way_in():
    notes = {path.name for path in (ROOT / "docs" / "contributing").glob("*.md")}
    assert len(notes) > 5
    linked = re.findall(r"\(docs/contributing/([^)#]+)", (ROOT / "CONTRIBUTING.md").read_text())
    assert notes == set(linked)
    pages = {path.relative_to(ROOT).as_posix() for part in PARTS for path in (ROOT / "docs" / part).glob("*.md")}
    assert len(pages) > 20
    assert pages == set(re.findall(r"\((docs/\w+/[^)#]+\.md)", (ROOT / "README.md").read_text()))
