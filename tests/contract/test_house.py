"""The shape of the house: the same file names in each domain, and rules that keep layers honest."""

import re
from pathlib import Path

import pytest

SERVER = Path(__file__).parents[2] / "src" / "modelyard" / "server"
FIXED = {"__init__.py", "tables.py", "queries.py", "service.py", "errors.py", "routes.py", "tasks.py", "guards.py"}
DOMAINS = [
    name
    for name in ("projects", "datasets", "tracking", "registry", "engines", "training", "evaluation", "serving")
    if (SERVER / name).is_dir()
]


@pytest.mark.parametrize("path", sorted(SERVER.rglob("*.py")), ids=lambda path: str(path.relative_to(SERVER)))
def test_only_the_database_commits(path: Path):
    if "db" in path.relative_to(SERVER).parts:
        return
    assert not re.search(r"\.(commit|rollback)\(", path.read_text())


@pytest.mark.parametrize("path", sorted(SERVER.rglob("routes*.py")), ids=lambda path: str(path.relative_to(SERVER)))
def test_routes_hold_no_sql(path: Path):
    assert "from sqlalchemy" not in path.read_text().replace("from sqlalchemy import Connection\n", "")


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_has_its_usual_files(domain: str):
    names = {path.name for path in (SERVER / domain).rglob("*.py")}
    assert names & FIXED >= {"__init__.py"}
    assert names & {"queries.py", "service.py", "routes.py"}


def test_nothing_unpickles_or_swallows():
    for path in SERVER.rglob("*.py"):
        text = path.read_text()
        assert not re.search(r"\b(pickle|joblib|cloudpickle)\b\.", text), path
        assert not re.search(r"except[^\n]*:\n\s+pass\b", text), path
