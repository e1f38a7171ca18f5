"""The words that docs/contributing/style.md replaces do not come back: see there for what to write instead."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "modelyard"
PAGE = ROOT / "web" / "src"
STYLE = ROOT / "docs" / "contributing" / "style.md"

LIMITS = re.compile(r"_?(MOST|LONGEST|LARGEST|LEAST|FEWEST|SHORTEST|SMALLEST)_[A-Z]")
"""Refused everywhere: a limit is MAX_ or MIN_."""
NEVER = {"given", "wanted", "asked", "told", "such", "doom", "doomed", "news"}
"""Refused as any part of a name: none of these is a noun for what it holds."""
ALONE = {"found", "known", "made", "there", "left", "what", "among", "mine", "ours", "theirs"}
"""Refused as a whole name only: `not_found` and `left_rows` say what they are."""
OPENERS = {"What", "Whoever", "Who", "That"}
"""A description begins with its subject, not with a clause that stands for it."""

PLAIN = [
    "cli",
    "sdk/__init__.py",
    "sdk/mlflow_import",
    *sorted(f"sdk/{path.name}" for path in (SOURCE / "sdk").glob("_[a-z]*.py")),
    "wire",
    "server/app.py",
    "server/access",
    "server/activity",
    "server/artifacts",
    "server/command.py",
    "server/copilot",
    "server/data_dir.py",
    "server/datasets",
    "server/health.py",
    "server/identity",
    "server/imports",
    "server/outbound",
    "server/projects",
    "server/protocols",
    "server/run.py",
    "server/imports",
    "server/registry",
    "server/search",
    "server/settings.py",
    "server/storage",
    "server/traces",
    "server/tracking",
    "server/tables.py",
    "server/verify_command.py",
    "settings.py",
    "worker/data.py",
    "worker/errors.py",
    "worker/explanation",
    "worker/importing.py",
    "server/webhooks",
]
"""Files and folders of Python without any of the words. It grows by a line; no line is ever taken out."""
PLAIN_PAGE = [
    "lib",
    "routes",
    "shell",
    "features/activity",
    "features/builder",
    "features/compare",
    "features/datasets",
    "features/engines",
    "features/experiments",
    "features/models",
    "features/projects",
    "features/prompts",
    "features/search",
    "features/settings",
    "features/webhooks",
]
"""The same for the web page."""

SHARED_CLASSES = {
    "LeaseLostError",
    "ModelyardError",
}
"""Classes of the SDK and of the server or a worker: each side raises its own error for the same code."""
AMBIGUOUS_CLASSES = {
    "Engine",
    "EvaluationDataset",
    "Experiment",
    "Failure",
    "Kind",
    "Model",
    "Reporter",
    "Run",
    "Source",
    "SourceFile",
    "Span",
    "Table",
    "Trace",
    "Wanted",
    "Written",
    "_Seen",
}
"""Class names with several meanings that are still to be renamed. It only shrinks."""


def _files(places: list[str]) -> list[Path]:
    files = [file for place in places for file in sorted((SOURCE / place).rglob("*.py")) or [SOURCE / place]]
    assert files
    return files


def _names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Parameters, variables, functions and classes; fields are part of the API, and are named with it."""
    fields = {
        id(statement.target)
        for owner in ast.walk(tree)
        if isinstance(owner, ast.ClassDef)
        for statement in owner.body
        if isinstance(statement, ast.AnnAssign)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in fields:
            yield node.lineno, node.id


def _words(name: str) -> set[str]:
    """The parts of `GivenRows` and `given_rows` are the same."""
    return set(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().strip("_").split("_"))


def _is_vague(name: str) -> bool:
    return bool(_words(name) & NEVER) or name.lower().strip("_") in ALONE


def _openings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node) or ""
            if text.split(" ", 1)[0] in OPENERS:
                yield getattr(node, "lineno", 1), text.splitlines()[0]


def _at(file: Path, line: int, text: str) -> str:
    return f"{file.relative_to(ROOT)}:{line}: {text}"


def test_limits_are_called_max_and_min():
    limits = [
        _at(file, line, name)
        for file in sorted(SOURCE.rglob("*.py"))
        for line, name in _names(ast.parse(file.read_text()))
        if LIMITS.match(name)
    ]
    assert not limits, "\n".join(limits)


def test_limits_of_the_page_are_called_max_and_min():
    files = [file for file in sorted(PAGE.rglob("*.ts*")) if "generated" not in file.parts]
    assert len(files) > 100
    limits = [
        _at(file, file.read_text().count("\n", 0, match.start()) + 1, match[0])
        for file in files
        for match in re.finditer(rf"\b{LIMITS.pattern}\w*", file.read_text())
    ]
    assert not limits, "\n".join(limits)


@pytest.mark.parametrize("place", PLAIN)
def test_names_say_what_they_hold(place: str):
    vague = [
        _at(file, line, name)
        for file in _files([place])
        for line, name in _names(ast.parse(file.read_text()))
        if _is_vague(name)
    ]
    assert not vague, "\n".join(vague)


@pytest.mark.parametrize("place", PLAIN)
def test_descriptions_begin_with_their_subject(place: str):
    clauses = [
        _at(file, line, text) for file in _files([place]) for line, text in _openings(ast.parse(file.read_text()))
    ]
    assert not clauses, "\n".join(clauses)


@pytest.mark.parametrize("place", PLAIN_PAGE)
def test_names_of_the_page_say_what_they_hold(place: str):
    declared = re.compile(r"\b(?:const|let|function|class|type|interface)\s+(\w+)")
    files = [file for file in sorted((PAGE / place).rglob("*.ts*")) if "generated" not in file.parts]
    assert files
    vague = [
        _at(file, file.read_text().count("\n", 0, match.start()) + 1, match[1])
        for file in files
        for match in declared.finditer(file.read_text())
        if _is_vague(match[1])
    ]
    assert not vague, "\n".join(vague)


def test_a_class_name_has_one_meaning():
    """An object of the SDK has the name of its record in the wire; a message of a protocol has the protocol's name."""
    places: dict[str, set[str]] = {}
    for file in sorted(SOURCE.rglob("*.py")):
        path = file.relative_to(SOURCE).as_posix()
        if "/messages/" not in path:
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.ClassDef):
                    places.setdefault(node.name, set()).add(re.sub(r"^(sdk/_|wire/).*", "records", path))
    assert len(places) > 300
    ambiguous = {name: sorted(files) for name, files in places.items() if len(files) > 1}
    wrong = ambiguous.keys() - SHARED_CLASSES - AMBIGUOUS_CLASSES
    assert not wrong, "\n".join(f"{name}: {', '.join(ambiguous[name])}" for name in sorted(wrong))


@pytest.mark.parametrize("name", ["given", "_given_rows", "GivenRows", "rows_wanted", "known", "_Doomed"])
def test_a_vague_name_is_noticed(name: str):
    assert [_is_vague(found) for _, found in _names(ast.parse(f"def run({name}=1): pass"))] == [False, True]
    assert _is_vague(next(found for _, found in _names(ast.parse(f"{name} = 1"))))


@pytest.mark.parametrize("name", ["not_found", "left_rows", "unknown", "forgiven", "newsletter", "is_known"])
def test_a_name_that_says_what_it_is_passes(name: str):
    assert not _is_vague(name)


def test_the_page_on_style_has_every_word():
    text = STYLE.read_text()
    missing = [word for word in sorted(NEVER | ALONE) if f"`{word}`" not in text]
    assert not missing, ", ".join(missing)
