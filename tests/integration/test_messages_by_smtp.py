"""Invitations and reminders through a real mail server, with everything that goes wrong there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fixtures_mail import (
    BASE_URL,
    SECRET,
    SENDER,
    Clock,
    Inbox,
    a_wave_with_addresses,
    do_job,
    invited,
    job_of,
    outbox_at,
    serving,
)
from fixtures_waves import NOW, AWave
from sqlalchemy import func, select, update

from coherence.ballots.admission import admit_by_link
from coherence.jobs.listing import shown_jobs
from coherence.jobs.queue import AlreadyUnderWay, cancel_job
from coherence.mail.outbox import MailNotSent
from coherence.mail.placeholders import BadText
from coherence.mail.smtp import SmtpOutbox
from coherence.store import (
    Database,
    Delivery,
    DeliveryState,
    Invitation,
    InvitationToken,
    JobStatus,
    MessageKind,
    Person,
)
from coherence.use_cases.invite_people import (
    Mailing,
    send_invitations,
    send_reminders,
    start_invitations,
    start_reminder,
)
from coherence.use_cases.message_texts import save_message_text, send_test_message
from coherence.use_cases.send_messages import REFUSALS_IN_A_ROW, RETRIES
from coherence.use_cases.timetables import set_timetable
from coherence.use_cases.undelivered import (
    undelivered,
)

LINK = re.compile(rf"{BASE_URL}/i/(\S+)")


@pytest.fixture
def wave(sqlite_database: Database, key_folder: Path) -> AWave:
    return a_wave_with_addresses(sqlite_database, key_folder)


def test_everybody_gets_one_message_with_a_link_and_an_envelope_of_their_own(
    database: Database, key_folder: Path, inbox: Inbox, outbox: SmtpOutbox, clock: Clock
) -> None:
    wave = a_wave_with_addresses(database, key_folder, 6, without=2)
    assert invited(wave, outbox, clock) is JobStatus.DONE
    assert sorted(inbox.recipients) == [f"p{number}@acme.example" for number in range(6)]
    assert len({sender for _, sender in inbox.envelopes}) == 6
    for text, (to, sender) in zip(inbox.texts(), inbox.envelopes, strict=True):
        found = LINK.search(text)
        assert found
        with database.read() as session:
            admitted = admit_by_link(session, SECRET, found[1])
            person = session.scalar(select(Person).where(Person.email == to))
        assert admitted
        assert person
        assert f"survey+i{admitted.invitation_id}-" in sender
        assert f"Hello {person.name}," in text
    assert {message["From"] for message in inbox.received} == {SENDER}


def test_a_second_mailing_reaches_only_those_who_joined_later(
    wave: AWave, inbox: Inbox, outbox: SmtpOutbox, clock: Clock
) -> None:
    invited(wave, outbox, clock)
    with wave.database.write() as session:
        session.execute(update(Invitation).where(Invitation.id == wave.invitations[0]).values(mailed_round=0))
    assert invited(wave, outbox, clock) is JobStatus.DONE
    assert inbox.recipients[6:] == ["p0@acme.example"]


def test_a_reminder_goes_to_unused_invitations_and_tells_no_number(
    wave: AWave, inbox: Inbox, outbox: SmtpOutbox, clock: Clock
) -> None:
    invited(wave, outbox, clock)
    wave.answer(wave.invitations[2])
    job_id = start_reminder(wave.database, wave.wave_id, now=clock())
    seen: list[int | None] = []

    def look() -> None:
        with wave.database.read() as session:
            shown = shown_jobs(session, subject=f"wave:{wave.wave_id}")[0]
        seen.append(shown.percent)

    inbox.on_message = look
    assert do_job(wave.database, job_id, outbox, clock) is JobStatus.DONE
    assert "p2@acme.example" not in inbox.recipients[6:]
    assert len(inbox.recipients) == 6 + 5
    assert "There is still time" in inbox.received[-1]["Subject"]
    assert set(seen) == {None}
    assert job_of(wave.database, job_id).total is None
    assert (
        send_reminders(
            wave.database, wave.wave_id, secret=SECRET, outbox=outbox, base_url=BASE_URL, now=clock()
        ).sent
        is None
    )


def test_somebody_who_joined_late_gets_the_invitation_when_others_are_reminded(
    wave: AWave, inbox: Inbox, outbox: SmtpOutbox, clock: Clock
) -> None:
    invited(wave, outbox, clock)
    with wave.database.write() as session:
        session.execute(update(Invitation).where(Invitation.id == wave.invitations[5]).values(mailed_round=0))
    job_id = start_reminder(wave.database, wave.wave_id, now=clock())
    do_job(wave.database, job_id, outbox, clock)
    subjects = {
        to: str(message["Subject"])
        for to, message in zip(inbox.recipients[6:], inbox.received[6:], strict=True)
    }
    assert "Your invitation" in subjects["p5@acme.example"]
    assert "still time" in subjects["p0@acme.example"]


def test_greylisting_is_waited_for_and_given_up_after_the_last_try(
    wave: AWave, inbox: Inbox, outbox: SmtpOutbox, clock: Clock
) -> None:
    inbox.answers["p1@acme.example"] = "451 4.7.1 come back later"
    inbox.answers["p2@acme.example"] = "450 greylisted"
    job_id = start_invitations(wave.database, wave.wave_id, now=clock())
    assert do_job(wave.database, job_id, outbox, clock) is JobStatus.QUEUED
    assert len(inbox.recipients) == 4
    assert undelivered(wave.database, wave.wave_id) == []
    assert job_of(wave.database, job_id).run_after == clock() + RETRIES[0]
    del inbox.answers["p2@acme.example"]
    tries = 0
    while do_job(wave.database, job_id, outbox, clock) is not JobStatus.DONE:
        clock.now = job_of(wave.database, job_id).run_after
        tries += 1
        assert tries < 20
    assert inbox.recipients.count("p2@acme.example") == 1
    assert [one.email for one in undelivered(wave.database, wave.wave_id)] == ["p1@acme.example"]
    with wave.database.read() as session:
        (row,) = session.scalars(select(Delivery))
    assert (row.state, row.tries) == (DeliveryState.UNDELIVERABLE, len(RETRIES) + 1)


def test_a_connection_lost_in_the_middle_is_opened_again(
    wave: AWave, inbox: Inbox, outbox: SmtpOutbox, clock: Clock
) -> None:
    inbox.lose = 1
    assert invited(wave, outbox, clock) is JobStatus.DONE
    assert sorted(inbox.recipients) == [f"p{number}@acme.example" for number in range(6)]


def test_a_message_that_is_sent_again_has_the_same_name_and_both_links_work(
    wave: AWave, inbox: Inbox, outbox: SmtpOutbox, clock: Clock
) -> None:
    invited(wave, outbox, clock)
    with wave.database.write() as session:
        session.execute(update(Invitation).values(mailed_round=0))
    invited(wave, outbox, clock)
    names = [str(message["Message-ID"]) for message in inbox.received]
    assert names[:6] == names[6:]
    assert len(set(names)) == 6
    links = {found[1] for text in inbox.texts() if (found := LINK.search(text))}
    with wave.database.read() as session:
        assert all(admit_by_link(session, SECRET, token) for token in links)
    assert len(links) == 12


def test_a_server_that_always_hangs_up_or_is_not_there_is_tried_again_later(
    wave: AWave, inbox: Inbox, outbox: SmtpOutbox, pem: Path, clock: Clock
) -> None:
    inbox.lose = 2
    job_id = start_invitations(wave.database, wave.wave_id, now=clock())
    assert do_job(wave.database, job_id, outbox, clock) is JobStatus.QUEUED
    assert inbox.recipients == []
    clock.forward(minutes=1)
    assert do_job(wave.database, job_id, outbox_at(1, pem), clock) is JobStatus.QUEUED
    assert "cannot be reached" in (job_of(wave.database, job_id).note or "")
    clock.forward(minutes=5)
    assert do_job(wave.database, job_id, outbox, clock) is JobStatus.DONE
    assert len(inbox.recipients) == 6


def test_a_wrong_password_ends_the_job_with_what_to_correct(
    wave: AWave, inbox: Inbox, pem: Path, clock: Clock
) -> None:
    with serving(inbox, pem, password="right") as port:
        assert invited(wave, outbox_at(port, pem, user="hr", password="wrong"), clock) is JobStatus.FAILED
        failure = job_of(wave.database, 1).failure or ""
        assert "did not accept user name and password (535)" in failure
        assert "wrong" not in failure
        assert invited(wave, outbox_at(port, pem, user="hr", password="right"), clock) is JobStatus.DONE
    assert len(inbox.recipients) == 6


def test_a_refused_sender_and_a_missing_starttls_are_named(
    wave: AWave, inbox: Inbox, outbox: SmtpOutbox, pem: Path, clock: Clock
) -> None:
    inbox.sender = "553 5.7.1 not your address"
    assert invited(wave, outbox, clock) is JobStatus.FAILED
    assert "does not accept the sender survey+" in (job_of(wave.database, 1).failure or "")
    with serving(inbox, None) as port:
        assert invited(wave, outbox_at(port, pem), clock) is JobStatus.FAILED
    assert "offers no STARTTLS" in (job_of(wave.database, 2).failure or "")
    assert inbox.recipients == []


def test_a_server_that_lets_nobody_through_makes_nobody_undeliverable(
    sqlite_database: Database, key_folder: Path, inbox: Inbox, outbox: SmtpOutbox, clock: Clock
) -> None:
    wave = a_wave_with_addresses(sqlite_database, key_folder, REFUSALS_IN_A_ROW + 5)
    inbox.everybody = "554 5.7.1 relay access denied"
    assert invited(wave, outbox, clock) is JobStatus.FAILED
    assert "20" not in (job_of(sqlite_database, 1).failure or "").split("19 others")[0]
    assert undelivered(sqlite_database, wave.wave_id) == []
    inbox.everybody = ""
    assert invited(wave, outbox, clock) is JobStatus.DONE
    assert len(set(inbox.recipients)) == REFUSALS_IN_A_ROW + 5


def test_nobody_is_written_to_at_night(wave: AWave, inbox: Inbox, outbox: SmtpOutbox, clock: Clock) -> None:
    set_timetable(wave.database, wave.wave_id, time_zone="Europe/Vilnius", opens=None, closes=None, now=NOW)
    clock.now = datetime(2026, 11, 2, 17, 59, 59, tzinfo=UTC)
    inbox.on_message = lambda: clock.forward(seconds=1)
    job_id = start_invitations(wave.database, wave.wave_id, now=clock())
    assert do_job(wave.database, job_id, outbox, clock) is JobStatus.QUEUED
    assert len(inbox.recipients) == 1
    job = job_of(wave.database, job_id)
    assert (job.run_after, job.note) == (
        datetime(2026, 11, 3, 5, 0, tzinfo=UTC),
        "waits for the end of the quiet hours",
    )
    clock.now = job.run_after
    assert do_job(wave.database, job_id, outbox, clock) is JobStatus.DONE
    assert len(inbox.recipients) == 6


def test_a_mailing_is_cancelled_in_the_middle_and_goes_on_later(
    wave: AWave, inbox: Inbox, outbox: SmtpOutbox, clock: Clock
) -> None:
    job_id = start_invitations(wave.database, wave.wave_id, now=clock())
    with pytest.raises(AlreadyUnderWay):
        start_reminder(wave.database, wave.wave_id, now=clock())
    inbox.on_message = lambda: len(inbox.recipients) == 2 and cancel_job(wave.database, job_id, clock())
    assert do_job(wave.database, job_id, outbox, clock) is JobStatus.CANCELLED
    assert len(inbox.recipients) == 2
    assert invited(wave, outbox, clock) is JobStatus.DONE
    assert sorted(inbox.recipients) == [f"p{number}@acme.example" for number in range(6)]


def test_who_answers_or_leaves_during_a_reminder_is_not_written_to(
    wave: AWave, inbox: Inbox, outbox: SmtpOutbox, clock: Clock
) -> None:
    def answer_once() -> None:
        if len(inbox.recipients) == 1:
            wave.answer(wave.invitations[4])
            with wave.database.write() as session:
                session.delete(session.scalars(select(Person).where(Person.email == "p5@acme.example")).one())

    invited(wave, outbox, clock)
    inbox.envelopes.clear()
    inbox.on_message = answer_once
    reminder = start_reminder(wave.database, wave.wave_id, now=clock())
    assert do_job(wave.database, reminder, outbox, clock) is JobStatus.DONE
    assert sorted(inbox.recipients) == [f"p{number}@acme.example" for number in range(4)]


def test_a_wave_that_closes_during_the_mailing_ends_it(
    wave: AWave, inbox: Inbox, outbox: SmtpOutbox, clock: Clock
) -> None:
    inbox.on_message = lambda: len(inbox.recipients) == 2 and wave.close()
    job_id = start_invitations(wave.database, wave.wave_id, now=clock())
    assert do_job(wave.database, job_id, outbox, clock) is JobStatus.DONE
    assert len(inbox.recipients) == 2
    assert "the rest was not sent" in (job_of(wave.database, job_id).note or "")


def test_own_texts_are_checked_with_the_place_of_the_fault_and_then_sent(
    wave: AWave, inbox: Inbox, outbox: SmtpOutbox, clock: Clock
) -> None:
    def save(body: str) -> None:
        save_message_text(
            wave.database,
            wave.wave_id,
            MessageKind.INVITATION,
            "en",
            subject="For {name}",
            body=body,
            now=NOW,
        )

    with pytest.raises(BadText, match=r"body, line 2, column 4: \{lnk\} is unknown; did you mean \{link\}"):
        save("Dear {name},\nhi {lnk}")
    set_timetable(
        wave.database,
        wave.wave_id,
        time_zone="Europe/Vilnius",
        opens=None,
        closes=datetime(2026, 11, 30, 18, 0),
        now=NOW,
    )
    save("Dear {name},\n{organisation} asks until {closes}: {link}")
    assert invited(wave, outbox, clock) is JobStatus.DONE
    assert inbox.received[0]["Subject"] == "For Person 0"
    assert "Firm of Autumn asks until 30 November 2026, 18:00: https://" in inbox.texts()[0]
    save_message_text(wave.database, wave.wave_id, MessageKind.INVITATION, "en", subject="", body="", now=NOW)


def test_a_test_message_to_oneself_lets_nobody_answer(wave: AWave, inbox: Inbox, outbox: SmtpOutbox) -> None:
    send_test_message(
        wave.database,
        wave.wave_id,
        MessageKind.INVITATION,
        "en",
        to="hr@acme.example",
        outbox=outbox,
        base_url=BASE_URL,
    )
    assert inbox.recipients == ["hr@acme.example"]
    assert inbox.received[0]["Subject"].startswith("[Test] ")
    assert "Hello,\n" in inbox.texts()[0]
    assert f"{BASE_URL}/questionnaire/" in inbox.texts()[0]
    with wave.database.read() as session:
        assert session.scalars(select(func.count()).select_from(InvitationToken)).one() == 0


def test_mail_sent_here_and_now_says_what_went_wrong_and_goes_on_later(
    wave: AWave, inbox: Inbox, outbox: SmtpOutbox, pem: Path
) -> None:
    def send(way_out: SmtpOutbox, now: datetime) -> Mailing:
        return send_invitations(
            wave.database, wave.wave_id, secret=SECRET, outbox=way_out, base_url=BASE_URL, now=now
        )

    with pytest.raises(MailNotSent, match="cannot be reached"):
        send(outbox_at(1, pem), NOW)
    with pytest.raises(AlreadyUnderWay, match="2026-11-02 09:01 UTC"):
        send(outbox, NOW)
    assert send(outbox, NOW + timedelta(minutes=2)) == Mailing(1, 6, 0)
    assert len(inbox.recipients) == 6
