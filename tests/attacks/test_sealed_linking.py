"""An attacker who holds every file and knows in which order people came learns no answer from it.

The measure is the share of pairs of people whose order the attacker gets right from the place of
their answers: 100 % is full knowledge, 50 % is chance. With 1,000 people its standard deviation
under chance is 1.05 points, so the band of 5 points is 4.7 of them wide.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from fixtures_waves import AWave, an_open_wave
from sqlalchemy import text

from coherence.ballots.errors import WrongKey
from coherence.ballots.keys import create_key, read_private
from coherence.ballots.seal import BallotBox
from coherence.store import Database
from scoring.vocabulary import Level

PEOPLE = 1000
ROSTER = {("North", Level.F): PEOPLE}
CHANCE = pytest.approx(0.5, abs=0.05)


def _mark(person: int) -> str:
    """Text that finds one person's answers again; it gives away no order by itself."""
    return f"mark-{(person * 7919 + 12345) % 1_000_003:07d}-end"


def _share_in_order(places: Sequence[float]) -> float:
    """Share of pairs that come in the order in which people came, from their places in that order."""
    order = np.asarray(places)
    earlier = np.triu(np.ones((len(order), len(order)), dtype=bool), 1)
    return float((order[:, None] < order[None, :])[earlier].mean())


def _rank(found: Sequence[str]) -> list[float]:
    """Place of each person in a sequence of answers."""
    position = {answers: place for place, answers in enumerate(found)}
    return [position[f'{{"mark":"{_mark(person)}"}}'] for person in range(len(found))]


def _fill(wave: AWave) -> None:
    """People come in an order that has nothing to do with the roster; person 0 comes first."""
    order = np.random.default_rng(20261102).permutation(wave.invitations)
    for person, invitation in enumerate(order):
        wave.answer(
            int(invitation), f'{{"mark":"{_mark(person)}"}}', comments={"X4": f"said-{_mark(person)}"}
        )


def _sqlite_files(database: Database) -> dict[str, bytes]:
    """Every file of a SQLite database: the main file, the log, the index of the log."""
    url_path = str(database.engine.url.database)
    return {
        suffix: Path(url_path + suffix).read_bytes()
        for suffix in ("", "-wal", "-shm")
        if Path(url_path + suffix).exists()
    }


def _postgresql_files(database: Database) -> dict[str, bytes]:
    """The files of one database on the server, and the log segments written in the last minutes."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("CHECKPOINT")
        folder = Path(connection.exec_driver_sql("SHOW data_directory").scalars().one())
        number = "SELECT oid FROM pg_database WHERE datname = current_database()"
        own = folder / "base" / str(connection.exec_driver_sql(number).scalars().one())
    recent = time.time() - 300
    log = [file for file in (folder / "pg_wal").iterdir() if file.is_file() and file.stat().st_mtime > recent]
    return {str(file): file.read_bytes() for file in (*own.iterdir(), *log)}


def _by_offset(content: bytes, prefix: str) -> list[float]:
    return [float(content.find(f"{prefix}{_mark(person)}".encode())) for person in range(PEOPLE)]


def test_the_measure_finds_an_order_that_is_there() -> None:
    assert _share_in_order(range(50)) == 1
    assert _share_in_order(range(50, 0, -1)) == 0


def test_before_the_close_only_the_key_stands_between_the_attacker_and_the_order(
    database: Database, key_folder: Path
) -> None:
    wave = an_open_wave(database, key_folder, {("North", Level.F): 200})
    _fill(wave)
    place = "rowid" if database.is_sqlite else "ctid"
    with database.read() as session:
        sealed = list(session.scalars(text(f"SELECT ciphertext FROM ballot ORDER BY {place}")))
    name = wave.key.name
    box = BallotBox(wave.private_key, wave.wave_id, name)
    opened = [box.open(one).answers for one in sealed]
    assert _share_in_order(_rank(opened)) > 0.99

    other = create_key(key_folder)
    blind = BallotBox(read_private(key_folder, other.name, other.public), wave.wave_id, name)
    for one in sealed[:20]:
        with pytest.raises(WrongKey):
            blind.open(one)


def test_the_files_of_an_open_wave_hold_nothing_readable(database: Database, key_folder: Path) -> None:
    wave = an_open_wave(database, key_folder)
    said = f"said-{secrets.token_hex(8)}"
    for invitation in wave.invitations:
        wave.answer(invitation, f'{{"mark":"{said}"}}', comments={"X4": said})
    private = wave.private_key
    files = _sqlite_files(database) if database.is_sqlite else _postgresql_files(database)
    with database.read() as session:
        one = session.scalars(text("SELECT ciphertext FROM ballot")).first()
    assert any(one[:64] in content for content in files.values()), "the attacker looks in the wrong files"
    for name, content in files.items():
        assert said.encode() not in content, name
        assert private[:32] not in content, name
        assert private[-32:] not in content, name


def test_after_the_close_no_place_in_sqlite_tells_who_answered_what(
    sqlite_database: Database, key_folder: Path, tmp_path: Path
) -> None:
    wave = an_open_wave(sqlite_database, key_folder, ROSTER)
    _fill(wave)
    path = str(sqlite_database.engine.url.database)
    backup = tmp_path / "backup.sqlite"
    with sqlite3.connect(path) as source, sqlite3.connect(backup) as target:
        source.backup(target)
    source.close()
    target.close()
    wave.close()
    sqlite_database.dispose()

    with sqlite3.connect(path) as thief:
        for table, column in (("response", "answers"), ("comment", "text")):
            for order in ("rowid", "key"):
                rows = [row[0] for row in thief.execute(f"SELECT {column} FROM {table} ORDER BY {order}")]
                if table == "comment":
                    rows = [row.replace("said-", '{"mark":"') + '"}' for row in rows]
                assert _share_in_order(_rank(rows)) == CHANCE, (table, order)
        pairs = zip(
            [row[0] for row in thief.execute("SELECT answers FROM response ORDER BY rowid")],
            [row[0] for row in thief.execute("SELECT text FROM comment ORDER BY rowid")],
            strict=True,
        )
        together = sum(answers[9:-2] == said[5:] for answers, said in pairs)
        assert together < 10, "a comment stands beside the answers it came with"
    thief.close()

    with sqlite3.connect(backup) as kept:
        sealed = [row[0] for row in kept.execute("SELECT ciphertext FROM ballot")]
    kept.close()
    assert len(sealed) == PEOPLE
    files = _sqlite_files(sqlite_database)
    assert not files.get("-wal")
    for prefix in ('{"mark":"', "said-"):
        assert _share_in_order(_by_offset(files[""], prefix)) == CHANCE, prefix
        assert files[""].count(prefix.encode() + b"mark-") == PEOPLE, "a copy is left in a free page"
    for ciphertext in sealed:
        assert ciphertext[:32] not in files[""], "a deleted ballot is left in a free page"
    content = backup.read_bytes()
    assert b"mark-" not in content
    assert list(key_folder.iterdir()) == []


def test_after_the_close_no_place_in_postgresql_tells_who_answered_what(
    postgresql_database: Database, key_folder: Path
) -> None:
    wave = an_open_wave(postgresql_database, key_folder, ROSTER)
    _fill(wave)
    wave.close()
    with postgresql_database.read() as session:
        for order in ("ctid", "key"):
            rows = list(session.scalars(text(f"SELECT answers FROM response ORDER BY {order}")))
            assert _share_in_order(_rank(rows)) == CHANCE, order
        for table in ("response", "comment"):
            transactions = set(session.scalars(text(f"SELECT xmin::text FROM {table}")))
            assert len(transactions) == 1, f"the transactions of {table} tell its rows apart"
        assert session.scalar(text("SELECT count(*) FROM ballot")) == 0
        assert session.scalar(text("SELECT pg_relation_size('ballot')")) == 0
        assert session.scalar(text("SELECT count(DISTINCT xmin::text) FROM invitation")) == 1
        assert session.scalar(text("SELECT count(*) FROM invitation WHERE person_id IS NOT NULL")) == 0
    assert list(key_folder.iterdir()) == []
