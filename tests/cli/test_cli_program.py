"""The program as a whole: its help, its page of reference, what it costs to start, completion, and a terminal."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import modelyard
from modelyard.cli import reference
from modelyard.cli.main import app
from tests.support.program import PROGRAM

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"
COMMANDS = list(reference.commands())
MAX_MODULES = 400
"""A few more than `modelyard --help` imports today."""


def test_the_page_of_reference_is_up_to_date():
    assert PAGE.read_text() == reference.page(), "run: python -m modelyard.cli.reference > docs/reference/cli.md"


@pytest.mark.parametrize(("words", "command"), COMMANDS, ids=[" ".join(words) for words, _ in COMMANDS])
def test_every_command_has_help_and_stands_in_the_reference(words: tuple[str, ...], command: Any):
    result = CliRunner().invoke(app, [*words[1:], "--help"])
    assert result.exit_code == 0
    assert command.help
    assert "Exit codes: 0 ok" in result.stdout
    section = PAGE.read_text().split(f"## {' '.join(words)}\n")[1].split("\n## ")[0]
    for param in command.params:
        assert param.help or param.name == "help"
        for option in param.opts if param.param_type_name == "option" else []:
            assert option in section or option in {"--help", "-h"}


@pytest.mark.parametrize(
    "name",
    [
        "up",
        "demo",
        "datasets",
        "models",
        "versions",
        "train",
        "logs",
        "cancel",
        "predict",
        "download",
        "verify",
        "completion",
    ],
)
def test_the_commands_by_name(name: str):
    assert ("modelyard", name) in dict(COMMANDS)


def test_the_version_is_printed():
    assert CliRunner().invoke(app, ["--version"]).stdout == f"modelyard {modelyard.__version__}\n"


@pytest.mark.footprint
def test_help_is_quick():
    """What it imports is nearly all of its time, and unlike time it is the same on every machine."""
    result = subprocess.run(
        [sys.executable, "-X", "importtime", *PROGRAM[1:], "--help"], capture_output=True, text=True, check=True
    )
    assert "Usage: modelyard" in result.stdout
    imported = set(re.findall(r"^import time:.*\|\s+(\S+)$", result.stderr, re.MULTILINE))
    assert "modelyard.cli.main" in imported
    assert len(imported) < MAX_MODULES


def test_help_does_not_load_the_client():
    program = (
        "import sys, modelyard.cli.main; print([m for m in ('httpx', 'pydantic', 'rich.table') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_a_completion_script_is_printed(shell: str):
    result = CliRunner().invoke(app, ["completion", shell])
    assert result.exit_code == 0
    assert "_MODELYARD_COMPLETE" in result.stdout


def test_a_shell_completes_commands():
    environment = {
        **os.environ,
        "_MODELYARD_COMPLETE": "complete_bash",
        "COMP_WORDS": "modelyard dat",
        "COMP_CWORD": "1",
    }
    result = subprocess.run(PROGRAM, env=environment, capture_output=True, text=True, check=False)
    assert result.stdout.split() == ["datasets"]


def test_the_server_gets_the_options_of_up():
    result = subprocess.run(
        [*PROGRAM, "up", "--port", "0", "--host", "0.0.0.0"], capture_output=True, text=True, check=False
    )
    assert result.returncode != 0
    assert "without a login" in result.stderr


def test_openapi_is_printed():
    result = subprocess.run([*PROGRAM, "openapi"], capture_output=True, text=True, check=True)
    assert '"openapi"' in result.stdout


def test_an_error_in_a_terminal_has_no_traceback(tmp_path: Path):
    main, other = pty.openpty()
    result = subprocess.run(
        [*PROGRAM, "models", "list", "--url", "nonsense"], stdout=other, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(main)
    os.close(other)
    assert result.returncode == 5
    assert result.stderr.startswith("error: 'nonsense' is not the address of a server\nhint: ")
