"""Slips, poster and paper questionnaire: what they say, whom they let in, and how a typed sheet is sealed."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fixtures_mail import BASE_URL, SECRET, a_wave_with_addresses
from fixtures_waves import NOW, AWave
from pypdf import PdfReader
from sqlalchemy import func, select, update

from coherence.ballots.admission import Admission, Refusal, admit_by_code
from coherence.store import (
    AuditEntry,
    Database,
    Invitation,
    InvitationToken,
    Person,
    SealedBallot,
    Wave,
)
from coherence.use_cases.answer_survey import AlreadyAnswered, UnknownDoor
from coherence.use_cases.paper import OtherLevel, enter_paper, paper_sheet, print_paper
from coherence.use_cases.slips import NothingToPrint, print_poster, print_slips, write_codes
from coherence.use_cases.timetables import set_timetable
from scoring.vocabulary import Level
from survey_forms.answers import Answers
from survey_forms.questionnaire import NotInQuestionnaire, default_questionnaire

CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}\b")
ANSWERS = Answers((4, 2, 5) * 17, x4="Typed from paper")


@pytest.fixture
def wave(sqlite_database: Database, key_folder: Path) -> AWave:
    """Five people with an address and eleven without."""
    wave = a_wave_with_addresses(sqlite_database, key_folder, 5, without=11)
    with sqlite_database.write() as session:
        session.execute(update(Person).where(Person.name == "Person 7").values(name="Żydrūnė <b>&amp; Їжак"))
    return wave


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def codes_of(wave: AWave, *, anew: bool = False) -> list[str]:
    slips = write_codes(wave.database, wave.wave_id, secret=SECRET, now=NOW, anew=anew)
    return [slip.code for slip in slips]


def admitted(wave: AWave, code: str) -> Admission | Refusal:
    with wave.database.write() as session:
        return admit_by_code(session, SECRET, wave.wave_id, code, NOW)


def test_everybody_without_an_address_gets_one_slip_whose_code_admits(wave: AWave) -> None:
    printed = print_slips(wave.database, wave.wave_id, secret=SECRET, base_url=BASE_URL, now=NOW)
    first, second = pages(printed.pdf)
    codes = CODE.findall(first + second)
    assert (len(CODE.findall(first)), len(CODE.findall(second))) == (8, 3)
    found = {one.invitation_id for code in codes if isinstance(one := admitted(wave, code), Admission)}
    assert len(found) == 11
    assert "For Person 15" in first
    assert "Żydrūnė <b>&amp; Їжак" in second
    with wave.database.read() as session:
        assert f"{BASE_URL}/survey/{session.get_one(Wave, wave.wave_id).slug}" in first


def test_codes_are_made_once_and_anew_only_for_all(wave: AWave) -> None:
    codes = codes_of(wave)
    with pytest.raises(NothingToPrint, match="not kept"):
        print_slips(wave.database, wave.wave_id, secret=SECRET, base_url=BASE_URL, now=NOW)
    with wave.database.write() as session:
        joined = session.scalars(select(Person).where(Person.email == "p0@acme.example")).one()
        joined.email = None
    (late,) = codes_of(wave)
    assert isinstance(admitted(wave, codes[0]), Admission)
    again = codes_of(wave, anew=True)
    assert len(again) == 12
    assert {admitted(wave, code) for code in (*codes, late)} == {Refusal.UNKNOWN}
    with wave.database.read() as session:
        assert session.scalars(select(func.count()).select_from(InvitationToken)).one() == 24


def test_whether_somebody_has_answered_does_not_show_in_who_gets_a_slip(wave: AWave) -> None:
    slips = write_codes(wave.database, wave.wave_id, secret=SECRET, now=NOW)
    found = admitted(wave, slips[3].code)
    assert isinstance(found, Admission)
    wave.answer(found.invitation_id)
    assert len(write_codes(wave.database, wave.wave_id, secret=SECRET, now=NOW)) == 11
    assert write_codes(wave.database, wave.wave_id, secret=SECRET, now=NOW, anew=False) == []


def test_slips_never_show_what_they_hold_in_a_log(wave: AWave) -> None:
    (slip, *_) = write_codes(wave.database, wave.wave_id, secret=SECRET, now=NOW)
    assert slip.code not in repr(slip)
    assert slip.link not in repr(slip)


def test_the_poster_names_the_kiosk_and_the_closing_and_nobody(wave: AWave) -> None:
    set_timetable(
        wave.database,
        wave.wave_id,
        time_zone="Europe/Vilnius",
        opens=None,
        closes=datetime(2026, 11, 30, 18),
        now=NOW,
    )
    (text,) = pages(print_poster(wave.database, wave.wave_id, base_url=f"{BASE_URL}/"))
    with wave.database.read() as session:
        assert f"{BASE_URL}/kiosk/{session.get_one(Wave, wave.wave_id).slug}" in text
    assert "Open until 30 November 2026, 18:00" in text
    assert not CODE.search(text)


@pytest.mark.parametrize(("level", "statements"), [(Level.F, 51), (Level.S, 50)])
def test_the_sheets_hold_every_statement_of_the_level_and_every_question(
    wave: AWave, level: Level, statements: int
) -> None:
    text = pages(print_paper(wave.database, wave.wave_id, level=level, language="en", sector="RET"))
    whole = " ".join(" ".join(text).split())
    questions = default_questionnaire().texts("en").questions
    assert f"{statements} " in whole
    assert all(f"{statements + n} {questions[f'X{n}'].text.split()[0]}" in whole for n in range(1, 6))
    assert f"Page {len(text)} of {len(text)}" in text[-1]
    assert all("strongly" in page for page in text)
    with pytest.raises(NotInQuestionnaire):
        print_paper(wave.database, wave.wave_id, level=level, language="xx")


def test_a_typed_sheet_is_sealed_like_any_other_and_counts_once(wave: AWave) -> None:
    code, other, *_ = codes_of(wave)

    def enter(typed: str, level: Level = Level.F) -> None:
        sheet = paper_sheet(wave.database, wave.wave_id, level=level, language="en")
        enter_paper(wave.database, sheet, secret=SECRET, code=typed, answers=ANSWERS, now=NOW, actor_id=3)

    with pytest.raises(OtherLevel, match="level F"):
        enter(code, Level.M)
    enter(code.lower())
    with pytest.raises(AlreadyAnswered):
        enter(code)
    with pytest.raises(UnknownDoor):
        enter("0000-0000-0000")
    enter(other)
    with wave.database.read() as session:
        assert session.scalars(select(func.count()).select_from(SealedBallot)).one() == 2
        assert session.scalars(select(func.count()).where(Invitation.used)).one() == 2
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "wave.paper")).all()
    (entry,) = entries
    assert (entry.actor_id, entry.details) == (3, {})
    assert entry.at - entry.at.replace(hour=0, minute=0, second=0, microsecond=0) == timedelta(0)
    assert wave.close().ballots == 2
