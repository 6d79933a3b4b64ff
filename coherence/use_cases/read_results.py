"""Read published results: each person those of the departments that a role opens."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.accounts.access import NotVisible, Rights
from coherence.reports.chapters.comments import Remark
from coherence.reports.cover import AnsweringDays
from coherence.reports.document import Document
from coherence.reports.pdf import write_pdf
from coherence.reports.subtree import subtree_report
from coherence.store import Database, Department, Organisation, Wave, WaveState, WaveUnit
from coherence.use_cases.publish_wave import published_ledger
from coherence.use_cases.timetables import zone_of
from coherence.use_cases.waves.released_comments import frozen_comments
from scoring.answers import Path as DepartmentPath


@dataclass(frozen=True, slots=True)
class PublishedWave:
    """A wave whose results a person may read."""

    wave_id: int
    name: str
    organisation: str
    organisation_id: int
    published_at: datetime


def published_waves(database: Database, rights: Rights) -> list[PublishedWave]:
    """Everything published that the rights open at least one department of, newest first."""
    with database.read() as session:
        rows = session.execute(
            select(Wave, Organisation.name)
            .join(Organisation, Organisation.id == Wave.organisation_id)
            .where(Wave.state == WaveState.PUBLISHED, Wave.organisation_id.in_(rights.organisations()))
            .order_by(Wave.published_at.desc())
        ).all()
        return [
            PublishedWave(wave.id, wave.name, organisation, wave.organisation_id, wave.published_at)
            for wave, organisation in rows
            if wave.published_at is not None and _tops(session, wave, rights)
        ]


def wave_report(database: Database, wave_id: int, rights: Rights, language: str) -> Document:
    """The report of a published wave, as far as the rights reach.

    Raises:
        NotVisible: no such wave, not published, or nothing in it for this person.
    """
    return _document(database, wave_id, readable_tops(database, wave_id, rights), language)


def wave_pdf(database: Database, wave_id: int, rights: Rights, language: str) -> bytes:
    """The same report to take away. Errors as `wave_report`."""
    return _pdf(database, wave_id, readable_tops(database, wave_id, rights), language)


def readable_tops(database: Database, wave_id: int, rights: Rights) -> frozenset[DepartmentPath]:
    """The highest departments of a published wave that a person may read, as paths.

    Raises:
        NotVisible: there are none, or no such published wave.
    """
    with database.read() as session:
        wave = session.get(Wave, wave_id)
        published = wave is not None and wave.state is WaveState.PUBLISHED
        tops = _tops(session, wave, rights) if wave is not None and published else frozenset()
    if not tops:
        raise NotVisible(f"there are no published results {wave_id} for this user")
    return tops


def answering_days(session: Session, wave_id: int) -> AnsweringDays | None:
    """The days on which a wave opened and closed, on its own clock; None before its closing."""
    wave = session.get_one(Wave, wave_id)
    if wave.opened_at is None or wave.closed_at is None:
        return None
    zone = zone_of(session, wave_id)
    return wave.opened_at.astimezone(zone).date(), wave.closed_at.astimezone(zone).date()


def _tops(session: Session, wave: Wave, rights: Rights) -> frozenset[DepartmentPath]:
    departments = session.execute(
        select(Department.id, Department.parent_id).where(Department.organisation_id == wave.organisation_id)
    )
    parents = {department: parent for department, parent in departments}
    readable = rights.readable_departments(wave.organisation_id, parents)
    units = session.scalars(select(WaveUnit).where(WaveUnit.wave_id == wave.id)).all()
    paths = {unit.unit for unit in units if unit.department_id in readable}
    return frozenset(path for path in paths if path[:-1] not in paths)


# A publication is frozen, so what was made of it once stays right.
@lru_cache(maxsize=32)
def _document(database: Database, wave_id: int, tops: frozenset[DepartmentPath], language: str) -> Document:
    with database.read() as session:
        frozen = frozen_comments(session, wave_id)
        answering = answering_days(session, wave_id)
    comments = {name: [Remark(one.text, one.edited) for one in block] for name, block in frozen.items()}
    ledger = published_ledger(database, wave_id)
    return subtree_report(ledger, tops, language, comments=comments, answering=answering)


@lru_cache(maxsize=8)
def _pdf(database: Database, wave_id: int, tops: frozenset[DepartmentPath], language: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "report.pdf")
        write_pdf(_document(database, wave_id, tops, language), file)
        return file.read_bytes()
