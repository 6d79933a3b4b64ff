from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fixtures_waves import AWave, an_open_wave
from sqlalchemy import delete, event, select

from coherence.store import Database, SealedBallot
from coherence.store.compaction import StillInUse, compact


def _impatient(wave: AWave) -> Database:
    """The same database on connections that wait for a lock for a moment only."""
    other = Database.connect(wave.database.engine.url.render_as_string(hide_password=False))

    def prepare(connection: Any, _record: Any) -> None:
        connection.cursor().execute("PRAGMA busy_timeout=20" if other.is_sqlite else "SET lock_timeout = 20")
        connection.commit()

    event.listen(other.engine, "connect", prepare)
    return other


def test_deleted_ballots_leave_the_files_of_sqlite(sqlite_database: Database, key_folder: Path) -> None:
    wave = an_open_wave(sqlite_database, key_folder)
    for invitation in wave.invitations:
        wave.answer(invitation)
    with sqlite_database.write() as session:
        ballots = list(session.scalars(select(SealedBallot.ciphertext)))
        session.execute(delete(SealedBallot))
    file = Path(str(sqlite_database.engine.url.database))
    log = file.with_name(file.name + "-wal")
    assert any(ballot[:64] in log.read_bytes() for ballot in ballots)
    compact(sqlite_database)
    assert log.stat().st_size == 0
    assert not any(ballot[:64] in file.read_bytes() for ballot in ballots)


def test_a_long_reader_is_named_and_compacting_works_once_it_is_gone(wave: AWave) -> None:
    hurried = _impatient(wave)
    wave.answer(wave.invitations[0])
    with wave.database.read() as reader:
        assert len(reader.scalars(select(SealedBallot.key)).all()) == 1
        wave.answer(wave.invitations[1])
        with pytest.raises(StillInUse, match="close the wave again"):
            compact(hurried, patience=0)
    compact(hurried)
    hurried.dispose()
    with wave.database.read() as session:
        assert len(session.scalars(select(SealedBallot.key)).all()) == 2
