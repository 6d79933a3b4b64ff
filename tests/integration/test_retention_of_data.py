"""The roster goes some days after the closing, the answers after years, a person on request; results stay."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from fixtures_mail import BASE_URL, SECRET, Clock
from fixtures_waves import NOW, AWave, an_open_wave
from sqlalchemy import func, select

from coherence.jobs.queue import add_job
from coherence.store import (
    AuditEntry,
    Comment,
    Database,
    Invitation,
    InvitationToken,
    Job,
    JobStatus,
    KeptStatistic,
    Organisation,
    Person,
    Publication,
    Response,
)
from coherence.use_cases.background import Workplace
from coherence.use_cases.close_wave import close_wave
from coherence.use_cases.publish_wave import publish_wave
from coherence.use_cases.retention import (
    NotOnTheRoster,
    erase_person,
    erase_what_is_due,
    periods,
    set_periods,
)
from survey_forms.answers import Answers


def count(database: Database, model: type) -> int:
    with database.read() as session:
        return session.scalars(select(func.count()).select_from(model)).one()


def answered(wave: AWave) -> None:
    text = Answers((4, 2, 5) * 17).to_json().decode()
    for invitation in wave.invitations:
        wave.answer(invitation, text, comments={"X4": "Zanzibar"})


def closed(wave: AWave, clock: Clock) -> None:
    close_wave(wave.database, wave.wave_id, key_folder=wave.key_folder, clock=clock)


def organisation_of(database: Database) -> int:
    with database.read() as session:
        return session.scalars(select(Organisation.id)).one()


def test_the_roster_goes_thirty_days_after_the_closing_and_leaves_the_files(
    sqlite_database: Database, key_folder: Path
) -> None:
    wave, clock = an_open_wave(sqlite_database, key_folder), Clock()
    with sqlite_database.write() as session:
        session.scalars(select(Person).limit(1)).one().name = "Xenophilius Lovegood"
    closed(wave, clock)
    place = Workplace(sqlite_database, SECRET, key_folder, None, BASE_URL, clock)
    for days, people in ((29.9, 26), (0.1, 0)):
        clock.forward(days=days)
        assert daily(place) is JobStatus.DONE
        assert count(sqlite_database, Person) == people
    file = Path(str(sqlite_database.engine.url.database))
    assert b"Lovegood" not in file.read_bytes() + Path(f"{file}-wal").read_bytes()
    with sqlite_database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "retention.roster")).one()
    assert entry.details == {"people": 26}


def daily(place: Workplace) -> JobStatus | None:
    """The day's erasing, as a worker does it."""
    with place.database.write() as session:
        job_id = add_job(session, "retention", f"day:{place.clock():%Y-%m-%d %H}", now=place.clock())
    return place.perform(job_id)


def test_a_roster_that_is_in_use_or_new_stays(database: Database, key_folder: Path) -> None:
    wave, clock = an_open_wave(database, key_folder), Clock()
    late = clock() + timedelta(days=400)
    assert not erase_what_is_due(database, late)
    closed(wave, clock)
    with database.write() as session:
        session.add(
            AuditEntry(
                at=late - timedelta(days=10),
                organisation_id=organisation_of(database),
                action="roster.import",
                subject="organisation:1",
            )
        )
    assert not erase_what_is_due(database, late)
    assert erase_what_is_due(database, late + timedelta(days=21)).people == 26
    assert not erase_what_is_due(database, late + timedelta(days=22))


def test_answers_comments_and_moments_go_after_years_and_the_publication_stays(
    database: Database, key_folder: Path
) -> None:
    wave, clock = an_open_wave(database, key_folder), Clock()
    answered(wave)
    closed(wave, clock)
    publish_wave(database, wave.wave_id, now=clock())
    assert count(database, Response) == count(database, Comment) == 26
    assert count(database, KeptStatistic) > 0
    set_periods(database, organisation_of(database), roster_days=10, answer_years=2, now=NOW)
    assert erase_what_is_due(database, NOW.replace(year=2028) - timedelta(seconds=1)).waves == 0
    assert erase_what_is_due(database, NOW.replace(year=2028)).waves == 1
    for model in (Response, Comment, KeptStatistic, Invitation, Person):
        assert count(database, model) == 0
    with database.read() as session:
        assert json.loads(session.scalars(select(Publication.document)).one())["cells"]
    assert erase_what_is_due(database, NOW.replace(year=2029)).waves == 0


def test_periods_have_defaults_and_limits(sqlite_database: Database, key_folder: Path) -> None:
    an_open_wave(sqlite_database, key_folder)
    organisation = organisation_of(sqlite_database)
    with sqlite_database.read() as session:
        assert periods(session, organisation) == (30, 5)
    with pytest.raises(ValueError, match="1 to 3650 days"):
        set_periods(sqlite_database, organisation, roster_days=0, answer_years=5, now=NOW)


def test_the_record_of_old_jobs_goes(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        for days in (89, 91):
            at = NOW - timedelta(days=days)
            session.add(
                Job(
                    kind="x",
                    subject=f"wave:{days}",
                    status=JobStatus.DONE,
                    created_at=at,
                    run_after=at,
                    finished_at=at,
                )
            )
    erase_what_is_due(sqlite_database, NOW)
    with sqlite_database.read() as session:
        assert list(session.scalars(select(Job.subject))) == ["wave:89"]


def test_erasing_a_person_takes_the_invitation_and_never_a_ballot(wave: AWave) -> None:
    answered_one, silent_one = wave.invitations[:2]
    wave.answer(answered_one)
    with wave.database.read() as session:
        people = {
            row.id: row.person_id for row in session.execute(select(Invitation.id, Invitation.person_id))
        }
    organisation = organisation_of(wave.database)
    for invitation in (answered_one, silent_one):
        person = people[invitation]
        assert person
        erase_person(wave.database, organisation, person, now=NOW)
    assert count(wave.database, Person) == 24
    assert silent_one not in wave.invitations
    with wave.database.read() as session:
        assert session.get_one(Invitation, answered_one).person_id is None
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.erase")).all()
        assert session.scalars(select(func.count()).select_from(InvitationToken)).one() == 0
    assert len({(entry.subject, str(entry.details)) for entry in entries}) == 1
    assert wave.close().ballots == 1
    with pytest.raises(NotOnTheRoster):
        erase_person(wave.database, organisation, 4711, now=NOW)
