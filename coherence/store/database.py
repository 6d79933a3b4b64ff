"""Connections and transactions, without any web framework."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
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
    session:` sees one consistent state and cannot write. Neither is ever left half done. `writing_rows`
    and `reading_rows` do the same without objects, which is quicker: for what every respondent waits for.

    engine: its transactions take SQLite's write lock at once, not halfway. reader: cannot write; SQLite has
    connections of its own for it, since switching one to and fro makes it prepare every statement anew.
    """

    engine: Engine
    reader: Engine
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
            return cls(_sqlite(parsed, "BEGIN IMMEDIATE"), _sqlite(parsed, "BEGIN", "PRAGMA query_only=ON"))
        if backend == "postgresql":
            options = {"options": _POSTGRESQL_OPTIONS}
            engine = create_engine(parsed, connect_args=options, hide_parameters=True)
            event.listen(engine, "handle_error", _leave_out_values)
            return cls(engine, engine.execution_options(**_POSTGRESQL_READER))
        raise UnsuitableDatabase(f"{backend} is not supported; use SQLite or PostgreSQL")

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that is committed, durably, when the block ends without an error."""
        with self.turn(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def writing_rows(self) -> Iterator[Connection]:
        """As `write`, of rows instead of objects."""
        with self.turn(), self.engine.begin() as connection:
            yield connection

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
        with Session(self.reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def reading_rows(self) -> Iterator[Connection]:
        """As `read`, of rows instead of objects."""
        with self.reader.connect() as connection:
            yield connection

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()
        self.reader.dispose()


def _sqlite(url: URL, begin: str, *further: str) -> Engine:
    """An engine whose transactions begin with one statement, and whose connections run the further ones."""
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # Python's own transaction handling would delay BEGIN; it is said below instead.
        connection.isolation_level = None
        for pragma in (*_SQLITE_PRAGMAS, *further):
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _leave_out_values(context: ExceptionContext) -> None:
    # PostgreSQL's DETAIL repeats the row: an address or an answer would stand in a log.
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = (str(error.args[0]).split("\nDETAIL:")[0],) if error.args else ()
