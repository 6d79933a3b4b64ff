"""A long list in the background: stored once, whatever kills the worker; stopped, it stores nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from fixtures_accounts import NOW, a_firm
from fixtures_clock import Clock
from sqlalchemy import delete, func, select

from coherence.accounts.access import Grant, NotVisible, Rights
from coherence.jobs.queue import AlreadyUnderWay, requeue_expired
from coherence.jobs.run import LEASE, perform
from coherence.store import AuditEntry, Database, Job, JobStatus, Membership, Person, Role, User
from coherence.use_cases.staff.import_roster import TakenRoster, roster_plan, upload_roster
from coherence.use_cases.staff.take_in_background import (
    ROSTER,
    Taking,
    active_taking,
    start_taking,
    stop_taking,
    take_task,
    taking,
)
from coherence.use_cases.waves.staff_waves import Staff

PEOPLE = 60
LIST = "department,level,email\n" + "".join(f"Sales,F,p{number}@acme.example\n" for number in range(PEOPLE))


class PowerCut(BaseException):
    """What nobody catches: the process is gone."""


@dataclass
class Office:
    """HR whose list is on its way, and a worker that can be cut off."""

    database: Database
    firm: int
    staff: Staff
    clock: Clock = field(default_factory=Clock)

    def upload(self, text: str = LIST) -> str:
        content = text.encode()
        upload_roster(
            self.database, self.firm, self.staff, file="list.csv", content=content, now=self.clock()
        )
        return roster_plan(self.database, self.firm, self.staff, now=self.clock()).fingerprint

    def start(self, fingerprint: str) -> int:
        return start_taking(
            self.database,
            self.firm,
            self.staff,
            fingerprint=fingerprint,
            leavers_go=True,
            now=self.clock(),
        )

    def work(self, job_id: int, watch: Callable[[float], None] = lambda share: None) -> JobStatus | None:
        return perform(self.database, job_id, {ROSTER: take_task}, self.clock, watch=watch)

    def cut_off_at(self, job_id: int, share: float) -> None:
        """Work until this share is committed; a minute after the lease another worker may try."""

        def watch(reached: float) -> None:
            if reached >= share:
                raise PowerCut

        with pytest.raises(PowerCut):
            self.work(job_id, watch)
        self.clock.now += LEASE * 1.5
        requeue_expired(self.database, self.clock())

    def seen(self, job_id: int) -> Taking:
        return taking(self.database, self.firm, self.staff, job_id)

    def count(self, what: type[Person] | type[AuditEntry]) -> int:
        with self.database.read() as session:
            return session.scalars(select(func.count()).select_from(what)).one()


@pytest.fixture
def office(database: Database) -> Office:
    return an_office(database)


@pytest.fixture
def small_office(sqlite_database: Database) -> Office:
    return an_office(sqlite_database)


@pytest.fixture(autouse=True)
def short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many steps for sixty people as a long list has."""
    monkeypatch.setattr("coherence.use_cases.staff.roster_plans.ROWS_A_STEP", 3)


def an_office(database: Database) -> Office:
    firm = a_firm(database)
    with database.write() as session:
        user = User(email="hr@acme.example", name="HR", created_at=NOW)
        session.add(user)
        session.flush()
        session.add(Membership(user_id=user.id, organisation_id=firm, role=Role.HR))
        return Office(database, firm, Staff(user.id, Rights((Grant(firm, Role.HR),))))


def test_a_long_list_is_checked_in_steps_and_stored_at_once(office: Office) -> None:
    job_id = office.start(office.upload())
    people = list[tuple[float, int]]()
    assert office.work(job_id, lambda share: people.append((share, office.count(Person)))) is JobStatus.DONE
    shares = [share for share, _ in people]
    assert shares == sorted(shares)
    assert len(shares) > 10
    assert {stored for share, stored in people if share < 1} == {0}
    assert people[-1] == (1.0, PEOPLE)
    assert office.seen(job_id).taken == TakenRoster(joined=PEOPLE, moved=0, changed=0, left=0)
    assert active_taking(office.database, office.firm, office.staff) is None


def test_a_worker_killed_while_it_checks_leaves_nothing_and_the_next_stores_all(office: Office) -> None:
    job_id = office.start(office.upload())
    office.cut_off_at(job_id, 0.3)
    assert office.count(Person) == 0
    assert office.seen(job_id).job.status is JobStatus.QUEUED
    assert office.work(job_id) is JobStatus.DONE
    assert (office.count(Person), office.count(AuditEntry)) == (PEOPLE, 1)


def test_a_worker_killed_after_it_stored_does_not_store_twice(office: Office) -> None:
    job_id = office.start(office.upload())
    office.cut_off_at(job_id, 1.0)
    assert office.count(Person) == PEOPLE
    assert office.work(job_id) is JobStatus.DONE
    assert (office.count(Person), office.count(AuditEntry)) == (PEOPLE, 1)
    assert office.seen(job_id).taken == TakenRoster(joined=PEOPLE, moved=0, changed=0, left=0)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.45])
def test_a_list_is_stopped_before_anything_is_stored_and_waits_on(small_office: Office, share: float) -> None:
    office = small_office
    job_id = office.start(office.upload())

    def stop(reached: float) -> None:
        if reached >= share:
            stop_taking(office.database, office.firm, office.staff, job_id, now=office.clock())

    assert office.work(job_id, stop) is JobStatus.CANCELLED
    assert (office.count(Person), office.seen(job_id).taken) == (0, None)
    plan = roster_plan(office.database, office.firm, office.staff, now=office.clock())
    assert office.work(office.start(plan.fingerprint)) is JobStatus.DONE


def test_a_list_that_waits_for_a_worker_is_stopped_at_once(small_office: Office) -> None:
    job_id = small_office.start(small_office.upload())
    stop_taking(
        small_office.database, small_office.firm, small_office.staff, job_id, now=small_office.clock()
    )
    assert small_office.work(job_id) is None
    assert small_office.seen(job_id).job.status is JobStatus.CANCELLED


def test_only_what_was_shown_is_stored(small_office: Office) -> None:
    office = small_office
    job_id = office.start(office.upload())
    office.upload(LIST.replace("p7@", "somebody.else@"))
    assert office.work(job_id) is JobStatus.FAILED
    assert "has changed meanwhile" in office.seen(job_id).job.words
    assert office.count(Person) == 0


def test_a_list_that_changes_while_it_is_checked_is_not_stored(small_office: Office) -> None:
    office = small_office
    job_id = office.start(office.upload())
    others = iter([LIST.replace("Sales", "Claims")])

    def watch(share: float) -> None:
        for other in others:
            office.upload(other)

    assert office.work(job_id, watch) is JobStatus.FAILED
    assert "look at it again" in office.seen(job_id).job.words
    assert office.count(Person) == 0


def test_who_lost_the_role_meanwhile_stores_nothing(small_office: Office) -> None:
    job_id = small_office.start(small_office.upload())
    with small_office.database.write() as session:
        session.execute(delete(Membership))
    assert small_office.work(job_id) is JobStatus.FAILED
    assert small_office.count(Person) == 0


def test_one_list_at_a_time_and_only_for_the_own_organisation(small_office: Office) -> None:
    office = small_office
    fingerprint = office.upload()
    job_id = office.start(fingerprint)
    with pytest.raises(AlreadyUnderWay):
        office.start(fingerprint)
    other = a_firm(office.database, "Other")
    stranger = Staff(office.staff.user_id, Rights((Grant(other, Role.HR),)))
    for of in (office.firm, other):
        with pytest.raises(NotVisible):
            stop_taking(office.database, of, stranger, job_id, now=office.clock())
    with office.database.read() as session:
        assert session.get_one(Job, job_id).status is JobStatus.QUEUED
