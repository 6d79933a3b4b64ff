"""Start and run mailings: invitations, reminders, and codes for people without e-mail."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coherence.ballots.errors import WrongState
from coherence.jobs.queue import AlreadyUnderWay, active_job, add_job
from coherence.jobs.run import perform
from coherence.jobs.wake import wake
from coherence.mail.outbox import MailNotSent, Outbox
from coherence.store import (
    Database,
    Invitation,
    Job,
    JobStatus,
    Wave,
    WaveState,
)
from coherence.use_cases.audit_log import record
from coherence.use_cases.send_messages import Post, Tally, send_round, waiting_for

MESSAGES: Final = "messages"
"""The kind of the job that sends one round."""


@dataclass(frozen=True, slots=True)
class Mailing:
    """What a round of messages did.

    sent: None for a reminder, since it goes to those who have not answered and so would count them.
    refused: addresses that the mail server did not take. note: what the rest waits for.
    """

    round: int
    sent: int | None
    refused: int
    note: str = ""


def start_invitations(database: Database, wave_id: int, *, now: datetime, actor_id: int | None = None) -> int:
    """Queue the job that sends everybody with an address the first message, and wake a worker.

    Whoever has had it is passed over, so this also serves late joiners and corrected addresses. Gives
    the number of the job.

    Raises:
        WrongState: the wave is not open.
        AlreadyUnderWay: a mailing of this wave waits or runs.
    """
    with database.write() as session:
        job_id = queue_round(session, wave_id, 1, now=now, actor_id=actor_id)
    wake(database, job_id)
    return job_id


def start_reminder(database: Database, wave_id: int, *, now: datetime, actor_id: int | None = None) -> int:
    """Queue one more message to everybody with an address whose invitation is not used. Else as above."""
    with database.write() as session:
        job_id = queue_round(session, wave_id, _next_round(session, wave_id, now), now=now, actor_id=actor_id)
    wake(database, job_id)
    return job_id


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
    """As start_invitations, but done here and now. One that was cut short goes on.

    watch: is told the share that is done, never how many there are.

    Raises:
        WrongState: the wave is not open.
        AlreadyUnderWay: a mailing of this wave waits or runs.
        MailNotSent: why not everybody got the message; those sent so far stay sent.
    """
    with database.write() as session:
        job_id = _cut_short(session, wave_id, reminder=False) or queue_round(session, wave_id, 1, now=now)
    return _send_here(database, job_id, Post(outbox, secret, base_url), now, watch)


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
    """As start_reminder, but done here and now. Errors as above."""
    with database.write() as session:
        job_id = _cut_short(session, wave_id, reminder=True) or queue_round(
            session, wave_id, _next_round(session, wave_id, now), now=now
        )
    return _send_here(database, job_id, Post(outbox, secret, base_url), now, watch)


def queue_round(
    session: Session, wave_id: int, number: int, *, now: datetime, actor_id: int | None = None
) -> int:
    """Queue one round in the caller's transaction; wake a worker after the commit. Errors as above."""
    wave = open_wave_of(session, wave_id)
    kind = "invitation" if number == 1 else "reminder"
    # Without numbers: how many got a reminder is how many have not answered.
    record(session, f"wave.{kind}", wave, now=now, by=actor_id)
    return add_job(
        session,
        MESSAGES,
        f"wave:{wave_id}",
        now=now,
        organisation_id=wave.organisation_id,
        details={"round": number},
    )


def open_wave_of(session: Session, wave_id: int) -> Wave:
    """A wave that messages are sent for.

    Raises:
        WrongState: it is not open.
    """
    wave = session.get_one(Wave, wave_id)
    if wave.state is not WaveState.OPEN:
        raise WrongState(f"the survey “{wave.name}” is {wave.state}; messages are sent only while it is open")
    return wave


def _next_round(session: Session, wave_id: int, now: datetime) -> int:
    """The round of the next reminder; one that was cut short is finished before a new one."""
    open_wave_of(session, wave_id)
    last = session.scalar(
        select(func.max(Invitation.mailed_round)).where(
            Invitation.wave_id == wave_id, Invitation.used.is_(False)
        )
    )
    if last is None or last < 2:
        return 2
    behind = [person for person in waiting_for(session, wave_id, last, now) if not person.first]
    return last if behind else last + 1


def _cut_short(session: Session, wave_id: int, *, reminder: bool) -> int | None:
    """Number of a mailing of this kind that waits, or whose worker may be gone."""
    job_id = active_job(session, MESSAGES, f"wave:{wave_id}")
    job = None if job_id is None else session.get_one(Job, job_id)
    return job_id if job is not None and (int(job.details["round"]) > 1) is reminder else None


def _send_here(
    database: Database, job_id: int, post: Post, now: datetime, watch: Callable[[float], None]
) -> Mailing:
    began = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - began)

    tally = Tally()
    status = perform(
        database, job_id, {MESSAGES: lambda run: send_round(run, post, tally)}, clock, watch=watch
    )
    with database.read() as session:
        job = session.get_one(Job, job_id)
    if status is None:
        when = f"; it {job.note}, until {job.run_after:%Y-%m-%d %H:%M} UTC" if job.note else ""
        raise AlreadyUnderWay(f"a worker has this mailing already{when}; see 'coherence jobs'")
    if status is JobStatus.FAILED:
        raise MailNotSent(job.failure or "")
    if status is JobStatus.QUEUED and job.setbacks:
        raise MailNotSent(f"{job.note}; a worker goes on with it, see 'coherence jobs'")
    number = int(job.details["round"])
    return Mailing(number, tally.sent if number == 1 else None, tally.refused, job.note or "")
