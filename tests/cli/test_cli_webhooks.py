"""Webhooks from the command line, on the real server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from modelyard.cli._exit_codes import ExitCode
from modelyard.cli.main import app
from tests.support.receiver import Answer, Receiver, receiving
from tests.support.server import ModelyardServer


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


class Terminal:
    def __init__(self, server: ModelyardServer, project: str) -> None:
        self.runner = CliRunner(env={"MODELYARD_URL": server.url, "MODELYARD_PROJECT": project})

    def run(self, *words: object, code: int = ExitCode.OK, **options: str) -> Result:
        result = self.runner.invoke(app, [str(word) for word in words], **options)  # type: ignore[arg-type]
        assert result.exit_code == code, (words, result.output, result.exception)
        return result

    def read(self, *words: object) -> str:
        return self.run(*words).stdout


@pytest.fixture
def terminal(server: ModelyardServer, project: str) -> Terminal:
    return Terminal(server, project)


def test_a_webhook_from_creation_to_deletion(terminal: Terminal, receiver: Receiver, tmp_path: Path):
    (tmp_path / "secret").write_text("s3cret\n")
    event = ("--event", "registered_model.created")
    made = terminal.read("webhooks", "create", "h", receiver.url, *event, "--secret-file", tmp_path / "secret")
    assert made.startswith("Created webhook h (")
    assert "yes" in terminal.read("webhooks", "list")
    assert "Taken    yes" in terminal.read("webhooks", "test", "h")
    receiver.answers = [Answer(404, body=b"nobody here"), Answer(200)]
    terminal.run("models", "create", "m")
    assert receiver.wait_for(2)[1].is_signed_with("s3cret")
    (failed,) = _until(terminal, "webhooks", "deliveries", "h", "--state", "failed", "-q")
    shown = terminal.read("webhooks", "deliveries", "h", failed)
    assert "nobody here" in shown
    assert '"name": "m"' in shown
    assert terminal.read("webhooks", "replay", "h", failed) == "registered_model.created is delivered again\n"
    assert _until(terminal, "webhooks", "deliveries", "h", "--state", "delivered", "-q") == [failed]
    terminal.run("webhooks", "update", "h", "--status", "disabled", "--name", "g", "--no-secret")
    (listed,) = json.loads(terminal.read("webhooks", "list", "--json"))
    assert (listed["name"], listed["status"], listed["has_secret"]) == ("g", "disabled", False)
    terminal.run("webhooks", "replay", "g", failed, code=ExitCode.CONFLICT)
    terminal.run("webhooks", "delete", "g", "--yes")
    assert terminal.read("webhooks", "list", "-q") == ""


def test_what_goes_wrong_has_its_exit_code(terminal: Terminal, receiver: Receiver):
    terminal.run("webhooks", "test", "nothing", code=ExitCode.NOT_FOUND)
    terminal.run("webhooks", "create", "h", receiver.url, code=ExitCode.INVALID_INPUT)
    unknown = terminal.run("webhooks", "create", "h", receiver.url, "-e", "moon.full", code=ExitCode.INVALID_INPUT)
    assert "model_version.created" in unknown.stderr
    receiver.answers = [Answer(500)]
    for _ in range(2):
        terminal.run("webhooks", "create", "h", receiver.url, "-e", "prompt.created")
    ambiguous = terminal.run("webhooks", "test", "h", code=ExitCode.INVALID_INPUT)
    ids = terminal.read("webhooks", "list", "--json")
    first = json.loads(ids)[0]["id"]
    assert first in ambiguous.stderr
    terminal.run("webhooks", "test", first, code=ExitCode.FAILED)
    terminal.run("webhooks", "update", first, code=ExitCode.USAGE)
    terminal.run("webhooks", "update", first, "--secret-file", "-", code=ExitCode.USAGE, input="\n")
    terminal.run("webhooks", "update", first, "--secret-file", "-", input="from stdin\n")
    terminal.run("webhooks", "test", first, code=ExitCode.FAILED)
    assert receiver.received[-1].is_signed_with("from stdin")


def _until(terminal: Terminal, *words: str) -> list[str]:
    """The lines of a command, once there are any."""
    for _ in range(200):
        if lines := terminal.read(*words).splitlines():
            return lines
    raise AssertionError(words)
