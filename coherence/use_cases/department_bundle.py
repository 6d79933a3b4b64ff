"""The reports of all departments that a person may read, in one ZIP: made in the background, kept for hours.

Whoever may read the same departments gets the same file. It lies in a folder of its own under a random name,
readable by the service alone; who may have it is asked anew at every download.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from coherence.accounts.access import NotVisible, Rights
from coherence.jobs.queue import ACTIVE, AlreadyUnderWay, add_job, cancel_job
from coherence.jobs.run import Run
from coherence.jobs.wake import wake
from coherence.reports.files.department_zip import department_reports
from coherence.reports.subtree import within
from coherence.store import Database, Job, JobStatus, Wave
from coherence.use_cases.kept_bundles import BUNDLE, is_kept
from coherence.use_cases.publish_wave import published_ledger
from coherence.use_cases.read_results import readable_tops
from scoring.answers import Path as DepartmentPath
from scoring.released import Ledger


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose reports are wanted: those of a wave at or below some departments, in one language."""

    wave_id: int
    tops: frozenset[DepartmentPath]
    language: str

    @property
    def subject(self) -> str:
        """The same for everybody who may read the same."""
        words = json.dumps([sorted(self.tops), self.language], ensure_ascii=False)
        return f"wave:{self.wave_id}:{hashlib.sha256(words.encode()).hexdigest()[:32]}"

    def ledger(self, database: Database) -> Ledger:
        """What the reports are made of."""
        return within(published_ledger(database, self.wave_id), self.tops)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Where the ZIP stands.

    departments: how many reports it holds. done: how many are written, None unless it is being made.
    cancelling: somebody has asked to stop. failure: why it could not be made. file: once it is there.
    """

    departments: int
    done: int | None = None
    cancelling: bool = False
    failure: str = ""
    file: Path | None = None


def bundle_of(
    database: Database, folder: Path, wave_id: int, rights: Rights, language: str, *, now: datetime
) -> Bundle:
    """The ZIP as it stands for this person.

    Raises:
        NotVisible: no such wave, not published, or nothing in it for this person.
    """
    asked = _asked(database, wave_id, rights, language)
    departments = len(asked.ledger(database).departments)
    job = _last(database, asked)
    if job is None:
        return Bundle(departments)
    if job.status in ACTIVE:
        return Bundle(departments, done=job.done, cancelling=job.cancel_wanted)
    if job.status is JobStatus.FAILED:
        return Bundle(departments, failure=job.failure or "")
    file = folder / job.details["file"]
    return Bundle(departments, file=file if is_kept(job, now) and file.is_file() else None)


def start_bundle(
    database: Database, folder: Path, wave_id: int, rights: Rights, language: str, *, now: datetime
) -> None:
    """Queue the making and wake a worker; one that is under way goes on, and one that is kept stays.

    Raises:
        NotVisible: as `bundle_of`, or there is no department in it.
    """
    asked = _asked(database, wave_id, rights, language)
    present = bundle_of(database, folder, wave_id, rights, language, now=now)
    if not present.departments:
        raise NotVisible("no department has enough answers to be shown")
    if present.file is not None:
        return  # a second one would only fill the disk: a publication is frozen
    details = {
        "wave": wave_id,
        "tops": sorted(asked.tops),
        "language": language,
        "file": f"{secrets.token_hex(16)}.zip",
    }
    with suppress(AlreadyUnderWay):
        with database.write() as session:
            organisation_id = session.get_one(Wave, wave_id).organisation_id
            job_id = add_job(
                session, BUNDLE, asked.subject, now=now, organisation_id=organisation_id, details=details
            )
        wake(database, job_id)


def cancel_bundle(database: Database, wave_id: int, rights: Rights, language: str, *, now: datetime) -> None:
    """Stop the making, if it is under way. Errors as `bundle_of`."""
    job = _last(database, _asked(database, wave_id, rights, language))
    if job is not None and job.status in ACTIVE:
        cancel_job(database, job.id, now)


def bundle_task(run: Run, folder: Path) -> None:
    """Make the file whole or not at all; after an interruption from the beginning."""
    asked = _from_details(run.details)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def tell(done: int, of: int) -> None:
        run.done, run.total = done, of
        # Nothing of it would be left after an interruption, so it does not count as progress.
        with run.step(progress=False):
            pass

    department_reports(
        asked.ledger(run.database), asked.language, out=folder / run.details["file"], tell=tell
    )


def _asked(database: Database, wave_id: int, rights: Rights, language: str) -> Asked:
    return Asked(wave_id, readable_tops(database, wave_id, rights), language)


def _from_details(details: Mapping[str, Any]) -> Asked:
    tops = frozenset(tuple(top) for top in details["tops"])
    return Asked(details["wave"], tops, details["language"])


def _last(database: Database, asked: Asked) -> Job | None:
    with database.read() as session:
        return session.scalar(
            select(Job)
            .where(Job.kind == BUNDLE, Job.subject == asked.subject)
            .order_by(Job.id.desc())
            .limit(1)
        )
