"""How many people each department has: on the roster of a draft, invited once it is open."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.ballots.opening import roster_counts
from coherence.store import Database, Headcount, TreeHasNoRoot, Wave, WaveUnit, stored_tree
from coherence.use_cases.waves.staff_waves import Staff, staff_wave
from scoring.answers import Path
from scoring.vocabulary import Level


@dataclass(frozen=True, slots=True)
class DepartmentCount:
    """People of each level in one department itself, without those below it."""

    unit: Path
    people: dict[Level, int]

    @property
    def total(self) -> int:
        """All levels together."""
        return sum(self.people.values())


def people_count(database: Database, wave_id: int, staff: Staff) -> list[DepartmentCount]:
    """The departments that have people, in the order of the tree.

    Raises:
        NotVisible: there is no such wave for this person.
    """
    with database.read() as session:
        counts = counts_of(session, staff_wave(session, wave_id, staff))
    by_unit: dict[Path, dict[Level, int]] = defaultdict(dict)
    for (unit, level), people in counts.items():
        by_unit[unit][level] = people
    return [DepartmentCount(unit, by_unit[unit]) for unit in sorted(by_unit)]


def frozen_counts(session: Session, wave_id: int) -> dict[tuple[Path, Level], int]:
    """People of each level in each department, as they were invited."""
    rows = session.execute(
        select(WaveUnit.path, Headcount.level, Headcount.invited)
        .join(Headcount, (Headcount.wave_id == WaveUnit.wave_id) & (Headcount.unit == WaveUnit.position))
        .where(WaveUnit.wave_id == wave_id)
    )
    return {(tuple(path), level): invited for path, level, invited in rows}


def present_counts(session: Session, organisation_id: int) -> dict[tuple[Path, Level], int]:
    """The same as the roster is now; empty where there are no departments yet."""
    try:
        stored = stored_tree(session, organisation_id)
    except TreeHasNoRoot:
        return {}
    counts = roster_counts(session, organisation_id, stored)
    return {(stored.tree.paths[label.unit], label.level): people for label, people in counts.items()}


def counts_of(session: Session, wave: Wave) -> dict[tuple[Path, Level], int]:
    """Those of a wave: frozen from its opening on, the roster's before."""
    if wave.opened_at is not None:
        return frozen_counts(session, wave.id)
    return present_counts(session, wave.organisation_id)
