"""Bringing a database to the schema of this version."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from coherence.errors import CoherenceError
from coherence.store.database import Database


class BrokenReferences(CoherenceError):
    """After a migration some rows point at rows that are not there; the migration was undone."""


def upgrade(database: Database) -> None:
    """Run all migrations that the database has not seen; all of them or none.

    Several processes may start at once: one migrates, the others wait.

    Raises:
        BrokenReferences: a migration left a foreign key dangling (SQLite).
    """
    with database.engine.connect() as connection:
        if database.is_sqlite:
            # A table that is rebuilt is dropped, which would cascade; the switch works only outside BEGIN.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                _migrate(connection)
        finally:
            if database.is_sqlite:
                connection.connection.cursor().execute("PRAGMA foreign_keys=ON")


def _migrate(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('coherence migrations'))")
    config = Config()
    config.set_main_option("script_location", "coherence.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if sqlite:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise BrokenReferences(f"dangling references in {sorted({row[0] for row in broken})}")
