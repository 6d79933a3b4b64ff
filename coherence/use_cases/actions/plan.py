"""Plan an action, change it, and read the plan: staff for the whole organisation, readers for their part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.accounts.access import STAFF, NotVisible, Rights
from coherence.errors import CoherenceError
from coherence.store import (
    ActionState,
    Database,
    Organisation,
    PlannedAction,
    Role,
    Wave,
)
from coherence.use_cases.audit_log import record
from coherence.use_cases.organisations import below_root, department_ids


class NotAllowed(CoherenceError):
    """Only HR and consultants may do this."""


class Section(StrEnum):
    """Where an action stands in the overview."""

    OVERDUE = "overdue"
    UNDER_WAY = "under way"
    PLANNED = "planned"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Wished:
    """What somebody typed about an action. Lengths and empty fields are checked by the form."""

    department_id: int
    title: str
    owner: str
    first_step: str
    evidence: str
    due_on: date
    state: ActionState = ActionState.PLANNED
    told: bool = False
    origin: str = ""
    wave_id: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """An action as it is shown; department: its name."""

    id: int
    organisation_id: int
    department: str
    wished: Wished
    section: Section


@dataclass(frozen=True, slots=True)
class Plan:
    """The actions of an organisation that a person may see, by section, the most urgent first.

    departments: those for which this person may plan, by id, as indented names. staff: HR or consultant.
    """

    organisation_id: int
    organisation: str
    departments: Mapping[int, str]
    actions: tuple[Planned, ...]
    staff: bool

    def of(self, section: str) -> tuple[Planned, ...]:
        """The actions of one section, by due date."""
        return tuple(one for one in self.actions if one.section == section)


def read_plan(database: Database, organisation_id: int, rights: Rights, *, today: date) -> Plan:
    """The plan of an organisation, as far as the rights reach.

    Raises:
        NotVisible: no department of this organisation is open to this person.
    """
    with database.read() as session:
        departments = _departments(session, organisation_id, rights)
        actions = session.scalars(
            select(PlannedAction)
            .where(PlannedAction.department_id.in_(departments))
            .order_by(PlannedAction.due_on, PlannedAction.id)
        )
        return Plan(
            organisation_id,
            session.get_one(Organisation, organisation_id).name,
            departments,
            tuple(_shown(one, departments, today) for one in actions),
            rights.may(STAFF, organisation_id),
        )


def read_action(database: Database, action_id: int, rights: Rights, *, today: date) -> Planned:
    """One action.

    Raises:
        NotVisible: there is none, or not for this person.
    """
    with database.read() as session:
        action = _action(session, action_id)
        return _shown(action, _departments(session, action.organisation_id, rights), today)


def plan_action(
    database: Database, organisation_id: int, wished: Wished, rights: Rights, *, by: int, now: datetime
) -> int:
    """Store a new action; gives its number.

    Raises:
        NotVisible: the department or the wave is none of this person's.
        NotAllowed: a reader wants it on the employees' page.
    """
    with database.write() as session:
        _check(session, organisation_id, wished, rights, told_before=False)
        action = PlannedAction(organisation_id=organisation_id, created_at=now, changed_at=now)
        _write(action, wished)
        session.add(action)
        session.flush()
        _audit(session, action, "action.plan", by, now)
        return action.id


def change_action(
    database: Database, action_id: int, wished: Wished, rights: Rights, *, by: int, now: datetime
) -> None:
    """Store what was changed in an action. Errors as `plan_action`."""
    with database.write() as session:
        action = _action(session, action_id)
        if action.department_id not in _departments(session, action.organisation_id, rights):
            raise NotVisible(f"there is no action {action_id} for this user")
        _check(session, action.organisation_id, wished, rights, told_before=action.told)
        _write(action, wished)
        action.changed_at = now
        _audit(session, action, "action.change", by, now)


def _departments(session: Session, organisation_id: int, rights: Rights) -> dict[int, str]:
    """The departments whose actions this person may see and plan, in the order of the tree."""
    rights.require(Role, organisation_id)
    ids = department_ids(session, organisation_id)
    parents = {number: ids.get(path[:-1]) for path, number in ids.items()}
    readable = rights.readable_departments(organisation_id, parents)
    return {number: below_root(path) for path, number in sorted(ids.items()) if number in readable}


def _action(session: Session, action_id: int) -> PlannedAction:
    action = session.get(PlannedAction, action_id)
    if action is None:
        raise NotVisible(f"there is no action {action_id}")
    return action


def _check(
    session: Session, organisation_id: int, wished: Wished, rights: Rights, *, told_before: bool
) -> None:
    if wished.department_id not in _departments(session, organisation_id, rights):
        raise NotVisible(f"there is no department {wished.department_id} for this user")
    if wished.wave_id is not None:
        wave = session.get(Wave, wished.wave_id)
        if wave is None or wave.organisation_id != organisation_id:
            raise NotVisible(f"there is no wave {wished.wave_id} for this user")
    if wished.told != told_before and not rights.may(STAFF, organisation_id):
        raise NotAllowed("only HR and consultants decide what stands on the employees' page")


def _write(action: PlannedAction, wished: Wished) -> None:
    action.department_id, action.wave_id, action.origin = wished.department_id, wished.wave_id, wished.origin
    action.title, action.owner, action.due_on = wished.title.strip(), wished.owner.strip(), wished.due_on
    action.first_step, action.evidence = wished.first_step.strip(), wished.evidence.strip()
    action.state, action.told = wished.state, wished.told


def _shown(action: PlannedAction, departments: Mapping[int, str], today: date) -> Planned:
    if action.department_id not in departments:
        raise NotVisible(f"there is no action {action.id} for this user")
    wished = Wished(
        department_id=action.department_id,
        title=action.title,
        owner=action.owner,
        first_step=action.first_step,
        evidence=action.evidence,
        due_on=action.due_on,
        state=action.state,
        told=action.told,
        origin=action.origin,
        wave_id=action.wave_id,
    )
    waiting = action.state in (ActionState.PLANNED, ActionState.UNDER_WAY)
    section = Section.OVERDUE if waiting and action.due_on < today else Section(action.state.value)
    return Planned(action.id, action.organisation_id, departments[action.department_id], wished, section)


def _audit(session: Session, action: PlannedAction, what: str, by: int, now: datetime) -> None:
    record(session, what, action, now=now, by=by, state=action.state.value, told=action.told)
