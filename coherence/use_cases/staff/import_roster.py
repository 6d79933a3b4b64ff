"""Import people from an uploaded list: upload, look at what it would change, take it or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from coherence.accounts.access import STAFF
from coherence.errors import CoherenceError
from coherence.store import Database, ImportKind, Organisation, Person
from coherence.store.departments import stored_tree
from coherence.use_cases.audit_log import record
from coherence.use_cases.staff.leaving import take_off
from coherence.use_cases.staff.list_words import matched_columns
from coherence.use_cases.staff.make_departments import make_departments
from coherence.use_cases.staff.new_addresses import invite_anew
from coherence.use_cases.staff.pending_lists import PendingList, choose, forget_list, keep_list, pending_list
from coherence.use_cases.staff.roster_comparison import Comparison, Pair
from coherence.use_cases.staff.roster_list import FIELDS, Listed, folded_path
from coherence.use_cases.staff.roster_plans import (
    CheckedList,
    RosterPlan,
    checked_list,
    plan_of,
    surroundings,
)
from coherence.use_cases.staff.sheets import read_sheet
from coherence.use_cases.waves.staff_waves import Staff, staff_organisation


class PlanChanged(CoherenceError):
    """The roster or the list is not as it was shown; what would happen now must be looked at first."""


class NothingGood(CoherenceError):
    """Not one row of the list can be taken."""


@dataclass(frozen=True, slots=True)
class TakenRoster:
    """What a list has done."""

    joined: int
    moved: int
    changed: int
    left: int


def upload_roster(
    database: Database, organisation_id: int, staff: Staff, *, file: str, content: bytes, now: datetime
) -> None:
    """Read a CSV or XLSX and keep its cells for the preview. Nothing in the roster changes yet.

    Raises:
        NotVisible: there is no such organisation for this person.
        UnreadableFile: nothing is kept.
    """
    staff.rights.require(STAFF, organisation_id)
    sheet = read_sheet(content, fewest_columns=2)
    with database.write() as session:
        firm = staff_organisation(session, organisation_id, staff)
        only_root = len(stored_tree(session, firm.id).tree.paths) == 1
        choices = {"matching": matched_columns(sheet.columns), "add_departments": only_root}
        uploaded = PendingList(file, sheet, choices)
        keep_list(session, staff, firm.id, ImportKind.ROSTER, uploaded, now=now)


def correct_columns(
    database: Database,
    organisation_id: int,
    staff: Staff,
    matching: Mapping[str, int],
    *,
    add_departments: bool,
    now: datetime,
) -> None:
    """Say which column holds what; fields and columns that do not exist are passed over.

    Raises:
        NotVisible, NothingPending: there is no such list for this person.
    """
    with database.write() as session:
        staff_organisation(session, organisation_id, staff)
        pending = pending_list(session, staff, organisation_id, ImportKind.ROSTER, now=now)
        width = len(pending.sheet.columns)
        kept = {field: at for field, at in matching.items() if field in FIELDS and 0 <= at < width}
        choices = {"matching": kept, "add_departments": add_departments}
        choose(session, staff, organisation_id, ImportKind.ROSTER, choices, now=now)


def roster_plan(database: Database, organisation_id: int, staff: Staff, *, now: datetime) -> RosterPlan:
    """What the waiting list would do. Errors as correct_columns."""
    with database.read() as session:
        firm, pending = waiting_roster(session, organisation_id, staff, now=now)
        checked = checked_list(pending, surroundings(session, firm, pending))
        return plan_of(session, firm, checked)


def take_roster(
    database: Database,
    organisation_id: int,
    staff: Staff,
    *,
    fingerprint: str,
    leavers_go: bool,
    now: datetime,
) -> TakenRoster:
    """Take the good rows, in one transaction, and forget the list.

    fingerprint: of the plan that the person has seen. leavers_go: take those off the roster who are not in
    the list; where a survey is open their invitations go too, but never a ballot.

    Raises:
        NotVisible, NothingPending: there is no such list for this person.
        PlanChanged, NothingGood: nothing is stored.
    """
    with database.write() as session:
        firm, pending = waiting_roster(session, organisation_id, staff, now=now, to_change=True)
        checked = checked_list(pending, surroundings(session, firm, pending))
        return store_checked(
            session, firm, staff, checked, fingerprint=fingerprint, leavers_go=leavers_go, now=now
        )


def waiting_roster(
    session: Session, organisation_id: int, staff: Staff, *, now: datetime, to_change: bool = False
) -> tuple[Organisation, PendingList]:
    """The organisation, and the list that waits for this person. Errors as correct_columns.

    to_change: as of staff_organisation.
    """
    firm = staff_organisation(session, organisation_id, staff, to_change=to_change)
    return firm, pending_list(session, staff, organisation_id, ImportKind.ROSTER, now=now)


def store_checked(
    session: Session,
    firm: Organisation,
    staff: Staff,
    checked: CheckedList,
    *,
    fingerprint: str,
    leavers_go: bool,
    now: datetime,
) -> TakenRoster:
    """As take_roster, in the caller's transaction, of a list whose rows were checked in it.

    Raises:
        PlanChanged, NothingGood: the transaction must not be committed.
    """
    plan = plan_of(session, firm, checked)
    if plan.fingerprint != fingerprint:
        raise PlanChanged("the roster has changed meanwhile; please look at the preview once more")
    if plan.good_rows == 0:
        raise NothingGood("not one row of this list can be taken")
    found = plan.comparison
    taken = TakenRoster(
        len(found.joined), len(found.moved), len(found.changed), len(found.left) if leavers_go else 0
    )
    if leavers_go:
        take_off(session, [one.person_id for one in found.left])
    make_departments(session, firm.id, plan.new_departments)
    readdressed = _store(session, firm.id, found)
    forget_list(session, staff, firm.id, ImportKind.ROSTER)
    record(
        session,
        "roster.import",
        firm,
        now=now,
        by=staff.user_id,
        **asdict(taken),
        departments=len(plan.new_departments),
        refused=plan.bad_rows,
        addresses=readdressed,
    )
    return taken


def drop_roster(database: Database, organisation_id: int, staff: Staff) -> None:
    """Throw the waiting list away."""
    with database.write() as session:
        staff_organisation(session, organisation_id, staff)
        forget_list(session, staff, organisation_id, ImportKind.ROSTER)


def _store(session: Session, organisation_id: int, found: Comparison) -> int:
    """Write the roster; gives how many people have another address now."""
    stored = stored_tree(session, organisation_id)
    ids = {
        folded_path(path): number
        for path, number in zip(stored.tree.paths, stored.department_ids, strict=True)
    }

    def fields(row: Listed) -> dict[str, Any]:
        return {
            "department_id": ids[folded_path(row.path)],
            "level": row.level,
            "language": row.language,
            "email": row.email,
            "reference": row.reference,
            "name": row.name,
        }

    pairs: tuple[Pair, ...] = found.moved + found.changed
    readdressed = [pair.before.person_id for pair in pairs if pair.before.email != pair.after.email]
    if pairs:
        session.execute(
            update(Person), [{"id": pair.before.person_id, **fields(pair.after)} for pair in pairs]
        )
        invite_anew(session, readdressed)
    if found.joined:
        session.execute(
            insert(Person), [{"organisation_id": organisation_id, **fields(row)} for row in found.joined]
        )
    return len(readdressed)
