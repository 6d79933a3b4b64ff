"""Send invitations and reminders; write codes for people without e-mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from coherence.ballots.admission import issue_code, issue_link
from coherence.ballots.errors import WrongState
from coherence.mail.outbox import Outbox, RecipientRefused
from coherence.mail.texts import render
from coherence.store import AuditEntry, Database, Invitation, Organisation, Person, Wave, WaveState, WaveUnit

MINUTES = {"full": "8 to 10", "short": "3 to 4"}


@dataclass(frozen=True, slots=True)
class Mailing:
    """What a round of messages did.

    sent: None for a reminder, since it goes to those who have not answered and so would count them.
    refused: addresses that the mail server did not take.
    """

    round: int
    sent: int | None
    refused: int


@dataclass(frozen=True, slots=True)
class Slip:
    """A printed way in for one person; the code is shown this once."""

    department: str
    level: str
    name: str
    code: str


def send_invitations(
    database: Database,
    wave_id: int,
    *,
    secret: bytes,
    outbox: Outbox,
    base_url: str,
    now: datetime,
    watch: Callable[[float], None] = lambda share: None,
) -> Mailing:
    """Send the first message to everybody with an address who has not got it yet.

    Each message is committed by itself, so a mailing that was cut short goes on where it stopped.
    watch: is told the share that is done, never how many there are.

    Raises:
        WrongState: the wave is not open.
        MailNotSent: the mail server cannot be reached; those sent so far stay sent.
    """
    return _send_round(database, wave_id, 1, secret, outbox, base_url, now, watch)


def send_reminders(
    database: Database,
    wave_id: int,
    *,
    secret: bytes,
    outbox: Outbox,
    base_url: str,
    now: datetime,
    watch: Callable[[float], None] = lambda share: None,
) -> Mailing:
    """Send one more message to everybody with an address whose invitation is not used. Errors as above."""
    with database.read() as session:
        _open_wave(session, wave_id)
        last = session.scalar(
            select(func.max(Invitation.mailed_round)).where(
                Invitation.wave_id == wave_id, Invitation.used.is_(False)
            )
        )
    # A round that was cut short leaves people behind the others: it is finished before a new one.
    waiting = _waiting(database, wave_id, last or 1)
    round_ = (last or 1) if waiting and (last or 1) > 1 else (last or 1) + 1
    return _send_round(database, wave_id, round_, secret, outbox, base_url, now, watch)


def write_codes(database: Database, wave_id: int, *, secret: bytes, now: datetime) -> list[Slip]:
    """A fresh code for everybody without an address, in the order of departments; earlier codes end.

    Also for those who have answered (their code leads to "received"): a list of the others would name them.

    Raises:
        WrongState: the wave is not open.
    """
    with database.write() as session:
        wave = _open_wave(session, wave_id)
        paths = _paths(session, wave_id)
        rows = session.execute(
            select(Invitation.id, Invitation.unit, Invitation.level, Person.name, Person.reference)
            .join(Person, Person.id == Invitation.person_id)
            .where(Invitation.wave_id == wave_id, Person.email.is_(None))
            .order_by(Invitation.unit, Person.name, Person.reference)
        ).all()
        slips = [
            Slip(paths[unit], level.value, name or reference or "", issue_code(session, secret, invitation))
            for invitation, unit, level, name, reference in rows
        ]
        session.add(_audit(wave, now, "wave.codes"))
        return slips


def _send_round(
    database: Database,
    wave_id: int,
    round_: int,
    secret: bytes,
    outbox: Outbox,
    base_url: str,
    now: datetime,
    watch: Callable[[float], None],
) -> Mailing:
    with database.read() as session:
        wave = _open_wave(session, wave_id)
        values = {
            "organisation": session.get_one(Organisation, wave.organisation_id).name,
            "minutes": MINUTES[wave.form.value],
            "k": str(wave.k),
        }
    waiting = _waiting(database, wave_id, round_)
    refused = 0
    with outbox.connect() as send:
        for done, (invitation_id, address) in enumerate(waiting, start=1):
            with database.write() as session:
                link = f"{base_url.rstrip('/')}/i/{issue_link(session, secret, invitation_id)}"
            message = render(_text(round_), to=address, link=link, **values)
            try:
                send(message)
            except RecipientRefused:
                refused += 1
            with database.write() as session:
                session.execute(
                    update(Invitation).where(Invitation.id == invitation_id).values(mailed_round=round_)
                )
            watch(done / len(waiting))
    with database.write() as session:
        session.add(_audit(session.get_one(Wave, wave_id), now, f"wave.{_text(round_)}"))
    return Mailing(round_, len(waiting) - refused if round_ == 1 else None, refused)


def _text(round_: int) -> str:
    """Which text a round carries."""
    return "invitation" if round_ == 1 else "reminder"


def _waiting(database: Database, wave_id: int, round_: int) -> list[tuple[int, str]]:
    """Unused invitations with an address that have not had this round."""
    with database.read() as session:
        rows = session.execute(
            select(Invitation.id, Person.email)
            .join(Person, Person.id == Invitation.person_id)
            .where(
                Invitation.wave_id == wave_id,
                Invitation.used.is_(False),
                Invitation.mailed_round < round_,
                Person.email.is_not(None),
            )
            .order_by(Invitation.id)
        ).all()
    return [(invitation, address) for invitation, address in rows if address]


def _open_wave(session: Session, wave_id: int) -> Wave:
    wave = session.get_one(Wave, wave_id)
    if wave.state is not WaveState.OPEN:
        raise WrongState(f"the wave “{wave.name}” is {wave.state}; messages are sent only while it is open")
    return wave


def _paths(session: Session, wave_id: int) -> dict[int, str]:
    units = session.scalars(select(WaveUnit).where(WaveUnit.wave_id == wave_id))
    return {unit.position: " / ".join(unit.path) for unit in units}


def _audit(wave: Wave, now: datetime, action: str) -> AuditEntry:
    """Without numbers: how many got a reminder is how many have not answered."""
    return AuditEntry(at=now, organisation_id=wave.organisation_id, action=action, subject=f"wave:{wave.id}")
