"""Close a survey from a page: typed confirmation, then the ceremony in the background."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from coherence.errors import CoherenceError
from coherence.jobs.listing import ShownJob, shown_jobs
from coherence.store import Database, Wave
from coherence.use_cases.scheduled import start_closing
from coherence.use_cases.waves.staff_waves import Staff, staff_wave


class NotConfirmed(CoherenceError):
    """The name that was typed is not that of the survey."""


def close_survey(
    database: Database,
    wave_id: int,
    staff: Staff,
    *,
    typed: str,
    escrow_deleted: bool | None = None,
    now: datetime,
) -> int:
    """Queue the closing; gives the number of the job.

    typed: the name of the survey, as a confirmation; capitals and blanks do not matter.
    escrow_deleted: what the holder of a copy of the key says, where there is one.

    Raises:
        NotVisible: there is no such wave for this person.
        NotConfirmed, WrongState, EscrowUnanswered, AlreadyUnderWay: nothing has happened.
    """
    with database.read() as session:
        wave = staff_wave(session, wave_id, staff)
        if " ".join(typed.split()).casefold() != " ".join(wave.name.split()).casefold():
            raise NotConfirmed(f"type the name of the survey, {wave.name}, to close it")
    return start_closing(database, wave_id, now=now, escrow_deleted=escrow_deleted, actor_id=staff.user_id)


def escrow_holder(database: Database, wave_id: int, staff: Staff) -> str | None:
    """Who keeps a copy of the key; None where nobody does. NotVisible as above."""
    with database.read() as session:
        staff_wave(session, wave_id, staff)
        return session.scalar(select(Wave.escrow_holder).where(Wave.id == wave_id))


def jobs_of(database: Database, wave_id: int, staff: Staff) -> list[ShownJob]:
    """The background work of a survey, the newest first. NotVisible as above."""
    with database.read() as session:
        staff_wave(session, wave_id, staff)
        return shown_jobs(session, subject=f"wave:{wave_id}", limit=10)
