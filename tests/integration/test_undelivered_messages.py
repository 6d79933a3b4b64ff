"""People whom no message reaches: found at once or by a later report, corrected by HR, written to again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fixtures_mail import (
    SECRET,
    Clock,
    Inbox,
    a_wave_with_addresses,
    do_job,
    invited,
)
from fixtures_waves import NOW, AWave
from sqlalchemy import select

from coherence.ballots.admission import admit_by_link
from coherence.mail.smtp import SmtpOutbox
from coherence.store import Database, JobStatus, Person
from coherence.use_cases.invite_people import start_reminder
from coherence.use_cases.undelivered import AddressUnusable, correct_address, take_bounces, undelivered


@pytest.fixture
def wave(database: Database, key_folder: Path) -> AWave:
    return a_wave_with_addresses(database, key_folder)


def test_an_address_that_is_refused_is_listed_and_a_corrected_one_is_written_to(
    wave: AWave, inbox: Inbox, outbox: SmtpOutbox, clock: Clock
) -> None:
    inbox.answers["p1@acme.example"] = "550 5.1.1 <p1@acme.example> unknown here"
    assert invited(wave, outbox, clock) is JobStatus.DONE
    assert len(inbox.recipients) == 5
    (one,) = undelivered(wave.database, wave.wave_id)
    assert (one.name, one.email, one.reason) == ("Person 1", "p1@acme.example", "there is no such mailbox")
    assert one.department == "Firm / North"
    for unusable in ("nonsense", "P2@acme.example"):
        with pytest.raises(AddressUnusable):
            correct_address(wave.database, wave.wave_id, one.person_id, unusable, now=NOW)
    correct_address(wave.database, wave.wave_id, one.person_id, "Right@Acme.example", now=NOW)
    assert undelivered(wave.database, wave.wave_id) == []
    assert invited(wave, outbox, clock) is JobStatus.DONE
    assert inbox.recipients[5:] == ["right@acme.example"]


def test_addresses_that_are_corrected_during_the_mailing_are_written_to_and_the_old_ones_lead_nowhere(
    wave: AWave, inbox: Inbox, outbox: SmtpOutbox, clock: Clock
) -> None:
    """The first while the message is on its way; the last before it left."""
    with wave.database.read() as session:
        people = {email: number for email, number in session.execute(select(Person.email, Person.id))}

    def correct_two() -> None:
        inbox.on_message = lambda: None
        for old, new in (("p0@acme.example", "new0@acme.example"), ("p4@acme.example", "new4@acme.example")):
            correct_address(wave.database, wave.wave_id, people[old], new, now=NOW)

    inbox.on_message = correct_two
    assert invited(wave, outbox, clock) is JobStatus.DONE
    assert inbox.recipients[0] == "p0@acme.example"
    assert "p4@acme.example" not in inbox.recipients
    assert "new4@acme.example" in inbox.recipients
    assert invited(wave, outbox, clock) is JobStatus.DONE
    assert inbox.recipients[6:] == ["new0@acme.example"]
    for text, to in zip(inbox.texts(), inbox.recipients, strict=True):
        link = re.search(r"/i/(\S+)", text)
        with wave.database.read() as session:
            assert link
            assert (admit_by_link(session, SECRET, link[1]) is None) == (to == "p0@acme.example")


def test_a_report_of_failed_delivery_puts_the_person_on_the_list(
    wave: AWave, inbox: Inbox, outbox: SmtpOutbox, clock: Clock, tmp_path: Path
) -> None:
    invited(wave, outbox, clock)
    to, sender = inbox.envelopes[3]
    report = (
        "From MAILER-DAEMON Mon Nov  2 10:00:00 2026\nFrom: <>\nTo: {to}\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; x@acme.example\n"
        "Action: {action}\nStatus: {status}\n\n--b--\n\n"
    )
    forged = re.sub(r"i(\d+)-....", r"i\1-0000", sender)
    mbox = tmp_path / "bounces"
    mbox.write_text(
        report.format(to=inbox.envelopes[0][1], action="delayed", status="4.4.1")
        + report.format(to=forged, action="failed", status="5.1.1")
        + report.format(to=sender, action="failed", status="5.2.2")
    )
    found = take_bounces(wave.database, mbox, secret=SECRET)
    assert (found.reports, found.news) == (1, 1)
    (one,) = undelivered(wave.database, wave.wave_id)
    assert (one.email, one.reason) == (to, "the mailbox is full")
    assert take_bounces(wave.database, mbox, secret=SECRET).news == 0
    job_id = start_reminder(wave.database, wave.wave_id, now=clock())
    do_job(wave.database, job_id, outbox, clock)
    assert to not in inbox.recipients[6:]
