"""What a wave's messages say: the product's proposal or own words, checked before they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from babel import UnknownLocaleError
from babel.dates import format_datetime
from sqlalchemy.orm import Session

from coherence.ballots.errors import WrongState
from coherence.mail.message import Message
from coherence.mail.outbox import Outbox
from coherence.mail.placeholders import WrittenText
from coherence.mail.texts import proposed_text
from coherence.store import Database, MessageKind, MessageText, Organisation, Wave, WaveState
from coherence.use_cases.audit_log import record
from coherence.use_cases.timetables import zone_of

MINUTES: Final = {"full": "8–10", "short": "3–4"}

DATE_AND_TIME: Final = "d MMMM y, HH:mm"

PREVIEW: Final = "/questionnaire/"
"""Where the link of a test message leads: it answers for nobody."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A text with everything filled in but what differs between people."""

    text: WrittenText
    values: Mapping[str, str]

    def to(self, address: str, *, link: str, name: str) -> Message:
        """The message for one person."""
        return Message(address, *self.text.filled({**self.values, "link": link, "name": name}))


def message_text(session: Session, wave_id: int, kind: MessageKind, language: str) -> WrittenText:
    """The wave's own text in this language, else the product's."""
    own = session.get(MessageText, (wave_id, kind, language))
    return proposed_text(kind.value, language) if own is None else WrittenText(own.subject, own.body)


def save_message_text(
    database: Database,
    wave_id: int,
    kind: MessageKind,
    language: str,
    *,
    subject: str,
    body: str,
    now: datetime,
    actor_id: int | None = None,
) -> None:
    """Keep a wave's own text; both empty goes back to the product's.

    Raises:
        BadText: every fault with line and column; nothing is kept.
        WrongState: the wave is closing or closed.
    """
    body = body.replace("\r\n", "\n")
    text = WrittenText(subject.strip(), body) if subject.strip() or body.strip() else None
    with database.write() as session:
        wave = session.get_one(Wave, wave_id)
        if wave.state not in (WaveState.DRAFT, WaveState.OPEN):
            raise WrongState(f"the survey “{wave.name}” is {wave.state}; nothing is sent any more")
        own = session.get(MessageText, (wave_id, kind, language))
        if own is not None:
            session.delete(own)
            session.flush()
        if text is not None:
            session.add(
                MessageText(
                    wave_id=wave_id, kind=kind, language=language, subject=text.subject, body=text.body
                )
            )
        record(
            session,
            "wave.message_text",
            wave,
            now=now,
            by=actor_id,
            kind=kind.value,
            language=language,
            own=text is not None,
        )


def letter(session: Session, wave_id: int, kind: MessageKind, language: str) -> Letter:
    """The text of a wave's messages, filled in as far as it is the same for everybody."""
    wave = session.get_one(Wave, wave_id)
    values = {
        "organisation": session.get_one(Organisation, wave.organisation_id).name,
        "minutes": MINUTES[wave.form.value],
        "k": str(wave.k),
        "closes": closing_time(session, wave, language),
    }
    return Letter(message_text(session, wave_id, kind, language), values)


def closing_time(session: Session, wave: Wave, language: str) -> str:
    """When a wave closes on its own clock, in words of that language; empty where no time is set."""
    if wave.closes_at is None:
        return ""
    local = wave.closes_at.astimezone(zone_of(session, wave.id))
    try:
        return format_datetime(local, DATE_AND_TIME, locale=language)
    except (UnknownLocaleError, ValueError):
        return format_datetime(local, DATE_AND_TIME, locale="en")


def send_test_message(
    database: Database,
    wave_id: int,
    kind: MessageKind,
    language: str,
    *,
    to: str,
    name: str = "",
    outbox: Outbox,
    base_url: str,
) -> None:
    """Send somebody of the staff what the invited will get; the link shows the questionnaire only.

    Raises:
        MailNotSent: says why.
    """
    with database.read() as session:
        written = letter(session, wave_id, kind, language)
    message = written.to(to, link=f"{base_url.rstrip('/')}{PREVIEW}", name=name)
    with outbox.connect() as send:
        send(Message(to, f"[Test] {message.subject}", message.text))
