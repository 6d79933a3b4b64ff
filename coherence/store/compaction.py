"""Rewriting the database so that nothing deleted remains in its files."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from coherence.errors import CoherenceError
from coherence.store.database import Database

_REWRITTEN: Final = ("ballot", "invitation", "invitation_token")
"""Tables from which closing deletes, or in which it erases."""

_LOCK_CODES: Final = ("55P03", "40P01")
"""PostgreSQL: lock not available, deadlock."""


_OLDER_SNAPSHOTS: Final = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_xmin IS NOT NULL AND age(backend_xmin) > age(CAST(:now AS xid))"
)
"""PostgreSQL: others, autovacuum too, who still see rows as they were before a transaction."""


class StillInUse(CoherenceError):
    """Another connection kept the database busy for too long; closing can simply be run again."""


def compact(database: Database, patience: float = 60.0, tables: Sequence[str] = _REWRITTEN) -> None:
    """Drop what was deleted from the files: SQLite's free pages and write-ahead log, PostgreSQL's dead rows.

    It needs a moment without other transactions, and tries again until it gets one.

    Args:
        database: must not be in a transaction of this thread.
        patience: seconds after which it gives up.
        tables: what was deleted from (PostgreSQL; SQLite is rewritten as a whole).

    Raises:
        StillInUse: no quiet moment came.
    """
    deadline = time.monotonic() + patience
    if database.is_sqlite:
        with database.turn():
            _until_done(_vacuum_sqlite, database.engine, deadline)
            _until_done(_truncate_log, database.engine, deadline)
    else:
        _until_done(partial(_vacuum_postgresql, tables=tables), database.engine, deadline)


def _until_done(step: Callable[[Engine], bool], engine: Engine, deadline: float) -> None:
    while not step(engine):
        if time.monotonic() > deadline:
            raise StillInUse(
                "the database is in use all the time; stop long-running readers and close the wave again"
            )
        time.sleep(0.05)


def _vacuum_sqlite(engine: Engine) -> bool:
    return _on_raw_sqlite(engine, "VACUUM") is not None


def _truncate_log(engine: Engine) -> bool:
    answer = _on_raw_sqlite(engine, "PRAGMA wal_checkpoint(TRUNCATE)")
    return answer is not None and answer[0][0] == 0


def _on_raw_sqlite(engine: Engine, statement: str) -> list[tuple[int, ...]] | None:
    """The rows of a statement that may not run in a transaction, as SQLAlchemy's own connection would."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(statement)
        return list(cursor.fetchall())
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname in ("SQLITE_BUSY", "SQLITE_LOCKED"):
            return None
        raise
    finally:
        connection.close()


def _vacuum_postgresql(engine: Engine, tables: Sequence[str]) -> bool:
    """VACUUM FULL once nobody holds a snapshot from before: it would keep the dead rows for that one."""
    try:
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            now = connection.scalar(text("SELECT pg_current_xact_id()::xid::text"))
            for table in tables:
                if connection.scalar(_OLDER_SNAPSHOTS, {"now": now}):
                    return False
                connection.exec_driver_sql(f"VACUUM (FULL) {table}")
            return not connection.scalar(_OLDER_SNAPSHOTS, {"now": now})
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in _LOCK_CODES:
            return False
        raise
