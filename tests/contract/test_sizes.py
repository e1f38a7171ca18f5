"""Small files and small functions, without a list of exceptions."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_LINES_A_FILE = 500
MOST_LINES_A_FUNCTION = 60

PYTHON = sorted((ROOT / "src").rglob("*.py")) + sorted((ROOT / "tests").rglob("*.py"))
TYPESCRIPT = [
    path
    for ending in ("*.ts", "*.tsx")
    for path in sorted((ROOT / "web" / "src").rglob(ending))
    if "generated" not in path.parts
]


@pytest.mark.parametrize("path", PYTHON + TYPESCRIPT, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_one_noun(path: Path):
    assert len(path.read_text().splitlines()) <= MOST_LINES_A_FILE


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_function_does_one_thing(path: Path):
    long = [
        f"{node.name}: {_code_lines(node)} lines"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _code_lines(node) > MOST_LINES_A_FUNCTION
    ]
    assert long == []


def _code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From the first statement after the docstring: signatures and documentation may be as long as they need."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
