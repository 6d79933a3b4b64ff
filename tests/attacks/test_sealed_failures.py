"""Full disks, read-only databases, locks: nobody is thanked for an answer that was not stored."""

from __future__ import annotations

import resource
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fixtures_waves import AWave, an_open_wave
from sqlalchemy import event, func, select, text, update

from coherence.ballots.errors import NotReceived
from coherence.ballots.submit import Submission, submit
from coherence.store import Database, Invitation, SealedBallot


def _stored(wave: AWave) -> tuple[int, int]:
    with wave.database.read() as session:
        ballots = session.scalars(select(func.count()).select_from(SealedBallot)).one()
        used = session.scalars(select(func.count()).select_from(Invitation).where(Invitation.used)).one()
    return ballots, used


@contextmanager
def _on_connections_with(wave: AWave, *statements: str) -> Iterator[AWave]:
    """The same wave on connections that first run these statements."""
    url = wave.database.engine.url.render_as_string(hide_password=False)
    other = Database.connect(url)

    def prepare(connection: Any, _record: Any) -> None:
        for statement in statements:
            connection.cursor().execute(statement)
        connection.commit()

    event.listen(other.engine, "connect", prepare)
    try:
        yield AWave(other, wave.wave_id, wave.key_folder)
    finally:
        other.dispose()


def _accepted_until_refused(wave: AWave) -> int:
    for accepted, invitation in enumerate(wave.invitations):
        try:
            assert wave.answer(invitation) is Submission.ACCEPTED
        except NotReceived:
            return accepted
    raise AssertionError("nothing was refused")


def test_when_the_database_is_full_the_answers_are_refused_and_can_be_sent_later(
    sqlite_database: Database, key_folder: Path
) -> None:
    wave = an_open_wave(sqlite_database, key_folder)
    with sqlite_database.read() as session:
        pages = session.scalars(text("PRAGMA page_count")).one()
    with _on_connections_with(wave, f"PRAGMA max_page_count={pages + 20}") as full:
        accepted = _accepted_until_refused(full)
    assert 0 < accepted < 26
    assert _stored(wave) == (accepted, accepted)
    assert wave.answer(wave.invitations[accepted]) is Submission.ACCEPTED


def test_when_the_disk_takes_no_more_of_the_log_the_answers_are_refused_and_can_be_sent_later(
    sqlite_database: Database, key_folder: Path
) -> None:
    wave = an_open_wave(sqlite_database, key_folder)
    log = Path(f"{sqlite_database.engine.url.database}-wal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 100_000, hard))
    try:
        accepted = _accepted_until_refused(wave)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert 0 < accepted < 26
    assert _stored(wave) == (accepted, accepted)
    assert wave.answer(wave.invitations[accepted]) is Submission.ACCEPTED


def test_a_read_only_sqlite_file_takes_no_answers(sqlite_database: Database, key_folder: Path) -> None:
    wave = an_open_wave(sqlite_database, key_folder)
    path = sqlite_database.engine.url.database
    read_only = Database.connect(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(NotReceived):
        AWave(read_only, wave.wave_id, key_folder).answer(wave.invitations[0])
    read_only.dispose()
    assert _stored(wave) == (0, 0)


def test_a_postgresql_user_who_may_only_read_stores_no_answers(
    postgresql_database: Database, key_folder: Path
) -> None:
    wave = an_open_wave(postgresql_database, key_folder)
    role = f"reader_{secrets.token_hex(8)}"
    with postgresql_database.write() as session:
        session.execute(text(f"CREATE ROLE {role}"))
        session.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"))
    with _on_connections_with(wave, f"SET ROLE {role}") as reading, pytest.raises(NotReceived):
        reading.answer(wave.invitations[0])
    assert _stored(wave) == (0, 0)


def test_when_another_writer_holds_the_lock_too_long_the_answers_are_refused(wave: AWave) -> None:
    impatient = "PRAGMA busy_timeout=50" if wave.database.is_sqlite else "SET lock_timeout = 50"
    with _on_connections_with(wave, impatient) as waiting:
        with wave.database.write() as other:
            other.execute(update(Invitation).values(mailed_round=1))
            with pytest.raises(NotReceived, match="send them again"):
                waiting.answer(wave.invitations[0])
        assert _stored(wave) == (0, 0)
        assert waiting.answer(wave.invitations[0]) is Submission.ACCEPTED


def test_when_the_server_is_gone_the_answers_are_refused(
    postgresql_database: Database, key_folder: Path
) -> None:
    wave = an_open_wave(postgresql_database, key_folder)
    gone = Database.connect("postgresql+psycopg://postgres@/coherence?host=/nowhere")
    with pytest.raises(NotReceived):
        submit(gone, wave.invitations[0], language="en", answers="{}", comments={})
    gone.dispose()
    assert _stored(wave) == (0, 0)
