from __future__ import annotations

import email
import email.policy
import ssl
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fixtures_mail
import pytest

from coherence.mail.folder import FolderOutbox
from coherence.mail.message import Message
from coherence.mail.outbox import MailNotSent, RecipientRefused
from coherence.mail.smtp import SmtpOutbox
from coherence.mail.texts import render
from coherence.mail.ways_out import NOBODY
from coherence.settings import Settings
from coherence.web.outgoing import local_outgoing

SENDER = "Coherence <no-reply@survey.example>"
MESSAGE = Message("zoe@acme.example", "Żółw asks", "Open this: https://survey.example/x\n")


@dataclass
class Inbox:
    """Keeps what a mail server was given; refuses addresses that begin with "gone"."""

    received: list[Any] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("gone"):
            return "550 gone@acme.example is not here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.encrypted.append(session.ssl is not None)
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that nobody else believes, with its key."""
    return fixtures_mail.certificate(tmp_path_factory.mktemp("certificate"))


def _serve(inbox: Inbox, certificate: Path | None) -> Iterator[int]:
    server = fixtures_mail.SmtpServer(inbox, certificate)
    server.start()
    yield server.port
    server.stop()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def port(inbox: Inbox, certificate: Path) -> Iterator[int]:
    yield from _serve(inbox, certificate)


@pytest.fixture
def plain_port(inbox: Inbox) -> Iterator[int]:
    yield from _serve(inbox, None)


def _outbox(port: int, certificate: Path) -> SmtpOutbox:
    trust = ssl.create_default_context(cafile=str(certificate))
    return SmtpOutbox("127.0.0.1", SENDER, port=port, trust=trust)


def test_messages_go_over_one_encrypted_connection(inbox: Inbox, port: int, certificate: Path) -> None:
    with _outbox(port, certificate).connect() as send:
        send(MESSAGE)
        send(MESSAGE)
    assert inbox.encrypted == [True, True]
    first = inbox.received[0]
    assert (first["From"], first["To"], first["Subject"]) == (SENDER, MESSAGE.to, MESSAGE.subject)
    assert first.get_content().replace("\r\n", "\n") == MESSAGE.text
    assert first["Auto-Submitted"] == "auto-generated"


def test_nothing_is_sent_without_encryption(inbox: Inbox, plain_port: int, certificate: Path) -> None:
    with pytest.raises(MailNotSent), _outbox(plain_port, certificate).connect() as send:
        send(MESSAGE)
    assert inbox.received == []


def test_nothing_is_sent_to_a_server_that_nobody_vouches_for(inbox: Inbox, port: int) -> None:
    with pytest.raises(MailNotSent), SmtpOutbox("127.0.0.1", SENDER, port=port).connect() as send:
        send(MESSAGE)
    assert inbox.received == []


def test_a_refused_recipient_is_told_apart_without_the_address(
    inbox: Inbox, port: int, certificate: Path
) -> None:
    with _outbox(port, certificate).connect() as send:
        with pytest.raises(RecipientRefused) as refused:
            send(Message("gone@acme.example", "Hello", "Text\n"))
        send(MESSAGE)
    assert "gone" not in str(refused.value)
    assert len(inbox.received) == 1


def test_a_server_that_is_not_there_is_named(certificate: Path) -> None:
    with pytest.raises(MailNotSent, match=r"127\.0\.0\.1"), _outbox(1, certificate).connect():
        pass


def test_the_outbox_folder_takes_messages_that_only_the_owner_reads(tmp_path: Path) -> None:
    outbox = FolderOutbox(tmp_path / "outbox", SENDER)
    with outbox.connect() as send:
        send(MESSAGE)
        send(Message("second@acme.example", "Second", "Text\n"))
    files = sorted(outbox.folder.iterdir())
    assert [one.suffix for one in files] == [".eml", ".eml"]
    read = [email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in files]
    assert [one["Subject"] for one in read] == [MESSAGE.subject, "Second"]
    assert read[0].get_content() == MESSAGE.text
    assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}


def test_a_folder_that_cannot_be_written_is_an_error_of_mail(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with (
        pytest.raises(MailNotSent, match="file"),
        FolderOutbox(tmp_path / "file" / "outbox", SENDER).connect(),
    ):
        pass


def test_a_line_break_in_an_address_adds_no_header(tmp_path: Path) -> None:
    with FolderOutbox(tmp_path, SENDER).connect() as send, pytest.raises(ValueError, match="Header"):
        send(Message("a@acme.example\nBcc: b@acme.example", "Hello", "Text\n"))
    assert list(tmp_path.glob("*.eml")) == []


def test_texts_have_a_subject_and_carry_what_they_are_given() -> None:
    link = "https://survey.example/password/new/abc?a=1&b=2"
    message = render("password_link", to="ann@acme.example", link=link)
    assert message.subject == "Choose a new password"
    assert f"\n{link}\n" in message.text
    assert "Subject" not in message.text


def test_descriptions_of_messages_and_servers_hold_no_secret() -> None:
    shown = repr(MESSAGE) + repr(SmtpOutbox("mail.example", SENDER, user="me", password="hidden words"))
    assert "survey.example/x" not in shown
    assert "acme.example" not in shown
    assert "hidden words" not in shown


def test_without_settings_of_mail_messages_lie_in_a_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COHERENCE_INSTANCE", str(tmp_path))
    out = local_outgoing(Settings())
    assert out.outbox == FolderOutbox(tmp_path / "outbox", NOBODY)
    with_server = Settings(mail_server="mail.example", mail_from=SENDER, base_url="https://s.example")
    assert isinstance(local_outgoing(with_server).outbox, SmtpOutbox)
    assert local_outgoing(with_server).base_url == "https://s.example"
