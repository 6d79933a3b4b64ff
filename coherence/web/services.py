"""What the pages need from outside a request: the database, the secret, the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, current_app

from coherence.config import token_secret
from coherence.settings import Settings, instance
from coherence.store import Database, upgrade
from coherence.use_cases.kept_bundles import FOLDER

_NAME = "coherence"


@dataclass(frozen=True)
class Services:
    """Given to the application when it is made.

    secret: what link tokens and codes are hashed with; kept in the instance folder, never in the
    database. keys: folder of the keys of open waves. clock: the present moment in UTC. bundles: folder
    of the ZIP files that workers make.
    """

    database: Database
    secret: bytes
    keys: Path
    clock: Callable[[], datetime]
    bundles: Path = field(default_factory=lambda: instance() / FOLDER)


def local_services(settings: Settings) -> Services:
    """The services of this machine, its database brought to the present schema."""
    database = Database.connect(settings.database)
    upgrade(database)
    return Services(database, token_secret(instance()), settings.keys, lambda: datetime.now(UTC))


def provide(app: Flask, services: Services) -> None:
    """Let the pages of an application use these services."""
    app.extensions[_NAME] = services


def services() -> Services:
    """The services of the present application."""
    found: Services = current_app.extensions[_NAME]
    return found
