"""Which groups the answers will be counted in, before anybody answers: merged on the invited roster."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from coherence.ballots.board import board_of
from coherence.ballots.errors import WrongState
from coherence.ballots.opening import roster_counts
from coherence.store import Database, TreeHasNoRoot, Wave, WavePreparation, stored_tree
from coherence.use_cases.audit_log import record
from coherence.use_cases.waves.staff_waves import Staff, preparation, staff_draft, staff_wave
from scoring.answers import Atom, DepartmentTree, Path
from scoring.disclosure import Label, Merge, Reason, consenting_board, explain_merge, initial, merge
from scoring.vocabulary import LEVELS, Level


class GroupsChanged(WrongState):
    """The roster was changed since the groups were looked at."""


@dataclass(frozen=True, slots=True)
class Team:
    """One level in one department, as the roster has it."""

    unit: Path
    level: Level
    people: int


@dataclass(frozen=True, slots=True)
class Joining:
    """Why teams count elsewhere. people: how many the joining teams have together."""

    teams: tuple[Team, ...]
    into: Path
    into_level: Level
    people: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class ReportedGroup:
    """A group as it will be reported: what every person in it reads before answering.

    level: of the label; levels: everybody who counts there. joinings: why teams have no group of their own.
    """

    unit: Path
    level: Level
    levels: frozenset[Level]
    invited: int
    teams: tuple[Team, ...]
    joinings: tuple[Joining, ...]

    @property
    def alone(self) -> bool:
        """Whether it is one team, reported by itself."""
        return len(self.teams) == 1

    @property
    def moved(self) -> frozenset[Team]:
        """The teams that have no group of their own name."""
        return frozenset(team for joining in self.joinings for team in joining.teams)


@dataclass(frozen=True, slots=True)
class LabelPreview:
    """All groups of a wave if it opened now.

    k: the smallest group. people: on the roster. moved: how many of them count in a larger group.
    groups: those of several teams first. checked: somebody has found exactly these groups good.
    fingerprint: of these groups. enough: whether there are k people at all.
    """

    k: int
    people: int
    moved: int
    groups: tuple[ReportedGroup, ...]
    checked: bool
    fingerprint: str

    @property
    def enough(self) -> bool:
        """Whether anything could ever be shown."""
        return bool(self.groups)

    @property
    def joined(self) -> int:
        """How many groups hold several teams."""
        return sum(len(group.teams) > 1 for group in self.groups)

    @property
    def smallest(self) -> int:
        """People in the smallest group; 0 where there is none."""
        return min((group.invited for group in self.groups), default=0)


def label_preview(database: Database, wave_id: int, staff: Staff) -> LabelPreview:
    """The groups of a draft, as they would be frozen if it opened now.

    Raises:
        NotVisible: no such wave for this person.
        WrongState: it is open; its groups are frozen.
    """
    with database.read() as session:
        wave = staff_wave(session, wave_id, staff)
        if wave.opened_at is not None:
            raise WrongState(f"the groups of “{wave.name}” were settled when it opened")
        return preview_of(session, wave)


def approve_groups(
    database: Database, wave_id: int, staff: Staff, *, fingerprint: str, now: datetime
) -> None:
    """Write down that somebody has looked at the groups and found them good.

    fingerprint: of the preview that was looked at.

    Raises:
        NotVisible, WrongState: no such draft.
        GroupsChanged: they are others by now, and must be looked at again.
    """
    with database.write() as session:
        wave = staff_draft(session, wave_id, staff)
        present = preview_of(session, wave)
        if present.fingerprint != fingerprint:
            raise GroupsChanged("the list of people has changed meanwhile; look at the groups once more")
        preparation(session, wave_id).groups_checked = fingerprint
        details = {"groups": len(present.groups), "joined": present.joined, "k": present.k}
        record(session, "wave.groups", wave, now=now, by=staff.user_id, **details)


def preview_of(session: Session, wave: Wave) -> LabelPreview:
    """The groups on the present roster."""
    counts, tree = _roster(session, wave.organisation_id)
    agreed = board_of(session, wave).complete
    groups = reported_groups(tree, counts, wave.k, board_column=agreed) if counts else ()
    fingerprint = _fingerprint(groups, wave.k)
    prepared = session.get(WavePreparation, wave.id)
    return LabelPreview(
        k=wave.k,
        people=sum(counts.values()),
        moved=sum(team.people for group in groups for team in group.moved),
        groups=groups,
        checked=prepared is not None and prepared.groups_checked == fingerprint,
        fingerprint=fingerprint,
    )


def reported_groups(
    tree: DepartmentTree, counts: Mapping[Atom, int], k: int, *, board_column: bool = False
) -> tuple[ReportedGroup, ...]:
    """The groups that a roster ends in, those of several teams first; none where fewer than k are invited.

    board_column: every member of a board of 3 or 4 has agreed to a column of its own.

    >>> tree = DepartmentTree.of([("Acme", "North"), ("Acme", "South")])
    >>> groups = reported_groups(tree, {Atom(1, Level.F): 3, Atom(2, Level.F): 8, Atom(0, Level.F): 9}, 5)
    >>> [("/".join(group.unit), group.invited, len(group.teams)) for group in groups]
    [('Acme', 12, 2), ('Acme/South', 8, 1)]
    """
    start = initial(tree, counts)
    exempt = consenting_board(start, counts, k) if board_column else frozenset[Label]()
    final = merge(start, counts, k, exempt=exempt)
    steps: dict[Label, list[Merge]] = defaultdict(list)
    for step in explain_merge(start, counts, k, exempt=exempt):
        label = final.label_of[step.atoms[0]]
        if label is not None and step.people:
            steps[label].append(step)
    found = [
        ReportedGroup(
            unit=tree.paths[label.unit],
            level=label.level,
            levels=frozenset(atom.level for atom in final.atoms_of(label)),
            invited=sum(counts[atom] for atom in final.atoms_of(label)),
            teams=_teams(tree, counts, final.atoms_of(label)),
            joinings=_joinings(tree, counts, steps[label]),
        )
        for label in final.labels
    ]
    return tuple(
        sorted(found, key=lambda group: (len(group.teams) < 2, group.unit, LEVELS.index(group.level)))
    )


def _roster(session: Session, organisation_id: int) -> tuple[dict[Atom, int], DepartmentTree]:
    try:
        stored = stored_tree(session, organisation_id)
    except TreeHasNoRoot:
        return {}, DepartmentTree((("",),))
    counts = roster_counts(session, organisation_id, stored)
    return {Atom(*label): people for label, people in counts.items()}, stored.tree


def _joinings(tree: DepartmentTree, counts: Mapping[Atom, int], steps: list[Merge]) -> tuple[Joining, ...]:
    """One for each set of teams, however many steps they went: only where they ended matters."""
    last = {step.atoms: step for step in steps}
    return tuple(_joining(tree, counts, step) for step in last.values())


def _joining(tree: DepartmentTree, counts: Mapping[Atom, int], step: Merge) -> Joining:
    target = step.target or step.source
    return Joining(
        teams=_teams(tree, counts, step.atoms),
        into=tree.paths[target.unit],
        into_level=target.level,
        people=step.people,
        reason=step.reason,
    )


def _teams(tree: DepartmentTree, counts: Mapping[Atom, int], atoms: tuple[Atom, ...]) -> tuple[Team, ...]:
    return tuple(Team(tree.paths[atom.unit], atom.level, counts[atom]) for atom in atoms)


def _fingerprint(groups: tuple[ReportedGroup, ...], k: int) -> str:
    content = [
        [
            list(group.unit),
            group.level.value,
            [[list(team.unit), team.level.value, team.people] for team in group.teams],
        ]
        for group in groups
    ]
    return hashlib.sha256(json.dumps([k, content], ensure_ascii=False).encode()).hexdigest()
