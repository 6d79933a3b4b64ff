"""A message text as staff write it, filled in with an example, and sent to themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coherence.accounts.access import NotVisible
from coherence.mail.outbox import Outbox
from coherence.mail.placeholders import WrittenText
from coherence.store import Database, MessageKind, MessageText, Organisation
from coherence.use_cases.audit_log import record
from coherence.use_cases.message_texts import letter, send_test_message
from coherence.use_cases.waves.staff_waves import Staff, preparation, staff_wave


@dataclass(frozen=True, slots=True)
class Desk:
    """One text in one language. own: written by the organisation. shown: filled in with an example."""

    language: str
    languages: tuple[str, ...]
    text: WrittenText
    own: bool
    shown_subject: str
    shown_body: str


def message_desk(database: Database, wave_id: int, staff: Staff, kind: MessageKind, language: str) -> Desk:
    """The text as it would be sent now; an empty language takes the organisation's first.

    Raises:
        NotVisible: no such wave for this person, or the organisation is not asked in this language.
    """
    with database.read() as session:
        wave = staff_wave(session, wave_id, staff)
        firm = session.get_one(Organisation, wave.organisation_id)
        chosen = language or firm.languages[0]
        if chosen not in firm.languages:
            raise NotVisible(f"{firm.name} is not asked in {chosen}")
        written = letter(session, wave_id, kind, chosen)
        own = session.get(MessageText, (wave_id, kind, chosen)) is not None
    example = written.to("somebody@example.org", link="https://…/i/…", name="Alex Example")
    return Desk(chosen, tuple(firm.languages), written.text, own, example.subject, example.text)


def send_test(
    database: Database,
    wave_id: int,
    staff: Staff,
    kind: MessageKind,
    language: str,
    *,
    to: str,
    name: str,
    outbox: Outbox,
    base_url: str,
    now: datetime,
) -> None:
    """Send somebody of the staff the text, and note that it was tested.

    Raises:
        NotVisible: as message_desk.
        MailNotSent: says why.
    """
    desk = message_desk(database, wave_id, staff, kind, language)
    send_test_message(
        database, wave_id, kind, desk.language, to=to, name=name, outbox=outbox, base_url=base_url
    )
    with database.write() as session:
        wave = staff_wave(session, wave_id, staff)
        preparation(session, wave_id).tested_at = now
        record(session, "wave.test_message", wave, now=now, by=staff.user_id, kind=kind.value)
