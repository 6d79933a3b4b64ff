"""Ways in for people without e-mail: codes, slips to hand out, the kiosk's poster."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from coherence.ballots.admission import issue_code, issue_link
from coherence.ballots.errors import WrongState
from coherence.errors import CoherenceError
from coherence.reports.slips_pdf import PrintedSlip, PrintedWave, poster_pdf, slips_pdf
from coherence.store import (
    Database,
    Invitation,
    InvitationToken,
    Organisation,
    Person,
    TokenKind,
    Wave,
    WaveState,
    WaveUnit,
)
from coherence.use_cases.audit_log import record
from coherence.use_cases.invite_people import open_wave_of
from coherence.use_cases.message_texts import MINUTES, closing_time


class NothingToPrint(CoherenceError):
    """Everybody without e-mail has a slip already, or everybody has an e-mail address."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A printed way in for one person; code and link are shown this once."""

    department: str
    level: str
    name: str
    code: str = field(repr=False)
    link: str = field(repr=False)
    language: str


@dataclass(frozen=True, slots=True)
class PrintedSlips:
    """A PDF with this many slips. It holds codes: keep it no longer than until it is printed."""

    pdf: bytes = field(repr=False)
    slips: int


def write_codes(
    database: Database,
    wave_id: int,
    *,
    secret: bytes,
    now: datetime,
    anew: bool = True,
    actor_id: int | None = None,
) -> list[Slip]:
    """Fresh codes for people without an address, in the order of departments.

    anew: for all of them, and every earlier slip of theirs ends; else only for those who never got one.
    Also for those who have answered (their code leads to "received"): a list of the others would name them.

    Raises:
        WrongState: the wave is not open.
    """
    with database.write() as session:
        wave = open_wave_of(session, wave_id)
        units = session.scalars(select(WaveUnit).where(WaveUnit.wave_id == wave_id))
        paths = {unit.position: " / ".join(unit.path) for unit in units}
        has_code = exists().where(
            InvitationToken.invitation_id == Invitation.id, InvitationToken.kind == TokenKind.CODE
        )
        query = (
            select(
                Invitation.id,
                Invitation.unit,
                Invitation.level,
                Person.name,
                Person.reference,
                Person.language,
            )
            .join(Person, Person.id == Invitation.person_id)
            .where(Invitation.wave_id == wave_id, Person.email.is_(None))
            .order_by(Invitation.unit, Person.name, Person.reference)
        )
        rows = session.execute(query if anew else query.where(~has_code)).all()
        slips = []
        for invitation, unit, level, name, reference, language in rows:
            session.execute(delete(InvitationToken).where(InvitationToken.invitation_id == invitation))
            slips.append(
                Slip(
                    paths[unit],
                    level.value,
                    name or reference or "",
                    issue_code(session, secret, invitation),
                    issue_link(session, secret, invitation),
                    language,
                )
            )
        record(session, "wave.codes", wave, now=now, by=actor_id, slips=len(slips), anew=anew)
        return slips


def print_slips(
    database: Database,
    wave_id: int,
    *,
    secret: bytes,
    base_url: str,
    now: datetime,
    anew: bool = False,
    actor_id: int | None = None,
) -> PrintedSlips:
    """Slips as PDF for people without e-mail who have none yet; the codes are made now and never shown again.

    anew: for all of them; slips printed earlier then lead nowhere. The square on a slip is the person's own
    link, the code is for typing on any device.

    Raises:
        WrongState: the wave is not open.
        NothingToPrint: nobody needs one.
    """
    slips = write_codes(database, wave_id, secret=secret, now=now, anew=anew, actor_id=actor_id)
    if not slips:
        raise NothingToPrint(
            "everybody without an e-mail address has a slip already; codes are not kept, so a lost slip "
            "needs new ones for all (print anew, and earlier slips lead nowhere)"
            if not anew
            else "everybody has an e-mail address; nobody needs a slip"
        )
    with database.read() as session:
        wave = session.get_one(Wave, wave_id)
        printed = _printed_wave(session, wave, slips[0].language)
        address = _address(base_url, "survey", wave)
    return PrintedSlips(
        slips_pdf(
            printed,
            [
                PrintedSlip(
                    name=slip.name,
                    department=slip.department,
                    code=slip.code,
                    link=f"{base_url.rstrip('/')}/i/{slip.link}",
                    address=address,
                    language=slip.language,
                )
                for slip in slips
            ],
        ),
        len(slips),
    )


def print_poster(database: Database, wave_id: int, *, base_url: str, language: str = "en") -> bytes:
    """The poster with the kiosk's address, as PDF.

    Raises:
        WrongState: the wave is closing or closed.
    """
    with database.read() as session:
        wave = session.get_one(Wave, wave_id)
        if wave.state not in (WaveState.DRAFT, WaveState.OPEN):
            raise WrongState(f"the survey “{wave.name}” is {wave.state}; nobody can answer any more")
        return poster_pdf(_printed_wave(session, wave, language), _address(base_url, "kiosk", wave), language)


def _printed_wave(session: Session, wave: Wave, language: str) -> PrintedWave:
    return PrintedWave(
        organisation=session.get_one(Organisation, wave.organisation_id).name,
        minutes=MINUTES[wave.form.value],
        k=wave.k,
        closes=closing_time(session, wave, language),
    )


def _address(base_url: str, door: str, wave: Wave) -> str:
    return f"{base_url.rstrip('/')}/{door}/{wave.slug}"
