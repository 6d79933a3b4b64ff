"""What is erased, and when: the roster soon after a closing, the answers after years, people on request.

The ledger of what was published stays: it is about groups. What is erased leaves the files too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session

from coherence.errors import CoherenceError
from coherence.store import (
    AuditEntry,
    Base,
    Comment,
    Database,
    Invitation,
    Job,
    KeptStatistic,
    Organisation,
    Person,
    Response,
    Retention,
    Wave,
    WaveState,
)
from coherence.store.compaction import compact
from coherence.use_cases.audit_log import record
from coherence.use_cases.staff.leaving import take_off

ROSTER_DAYS: Final = 30
ANSWER_YEARS: Final = 5
ERASED_FROM: Final = (
    "person", "response", "comment", "kept_statistic", "invitation", "invitation_token", "pending_import",
)  # fmt: skip
"""Tables that personal data is erased from."""

JOB_DAYS: Final = 90
"""How long the record of a finished job stays."""

_UNDER_WAY: Final = (WaveState.OPEN, WaveState.CLOSING)
_OVER: Final = (WaveState.CLOSED, WaveState.PUBLISHED)


class NotOnTheRoster(CoherenceError):
    """There is no such person in this organisation."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What one round of erasing did."""

    rosters: int = 0
    people: int = 0
    waves: int = 0

    def __bool__(self) -> bool:
        return bool(self.people or self.waves)

    def __str__(self) -> str:
        return f"{self.people} people of {self.rosters} rosters, answers of {self.waves} surveys"


def periods(session: Session, organisation_id: int) -> tuple[int, int]:
    """Days that a roster stays, and years that answers stay."""
    kept = session.get(Retention, organisation_id)
    return (ROSTER_DAYS, ANSWER_YEARS) if kept is None else (kept.roster_days, kept.answer_years)


def set_periods(
    database: Database,
    organisation_id: int,
    *,
    roster_days: int,
    answer_years: int,
    now: datetime,
    actor_id: int | None = None,
) -> None:
    """Say how long an organisation keeps roster and answers.

    Raises:
        ValueError: not 1 to 3650 days and 1 to 50 years.
    """
    if not 1 <= roster_days <= 3650 or not 1 <= answer_years <= 50:
        raise ValueError("a roster stays 1 to 3650 days, answers stay 1 to 50 years")
    with database.write() as session:
        session.merge(
            Retention(organisation_id=organisation_id, roster_days=roster_days, answer_years=answer_years)
        )
        firm = session.get_one(Organisation, organisation_id)
        details = {"roster_days": roster_days, "answer_years": answer_years}
        record(session, "retention.periods", firm, now=now, by=actor_id, **details)


def erase_what_is_due(database: Database, now: datetime) -> Erased:
    """Erase rosters and answers whose time has come, each organisation by itself; clean_files comes after.

    A roster stays while a survey of the organisation is under way, and is counted from the last closing,
    the last import or the last person added by hand, whichever came latest.
    """
    with database.read() as session:
        organisations = list(session.scalars(select(Organisation.id)))
    rosters = people = waves = 0
    for organisation_id in organisations:
        with database.write() as session:
            days, years = periods(session, organisation_id)
            firm = session.get_one(Organisation, organisation_id)
            erased = _erase_roster(session, firm, now - timedelta(days=days), now)
            waves += _erase_answers(session, firm, _years_before(now, years), now)
        rosters, people = rosters + (erased > 0), people + erased
    with database.write() as session:
        session.execute(delete(Job).where(Job.finished_at < now - timedelta(days=JOB_DAYS)))
    return Erased(rosters, people, waves)


def clean_files(database: Database) -> None:
    """Drop what was erased from the database's files.

    Raises:
        StillInUse: others kept the database busy; run it again.
    """
    compact(database, tables=ERASED_FROM)


def erase_person(
    database: Database, organisation_id: int, person_id: int, *, now: datetime, actor_id: int | None = None
) -> None:
    """Take one person off the roster, also while a survey is open: the invitation goes, a ballot never.

    Whether the person had answered shows neither in what is left nor in what is written down. Somebody who
    is invited again later gets a new invitation.

    Raises:
        NotOnTheRoster: nobody of this number.
    """
    with database.write() as session:
        person = session.get(Person, person_id)
        if person is None or person.organisation_id != organisation_id:
            raise NotOnTheRoster("nobody of this number is on the roster")
        take_off(session, [person_id])
        firm = session.get_one(Organisation, organisation_id)
        record(session, "person.erase", firm, now=now, by=actor_id)


def _erase_roster(session: Session, firm: Organisation, before: datetime, now: datetime) -> int:
    """How many people were erased; 0 where the roster is still needed."""
    of_organisation = Wave.organisation_id == firm.id
    if _count(session, Wave, and_(of_organisation, Wave.state.in_(_UNDER_WAY))):
        return 0
    closed = session.scalar(select(func.max(Wave.closed_at)).where(of_organisation))
    imported = session.scalar(
        select(func.max(AuditEntry.at)).where(
            AuditEntry.organisation_id == firm.id, AuditEntry.action.like("roster.%")
        )
    )
    if closed is None or max(closed, imported or closed) > before:
        return 0
    people = _count(session, Person, Person.organisation_id == firm.id)
    if people:
        session.execute(delete(Person).where(Person.organisation_id == firm.id))
        record(session, "retention.roster", firm, now=now, by=None, people=people)
    return people


def _erase_answers(session: Session, firm: Organisation, before: datetime, now: datetime) -> int:
    """How many waves lost their answers, comments and moments; publications stay."""
    waves = session.scalars(
        select(Wave.id).where(
            Wave.organisation_id == firm.id, Wave.state.in_(_OVER), Wave.closed_at <= before
        )
    ).all()
    erased = 0
    for wave_id in waves:
        if _count(session, Response, Response.wave_id == wave_id) or _count(
            session, Comment, Comment.wave_id == wave_id
        ):
            session.execute(delete(Response).where(Response.wave_id == wave_id))
            session.execute(delete(Comment).where(Comment.wave_id == wave_id))
            session.execute(delete(KeptStatistic).where(KeptStatistic.wave_id == wave_id))
            session.execute(delete(Invitation).where(Invitation.wave_id == wave_id))
            record(session, "retention.answers", firm, now=now, by=None, wave=wave_id)
            erased += 1
    return erased


def _count(session: Session, model: type[Base], condition: ColumnElement[bool]) -> int:
    return session.scalars(select(func.count()).select_from(model).where(condition)).one()


def _years_before(now: datetime, years: int) -> datetime:
    """The same day that many years ago; of 29 February, the 28th."""
    day = 28 if (now.month, now.day) == (2, 29) else now.day
    return now.replace(year=now.year - years, day=day)
