from __future__ import annotations

import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, StatementError

from coherence.store import Database, Organisation

MOMENT = datetime(2026, 11, 2, 9, 30, tzinfo=timezone(timedelta(hours=2)))


def _organisation(name: str, created_at: datetime = MOMENT) -> Organisation:
    return Organisation(name=name, sector="retail", languages=["en", "pl"], created_at=created_at)


def _names(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Organisation.name).order_by(Organisation.name)))


def test_what_was_written_is_there(database: Database) -> None:
    with database.write() as session:
        session.add(_organisation("Bank"))
    assert _names(database) == ["Bank"]


def test_an_error_undoes_the_whole_transaction(database: Database) -> None:
    def fail() -> None:
        with database.write() as session:
            session.add(_organisation("Bank"))
            session.flush()
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        fail()
    assert _names(database) == []


def test_a_reader_cannot_write(database: Database) -> None:
    with database.read() as session:
        session.add(_organisation("Bank"))
        with pytest.raises(DBAPIError, match="read"):
            session.flush()
    with database.write() as session:
        session.add(_organisation("Bank"))
    assert _names(database) == ["Bank"]


def test_rows_are_read_and_written_as_safely_as_objects(database: Database) -> None:
    add = insert(Organisation).values(name="Bank", sector="retail", languages=["en"], created_at=MOMENT)
    with pytest.raises(DBAPIError, match="read"), database.reading_rows() as connection:
        connection.execute(add)

    def fail() -> None:
        with database.writing_rows() as connection:
            connection.execute(add)
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        fail()
    assert _names(database) == []
    with database.writing_rows() as connection:
        connection.execute(add)
    with database.reading_rows() as connection:
        assert connection.scalar(select(Organisation.name)) == "Bank"


def test_moments_come_back_in_utc_whatever_zone_they_went_in_with(database: Database) -> None:
    with database.write() as session:
        session.add(_organisation("Bank"))
    with database.read() as session:
        found = session.scalars(select(Organisation)).one().created_at
    assert found == MOMENT
    assert found.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with database.read() as session:
        session.add(_organisation("Bank", datetime(2026, 11, 2)))
        with pytest.raises(StatementError, match="no time zone"):
            session.flush()


def test_writers_that_read_first_do_not_lose_each_others_work(database: Database) -> None:
    with database.write() as session:
        session.add(_organisation("0"))

    def add_one(_: int) -> None:
        with database.write() as session:
            row = session.scalars(select(Organisation).with_for_update()).one()
            row.name = str(int(row.name) + 1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_one, range(40)))
    assert _names(database) == ["40"]


def test_a_reader_sees_one_state_while_a_writer_commits(database: Database) -> None:
    count = select(func.count()).select_from(Organisation)
    with database.read() as reader:
        before = reader.scalar(count)
        with database.write() as writer:
            writer.add(_organisation("Bank"))
        assert reader.scalar(count) == before == 0
    assert _names(database) == ["Bank"]


def test_every_sqlite_connection_is_durable_and_erases_what_it_deletes(sqlite_database: Database) -> None:
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 10_000,
    }
    ready = threading.Barrier(3)

    def pragmas(_: int) -> dict[str, object]:
        with sqlite_database.read() as session:
            ready.wait(timeout=30)
            return {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in expected}

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(pragmas, range(3))) == [expected] * 3


def test_every_postgresql_connection_commits_durably(postgresql_database: Database) -> None:
    with postgresql_database.read() as session:
        assert session.execute(text("SHOW synchronous_commit")).scalar() == "on"
        assert session.execute(text("SHOW timezone")).scalar() == "UTC"


def test_a_transaction_that_fails_on_commit_is_told_to_the_caller(database: Database) -> None:
    with database.write() as session:
        session.add(_organisation("Bank"))
        session.add(_organisation("Shop"))
    with pytest.raises(DBAPIError), database.write() as session:
        session.execute(update(Organisation).values(name="one name for both"))
    assert _names(database) == ["Bank", "Shop"]


def test_an_error_never_repeats_what_was_to_be_stored(database: Database) -> None:
    with database.write() as session:
        session.add(_organisation("Vertrauen AG"))
    with database.write() as session:
        rows = [_organisation("Vertrauen AG"), _organisation("   ")]
        rows[1].sector = "vertrauen"
        for row in rows:
            with pytest.raises(DBAPIError) as caught, session.begin_nested():
                session.add(row)
            told = "".join(traceback.format_exception(caught.value)).lower()
            assert "constraint" in told
            assert "vertrauen" not in told
