"""The place where background work is done: what a job of each kind needs, and who looks after the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from coherence.ballots.errors import TooFewInvited
from coherence.config import token_secret
from coherence.jobs.queue import due_jobs, requeue_expired
from coherence.jobs.run import Run, Task, perform
from coherence.jobs.wake import wake
from coherence.mail.outbox import MailNotSent, Outbox
from coherence.mail.ways_out import configured_outbox
from coherence.settings import Settings, instance
from coherence.store import Database, JobStatus
from coherence.store.compaction import StillInUse
from coherence.use_cases.invite_people import MESSAGES
from coherence.use_cases.kept_bundles import BUNDLE, FOLDER, delete_old_bundles
from coherence.use_cases.retention import clean_files, erase_what_is_due
from coherence.use_cases.scheduled import (
    CLOSE,
    OPEN,
    PUBLISH,
    RETENTION,
    close_task,
    open_task,
    publish_task,
    queue_what_is_due,
    wave_of,
)
from coherence.use_cases.send_messages import Post, send_round
from coherence.use_cases.staff.take_in_background import ROSTER, take_task
from coherence.use_cases.tell_not_opened import tell_not_opened
from coherence.use_cases.waves.open_survey import NotReady


@dataclass(frozen=True)
class Workplace:
    """What workers need from outside.

    outbox: None where no message can be sent. bundles: folder of the ZIP files that are made.
    """

    database: Database
    secret: bytes = field(repr=False)
    keys: Path
    outbox: Outbox | None
    base_url: str
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    bundles: Path = field(default_factory=lambda: instance() / FOLDER)

    @property
    def tasks(self) -> Mapping[str, Task]:
        """How a job of each kind is done."""
        post = Post(self.outbox, self.secret, self.base_url) if self.outbox else None
        return {
            MESSAGES: lambda run: send_round(run, post),
            OPEN: self._open,
            CLOSE: lambda run: close_task(run, self.keys),
            PUBLISH: publish_task,
            RETENTION: _retention,
            BUNDLE: self._bundle,
            ROSTER: take_task,
        }

    def _open(self, run: Run) -> str:
        try:
            return open_task(run, self.keys, invite=self.outbox is not None)
        except (NotReady, TooFewInvited) as error:
            if self.outbox is not None:
                with suppress(MailNotSent):
                    tell_not_opened(
                        self.database, wave_of(run), str(error), self.outbox, base_url=self.base_url
                    )
            raise

    def _bundle(self, run: Run) -> None:
        # Imported late: workers begin without what draws reports.
        from coherence.use_cases.department_bundle import bundle_task

        bundle_task(run, self.bundles)

    def perform(self, job_id: int, stopping: Callable[[], bool] = lambda: False) -> JobStatus | None:
        """Do one job; gives the status it was left in, None where another worker has it."""
        return perform(self.database, job_id, self.tasks, self.clock, stopping=stopping)

    def tend(self) -> None:
        """Queue what was interrupted and what the clock says, and wake workers for all that is due.

        Files that were kept for long enough are deleted, last: a folder in disorder must hold nothing up.
        """
        now = self.clock()
        requeue_expired(self.database, now)
        queue_what_is_due(self.database, now)
        with self.database.read() as session:
            due = due_jobs(session, now)
        wake(self.database, *due)
        delete_old_bundles(self.database, self.bundles, now)


def local_workplace(settings: Settings, database: Database) -> Workplace:
    """The workplace of this machine.

    Raises:
        MailNotSent: the settings of mail cannot be used.
    """
    return Workplace(
        database, token_secret(instance()), settings.keys, configured_outbox(settings), settings.base_url
    )


def _retention(run: Run) -> str:
    with run.step(progress=False):
        pass
    erased = erase_what_is_due(run.database, run.clock())
    # After an interruption nobody knows whether the files were cleaned of what went before it.
    if erased or run.setbacks:
        try:
            clean_files(run.database)
        except StillInUse as error:
            raise run.pause("the database is busy; its files are cleaned later") from error
    return str(erased)
