"""People who joined after a survey opened: add them, as long as every label stays as it was frozen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.accounts.access import NotVisible
from coherence.ballots.errors import WrongState
from coherence.ballots.merging import merged_labels
from coherence.store import (
    Database,
    Department,
    Headcount,
    Invitation,
    Person,
    Wave,
    WaveState,
    WaveUnit,
)
from coherence.use_cases.audit_log import record
from coherence.use_cases.waves.staff_waves import Staff, staff_organisation, staff_wave
from scoring.answers import DepartmentTree, Path
from scoring.disclosure import BOARD, Label
from scoring.vocabulary import Level


class CannotJoin(StrEnum):
    """Why a group of late joiners stays outside; pages have the words."""

    NEW_DEPARTMENT = "new department"
    LABEL_CHANGES = "label changes"
    BOARD_AGREED = "board agreed"


@dataclass(frozen=True, slots=True)
class Joiners:
    """People of one level in one department who are on the roster, but not invited.

    cannot: why they stay outside; None where they can be added.
    """

    path: Path
    level: Level
    people: int
    cannot: CannotJoin | None


@dataclass(frozen=True, slots=True)
class LateJoiners:
    """An open survey and who could still join it."""

    wave_id: int
    wave: str
    groups: tuple[Joiners, ...]

    @property
    def can(self) -> int:
        """How many people can be added."""
        return sum(group.people for group in self.groups if group.cannot is None)


@dataclass(frozen=True, slots=True)
class _Frozen:
    """What an open wave has told its people. counts: invited by atom; shown: the label of each.

    board_column: the board agreed, every member, to a column of its own.
    """

    tree: DepartmentTree
    position: Mapping[int, int]
    counts: Mapping[Label, int]
    shown: Mapping[Label, Label]
    k: int
    board_column: bool

    def takes(self, joining: Mapping[Label, int]) -> bool:
        """Whether every label stays as it is when these people join.

        A group that nobody was invited of may join a label that others have been told of. Nobody joins a
        board that has agreed to a column of its own: the new member has not.
        """
        if any(self.is_agreed_board(atom) for atom in joining):
            return False
        before = self.after({})
        after = self.after(joining)
        told = set(self.shown.values())
        return all(after[atom] == before[atom] for atom in self.counts) and all(
            after[atom] in told for atom in joining
        )

    def is_agreed_board(self, atom: Label) -> bool:
        """Whether a group belongs to a board that has agreed to a column of its own."""
        return self.board_column and atom.level is BOARD.level

    def after(self, joining: Mapping[Label, int]) -> dict[Label, Label | None]:
        """The label of every group when these people join."""
        counts = {atom: self.counts.get(atom, 0) + joining.get(atom, 0) for atom in {*self.counts, *joining}}
        return merged_labels(self.tree, counts, self.k, board_column=self.board_column)


def late_joiners(database: Database, organisation_id: int, staff: Staff) -> list[LateJoiners]:
    """Open surveys with people on the roster who are not invited; none where everybody is.

    Raises:
        NotVisible: there is no such organisation for this person.
    """
    with database.read() as session:
        staff_organisation(session, organisation_id, staff)
        waves = session.scalars(
            select(Wave).where(Wave.organisation_id == organisation_id, Wave.state == WaveState.OPEN)
        ).all()
        found = [LateJoiners(wave.id, wave.name, _groups(session, wave)) for wave in waves]
    return [one for one in found if one.groups]


def invite_late_joiners(
    database: Database, organisation_id: int, staff: Staff, wave_id: int, *, now: datetime
) -> int:
    """Invite those who can still join; says how many. Their messages go out with the next sending.

    The head counts grow by them: a late joiner weighs like everybody else.

    Raises:
        NotVisible: there is no such survey for this person.
        WrongState: it is not open.
    """
    with database.write() as session:
        wave = staff_wave(session, wave_id, staff, to_change=True)
        if wave.organisation_id != organisation_id:
            raise NotVisible(f"there is no wave {wave_id} in this organisation")
        if wave.state is not WaveState.OPEN:
            raise WrongState(f"the survey “{wave.name}” is {wave.state}; people join only while it is open")
        frozen = _frozen(session, wave)
        waiting, _ = _waiting(session, wave, frozen)
        joining = _joining(frozen, waiting)
        labels = frozen.after(joining)
        for atom in sorted(joining):
            _join(session, wave_id, atom, labels[atom], waiting[atom])
        added = sum(joining.values())
        if added:
            record(session, "wave.join", wave, now=now, by=staff.user_id, people=added)
        return added


def _groups(session: Session, wave: Wave) -> tuple[Joiners, ...]:
    frozen = _frozen(session, wave)
    waiting, elsewhere = _waiting(session, wave, frozen)
    joining = _joining(frozen, waiting)
    paths = frozen.tree.paths
    known = [
        Joiners(paths[atom.unit], atom.level, len(ids), None if atom in joining else _why_not(frozen, atom))
        for atom, ids in sorted(waiting.items())
    ]
    newer = [
        Joiners((name,), level, people, CannotJoin.NEW_DEPARTMENT)
        for (name, level), people in sorted(elsewhere.items())
    ]
    return (*known, *newer)


def _why_not(frozen: _Frozen, atom: Label) -> CannotJoin:
    return CannotJoin.BOARD_AGREED if frozen.is_agreed_board(atom) else CannotJoin.LABEL_CHANGES


def _frozen(session: Session, wave: Wave) -> _Frozen:
    units = session.scalars(
        select(WaveUnit).where(WaveUnit.wave_id == wave.id).order_by(WaveUnit.position)
    ).all()
    heads = session.scalars(select(Headcount).where(Headcount.wave_id == wave.id)).all()
    return _Frozen(
        tree=DepartmentTree(tuple(unit.unit for unit in units)),
        position={unit.department_id: unit.position for unit in units if unit.department_id is not None},
        counts={Label(head.unit, head.level): head.invited for head in heads},
        shown={Label(head.unit, head.level): Label(head.shown_unit, head.shown_level) for head in heads},
        k=wave.k,
        board_column=wave.board_column,
    )


def _waiting(
    session: Session, wave: Wave, frozen: _Frozen
) -> tuple[dict[Label, list[int]], dict[tuple[str, Level], int]]:
    """People without an invitation by atom of the wave, and how many are in departments it does not know."""
    rows = session.execute(
        select(Person.id, Person.department_id, Person.level, Department.name)
        .join(Department, Department.id == Person.department_id)
        .outerjoin(Invitation, (Invitation.person_id == Person.id) & (Invitation.wave_id == wave.id))
        .where(Person.organisation_id == wave.organisation_id, Invitation.id.is_(None))
        .order_by(Person.id)
    )
    waiting: dict[Label, list[int]] = defaultdict(list)
    elsewhere = Counter[tuple[str, Level]]()
    for person, department, level, name in rows:
        if department in frozen.position:
            waiting[Label(frozen.position[department], level)].append(person)
        else:
            elsewhere[name, level] += 1
    return dict(waiting), dict(elsewhere)


def _joining(frozen: _Frozen, waiting: Mapping[Label, list[int]]) -> dict[Label, int]:
    """The groups that can join: all together if that goes, else one after the other as long as it does."""
    everybody = {atom: len(ids) for atom, ids in waiting.items()}
    if frozen.takes(everybody):
        return everybody
    joining: dict[Label, int] = {}
    for atom in sorted(everybody):
        if frozen.takes(joining | {atom: everybody[atom]}):
            joining[atom] = everybody[atom]
    return joining


def _join(session: Session, wave_id: int, atom: Label, label: Label | None, people: Sequence[int]) -> None:
    head = session.get(Headcount, (wave_id, atom.unit, atom.level), with_for_update=True)
    if head is None and label is not None:
        head = Headcount(
            wave_id=wave_id,
            unit=atom.unit,
            level=atom.level,
            invited=0,
            shown_unit=label.unit,
            shown_level=label.level,
        )
        session.add(head)
    if head is None:
        raise LookupError(f"wave {wave_id} knows no label for department {atom.unit}, level {atom.level}")
    head.invited += len(people)
    session.flush()
    session.add_all(
        Invitation(wave_id=wave_id, person_id=person, unit=atom.unit, level=atom.level) for person in people
    )
