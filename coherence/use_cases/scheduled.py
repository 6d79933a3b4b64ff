"""Opening, closing and publishing as background work: by hand, or when the clock says so."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from coherence.ballots.closing import Step, can_close
from coherence.ballots.errors import EscrowUnanswered, WrongState
from coherence.ballots.opening import open_wave
from coherence.jobs.queue import ACTIVE, AlreadyUnderWay, add_job
from coherence.jobs.run import Run
from coherence.jobs.wake import wake
from coherence.store import (
    Database,
    Headcount,
    Invitation,
    Job,
    Person,
    Wave,
    WavePreparation,
    WaveState,
)
from coherence.use_cases.audit_log import record
from coherence.use_cases.invite_people import queue_round

OPEN: Final = "open"
CLOSE: Final = "close"
PUBLISH: Final = "publish"
RETENTION: Final = "retention"

_INSIDE: Final = frozenset({Step.WRITING, Step.EMPTYING})
"""Steps told in the middle of a transaction, where no other can be begun."""


def open_now(
    database: Database, wave_id: int, *, key_folder: Path, now: datetime, actor_id: int | None = None
) -> int:
    """Open a draft and write it down; gives how many are invited. Errors as coherence.ballots.opening."""
    open_wave(database, wave_id, key_folder=key_folder, now=now)
    with database.write() as session:
        wave = session.get_one(Wave, wave_id)
        invited = session.scalar(select(func.sum(Headcount.invited)).where(Headcount.wave_id == wave_id)) or 0
        record(session, "wave.open", wave, now=now, by=actor_id, invited=invited, k=wave.k)
    return invited


def start_closing(
    database: Database,
    wave_id: int,
    *,
    now: datetime,
    escrow_deleted: bool | None = None,
    actor_id: int | None = None,
) -> int:
    """Queue the closing of a wave and wake a worker; gives the number of the job.

    Raises:
        WrongState: the wave takes no answers, or was never opened.
        EscrowUnanswered: somebody holds a copy of the key, and nobody has said whether it is deleted.
        AlreadyUnderWay: the closing waits or runs.
    """
    with database.write() as session:
        wave = session.get_one(Wave, wave_id)
        if wave.state not in (WaveState.OPEN, WaveState.CLOSING):
            raise WrongState(f"the survey “{wave.name}” is {wave.state}; only an open one can be closed")
        if wave.escrow_holder is not None and escrow_deleted is None and wave.state is WaveState.OPEN:
            raise EscrowUnanswered(
                f"{wave.escrow_holder} holds a copy of the key; "
                "ask whether it is deleted and record the answer"
            )
        job_id = _queue(session, CLOSE, wave, now, {"escrow_deleted": escrow_deleted, "actor": actor_id})
    wake(database, job_id)
    return job_id


def start_publishing(database: Database, wave_id: int, *, now: datetime) -> int:
    """Queue the one computation on a closed wave's answers; gives the number of the job.

    Raises:
        WrongState: the wave is not closed, or published already.
        AlreadyUnderWay: it waits or runs.
    """
    with database.write() as session:
        wave = session.get_one(Wave, wave_id)
        if wave.state is not WaveState.CLOSED:
            raise WrongState(f"the survey “{wave.name}” is {wave.state}; only a closed one can be published")
        job_id = _queue(session, PUBLISH, wave, now, {})
    wake(database, job_id)
    return job_id


def queue_what_is_due(database: Database, now: datetime) -> None:
    """Queue openings and closings whose time has come, and the day's erasing. Twice is as good as once.

    An opening or closing that failed is not tried again by itself before its time is set anew.
    """
    with database.write() as session:
        for kind, state, moment in (
            (OPEN, WaveState.DRAFT, Wave.opens_at),
            (CLOSE, WaveState.OPEN, Wave.closes_at),
        ):
            query = select(Wave).where(Wave.state == state, moment <= now)
            for wave in session.scalars(query).all():
                at = wave.opens_at if kind == OPEN else wave.closes_at
                if at is not None and not _tried(session, kind, wave.id, at):
                    _queue(session, kind, wave, now, {})
        day = f"day:{now:%Y-%m-%d}"
        if session.scalar(select(Job.id).where(Job.kind == RETENTION, Job.subject == day)) is None:
            add_job(session, RETENTION, day, now=now)


def open_task(run: Run, key_folder: Path, *, invite: bool) -> str:
    """Open by the clock; then everybody with an address is invited.

    Raises:
        NotReady: steps of the preparation are missing; the wave stays a draft.
    """
    wave_id = wave_of(run)
    with run.database.read() as session:
        wave = session.get_one(Wave, wave_id)
        state = wave.state
        if state is WaveState.DRAFT:
            _check_preparation(session, wave)
    if state is WaveState.DRAFT:
        with run.step(progress=False):
            pass
        open_now(run.database, wave_id, key_folder=key_folder, now=run.clock())
    addressed = exists().where(
        Invitation.wave_id == wave_id, Invitation.person_id == Person.id, Person.email.is_not(None)
    )
    with run.step(steady=True) as session:
        job_id = None
        if invite and session.scalar(select(addressed)):
            try:
                job_id = queue_round(session, wave_id, 1, now=run.clock())
            except (AlreadyUnderWay, WrongState):
                job_id = None
    if job_id is not None:
        wake(run.database, job_id)
    return ""


def close_task(run: Run, key_folder: Path) -> str:
    """The ceremony, which goes on from wherever it stopped. It cannot be cancelled once it has begun."""
    # Imported late, like the other heavy one below: a server starts without the whole of scoring.
    from coherence.use_cases.close_wave import close_wave

    wave_id = wave_of(run)
    with run.step(progress=False):
        pass
    with run.database.read() as session:
        here = can_close(session, wave_id, key_folder)
        state = session.get_one(Wave, wave_id).state
    if not here and state in (WaveState.OPEN, WaveState.CLOSING):
        raise run.pause("waits for the machine that holds the key of this survey")
    steps = [step for step in Step if step not in _INSIDE]
    run.total = len(steps)

    def watch(step: Step) -> None:
        if step not in _INSIDE:
            run.done = steps.index(step) + 1
            with run.step(steady=True):
                pass

    report = close_wave(
        run.database,
        wave_id,
        key_folder=key_folder,
        clock=run.clock,
        escrow_deleted=run.details.get("escrow_deleted"),
        actor_id=run.details.get("actor"),
        watch=watch,
    )
    # the exact number, less sizes that are printed, would tell that of a small group
    return "" if report.responses else "nobody has answered"


def publish_task(run: Run) -> str:
    """The one computation on the answers."""
    from coherence.use_cases.publish_wave import publish_wave

    ledger = publish_wave(run.database, wave_of(run), now=run.clock())
    return "" if ledger.cells else f"fewer than {ledger.k} valid answers: nothing can be shown"


def _check_preparation(session: Session, wave: Wave) -> None:
    """A wave that is prepared on pages opens by the clock only when it could be opened there."""
    # Imported late: the pages' use cases stand on this module.
    from coherence.use_cases.waves.open_survey import NotReady
    from coherence.use_cases.waves.overview import overview_of

    if session.get(WavePreparation, wave.id) is not None:
        missing = overview_of(session, wave).missing
        if missing:
            raise NotReady(missing)


def _queue(session: Session, kind: str, wave: Wave, now: datetime, details: dict[str, object]) -> int:
    return add_job(
        session,
        kind,
        f"wave:{wave.id}",
        now=now,
        organisation_id=wave.organisation_id,
        details=details,
    )


def _tried(session: Session, kind: str, wave_id: int, since: datetime) -> bool:
    """Whether such a job is active, or was made after the time that was set."""
    return (
        session.scalar(
            select(Job.id).where(
                Job.kind == kind,
                Job.subject == f"wave:{wave_id}",
                Job.status.in_(ACTIVE) | (Job.created_at >= since),
            )
        )
        is not None
    )


def wave_of(run: Run) -> int:
    """The wave that a job of opening, closing or publishing is about."""
    return int(run.subject.removeprefix("wave:"))
