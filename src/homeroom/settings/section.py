"""What the sections of the settings have in common."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsSection(BaseSettings):
    """Some of the settings. Only all together are read, so only then is a validator built."""

    model_config = SettingsConfigDict(defer_build=True)
