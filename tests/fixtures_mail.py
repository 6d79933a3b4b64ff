"""A real mail server inside the test, people with addresses, and a clock that is set by hand."""

from __future__ import annotations

import email
import email.policy
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import AuthResult, LoginPassword
from fixtures_clock import Clock
from fixtures_waves import AWave, an_open_wave
from sqlalchemy import select

from coherence.jobs.run import perform
from coherence.mail.smtp import SmtpOutbox
from coherence.store import Database, Job, JobStatus, Person
from coherence.use_cases.invite_people import MESSAGES, start_invitations
from coherence.use_cases.send_messages import Post, send_round
from scoring.vocabulary import Level

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from mail_server import HOST, SmtpServer, certificate

__all__ = ["HOST", "SmtpServer", "certificate"]

SECRET = b"the server's secret for all the tests"
SENDER = "Coherence <survey@acme.example>"
BASE_URL = "https://survey.example"


@dataclass
class Inbox:
    """What a mail server was given. answers: to RCPT, by address; lose: hang up instead of taking so many."""

    received: list[Any] = field(default_factory=list)
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    everybody: str = ""
    sender: str = ""
    lose: int = 0
    on_message: Callable[[], None] = lambda: None

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.sender:
            return self.sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        refusal = self.everybody or self.answers.get(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.lose:
            self.lose -= 1
            server.transport.close()
            return "250 OK"
        self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.envelopes.append((envelope.rcpt_tos[0], envelope.mail_from))
        self.on_message()
        return "250 OK"

    @property
    def recipients(self) -> list[str]:
        return [to for to, _ in self.envelopes]

    def texts(self) -> list[str]:
        return [message.get_content().replace("\r\n", "\n") for message in self.received]


@contextmanager
def serving(inbox: Inbox, pem: Path | None, password: str | None = None) -> Iterator[int]:
    """A mail server until the block ends; gives its port. password: of the user "hr"."""
    options: dict[str, Any] = {}
    if password is not None:
        wanted = LoginPassword(b"hr", password.encode())

        def check(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
            return AuthResult(success=given == wanted, handled=False)

        options = {"authenticator": check, "auth_required": True}
    server = SmtpServer(inbox, pem, **options)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


def outbox_at(port: int, pem: Path, **options: Any) -> SmtpOutbox:
    return SmtpOutbox(HOST, SENDER, port=port, trust=ssl.create_default_context(cafile=str(pem)), **options)


def a_wave_with_addresses(database: Database, key_folder: Path, people: int = 6, without: int = 0) -> AWave:
    """An open wave of front-line people p0@acme.example ... and some without an address."""
    wave = an_open_wave(database, key_folder, {("North", Level.F): people + without})
    with database.write() as session:
        for number, person in enumerate(session.scalars(select(Person).order_by(Person.id))):
            person.name = f"Person {number}"
            if number < people:
                person.email = f"p{number}@acme.example"
    return wave


def do_job(database: Database, job_id: int, outbox: Any, clock: Callable[[], datetime]) -> JobStatus | None:
    """Let a worker do a job of messages."""
    post = Post(outbox, SECRET, BASE_URL)
    return perform(database, job_id, {MESSAGES: lambda run: send_round(run, post)}, clock)


def job_of(database: Database, job_id: int) -> Job:
    with database.read() as session:
        return session.get_one(Job, job_id)


def invited(wave: AWave, outbox: Any, clock: Clock) -> JobStatus | None:
    """Send everybody the invitation; how the job ended."""
    job_id = start_invitations(wave.database, wave.wave_id, now=clock())
    return do_job(wave.database, job_id, outbox, clock)
