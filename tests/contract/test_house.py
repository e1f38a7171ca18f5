"""The shape of the house: the same file names in each domain, and rules that keep layers honest."""

import base64
import hashlib
import re
from pathlib import Path

from modelyard.server.edge.security_headers import SECURITY_HEADERS

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "src" / "modelyard" / "server"
COMMITS = re.compile(r"\.(commit|rollback)\(")
UNPICKLES = re.compile(r"\b(pickle|joblib|cloudpickle)\b\.")
SWALLOWS = re.compile(r"except[^\n]*:\n\s+pass\b")


def _files(pattern: str) -> list[Path]:
    """Of the server, relative to it."""
    files = [path.relative_to(SERVER) for path in sorted(SERVER.rglob(pattern))]
    assert files, f"no {pattern} in {SERVER}"
    return files


def _nowhere(pattern: re.Pattern[str], files: list[Path]) -> None:
    found = [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1} {match[0]!r}"
        for path in files
        for text in [(SERVER / path).read_text()]
        for match in pattern.finditer(text)
    ]
    assert not found, "\n".join(found)


def test_only_the_database_commits():
    _nowhere(COMMITS, [path for path in _files("*.py") if "db" not in path.parts])


def test_routes_hold_no_sql():
    imports = re.compile(r"from sqlalchemy(?! import Connection\n).*")
    _nowhere(imports, _files("routes*.py"))


def test_a_domain_has_its_usual_files():
    files: dict[str, set[str]] = {}
    for path in _files("*/**/*.py"):
        files.setdefault(path.parts[0], set()).add(path.name)
    domains = {domain: names for domain, names in files.items() if names & {"tables.py", "routes.py"}}
    assert domains.keys() >= {"projects", "datasets", "tracking", "registry", "engines", "training"}
    lacking = [
        f"{domain} has only {sorted(names)}"
        for domain, names in domains.items()
        if "__init__.py" not in names or not names & {"queries.py", "service.py"}
    ]
    assert not lacking, "\n".join(lacking)


def test_nothing_unpickles_or_swallows():
    files = _files("*.py")
    _nowhere(UNPICKLES, files)
    _nowhere(SWALLOWS, files)


def test_the_headers_allow_the_script_in_the_page_and_no_other():
    page = (ROOT / "web/index.html").read_text()
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = dict(SECURITY_HEADERS)["Content-Security-Policy"]
    assert f"script-src 'self' 'sha256-{digest}';" in policy
