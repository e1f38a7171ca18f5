"""`modelyard up`, `verify`, `openapi`: the server's own program, in place of this one."""

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from modelyard.cli._exit_codes import EPILOG

DataDirOption = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        envvar="MODELYARD_DATA_DIR",
        help="Where the database, files and logs are kept; made if it is not there.",
    ),
]
DatabaseUrlOption = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        envvar="MODELYARD_DATABASE_URL",
        help="sqlite:///path or postgresql://user:password@host/name. SQLite in the data directory unless set.",
    ),
]
StorageUrlOption = Annotated[
    str | None,
    typer.Option(
        "--storage-url",
        envvar="MODELYARD_STORAGE_URL",
        help="A folder, or s3://bucket/prefix?endpoint=...&region=... A folder in the data directory unless set.",
    ),
]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="A TOML file of settings.")]
HostOption = Annotated[
    str | None, typer.Option("--host", envvar="MODELYARD_HOST", help="The address to listen on; 127.0.0.1 unless set.")
]
PortOption = Annotated[
    int | None,
    typer.Option(
        "--port",
        envvar="MODELYARD_PORT",
        min=0,
        max=65535,
        help="The port to listen on; 7300 unless set, 0 for a free one.",
    ),
]
EngineSlotsOption = Annotated[
    int | None,
    typer.Option(
        "--engine-slots", envvar="MODELYARD_ENGINE_SLOTS", min=1, help="How many jobs run at once; 2 unless set."
    ),
]


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.command("up", epilog=EPILOG)(up)
    app.command("verify", epilog=EPILOG)(verify)
    app.command("openapi", epilog=EPILOG)(openapi)


def up(
    *,
    host: HostOption = None,
    port: PortOption = None,
    data_dir: DataDirOption = None,
    database_url: DatabaseUrlOption = None,
    storage_url: StorageUrlOption = None,
    config: ConfigOption = None,
    engine_slots: EngineSlotsOption = None,
    allow_unauthenticated: Annotated[
        bool,
        typer.Option(
            "--allow-unauthenticated",
            envvar="MODELYARD_ALLOW_UNAUTHENTICATED",
            help="Listen beyond this machine without a login. Anyone who can connect may do anything.",
        ),
    ] = False,
) -> None:
    """Start the server. Options win over MODELYARD_* variables, those over the file given with --config."""
    options = server_options(
        host=host,
        port=port,
        data_dir=data_dir,
        database_url=database_url,
        storage_url=storage_url,
        config=config,
        engine_slots=engine_slots,
    )
    _become_server("run", *options, *(["--allow-unauthenticated"] if allow_unauthenticated else []))


def verify(
    *,
    data_dir: DataDirOption = None,
    database_url: DatabaseUrlOption = None,
    storage_url: StorageUrlOption = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for programs.")] = False,
) -> None:
    """Check every stored file against its recorded SHA-256; needs no running server.

    Prints what is damaged, missing or orphaned. Exit code 1 when a file is damaged or missing.
    """
    options = server_options(data_dir=data_dir, database_url=database_url, storage_url=storage_url, config=config)
    _become_server("verify", *options, *(["--json"] if as_json else []))


def openapi() -> None:
    """Print the OpenAPI description of the native API."""
    _become_server("openapi")


def server_options(**values: str | int | Path | None) -> list[str]:
    """Options of the server's program for those values that are given."""
    return [f"--{name.replace('_', '-')}={value}" for name, value in values.items() if value is not None]


def server_command(*words: str) -> list[str]:
    """The server's program under this interpreter."""
    return [sys.executable, "-m", "modelyard.server", *words]


def _become_server(*words: str) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    # The same process goes on as the server, so that signals and exit codes are the server's own.
    os.execv(sys.executable, server_command(*words))  # noqa: S606
