"""Messages that did not arrive: reports read from a mailbox, and the list that HR corrects."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.accounts.addresses import BadAddress, checked_address
from coherence.errors import CoherenceError
from coherence.mail.bounces import read_bounces
from coherence.store import (
    Database,
    Delivery,
    DeliveryState,
    Invitation,
    Person,
    Wave,
    WaveState,
    WaveUnit,
)
from coherence.use_cases.audit_log import record
from coherence.use_cases.invite_people import open_wave_of
from coherence.use_cases.staff.new_addresses import invite_anew


class NoSuchPerson(CoherenceError):
    """Nobody of this number is invited in this wave."""


class AddressUnusable(CoherenceError):
    """The new address is none, or belongs to somebody else on the list of people."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One person whom no message reaches. It says nothing about answering."""

    person_id: int
    name: str
    email: str = field(repr=False)
    department: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReadBounces:
    """What a mailbox held: reports of failed delivery, and how many of them were news."""

    reports: int
    news: int


def undelivered(database: Database, wave_id: int) -> list[Undelivered]:
    """The people of a wave who could not be reached, in the order of departments."""
    with database.read() as session:
        units = session.scalars(select(WaveUnit).where(WaveUnit.wave_id == wave_id))
        paths = {unit.position: " / ".join(unit.path) for unit in units}
        rows = session.execute(
            select(Person.id, Person.name, Person.reference, Person.email, Invitation.unit, Delivery.reason)
            .join(Invitation, Invitation.person_id == Person.id)
            .join(Delivery, Delivery.invitation_id == Invitation.id)
            .where(Invitation.wave_id == wave_id, Delivery.state == DeliveryState.UNDELIVERABLE)
            .order_by(Invitation.unit, Person.name, Person.id)
        ).all()
    return [
        Undelivered(person, name or reference or "", email or "", paths[unit], reason)
        for person, name, reference, email, unit, reason in rows
    ]


def take_bounces(database: Database, mailbox: Path, *, secret: bytes) -> ReadBounces:
    """Read the reports in a Maildir or mbox and put their people on the list; the mailbox stays as it is.

    Reading the same reports again changes nothing, unless the address was corrected since.

    Raises:
        NoMailbox: the path is neither.
    """
    reports = news = 0
    for bounce in read_bounces(mailbox, secret):
        reports += 1
        with database.write() as session:
            news += _take(session, bounce.invitation_id, bounce.reason)
    return ReadBounces(reports, news)


def correct_address(
    database: Database,
    wave_id: int,
    person_id: int,
    email: str,
    *,
    now: datetime,
    actor_id: int | None = None,
) -> None:
    """Give somebody who could not be reached another address; the next mailing sends the invitation there.

    Links in messages to the old address end: a stranger may have them. An empty address means a slip.

    Raises:
        WrongState: the wave is not open.
        NoSuchPerson: not invited in this wave.
        AddressUnusable: no address, or somebody else's.
    """
    try:
        email = checked_address(email) if email.strip() else ""
    except BadAddress as error:
        raise AddressUnusable(str(error)) from error
    with database.write() as session:
        open_wave_of(session, wave_id)
        invitation = session.scalar(
            select(Invitation).where(Invitation.wave_id == wave_id, Invitation.person_id == person_id)
        )
        person = session.get(Person, person_id)
        if invitation is None or person is None:
            raise NoSuchPerson("nobody of this number is invited in this survey")
        other = session.scalar(
            select(Person.id).where(
                Person.organisation_id == person.organisation_id,
                Person.email == email,
                Person.id != person_id,
            )
        )
        if email and other is not None:
            raise AddressUnusable(f"“{email}” belongs to somebody else on the roster")
        if not email and not (person.name or person.reference):
            raise AddressUnusable("without an address the person needs a name or a number for the slip")
        person.email = email or None
        invite_anew(session, [person_id])
        record(session, "person.address", person, now=now, by=actor_id)


def _take(session: Session, invitation_id: int, reason: str) -> bool:
    state = session.scalar(
        select(Wave.state)
        .join(Invitation, Invitation.wave_id == Wave.id)
        .where(Invitation.id == invitation_id, Invitation.person_id.is_not(None), Invitation.mailed_round > 0)
    )
    known = session.get(Delivery, invitation_id)
    if state is not WaveState.OPEN or (known and known.state is DeliveryState.UNDELIVERABLE):
        return False
    if known is None:
        known = Delivery(invitation_id=invitation_id)
        session.add(known)
    known.state, known.reason, known.next_try = DeliveryState.UNDELIVERABLE, reason, None
    return True
