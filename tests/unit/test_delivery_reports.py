"""Reports of failed delivery: recognised by an address that nobody can make up, read for their codes only."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest

from coherence.mail.bounces import Bounce, NoMailbox, bounce_address, read_bounces

SECRET = b"the server's secret for all the tests"

REPORT = """\
From: Mail Delivery System <MAILER-DAEMON@mx.acme.example>
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

ann@acme.example does not work here, and asked to say X4.
--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.example

Final-Recipient: rfc822; ann@acme.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 ann@acme.example

--cut
Content-Type: message/rfc822

From: survey@acme.example
To: ann@acme.example

https://survey.example/i/secret
--cut--
"""


def a_maildir(tmp_path: Path, *messages: str) -> Path:
    box = mailbox.Maildir(tmp_path / "bounces", create=True)
    for message in messages:
        box.add(message.encode("latin-1"))
    box.close()
    return tmp_path / "bounces"


def address(invitation: int, base: str = "Survey <survey@acme.example>") -> str:
    return bounce_address(base, SECRET, invitation)


def test_a_failed_delivery_names_the_invitation_and_the_reason_in_our_words(tmp_path: Path) -> None:
    box = a_maildir(tmp_path, REPORT.format(to=address(12), action="failed", status="5.1.1"))
    assert list(read_bounces(box, SECRET)) == [Bounce(12, "there is no such mailbox")]


@pytest.mark.parametrize(
    "message",
    [
        REPORT.format(to=address(12), action="delayed", status="4.4.1"),
        REPORT.format(to="survey@acme.example", action="failed", status="5.1.1"),
        REPORT.format(to="survey+i12-0123456789abcdef@acme.example", action="failed", status="5.1.1"),
        REPORT.format(to=bounce_address("a@b.example", b"x" * 32, 12), action="failed", status="5.1.1"),
        f"From: ann@acme.example\nTo: {address(12)}\nSubject: I am away\n\nUntil Monday.\n",
        "not a message at all",
        f"To: {address(12)}\nContent-Type: multipart/report; boundary=never\n\n\xff\x00",
    ],
)
def test_anything_else_is_passed_over(tmp_path: Path, message: str) -> None:
    assert list(read_bounces(a_maildir(tmp_path, message), SECRET)) == []


def test_an_mbox_is_read_too_and_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "mbox"
    base = "bounce-{}@lists.acme.example"
    file.write_text("From x\n" + REPORT.format(to=address(3, base), action="Failed", status="5.2.2 (full)"))
    before = file.read_bytes()
    assert list(read_bounces(file, SECRET)) == [Bounce(3, "the mailbox is full")]
    assert file.read_bytes() == before


def test_what_is_no_mailbox_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoMailbox, match="Maildir"):
        list(read_bounces(tmp_path, SECRET))
