"""The shape of the house: the same file names in each domain, and rules that keep layers honest."""

import ast
import base64
import hashlib
import re
from pathlib import Path

from modelyard.server.edge.security_headers import SECURITY_HEADERS

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "src" / "modelyard" / "server"
COMMITS = re.compile(r"\.(commit|rollback)\(")
UNPICKLES = re.compile(r"\b(pickle|joblib|cloudpickle)\b\.")
STATEMENT = re.compile(r"[\s()]*(?:SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM|WITH)\b")
TEXT_DOMAINS = ("tracking", "traces", "imports")
SPEAKS_BOTH_WAYS = {"activity/outbox.py", "registry/counters.py", "registry/models/service.py"}
"""Known, and to be mended: nothing may be added."""
NAMED_FREELY = {"activity", "access", "datasets", "engines", "identity", "registry", "training", "webhooks"} | {
    "artifacts",
    "search",
    "serving",
}
"""Domains whose files are not yet named as CONTRIBUTING.md promises."""
READS_ANYWHERE = {"activity", "datasets", "projects", "registry", "search", "serving", "training", "webhooks"}
"""Domains with reads in other files; none may be added."""
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


def test_engines_know_no_kind_of_job():
    """That they import none is a contract in `pyproject.toml`; here, that they do not speak of any either."""
    kinds = re.compile(r"\b(train|predict|evaluat|version|dataset)\w*", re.IGNORECASE)
    _nowhere(kinds, _files("engines/**/*.py"))


def test_routes_hold_no_sql():
    """Whatever the file is called: whoever makes a router, or a row of the protocol's table, answers HTTP."""
    routed = re.compile(r"\bRouter\(|\bENDPOINTS\b")
    files = [
        path for path in _files("*.py") if routed.search((SERVER / path).read_text()) and path.parts[0] != "kernel"
    ]
    assert len(files) >= 30
    _nowhere(re.compile(r"^from sqlalchemy(?! import Connection\n).*", re.MULTILINE), files)
    with_sql = [f"{path}:{line} {sql!r}" for path in files for line, sql in _statements(path)]
    assert not with_sql, "\n".join(with_sql)


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
    usual, _ = _promised_names()
    odd = [
        str(path)
        for domain in domains.keys() - NAMED_FREELY
        for path in _files(f"{domain}/**/*.py")
        if path.name not in usual | {"__init__.py"}
    ]
    assert not odd, "CONTRIBUTING.md does not name these files of a domain:\n" + "\n".join(odd)


def test_reads_stand_in_files_for_reads():
    _, for_reads = _promised_names()
    assert for_reads >= {"queries.py", "search.py"}
    checked = [path for path in _files("*/**/*.py") if path.parts[0] not in READS_ANYWHERE | {"db", "kernel"}]
    assert {path.parts[0] for path in checked} >= {"tracking", "traces", "imports", "protocols", "access"}
    elsewhere = [
        f"{path}:{line} {sql!r}"
        for path in checked
        if path.name not in for_reads
        for line, sql in _statements(path)
        if sql.lstrip("( )").startswith(("SELECT", "select", "WITH"))
    ]
    assert not elsewhere, "\n".join(elsewhere)


def test_a_file_speaks_to_the_database_in_one_way():
    """See docs/decisions/0015-text-or-expressions.md."""
    expressions = re.compile(r"^from sqlalchemy[\w.]* import .*\b(?:select|insert|update|delete)\b", re.MULTILINE)
    text = re.compile(r"\b(?:raw|Raw\(\w+\))\.(?:run|one|all|number|insert|all_with|stream|copy)\(")
    sources = {path: (SERVER / path).read_text() for path in _files("*.py")}
    composed = {path for path, source in sources.items() if expressions.search(source)}
    written = {path for path, source in sources.items() if text.search(source)}
    assert {path.parts[0] for path in written} >= set(TEXT_DOMAINS)
    both = {str(path) for path in composed & written} - SPEAKS_BOTH_WAYS
    assert not both, both
    assert not [str(path) for path in composed if path.parts[0] in TEXT_DOMAINS]


def _promised_names() -> tuple[set[str], set[str]]:
    """The names of a domain's files that CONTRIBUTING.md tells, and those of them that are for reads."""
    section = (ROOT / "CONTRIBUTING.md").read_text().partition("### Files of a domain")[2].partition("\n## ")[0]
    usual = set(re.findall(r"`(\w+\.py)`", section))
    rows = [line for line in section.splitlines() if line.endswith("| reads |")]
    return usual, {name for row in rows for name in re.findall(r"`(\w+\.py)`", row)}


def _statements(path: Path) -> list[tuple[int, str]]:
    """Statements of SQL in a file, as text or as expressions, with their lines."""
    tree = ast.parse((SERVER / path).read_text())
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes:
            if STATEMENT.match(node.value):
                found.append((node.lineno, node.value[:60]))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "select":
            found.append((node.lineno, "select(...)"))
    return found


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
