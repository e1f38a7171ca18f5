"""A server that knows several callers: who they are and what they may stands in a file that a test writes."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from modelyard.server import command
from modelyard.server.db.raw import Raw
from modelyard.server.identity.caller import Caller, Credential
from modelyard.server.kernel.ids import hash_token
from tests.support.forks import Fork
from tests.support.server import ModelyardServer, environment_without_settings, ready_server

_FILE = "TESTED_CALLERS"
_PROGRAM = "import sys; from tests.support.identities import main; main(sys.argv[1:])"

Rights = Mapping[str, Sequence[str]]
"""Names of permissions by project; those on the whole installation by the empty name."""


class FileIdentities:
    """Reads the file whenever it is asked, as a database of users would be."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def find_caller(self, connection: Connection, credential: Credential) -> Caller | None:
        for number, (token, user) in enumerate(json.loads(self._path.read_text()).items(), 100):
            is_token = credential.way == "token" and credential.token_hash == hash_token(token)
            if is_token or (credential.way == "ticket" and credential.user_id == number):
                return _caller(connection, credential, number, token, user)
        return None


def _caller(connection: Connection, credential: Credential, number: int, name: str, user: Any) -> Caller:
    if user == "admin":
        return Caller(number, name, credential.way, is_admin=True)
    ids: dict[str, int] = dict(Raw(connection).all("SELECT name, id FROM projects"))
    permissions = {ids[project]: frozenset(names) for project, names in user.items() if project in ids}
    return Caller(number, name, credential.way, False, frozenset(user.get("", ())), permissions)


def main(arguments: list[str]) -> None:
    """The server's program, with these callers."""
    command.main(arguments, FileIdentities(Path(os.environ[_FILE])))


class GuardedServer(ModelyardServer):
    """Users are named by their tokens."""

    @property
    def _callers(self) -> Path:
        return self.data_dir.with_suffix(".callers.json")

    def allow(self, users: Mapping[str, Rights | str]) -> None:
        """From now on these are the callers, and no others; `admin` stands for all rights."""
        partial = self._callers.with_suffix(".partial")
        partial.write_text(json.dumps(users))
        partial.replace(self._callers)

    def launch(self, arguments: list[str]) -> "Fork":
        environment = environment_without_settings() | {_FILE: str(self._callers)}
        return ready_server().start(
            ["-c", _PROGRAM, *arguments], output_file=self.log_file, environment=environment, executable=self.python()
        )
