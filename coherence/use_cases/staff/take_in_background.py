"""A long list is taken by a worker: checked row by row where it can still be stopped, then stored at once.

Whatever kills the worker, the list is taken as a whole or not at all: that it was taken is written down with
the people, so an attempt that comes after finds it done.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.accounts.access import NotVisible
from coherence.jobs.listing import ShownJob, shown
from coherence.jobs.queue import active_job, add_job, cancel_job
from coherence.jobs.run import Cancelled, Run
from coherence.jobs.wake import wake
from coherence.store import Database, Job
from coherence.use_cases.accounts.signed_in_user import rights_of
from coherence.use_cases.staff.import_roster import PlanChanged, TakenRoster, store_checked, waiting_roster
from coherence.use_cases.staff.roster_plans import CheckedList, checked_list, surroundings
from coherence.use_cases.waves.staff_waves import Staff, staff_organisation

ROSTER: Final = "roster"
"""The kind of the job that takes one list."""

MOST_ROWS_AT_ONCE: Final = 2000
"""Rows of a list that is taken while the person waits: less than half a second."""

_STEPS: Final = 20


@dataclass(frozen=True, slots=True)
class Taking:
    """A list on its way into the roster. taken: what it did, once it is stored."""

    job: ShownJob
    taken: TakenRoster | None


def waiting_rows(database: Database, organisation_id: int, staff: Staff, *, now: datetime) -> int:
    """How long the list is that waits for this person.

    Raises:
        NotVisible, NothingPending: there is no such list for this person.
    """
    with database.read() as session:
        return len(waiting_roster(session, organisation_id, staff, now=now)[1].sheet.rows)


def start_taking(
    database: Database,
    organisation_id: int,
    staff: Staff,
    *,
    fingerprint: str,
    leavers_go: bool,
    now: datetime,
) -> int:
    """Queue the job that does what take_roster does, and wake a worker; gives its number.

    Raises:
        NotVisible: there is no such organisation for this person.
        AlreadyUnderWay: a list is being taken there.
    """
    with database.write() as session:
        staff_organisation(session, organisation_id, staff)
        job_id = add_job(
            session,
            ROSTER,
            _subject(organisation_id),
            now=now,
            organisation_id=organisation_id,
            details={"by": staff.user_id, "fingerprint": fingerprint, "leavers_go": leavers_go},
        )
    wake(database, job_id)
    return job_id


def active_taking(database: Database, organisation_id: int, staff: Staff) -> int | None:
    """Number of the job that takes a list in this organisation now. NotVisible as above."""
    with database.read() as session:
        staff_organisation(session, organisation_id, staff)
        return active_job(session, ROSTER, _subject(organisation_id))


def taking(database: Database, organisation_id: int, staff: Staff, job_id: int) -> Taking:
    """How far a list is.

    Raises:
        NotVisible: there is no such job for this person.
    """
    with database.read() as session:
        job = _job(session, organisation_id, staff, job_id)
        taken = job.details.get("taken")
        return Taking(shown(job), TakenRoster(**taken) if taken else None)


def stop_taking(
    database: Database, organisation_id: int, staff: Staff, job_id: int, *, now: datetime
) -> None:
    """Stop before anything is stored; too late, it changes nothing. NotVisible as above."""
    with database.read() as session:
        _job(session, organisation_id, staff, job_id)
    cancel_job(database, job_id, now)


def take_task(run: Run) -> str:
    """Check the rows, then store the good ones in the one transaction that also says so.

    Raises:
        NotVisible: the person lost the role meanwhile.
        NothingPending, PlanChanged, NothingGood: nothing is stored.
    """
    if "taken" not in run.details:
        checked = _checked(run)
        _store(run, checked)
    return ""


def _checked(run: Run) -> CheckedList:
    with run.database.read() as session:
        firm, pending = waiting_roster(session, _organisation(run), _who(session, run), now=run.clock())
        around = surroundings(session, firm, pending)
    rows = len(pending.sheet.rows)
    # Checking is the first half of the bar, storing the other.
    run.done, run.total = 0, 2 * rows
    step = rows // _STEPS

    def watch(number: int) -> None:
        if number == 0 or number >= run.done + step:
            run.done = number
            with run.step(progress=False):
                pass

    watch(0)
    return checked_list(pending, around, watch)


def _store(run: Run, checked: CheckedList) -> None:
    with run.step(steady=True) as session:
        job = session.get_one(Job, run.job_id)
        if job.cancel_wanted:
            raise Cancelled
        who = _who(session, run)
        firm, pending = waiting_roster(session, _organisation(run), who, now=run.clock(), to_change=True)
        if (pending, surroundings(session, firm, pending)) != (checked.pending, checked.around):
            raise PlanChanged("the list or the departments have changed meanwhile; please look at it again")
        taken = store_checked(
            session,
            firm,
            who,
            checked,
            fingerprint=run.details["fingerprint"],
            leavers_go=run.details["leavers_go"],
            now=run.clock(),
        )
        job.details = {**job.details, "taken": asdict(taken)}
        run.done = run.total or 0


def _who(session: Session, run: Run) -> Staff:
    """Whoever pressed the button, with the rights of this moment."""
    user_id = int(run.details["by"])
    return Staff(user_id, rights_of(session, user_id))


def _subject(organisation_id: int) -> str:
    return f"organisation:{organisation_id}"


def _organisation(run: Run) -> int:
    return int(run.subject.removeprefix("organisation:"))


def _job(session: Session, organisation_id: int, staff: Staff, job_id: int) -> Job:
    staff_organisation(session, organisation_id, staff)
    found = session.scalar(
        select(Job).where(Job.id == job_id, Job.kind == ROSTER, Job.organisation_id == organisation_id)
    )
    if found is None:
        raise NotVisible(f"there is no job {job_id} for this user")
    return found
