"""The values of the settings: command-line options win over environment variables, those over a TOML file."""

from pathlib import Path
from typing import Any

from pydantic import Field, create_model
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from modelyard.settings import GIB, MIB, VARIABLE_PREFIX, OpenDoorError, Settings, all_settings

__all__ = ["GIB", "MIB", "OpenDoorError", "Settings", "all_settings", "load_settings"]


def load_settings(config_file: Path | None, options: dict[str, Any]) -> Settings:
    """Options of the command line win over the environment, that over the file, that over defaults.

    :raises pydantic.ValidationError: a value that cannot be used, or an unknown key in the file.
    :raises OpenDoorError: the server would listen beyond this machine without a login.
    """

    class Sources(BaseSettings):
        model_config = SettingsConfigDict(env_prefix=VARIABLE_PREFIX, extra="forbid", validate_default=False)

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

    # A setting that no source has is absent here, and gets its default from Settings.
    optional = {setting.name: (setting.kind, Field(default=None, **setting.bounds)) for setting in all_settings()}
    model: Any = create_model("Sources", __base__=Sources, **optional)  # type: ignore[call-overload]
    values = model(**{name: value for name, value in options.items() if value is not None})
    return Settings(**values.model_dump(exclude_unset=True))
