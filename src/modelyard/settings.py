"""Every setting of the server, written once: its name, type, default, bounds and what it does.

The options of `modelyard up` and of the server, the environment variables, the keys of the file and
docs/reference/settings.md follow from it. The command line shows the settings without loading the server, so this
module imports nothing of it, and nothing that is slow to load. `modelyard.server.settings` reads their values.
"""

import dataclasses
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

MIB = 1024 * 1024
GIB = 1024 * MIB

VARIABLE_PREFIX = "MODELYARD_"

T = TypeVar("T")


def _setting(default: T, description: str, *, shown: str | None = None, **bounds: float | str) -> T:
    """A field of Settings; `shown` is its default in words, `bounds` are those of a pydantic field."""
    field: T = _field(description, shown, bounds, default=default)
    return field


def _field(description: str, shown: str | None, bounds: Mapping[str, float | str], **default: Any) -> Any:
    return dataclasses.field(**default, metadata={"description": description, "shown": shown, "bounds": bounds})


def _user_data_folder() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415 - slow to load, and seldom needed

    return user_data_path("modelyard")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one server."""

    host: str = _setting("127.0.0.1", "The address to listen on.")
    port: int = _setting(7300, "The port to listen on; 0 picks a free one.", ge=0, le=65535)
    data_dir: Path = _field(  # noqa: RUF009 - it makes a field
        "The folder of the database, files and logs; the server makes it.",
        "the user's data folder",
        {},
        default_factory=_user_data_folder,
    )
    database_url: str | None = _setting(
        None,
        "`sqlite:///path` or `postgresql://user:password@host/name`.",
        shown="SQLite in the data directory",
    )
    storage_url: str | None = _setting(
        None,
        "A folder or `s3://bucket/prefix?endpoint=...&region=...`.",
        shown="a folder in the data directory",
    )
    allow_unauthenticated: bool = _setting(
        False, "Listen beyond this machine without a login. Anyone who can connect may do anything."
    )
    public_url: str | None = _setting(
        None,
        "The address that people and remote workers use, where it differs, e.g. behind a proxy.",
        shown="the address it listens on",
    )
    engine_slots: int = _setting(2, "How many jobs run at once on the engine `local`.", ge=1)
    engine_memory_limit_mb: int | None = _setting(None, "The memory limit of a job, in MiB.", shown="no limit", ge=1)
    engine_cpu_limit: int | None = _setting(
        None, "How many processors a job may use.", shown="all processors divided by the slots", ge=1
    )
    worker_python: Path | None = _setting(  # noqa: RUF009 - it makes a field
        None, "The Python that runs workers, e.g. of another environment.", shown="the server's own"
    )
    worker_environment: str = _setting(
        "",
        "Environment variables of the server that workers get too, besides those that programs need, such as `PATH`: "
        "names separated by commas, e.g. `MY_LICENSE_FILE`.",
        shown="none",
    )
    worker_warm_seconds: float = _setting(
        300.0,
        "How long after the last job the server keeps a process with the libraries loaded, from which the next worker "
        "starts at once; 0 for never.",
        ge=0,
    )
    worker_timeout_seconds: float = _setting(12.0, "A worker that is silent for longer is lost.", gt=0)
    allow_pickled_models: bool = _setting(
        False,
        "Workers predict with models whose loading runs code that comes with them, such as pickles. Whoever may "
        "register a model may run programs as the server's user then.",
    )
    max_upload_bytes: int = _setting(50 * GIB, "The size limit of an uploaded table file.", shown="50 GiB", ge=1)
    max_table_bytes: int = _setting(
        200 * GIB,
        "The size to which a compressed upload may expand; a guard against zip bombs.",
        shown="200 GiB",
        ge=1,
    )
    max_columns: int = _setting(5000, "How many columns a table may have.", ge=1)
    ingest_memory_limit_mb: int = _setting(1024, "The memory limit for reading a table, in MiB.", ge=1)
    ingest_timeout_seconds: float = _setting(3600.0, "The time limit for reading a table.", gt=0)
    min_free_disk_mb: int | None = _setting(
        None,
        "The space that uploads leave free on the disk of the data directory, in MiB.",
        shown="5 % of the disk, at most 1 GiB",
        ge=0,
    )
    direct_transfers: bool = _setting(
        False,
        "Clients fetch artifacts, and send large ones, directly at the S3-compatible storage by signed addresses. They "
        "must reach it.",
    )
    webhook_allow_private: bool = _setting(
        False, "Send webhooks to private addresses, too, e.g. `10.0.0.8` or `localhost`."
    )
    webhook_allow_http: bool = _setting(False, "Send webhooks to `http://` addresses, too.")
    webhook_timeout_seconds: float = _setting(
        10.0, "How long a receiver of webhooks may take to answer before the delivery is tried again later.", gt=0
    )
    webhook_attempts: int = _setting(9, "How many attempts a delivery has before it has failed.", ge=1)
    webhook_retry_seconds: float = _setting(
        2.0, "The wait after the first failed attempt. Each further wait is four times as long, at most an hour.", gt=0
    )
    webhook_log_days: int = _setting(14, "How many days an ended delivery stays in the log.", ge=1)
    secret_key_file: Path | None = _setting(  # noqa: RUF009 - it makes a field
        None,
        "A file with the key that encrypts secrets in the database. Of several lines the first encrypts and all "
        "decrypt.",
        shown="`secret.key` in the data directory, which the server makes",
    )
    log_level: str = _setting(
        "info",
        "`debug`, `info`, `warning`, `error` or `critical`.",
        pattern="(?i)^(debug|info|warning|error|critical)$",
    )

    def __post_init__(self) -> None:
        if not self.is_loopback and not self.allow_unauthenticated:
            raise OpenDoorError(
                f"Refusing to listen on {self.host} without a login: anyone who can connect could do anything. "
                "Listen on 127.0.0.1, or set allow_unauthenticated if a proxy in front checks who is calling."
            )

    @property
    def is_loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def worker_environment_names(self) -> list[str]:
        return [name.strip() for name in self.worker_environment.split(",") if name.strip()]

    @property
    def resolved_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'modelyard.db'}"

    @property
    def resolved_storage_url(self) -> str:
        return self.storage_url or str(self.data_dir / "files")

    @property
    def temporary_dir(self) -> Path:
        """Uploads on their way in; emptied at start."""
        return self.data_dir / "tmp"

    @property
    def resolved_secret_key_file(self) -> Path:
        return self.secret_key_file or self.data_dir / "secret.key"

    @property
    def server_file(self) -> Path:
        """Says where this server is reached, for workers that outlive it."""
        return self.data_dir / "server.json"


class OpenDoorError(ValueError):
    """The server would let in anyone who can connect."""


@dataclass(frozen=True)
class Setting:
    """One setting, as options, the environment, the file and the documentation show it."""

    name: str
    kind: Any
    description: str
    default: str
    """What holds when nothing is set, in words."""
    bounds: Mapping[str, Any]

    @property
    def option(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return VARIABLE_PREFIX + self.name.upper()

    @property
    def is_switch(self) -> bool:
        return self.kind is bool

    @property
    def help(self) -> str:
        return f"{self.description} Default: {self.default}."


def all_settings() -> list[Setting]:
    """Every setting, in the order of the documentation."""
    return [
        Setting(
            field.name,
            field.type,
            field.metadata["description"],
            field.metadata["shown"] or _in_words(field.default),
            field.metadata["bounds"],
        )
        for field in dataclasses.fields(Settings)
    ]


def _in_words(default: Any) -> str:
    if default is False:
        return "off"
    return f"{default:g}" if isinstance(default, float) else str(default)
