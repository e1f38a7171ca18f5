"""Small files and small functions, without a list of exceptions."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60


@pytest.fixture(scope="module")
def python() -> dict[str, str]:
    """The text of every file, by its path."""
    return _texts("src", "*.py") | _texts("tests", "*.py")


@pytest.fixture(scope="module")
def typescript() -> dict[str, str]:
    written = _texts("web/src", "*.ts") | _texts("web/src", "*.tsx")
    return {path: text for path, text in written.items() if "generated" not in Path(path).parts}


def _texts(folder: str, pattern: str) -> dict[str, str]:
    texts = {str(path.relative_to(ROOT)): path.read_text() for path in sorted((ROOT / folder).rglob(pattern))}
    assert texts, f"no {pattern} in {folder}"
    return texts


def test_a_file_is_one_noun(python: dict[str, str], typescript: dict[str, str]):
    lines = {path: len(text.splitlines()) for path, text in (python | typescript).items()}
    long = [
        f"{path}: {count} lines, at most {MAX_FILE_LINES}" for path, count in lines.items() if count > MAX_FILE_LINES
    ]
    assert not long, "\n".join(long)


def test_a_function_does_one_thing(python: dict[str, str]):
    lines = {
        f"{path}:{node.lineno} {node.name}": _code_lines(node) for path, text in python.items() for node in _defs(text)
    }
    long = [
        f"{function}: {count} lines, at most {MAX_FUNCTION_LINES}"
        for function, count in lines.items()
        if count > MAX_FUNCTION_LINES
    ]
    assert not long, "\n".join(long)


def _defs(text: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From the first statement after the docstring: signatures and documentation may be as long as they need."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
