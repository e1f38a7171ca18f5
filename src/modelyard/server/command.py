"""The server's own command line: run, verify, openapi."""

import argparse
import asyncio
import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from modelyard.server.kernel.errors import ModelyardError
from modelyard.server.settings import OpenDoorError, Settings, all_settings, load_settings

if TYPE_CHECKING:
    from modelyard.server.identity.service import Identities


def main(arguments: list[str] | None = None, identities: "Identities | None" = None) -> None:
    """Parses options and runs the command; a bad setting ends with exit code 2 and a line that names it.

    `identities` are for the server to know its callers by, see `create_app`.
    """
    options = vars(_parser().parse_args(arguments))
    command = options.pop("command") or "run"
    config_file = options.pop("config")
    as_json = options.pop("json", False)
    try:
        settings = load_settings(config_file, options)
    except (ValidationError, OSError, ValueError) as error:
        sys.exit(_settings_fault(error))
    try:
        if command == "run":
            _run(settings, identities)
        elif command == "verify":
            sys.exit(asyncio.run(_verify(settings, as_json=as_json)))
        else:
            _print_openapi(settings)
    except ModelyardError as error:
        sys.exit(f"modelyard: {error.message} {error.hint or ''}".rstrip())
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        sys.exit(f"modelyard: {error.strerror or error}:{where or ' the server cannot start.'}")


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", type=Path, help="a TOML file of settings")
    for setting in all_settings():
        description = setting.help.replace("%", "%%")
        if setting.is_switch:
            common.add_argument(setting.option, action="store_true", default=None, help=description)
        else:
            common.add_argument(setting.option, default=None, help=description)
    parser = argparse.ArgumentParser("modelyard.server", description="The Modelyard server.", parents=[common])
    commands = parser.add_subparsers(dest="command", metavar="{run,verify,openapi}")
    quiet = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS, parents=[])
    _add_again(quiet)
    commands.add_parser("run", parents=[quiet], help="start the server (the default)")
    verify = commands.add_parser("verify", parents=[quiet], help="check every stored file against its SHA-256")
    verify.add_argument("--json", action="store_true")
    commands.add_parser("openapi", parents=[quiet], help="print the OpenAPI description of the native API")
    return parser


def _add_again(parser: argparse.ArgumentParser) -> None:
    """The same options after the command's name; suppressed defaults keep what stood before it."""
    parser.add_argument("--config", type=Path)
    for setting in all_settings():
        action: dict[str, Any] = {"action": "store_true"} if setting.is_switch else {}
        parser.add_argument(setting.option, **action)


def _settings_fault(error: Exception) -> str:
    if isinstance(error, OpenDoorError):
        return f"modelyard: {error}"
    if not isinstance(error, ValidationError):
        return f"modelyard: the configuration file cannot be read: {error}"
    lines = []
    for item in error.errors():
        name = ".".join(str(part) for part in item["loc"])
        message = item["msg"].removeprefix("Value error, ")
        lines.append(f"modelyard: {name}: {message}" if name else f"modelyard: {message}")
    return "\n".join(lines)


def _run(settings: Settings, identities: "Identities | None") -> None:
    # What is imported stays. Looking for garbage in it, again and again, would be a fifth of a start.
    gc.disable()
    from modelyard.server.run import run  # noqa: PLC0415 - verify and openapi need no web server

    run(settings, identities)


async def _verify(settings: Settings, *, as_json: bool) -> int:
    from modelyard.server.verify_command import verify_and_print  # noqa: PLC0415

    return await verify_and_print(settings, as_json=as_json)


def _print_openapi(settings: Settings) -> None:
    from modelyard.server.app import create_api  # noqa: PLC0415

    json.dump(create_api(settings, asyncio.Event()).openapi(), sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")
