from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from fixtures_waves import NOW
from sqlalchemy import select

from coherence.store import Database, Limit, RateLimit
from coherence.store.rate_limits import count_try, is_exhausted

THREE = Limit("sign in", tries=3, window=timedelta(minutes=10))


def _try(database: Database, subject: str, minutes: float = 0) -> None:
    with database.write() as session:
        count_try(session, THREE, subject, NOW + timedelta(minutes=minutes))


def _spent(database: Database, subject: str, minutes: float = 0) -> bool:
    with database.read() as session:
        return is_exhausted(session, THREE, subject, NOW + timedelta(minutes=minutes))


def test_the_limit_is_reached_with_the_last_allowed_try(database: Database) -> None:
    _try(database, "account:1")
    _try(database, "account:1")
    assert not _spent(database, "account:1")
    _try(database, "account:1")
    assert _spent(database, "account:1")


def test_each_subject_has_its_own_count(database: Database) -> None:
    for _ in range(3):
        _try(database, "account:1")
    assert not _spent(database, "account:2")


def test_the_next_window_begins_afresh_and_the_old_count_is_forgotten(database: Database) -> None:
    for _ in range(3):
        _try(database, "account:1")
    assert not _spent(database, "account:1", minutes=10)
    _try(database, "account:1", minutes=10)
    with database.read() as session:
        assert [row.tries for row in session.scalars(select(RateLimit))] == [1]


def test_tries_at_the_same_moment_are_all_counted(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: _try(database, "account:1"), range(24)))
    with database.read() as session:
        assert session.scalars(select(RateLimit)).one().tries == 24
