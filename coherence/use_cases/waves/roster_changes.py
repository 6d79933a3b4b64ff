"""What has changed in the organisation since the survey that this one follows."""

from __future__ import annotations

from dataclasses import dataclass

from coherence.store import Database, Wave, WavePreparation
from coherence.use_cases.waves.people_count import counts_of
from coherence.use_cases.waves.staff_waves import Staff, staff_wave
from scoring.answers import Path
from scoring.vocabulary import LEVELS, Level


@dataclass(frozen=True, slots=True)
class Change:
    """A level in a department that has more or fewer people than when the earlier survey opened."""

    unit: Path
    level: Level
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class RosterChanges:
    """The roster of a survey beside that of the one it follows.

    earlier: name of that one. comparable: same form and version, so that changes can be told. new, gone:
    departments that only one of them has. changes: in departments that both have.
    """

    earlier: str
    comparable: bool
    people_before: int
    people_now: int
    new: tuple[Path, ...]
    gone: tuple[Path, ...]
    changes: tuple[Change, ...]


def roster_changes(database: Database, wave_id: int, staff: Staff) -> RosterChanges | None:
    """The comparison; None where the survey follows none.

    Raises:
        NotVisible: there is no such wave for this person.
    """
    with database.read() as session:
        wave = staff_wave(session, wave_id, staff)
        prepared = session.get(WavePreparation, wave_id)
        earlier = session.get(Wave, prepared.follows) if prepared and prepared.follows else None
        if earlier is None or earlier.opened_at is None:
            return None
        before, now = counts_of(session, earlier), counts_of(session, wave)
        departments_before, departments_now = _departments(before), _departments(now)
        both = departments_before & departments_now
        changes = [
            Change(unit, level, before.get((unit, level), 0), now.get((unit, level), 0))
            for unit in sorted(both)
            for level in LEVELS
            if before.get((unit, level), 0) != now.get((unit, level), 0)
        ]
        return RosterChanges(
            earlier=earlier.name,
            comparable=(earlier.form, earlier.questionnaire_version)
            == (wave.form, wave.questionnaire_version),
            people_before=sum(before.values()),
            people_now=sum(now.values()),
            new=tuple(sorted(departments_now - departments_before)),
            gone=tuple(sorted(departments_before - departments_now)),
            changes=tuple(changes),
        )


def _departments(people: dict[tuple[Path, Level], int]) -> set[Path]:
    return {unit for unit, _ in people}
