"""The consent of a small board: frozen at opening, told before answering, and honoured to the publication."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from fixtures_waves import NOW, AWave, a_draft
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from coherence import create_app
from coherence.accounts.access import Grant, Rights
from coherence.ballots.admission import issue_link
from coherence.ballots.opening import open_wave
from coherence.store import Database, Headcount, Invitation, Person, Response, Role, User, Wave
from coherence.use_cases.export_answers import export_answers
from coherence.use_cases.publish_wave import publish_wave
from coherence.use_cases.staff.late_joiners import CannotJoin, invite_late_joiners, late_joiners
from coherence.use_cases.wave_status import wave_status
from coherence.use_cases.waves.board_consent import board_case, record_consent
from coherence.use_cases.waves.label_preview import label_preview
from coherence.use_cases.waves.staff_waves import Staff
from coherence.web.services import Services
from scoring.released import Ledger
from scoring.vocabulary import Level
from survey_forms.answers import Answers

HR = Staff(7, Rights((Grant(1, Role.HR),)))
SECRET = b"a secret of this test, 32 bytes and more"
BOARD, MANAGERS = (0, Level.T), (0, Level.M)


def a_wave(database: Database, keys: Path, *, board: int = 4, refusals: int = 0, managers: int = 12) -> AWave:
    """An open wave with a board, of which all agreed but some, managers and a department of 15."""
    with database.write() as session:
        session.add(User(id=HR.user_id, email="hr@firm.example", name="Helen", created_at=NOW))
    roster = {("North", Level.F): 15, ("", Level.M): managers, ("", Level.T): board}
    wave_id = a_draft(database, roster)
    members = [one.person_id for one in board_case(database, wave_id, HR).members]
    record_consent(database, wave_id, HR, agreed=members[refusals:], now=NOW)
    preview = label_preview(database, wave_id, HR)
    open_wave(database, wave_id, key_folder=keys, now=NOW)
    wave = AWave(database, wave_id, keys)
    assert {group.level for group in preview.groups} == {level for _, level in shown_labels(wave)}
    return wave


def shown_labels(wave: AWave) -> set[tuple[int, Level]]:
    with wave.database.read() as session:
        return {(row.shown_unit, row.shown_level) for row in session.scalars(select(Headcount))}


def invitations(wave: AWave, level: Level) -> list[int]:
    with wave.database.read() as session:
        return list(session.scalars(select(Invitation.id).where(Invitation.level == level)))


def answer(wave: AWave, *, board: int) -> None:
    """Everybody answers at random, but of the board only so many."""
    rng = np.random.default_rng(3)
    for level, people in ((Level.T, board), (Level.M, None), (Level.F, None)):
        for invitation in invitations(wave, level)[:people]:
            wave.answer(invitation, Answers(tuple(rng.integers(1, 6, 51).tolist())).to_json().decode())


def final_labels(wave: AWave) -> Counter[tuple[int, Level]]:
    with wave.database.read() as session:
        return Counter((row.unit, row.level) for row in session.scalars(select(Response)))


def published(wave: AWave) -> Ledger:
    wave.close()
    return publish_wave(wave.database, wave.wave_id, now=NOW)


def frozen(wave: AWave) -> bool:
    with wave.database.read() as session:
        return session.get_one(Wave, wave.wave_id).board_column


@pytest.mark.parametrize("board", [3, 4])
def test_a_board_whose_every_member_agreed_is_published_as_a_column_of_its_own(
    sqlite_database: Database, key_folder: Path, board: int
) -> None:
    wave = a_wave(sqlite_database, key_folder, board=board)
    assert frozen(wave)
    assert {BOARD, MANAGERS} <= shown_labels(wave)
    answer(wave, board=3)
    ledger = published(wave)
    assert final_labels(wave)[BOARD] == 3
    column = ledger.cell(("Firm",), "T")
    assert column is not None
    assert (column.n_band, column.n, column.board_consent) == ("3-4", None, True)
    managers = ledger.cell(("Firm",), "M")
    assert managers is not None
    assert managers.n == 12
    table = export_answers(sqlite_database, wave.wave_id, "level", "csv", now=NOW)
    assert b"managers" in table.lower()
    assert b"board" not in table.lower()


def test_one_refusal_counts_the_board_with_the_managers(sqlite_database: Database, key_folder: Path) -> None:
    wave = a_wave(sqlite_database, key_folder, refusals=1)
    assert not frozen(wave)
    assert BOARD not in shown_labels(wave)
    answer(wave, board=4)
    ledger = published(wave)
    assert final_labels(wave)[MANAGERS] == 16
    assert ledger.cell(("Firm",), "T") is None
    assert not ledger.board_consent


def test_a_board_of_which_only_two_answered_counts_with_the_managers(
    sqlite_database: Database, key_folder: Path
) -> None:
    wave = a_wave(sqlite_database, key_folder)
    answer(wave, board=2)
    ledger = published(wave)
    assert final_labels(wave) == {MANAGERS: 14, (1, Level.F): 15}
    assert ledger.cell(("Firm",), "T") is None
    assert not ledger.board_consent


def test_a_board_that_is_all_others_could_join_gets_no_column(
    sqlite_database: Database, key_folder: Path
) -> None:
    wave = a_wave(sqlite_database, key_folder, managers=1)
    assert frozen(wave)
    for level, people in ((Level.T, 4), (Level.F, 3)):
        for invitation in invitations(wave, level)[:people]:
            wave.answer(invitation)
    wave.close()
    assert final_labels(wave) == {(0, Level.F): 7}


def test_nobody_joins_a_board_that_has_agreed(sqlite_database: Database, key_folder: Path) -> None:
    wave = a_wave(sqlite_database, key_folder, board=3)
    with sqlite_database.write() as session:
        root = session.scalars(select(Person.department_id).where(Person.level == Level.T)).first()
        assert root is not None
        session.add_all(
            Person(
                organisation_id=1, department_id=root, level=level, language="en", reference=f"late-{level}"
            )
            for level in (Level.T, Level.M)
        )
    waiting = late_joiners(sqlite_database, 1, HR)[0]
    assert {one.level: one.cannot for one in waiting.groups} == {
        Level.T: CannotJoin.BOARD_AGREED,
        Level.M: None,
    }
    assert invite_late_joiners(sqlite_database, 1, HR, wave.wave_id, now=NOW) == 1
    assert len(invitations(wave, Level.T)) == 3


def test_while_it_is_open_nobody_sees_how_many_of_the_board_answered(
    sqlite_database: Database, key_folder: Path
) -> None:
    wave = a_wave(sqlite_database, key_folder)
    answer(wave, board=3)
    rates = wave_status(sqlite_database, wave.wave_id, now=NOW).rates
    assert [(rate.levels, rate.invited) for rate in rates[1:]] == [(("M",), 12), (("F",), 15)]


def test_what_the_board_agreed_to_cannot_be_changed_once_the_wave_is_open(
    database: Database, key_folder: Path
) -> None:
    wave = a_wave(database, key_folder)
    with pytest.raises(IntegrityError, match="frozen"), database.write() as session:
        session.execute(update(Wave).values(board_column=False))
    assert frozen(wave)


@pytest.mark.parametrize("refusals", [0, 1])
def test_only_a_board_that_agreed_reads_of_its_column_before_answering(
    sqlite_database: Database, key_folder: Path, refusals: int
) -> None:
    wave = a_wave(sqlite_database, key_folder, refusals=refusals)
    app = create_app(
        {"SECRET_KEY": "test", "SERVICES": Services(sqlite_database, SECRET, key_folder, lambda: NOW)}
    )
    read = {}
    for level in (Level.T, Level.M):
        with sqlite_database.write() as session:
            link = f"/i/{issue_link(session, SECRET, invitations(wave, level)[0])}"
        read[level] = app.test_client().get(link, follow_redirects=True).text
    promise = "Your board of 4: with everybody’s recorded consent the board’s answers are shown as a column"
    assert (promise in read[Level.T]) is (refusals == 0)
    assert "recorded consent" not in read[Level.M]
