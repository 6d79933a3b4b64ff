"""What whoever runs the service may set: environment variables, else a file in the instance folder."""

from __future__ import annotations

import os
import sys
from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from coherence.config import PACKAGE, instance_folder

SETTINGS_FILE = "coherence.toml"


def instance() -> Path:
    """The folder in which this machine keeps keys, database and settings."""
    return instance_folder(os.environ, PACKAGE, Path.home(), sys.platform)


class Settings(BaseSettings):
    """Settings; every one has a default that works on one machine.

    Environment variables begin with COHERENCE_, as in COHERENCE_DATABASE_URL, and win over the file.

    database_url: sqlite:///PATH or postgresql+psycopg://...; empty means a file in the instance folder.
    key_folder: where the keys of open waves lie, never beside a backup of the database.
    base_url: the address that links in messages begin with. outbox: a folder that messages are written
    to instead of being sent. mail_server: host of the SMTP server, spoken to with STARTTLS.
    mail_bounces: address that messages come back to, mail_from if empty. Its name gets "+MARK"; {} in it
    says another place for the mark, as in bounce-{}@example.org. mail_certificate: a file with the
    certificate of a mail server that no public authority vouches for.
    """

    model_config = SettingsConfigDict(env_prefix="COHERENCE_", frozen=True, extra="forbid")

    database_url: str = ""
    key_folder: Path | None = None
    base_url: str = "http://127.0.0.1:8000"
    outbox: Path | None = None
    mail_server: str = ""
    mail_port: int = Field(default=587, ge=1, le=65535)
    mail_user: str = ""
    mail_password: SecretStr = SecretStr("")
    mail_from: str = ""
    mail_bounces: str = ""
    mail_certificate: Path | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the file."""
        file = TomlConfigSettingsSource(settings_cls, toml_file=instance() / SETTINGS_FILE)
        return init_settings, env_settings, file

    @cached_property
    def database(self) -> str:
        """URL of the database."""
        return self.database_url or f"sqlite:///{instance() / 'coherence.sqlite'}"

    @cached_property
    def keys(self) -> Path:
        """Folder of the keys of open waves."""
        return self.key_folder or instance() / "keys"
