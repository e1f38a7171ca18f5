"""`modelyard up`, `verify`, `openapi`: the server's own program, in place of this one."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from modelyard.cli._exit_codes import EPILOG


def _setting(name: str, help_text: str, **bounds: Any) -> Any:
    """The option of a setting of the server, which the environment may give too."""
    option = f"--{name.replace('_', '-')}"
    return typer.Option(option, envvar=f"MODELYARD_{name.upper()}", help=help_text, **bounds)


DataDirOption = Annotated[
    Path | None, _setting("data_dir", "Where the database, files and logs are kept; made if it is not there.")
]
DatabaseUrlOption = Annotated[
    str | None,
    _setting(
        "database_url",
        "sqlite:///path or postgresql://user:password@host/name. SQLite in the data directory unless set.",
    ),
]
StorageUrlOption = Annotated[
    str | None,
    _setting(
        "storage_url",
        "A folder, or s3://bucket/prefix?endpoint=...&region=... A folder in the data directory unless set.",
    ),
]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="A TOML file of settings.")]
PortOption = Annotated[
    int | None, _setting("port", "The port to listen on; 7300 unless set, 0 for a free one.", min=0, max=65535)
]


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.command("up", epilog=EPILOG)(up)
    app.command("verify", epilog=EPILOG)(verify)
    app.command("openapi", epilog=EPILOG)(openapi)


def up(
    *,
    host: Annotated[str | None, _setting("host", "The address to listen on; 127.0.0.1 unless set.")] = None,
    port: PortOption = None,
    data_dir: DataDirOption = None,
    database_url: DatabaseUrlOption = None,
    storage_url: StorageUrlOption = None,
    config: ConfigOption = None,
    allow_unauthenticated: Annotated[
        bool,
        _setting(
            "allow_unauthenticated",
            "Listen beyond this machine without a login. Anyone who can connect may do anything.",
        ),
    ] = False,
    public_url: Annotated[
        str | None, _setting("public_url", "The address that people and remote workers use, where it differs.")
    ] = None,
    engine_slots: Annotated[
        int | None, _setting("engine_slots", "How many jobs run at once; 2 unless set.", min=1)
    ] = None,
    engine_memory_limit_mb: Annotated[
        int | None, _setting("engine_memory_limit_mb", "The most memory a job may use, in MiB.", min=1)
    ] = None,
    engine_cpu_limit: Annotated[
        int | None, _setting("engine_cpu_limit", "The most processors a job may use.", min=1)
    ] = None,
    worker_python: Annotated[
        Path | None, _setting("worker_python", "The Python that runs workers; this one unless set.")
    ] = None,
    worker_warm_seconds: Annotated[
        float | None,
        _setting("worker_warm_seconds", "How long a process is kept from which workers start at once; 300 unless set."),
    ] = None,
    worker_environment: Annotated[
        str | None,
        _setting(
            "worker_environment", "Environment variables that workers get besides the usual, e.g. MY_LICENSE_FILE."
        ),
    ] = None,
    worker_timeout_seconds: Annotated[
        float | None, _setting("worker_timeout_seconds", "A worker that is silent for longer is lost; 12 unless set.")
    ] = None,
    max_upload_bytes: Annotated[
        int | None,
        _setting("max_upload_bytes", "The largest table file that may be uploaded; 50 GiB unless set.", min=1),
    ] = None,
    max_table_bytes: Annotated[
        int | None,
        _setting("max_table_bytes", "The most bytes a compressed upload may expand to; 200 GiB unless set.", min=1),
    ] = None,
    max_columns: Annotated[
        int | None, _setting("max_columns", "The most columns a table may have; 5000 unless set.", min=1)
    ] = None,
    ingest_memory_limit_mb: Annotated[
        int | None,
        _setting("ingest_memory_limit_mb", "The most memory for reading a table, in MiB; 1024 unless set.", min=1),
    ] = None,
    ingest_timeout_seconds: Annotated[
        float | None,
        _setting("ingest_timeout_seconds", "The longest that reading a table may take; 3600 unless set."),
    ] = None,
    min_free_disk_mb: Annotated[
        int | None,
        _setting(
            "min_free_disk_mb", "What uploads leave free of the disk, in MiB; 5 %, at most 1 GiB, unless set.", min=0
        ),
    ] = None,
    direct_transfers: Annotated[
        bool,
        _setting(
            "direct_transfers",
            "Clients fetch artifacts, and send large ones, at the S3-compatible storage itself, which they must reach.",
        ),
    ] = False,
    webhook_allow_private: Annotated[
        bool, _setting("webhook_allow_private", "Send webhooks to private addresses, too, e.g. 10.0.0.8 or localhost.")
    ] = False,
    webhook_allow_http: Annotated[
        bool, _setting("webhook_allow_http", "Send webhooks to http:// addresses, too.")
    ] = False,
    webhook_timeout_seconds: Annotated[
        float | None,
        _setting("webhook_timeout_seconds", "How long a receiver of webhooks may take to answer; 10 unless set."),
    ] = None,
    webhook_attempts: Annotated[
        int | None,
        _setting("webhook_attempts", "How often a delivery is tried before it has failed; 9 unless set.", min=1),
    ] = None,
    webhook_retry_seconds: Annotated[
        float | None,
        _setting("webhook_retry_seconds", "Seconds to wait after the first failed attempt; 2 unless set."),
    ] = None,
    webhook_log_days: Annotated[
        int | None,
        _setting("webhook_log_days", "How many days a delivery that has ended stays in the log; 14 unless set.", min=1),
    ] = None,
    secret_key_file: Annotated[
        Path | None,
        _setting(
            "secret_key_file",
            "A file with the key that secrets in the database are encrypted with; made unless set.",
        ),
    ] = None,
    log_level: Annotated[str | None, _setting("log_level", "debug, info, warning or error; info unless set.")] = None,
) -> None:
    """Start the server. Options win over MODELYARD_* variables, those over the file given with --config."""
    _become_server("run", *server_options(**dict(locals())))


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


def server_options(**values: str | float | bool | Path | None) -> list[str]:
    """Options of the server's program for those values that are given, and those switches that are on."""
    given = {name: value for name, value in values.items() if value is not None and value is not False}
    options = {f"--{name.replace('_', '-')}": value for name, value in given.items()}
    return [option if value is True else f"{option}={value}" for option, value in options.items()]


def server_command(*words: str) -> list[str]:
    """The server's program under this interpreter."""
    return [sys.executable, "-m", "modelyard.server", *words]


def _become_server(*words: str) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    # The same process goes on as the server, so that signals and exit codes are the server's own.
    os.execv(sys.executable, server_command(*words))  # noqa: S606
