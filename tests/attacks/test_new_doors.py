"""Doors of staff: what HR does with people and paper must not tell who has answered, nor reach further."""

from __future__ import annotations

import email
from pathlib import Path

import pytest
from fixtures_accounts import a_firm
from fixtures_clock import Clock
from fixtures_mail import SECRET, a_wave_with_addresses, do_job, invited
from fixtures_waves import NOW, AWave
from sqlalchemy import func, select, text

from coherence.accounts.access import Grant, NotVisible, Rights
from coherence.ballots.admission import issue_code
from coherence.mail.folder import FolderOutbox
from coherence.store import Database, Delivery, DeliveryState, Department, Invitation, Job, Person, Role
from coherence.use_cases.answer_survey import AlreadyAnswered
from coherence.use_cases.invite_people import start_invitations, start_reminder
from coherence.use_cases.paper import enter_paper, paper_sheet
from coherence.use_cases.retention import erase_person
from coherence.use_cases.staff.one_person import TypedPerson, add_person, change_person
from coherence.use_cases.undelivered import correct_address
from coherence.use_cases.waves.staff_waves import Staff
from scoring.vocabulary import Level
from survey_forms.answers import Answers

ANSWERED, SILENT = 1, 2
"""Two of the six people, by their number on the roster."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wave(sqlite_database: Database, key_folder: Path) -> AWave:
    made = a_wave_with_addresses(sqlite_database, key_folder)
    with made.database.read() as session:
        of_person = select(Invitation.id).where(Invitation.person_id == ANSWERED)
        made.answer(session.scalars(of_person).one())
    return made


def readdress(wave: AWave, clock: Clock) -> None:
    for person_id in (ANSWERED, SILENT):
        address = f"trap{person_id}@hr.example"
        correct_address(wave.database, wave.wave_id, person_id, address, now=clock())


def addressees(folder: Path) -> list[str]:
    return sorted(email.message_from_bytes(one.read_bytes())["To"] for one in folder.glob("*.eml"))


@pytest.mark.parametrize("start", [start_invitations, start_reminder])
def test_a_changed_address_gets_its_first_message_whether_its_person_has_answered_or_not(
    wave: AWave, clock: Clock, tmp_path: Path, start: object
) -> None:
    assert callable(start)
    invited(wave, FolderOutbox(tmp_path / "before", "hr@acme.example"), clock)
    readdress(wave, clock)
    job_id = start(wave.database, wave.wave_id, now=clock())
    do_job(wave.database, job_id, FolderOutbox(tmp_path / "after", "hr@acme.example"), clock)
    trapped = [one for one in addressees(tmp_path / "after") if one.startswith("trap")]
    assert trapped == [f"trap{ANSWERED}@hr.example", f"trap{SILENT}@hr.example"]
    with wave.database.read() as session:
        job = session.get_one(Job, job_id)
        assert job.total in (None, 6), "progress counts those who have answered like everybody"


def test_erasing_somebody_who_could_not_be_reached_does_not_tell_whether_they_had_answered(
    wave: AWave, clock: Clock
) -> None:
    with wave.database.write() as session:
        for one in session.scalars(select(Invitation).where(Invitation.person_id.in_((ANSWERED, SILENT)))):
            row = Delivery(invitation_id=one.id, tries=1, reason="there is no such mailbox")
            row.state = DeliveryState.UNDELIVERABLE
            session.add(row)
        firm = session.scalars(select(Person.organisation_id).limit(1)).one()
    for left, person_id in ((1, ANSWERED), (0, SILENT)):
        erase_person(wave.database, firm, person_id, now=clock())
        with wave.database.read() as session:
            assert session.scalar(select(func.count()).select_from(Delivery)) == left


def everything(database: Database) -> dict[str, set[str]]:
    """All rows of all tables."""
    with database.reading_rows() as connection:
        tables = connection.scalars(text("SELECT name FROM sqlite_schema WHERE type = 'table'")).all()
        return {
            one: {repr(row) for row in connection.execute(text(f'SELECT * FROM "{one}"'))} for one in tables
        }


def test_of_the_second_paper_sheet_of_a_day_only_the_ballot_is_kept_and_that_it_came(wave: AWave) -> None:
    with wave.database.write() as session:
        codes = [issue_code(session, SECRET, one) for one in wave.invitations[2:4]]
    kept = []

    def type_in(code: str, level: Level, minute: int) -> None:
        sheet = paper_sheet(wave.database, wave.wave_id, level=level, language="en")
        now, answers = NOW.replace(minute=minute), Answers((4,) * 51, x4="Ask Anna.")
        enter_paper(wave.database, sheet, secret=SECRET, code=code, answers=answers, now=now, actor_id=None)

    for minute, code in enumerate(codes):
        type_in(code, Level.F, minute)
        kept.append(everything(wave.database))
    changed = {table: new - kept[0][table] for table, new in kept[1].items() if new != kept[0][table]}
    assert {table: len(rows) for table, rows in changed.items()} == {"ballot": 1, "invitation": 1}
    for level in Level:
        with pytest.raises(AlreadyAnswered):
            type_in(codes[0], level, 30)
    assert everything(wave.database) == kept[1]


def test_nobody_of_another_organisation_is_changed_or_put_into_its_departments(wave: AWave) -> None:
    own = a_firm(wave.database, "Other")
    hr = Staff(1, Rights((Grant(own, Role.HR),)))
    with wave.database.read() as session:
        of = {
            firm: department
            for department, firm in session.execute(select(Department.id, Department.organisation_id))
        }
        theirs = session.get_one(Person, SILENT).organisation_id
    before = everything(wave.database)
    for department in of.values():
        typed = TypedPerson(department, "F", "", email="trap@hr.example", reference="", name="")
        with pytest.raises(NotVisible):
            change_person(wave.database, own, hr, SILENT, typed, now=NOW)
        with pytest.raises(NotVisible):
            add_person(wave.database, theirs, hr, typed, now=NOW)
    typed = TypedPerson(of[theirs], "F", "", email="trap@hr.example", reference="", name="")
    with pytest.raises(NotVisible):
        add_person(wave.database, own, hr, typed, now=NOW)
    assert everything(wave.database) == before
