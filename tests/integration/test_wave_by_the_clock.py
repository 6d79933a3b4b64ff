"""Opening, closing and night hours on the clock of a place, also when it is put forward and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fixtures_mail import BASE_URL, SECRET, Clock, a_wave_with_addresses
from fixtures_waves import NOW, AWave, a_draft, an_open_wave
from sqlalchemy import select

from coherence.ballots.errors import EscrowUnanswered, WrongState
from coherence.jobs.queue import due_jobs
from coherence.jobs.run import MOST_SETBACKS
from coherence.mail.folder import FolderOutbox
from coherence.store import (
    AuditEntry,
    Database,
    Delivery,
    DeliveryState,
    Job,
    JobStatus,
    Membership,
    Person,
    Role,
    User,
    Wave,
    WavePreparation,
    WaveState,
)
from coherence.use_cases import close_wave
from coherence.use_cases.background import Workplace
from coherence.use_cases.scheduled import start_closing, start_publishing
from coherence.use_cases.timetables import BadTime, instant, quiet_until, set_timetable
from scoring.vocabulary import Level

VILNIUS = ZoneInfo("Europe/Vilnius")


def workplace(database: Database, key_folder: Path, clock: Clock, outbox: Path | None = None) -> Workplace:
    way_out = FolderOutbox(outbox, "survey@acme.example") if outbox else None
    return Workplace(database, SECRET, key_folder, way_out, BASE_URL, clock)


def work_all(place: Workplace) -> None:
    """What workers do in a few minutes."""
    for _ in range(4):
        place.tend()
        with place.database.read() as session:
            due = due_jobs(session, place.clock())
        for job_id in due:
            place.perform(job_id)


def state_of(database: Database, wave_id: int) -> WaveState:
    with database.read() as session:
        return session.get_one(Wave, wave_id).state


def jobs_of(database: Database, kind: str) -> list[Job]:
    with database.read() as session:
        return list(session.scalars(select(Job).where(Job.kind == kind)))


def test_a_wave_opens_writes_to_everybody_and_closes_at_its_times(
    database: Database, key_folder: Path, tmp_path: Path
) -> None:
    wave_id, clock = a_draft(database), Clock()
    with database.write() as session:
        session.scalars(select(Person)).first().email = "ann@acme.example"  # type: ignore[union-attr]
    set_timetable(
        database,
        wave_id,
        time_zone="Europe/Vilnius",
        opens=datetime(2026, 11, 3, 8, 0),
        closes=datetime(2026, 11, 20, 18, 0),
        now=NOW,
    )
    place = workplace(database, key_folder, clock, tmp_path / "outbox")
    work_all(place)
    assert state_of(database, wave_id) is WaveState.DRAFT
    clock.now = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)
    work_all(place)
    assert state_of(database, wave_id) is WaveState.OPEN
    assert len(list((tmp_path / "outbox").iterdir())) == 1
    clock.now = datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)
    work_all(place)
    assert state_of(database, wave_id) is WaveState.OPEN
    clock.forward(seconds=1)
    work_all(place)
    assert state_of(database, wave_id) is WaveState.CLOSED
    (closing,) = jobs_of(database, "close")
    assert (closing.status, closing.done) == (JobStatus.DONE, closing.total)
    with database.read() as session:
        actions = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions == ["wave.timetable", "wave.open", "wave.invitation", "wave.close"]


def test_an_opening_that_fails_says_why_and_is_tried_again_only_at_a_new_time(
    sqlite_database: Database, key_folder: Path
) -> None:
    wave_id, clock = a_draft(sqlite_database, {("North", Level.F): 3}), Clock()
    place = workplace(sqlite_database, key_folder, clock)
    for day in (3, 4):
        opens = datetime(2026, 11, day, 8, 0)
        set_timetable(sqlite_database, wave_id, time_zone="UTC", opens=opens, closes=None, now=clock())
        clock.now = opens.replace(tzinfo=UTC)
        work_all(place)
        work_all(place)
    first, second = jobs_of(sqlite_database, "open")
    assert first.status is second.status is JobStatus.FAILED
    assert "3 people are on the list" in (second.failure or "")
    assert list(key_folder.glob("*.key")) == []


def test_a_survey_that_lacks_steps_does_not_open_and_staff_are_told(
    sqlite_database: Database, key_folder: Path, tmp_path: Path
) -> None:
    wave_id, clock = a_draft(sqlite_database), Clock()
    with sqlite_database.write() as session:
        firm = session.get_one(Wave, wave_id).organisation_id
        session.add(User(id=7, email="hr@acme.example", name="Helen", created_at=NOW))
        session.flush()
        session.add(Membership(user_id=7, organisation_id=firm, role=Role.HR))
        session.add(WavePreparation(wave_id=wave_id))
    opens = datetime(2026, 11, 3, 8, 0)
    set_timetable(sqlite_database, wave_id, time_zone="UTC", opens=opens, closes=None, now=NOW)
    clock.now = opens.replace(tzinfo=UTC)
    work_all(workplace(sqlite_database, key_folder, clock, tmp_path / "outbox"))
    assert state_of(sqlite_database, wave_id) is WaveState.DRAFT
    (message,) = (one.read_text() for one in (tmp_path / "outbox").iterdir())
    assert "To: hr@acme.example" in message
    assert "see to: questionnaire, groups" in message
    assert f"{BASE_URL}/staff/surveys/{wave_id}/" in message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"time_zone": "Vilnius"}, "“Vilnius” is no time zone"),
        ({"opens": datetime(2026, 11, 1, 8)}, "the opening lies in the past"),
        ({"closes": datetime(2026, 11, 3, 8)}, "must come after the opening"),
        ({"closes": datetime(2027, 3, 28, 3, 30)}, "on 28.03.2027 clocks in Europe/Vilnius are put forward"),
        ({"quiet_hours": (20, 24)}, "full hours from 0 to 23"),
    ],
)  # fmt: skip
def test_times_that_cannot_be_meant_are_refused_and_nothing_is_kept(
    sqlite_database: Database, change: dict[str, object], message: str
) -> None:
    wave_id = a_draft(sqlite_database)
    asked = {
        "time_zone": "Europe/Vilnius",
        "opens": datetime(2026, 11, 3, 8),
        "closes": datetime(2026, 11, 20, 18),
    }
    with pytest.raises(BadTime, match=message):
        set_timetable(sqlite_database, wave_id, now=NOW, **{**asked, **change})  # type: ignore[arg-type]
    with sqlite_database.read() as session:
        assert session.get_one(Wave, wave_id).closes_at is None


def test_across_a_change_of_the_clock_the_time_on_the_wall_counts() -> None:
    day_before = instant(datetime(2026, 10, 24, 18, 0), VILNIUS)
    day_after = instant(datetime(2026, 10, 25, 18, 0), VILNIUS)
    assert day_after - day_before == timedelta(hours=25)


def test_quiet_hours_end_on_the_wall_clock_in_the_night_that_is_an_hour_longer() -> None:
    evening = instant(datetime(2026, 10, 24, 23, 0), VILNIUS)
    end = quiet_until(evening, VILNIUS, (20, 7))
    assert end == instant(datetime(2026, 10, 25, 7, 0), VILNIUS)
    assert quiet_until(end, VILNIUS, (20, 7)) is None
    gap = quiet_until(instant(datetime(2027, 3, 28, 1, 0), VILNIUS), VILNIUS, (0, 3))
    assert gap is not None
    assert quiet_until(gap, VILNIUS, (0, 3)) is None


def test_a_closing_by_hand_is_a_job_that_goes_on_after_a_kill(wave: AWave) -> None:
    clock = Clock()
    wave.answer(wave.invitations[0])
    with wave.database.write() as session:
        session.add(
            Delivery(invitation_id=wave.invitations[1], state=DeliveryState.UNDELIVERABLE, reason="gone")
        )
    job_id = start_closing(wave.database, wave.wave_id, now=clock(), actor_id=3)
    place = workplace(wave.database, wave.key_folder, clock)

    class Power(BaseException):
        """It went."""

    with pytest.MonkeyPatch.context() as patch:

        def go(*_: object) -> None:
            raise Power

        patch.setattr(close_wave, "_settle", go)
        with pytest.raises(Power):
            place.perform(job_id)
    clock.forward(minutes=3)
    work_all(place)
    (job,) = jobs_of(wave.database, "close")
    assert job.status is JobStatus.DONE
    with wave.database.read() as session:
        assert session.scalars(select(Delivery)).all() == []
        assert list(
            session.scalars(select(AuditEntry.actor_id).where(AuditEntry.action == "wave.close"))
        ) == [3]
    with pytest.raises(WrongState):
        start_closing(wave.database, wave.wave_id, now=clock())


def test_a_worker_without_the_key_leaves_the_closing_to_another(wave: AWave, tmp_path: Path) -> None:
    clock = Clock()
    job_id = start_closing(wave.database, wave.wave_id, now=clock())
    elsewhere = workplace(wave.database, tmp_path / "no keys", clock)
    assert elsewhere.perform(job_id) is JobStatus.QUEUED
    assert state_of(wave.database, wave.wave_id) is WaveState.OPEN
    clock.forward(minutes=1)
    assert workplace(wave.database, wave.key_folder, clock).perform(job_id) is JobStatus.DONE


def test_a_lost_key_is_said_in_the_end(sqlite_database: Database, key_folder: Path, tmp_path: Path) -> None:
    wave, clock = a_wave_with_addresses(sqlite_database, key_folder), Clock()
    job_id = start_closing(sqlite_database, wave.wave_id, now=clock())
    elsewhere = workplace(sqlite_database, tmp_path / "no keys", clock)
    for _ in range(MOST_SETBACKS):
        elsewhere.perform(job_id)
        clock.forward(hours=1)
    (job,) = jobs_of(sqlite_database, "close")
    assert job.status is JobStatus.FAILED
    assert "the machine that holds the key" in (job.failure or "")


def test_closing_asks_about_a_copy_of_the_key_before_it_begins(
    sqlite_database: Database, key_folder: Path
) -> None:
    wave = an_open_wave(sqlite_database, key_folder, escrow_holder="The works council")
    with pytest.raises(EscrowUnanswered):
        start_closing(sqlite_database, wave.wave_id, now=NOW)
    assert start_closing(sqlite_database, wave.wave_id, now=NOW, escrow_deleted=True)


def test_publishing_is_a_job_too(sqlite_database: Database, key_folder: Path) -> None:
    wave, clock = a_wave_with_addresses(sqlite_database, key_folder), Clock()
    with pytest.raises(WrongState):
        start_publishing(sqlite_database, wave.wave_id, now=NOW)
    wave.close()
    job_id = start_publishing(sqlite_database, wave.wave_id, now=NOW)
    assert workplace(sqlite_database, key_folder, clock).perform(job_id) is JobStatus.DONE
    assert state_of(sqlite_database, wave.wave_id) is WaveState.PUBLISHED
    (job,) = jobs_of(sqlite_database, "publish")
    assert job.note == "fewer than 5 valid answers: nothing can be shown"
