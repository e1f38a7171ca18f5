"""Settings: command-line options win over environment variables `MODELYARD_*`, those over a TOML file."""

import ipaddress
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from pydantic import Field, NonNegativeInt, PositiveInt, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

MIB = 1024 * 1024
GIB = 1024 * MIB


class Settings(BaseSettings):
    """Every setting of the server. See docs/reference/settings.md."""

    model_config = SettingsConfigDict(env_prefix="MODELYARD_", extra="forbid", frozen=True)

    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=7300, ge=0, le=65535, description="The port to listen on; 0 picks a free one.")
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("modelyard"),
        description="Where the database, files and logs are kept; made when it does not exist.",
    )
    database_url: str | None = Field(
        default=None,
        description="`sqlite:///path` or `postgresql://user:password@host/name`. SQLite in data_dir if unset.",
    )
    storage_url: str | None = Field(
        default=None,
        description="A folder or `s3://bucket/prefix?endpoint=...&region=...`. A folder in data_dir if unset.",
    )
    allow_unauthenticated: bool = Field(
        default=False, description="Listen beyond this machine without a login. Anyone who can connect may do anything."
    )
    public_url: str | None = Field(
        default=None,
        description="The address that people and remote workers use, where it differs, e.g. behind a proxy.",
    )
    engine_slots: PositiveInt = Field(default=2, description="How many jobs run at once on the engine `local`.")
    engine_memory_limit_mb: PositiveInt | None = Field(
        default=None, description="The most memory a job may use, in MiB; no limit if unset."
    )
    engine_cpu_limit: PositiveInt | None = Field(
        default=None, description="The most processors a job may use; all processors divided by the slots if unset."
    )
    worker_python: Path | None = Field(
        default=None,
        description="The Python that runs workers, e.g. of another environment; the server's own if unset.",
    )
    worker_environment: str = Field(
        default="",
        description="Names of environment variables, separated by commas, that workers get from the server besides "
        "those that programs need to run, such as `PATH`; e.g. `MY_LICENSE_FILE`.",
    )
    worker_warm_seconds: float = Field(
        default=300.0,
        ge=0,
        description="How long after the last job a process is kept that has the libraries loaded, so that the next "
        "worker starts at once; 0 for never.",
    )
    worker_timeout_seconds: float = Field(default=12.0, gt=0, description="A worker that is silent for longer is lost.")
    max_upload_bytes: PositiveInt = Field(default=50 * GIB, description="The largest table file that may be uploaded.")
    max_table_bytes: PositiveInt = Field(
        default=200 * GIB, description="The most bytes a compressed upload may expand to; a guard against zip bombs."
    )
    max_columns: PositiveInt = Field(default=5000, description="The most columns a table may have.")
    ingest_memory_limit_mb: PositiveInt = Field(
        default=1024, description="The most memory for reading a table, in MiB."
    )
    ingest_timeout_seconds: float = Field(
        default=3600.0, gt=0, description="The longest that reading a table may take."
    )
    min_free_disk_mb: NonNegativeInt | None = Field(
        default=None,
        description="What uploads leave free of the data directory's disk, in MiB; 5 % of it, at most 1 GiB, if unset.",
    )
    direct_transfers: bool = Field(
        default=False,
        description="Clients fetch artifacts, and send large ones, directly at the S3-compatible storage, by signed "
        "addresses; it must be in their reach.",
    )
    webhook_allow_private: bool = Field(
        default=False, description="Send webhooks to private addresses, too, e.g. `10.0.0.8` or `localhost`."
    )
    webhook_allow_http: bool = Field(default=False, description="Send webhooks to `http://` addresses, too.")
    webhook_timeout_seconds: float = Field(
        default=10.0, gt=0, description="A receiver that has not answered a webhook for longer is tried again later."
    )
    webhook_attempts: PositiveInt = Field(default=9, description="How often a delivery is tried before it has failed.")
    webhook_retry_seconds: float = Field(
        default=2.0,
        gt=0,
        description="The wait after the first failed attempt; each wait is four times the one before, at most an hour.",
    )
    webhook_log_days: PositiveInt = Field(
        default=14, description="How many days a delivery that has ended stays in the log."
    )
    secret_key_file: Path | None = Field(
        default=None,
        description="A file with the key that secrets in the database are encrypted with; of several lines the first "
        "encrypts and all decrypt. Made as `secret.key` in data_dir if unset.",
    )
    log_level: str = Field(default="info", description="`debug`, `info`, `warning` or `error`.")

    @model_validator(mode="after")
    def _refuse_open_door(self) -> "Settings":
        if not self.is_loopback and not self.allow_unauthenticated:
            raise ValueError(
                f"Refusing to listen on {self.host} without a login: anyone who can connect could do anything. "
                "Listen on 127.0.0.1, or set allow_unauthenticated if a proxy in front checks who is calling."
            )
        return self

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


def load_settings(config_file: Path | None, options: dict[str, Any]) -> Settings:
    """Options given on the command line win over the environment, that over the file, that over defaults.

    :raises pydantic.ValidationError: a value that cannot be used, or an unknown key in the file.
    """

    class FromFile(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file)

    return FromFile(**{name: value for name, value in options.items() if value is not None})
