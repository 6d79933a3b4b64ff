"""Connections and transactions, without any web framework."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.orm import Session

from coherence.errors import CoherenceError

PATIENCE_MS: Final = 10_000
"""How long a statement waits for a lock before it fails."""

_SQLITE_PRAGMAS: Final = (
    f"PRAGMA busy_timeout={PATIENCE_MS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
)
_POSTGRESQL_READER: Final = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_POSTGRESQL_OPTIONS: Final = f"-c synchronous_commit=on -c lock_timeout={PATIENCE_MS} -c timezone=UTC"


class UnsuitableDatabase(CoherenceError):
    """The database URL names something that cannot keep the promises of this program."""


@dataclass(frozen=True)
class Database:
    """A database that writes durably, and whose errors never repeat what was to be stored.

    `with database.write() as session:` commits at the end or raises; `with database.read() as
    session:` sees one consistent state and cannot write. Neither is ever left half done.
    """

    engine: Engine
    _writing: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @classmethod
    def connect(cls, url: str) -> Database:
        """Open the database that a URL names: `sqlite:///path` or `postgresql+psycopg://...`.

        Raises:
            UnsuitableDatabase: another kind of database, or SQLite without a file.
        """
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        if backend == "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise UnsuitableDatabase("SQLite needs a file: give sqlite:///path/to/file.sqlite")
            engine = create_engine(parsed, hide_parameters=True)
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return cls(engine)
        if backend == "postgresql":
            options = {"options": _POSTGRESQL_OPTIONS}
            engine = create_engine(parsed, connect_args=options, hide_parameters=True)
            event.listen(engine, "handle_error", _leave_out_values)
            return cls(engine)
        raise UnsuitableDatabase(f"{backend} is not supported; use SQLite or PostgreSQL")

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @cached_property
    def writer(self) -> Engine:
        """The engine whose transactions take SQLite's write lock at once, not halfway."""
        return self.engine.execution_options(coherence_access="write")

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that is committed, durably, when the block ends without an error."""
        with self.turn(), self._session("write") as session, session.begin():
            yield session

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Writers to SQLite queue up inside the process: its own waiting polls, and lets some wait for ever.

        After the usual patience a writer goes ahead, and SQLite says what is the matter.
        """
        mine = self.is_sqlite and self._writing.acquire(timeout=PATIENCE_MS / 1000)
        try:
            yield
        finally:
            if mine:
                self._writing.release()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that may only read."""
        options = {} if self.is_sqlite else _POSTGRESQL_READER
        with self._session("read", **options) as session:
            yield session

    @contextmanager
    def _session(self, access: str, **options: Any) -> Iterator[Session]:
        # Options of one connection, since an engine with options of its own makes every event slower.
        with self.engine.connect() as connection:
            connection.execution_options(coherence_access=access, **options)
            with Session(connection, expire_on_commit=False) as session:
                yield session

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # Python's own transaction handling would delay BEGIN; _begin_sqlite says it instead.
    connection.isolation_level = None
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("coherence_access") == "read"
    if connection.info.get("reading") is not reading:
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
        connection.info["reading"] = reading
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _leave_out_values(context: ExceptionContext) -> None:
    # PostgreSQL's DETAIL repeats the row: an address or an answer would stand in a log.
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = (str(error.args[0]).split("\nDETAIL:")[0],) if error.args else ()
