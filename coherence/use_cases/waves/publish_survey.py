"""Publish a closed survey from a page: what will be shown and to whom, then the one computation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.ballots.errors import WrongState
from coherence.store import Database, Headcount, Role, Wave, WaveState, WaveUnit
from coherence.use_cases.audit_log import record
from coherence.use_cases.scheduled import start_publishing
from coherence.use_cases.staff.colleagues import Colleague, colleagues_of
from coherence.use_cases.waves.released_comments import (
    ReleasedComments,
    comments_to_release,
    freeze_comments,
)
from coherence.use_cases.waves.review_comments import ReviewStatus, review_status
from coherence.use_cases.waves.staff_waves import Staff, staff_wave
from scoring.answers import Path
from scoring.vocabulary import LEVELS, Level


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group that is large enough to be shown; levels: everybody who counts there."""

    unit: Path
    level: Level
    levels: frozenset[Level]


@dataclass(frozen=True, slots=True)
class PublicationPlan:
    """What publishing would show, and to whom. Nothing is computed yet, and no numbers are told.

    groups: the labels that hold k answers. colleagues: consultants and HR, who see everything.
    """

    groups: tuple[ShownGroup, ...]
    comments: ReleasedComments
    review: ReviewStatus
    colleagues: tuple[str, ...]
    readers: tuple[Colleague, ...]


def publication_plan(database: Database, wave_id: int, staff: Staff) -> PublicationPlan:
    """What publishing would show.

    Raises:
        NotVisible: there is no such wave for this person.
        WrongState: it is not closed, or published already.
    """
    with database.read() as session:
        wave = _closed(session, wave_id, staff)
        people = colleagues_of(session, wave.organisation_id, staff)
        return PublicationPlan(
            groups=_groups(session, wave_id),
            comments=comments_to_release(session, wave_id),
            review=review_status(session, wave_id),
            colleagues=tuple(one.name for one in people if one.role is not Role.READER),
            readers=tuple(one for one in people if one.role is Role.READER),
        )


def publish_survey(database: Database, wave_id: int, staff: Staff, *, now: datetime) -> int:
    """Freeze the comments and queue the computation; those who may read can read when it is done.

    Comments that were not reviewed stay unread by others. Gives the number of the job.

    Raises:
        NotVisible: there is no such wave for this person.
        WrongState: it is not closed, or published already.
        AlreadyUnderWay: it waits or runs.
    """
    with database.write() as session:
        wave = _closed(session, wave_id, staff)
        freeze_comments(session, wave, now)
        record(session, "wave.release_comments", wave, now=now, by=staff.user_id)
    return start_publishing(database, wave_id, now=now)


def _closed(session: Session, wave_id: int, staff: Staff) -> Wave:
    wave = staff_wave(session, wave_id, staff)
    if wave.state is not WaveState.CLOSED:
        raise WrongState(f"the survey “{wave.name}” is {wave.state}; only a closed one can be published")
    return wave


def _groups(session: Session, wave_id: int) -> tuple[ShownGroup, ...]:
    units = session.scalars(select(WaveUnit).where(WaveUnit.wave_id == wave_id)).all()
    paths = {unit.position: unit.unit for unit in units}
    levels: dict[tuple[Path, Level], set[Level]] = {}
    for row in session.scalars(select(Headcount).where(Headcount.wave_id == wave_id)):
        if row.final_unit is not None and row.final_level is not None:
            levels.setdefault((paths[row.final_unit], row.final_level), set()).add(row.level)
    order = sorted(levels, key=lambda label: (label[0], LEVELS.index(label[1])))
    return tuple(ShownGroup(unit, level, frozenset(levels[unit, level])) for unit, level in order)
