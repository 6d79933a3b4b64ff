"""How a wave stands, and roughly how many have answered: counted once a day, in steps, by group."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coherence.store import Database, Headcount, Invitation, Participation, Wave, WaveState, WaveUnit
from scoring.disclosure import Label

REFRESHED: Final = timedelta(days=1)
IN_WORDS_BELOW: Final = 20
"""Groups with fewer invited people are told in words only."""

STEP_HOLDS: Final = 5
"""Fewest people that a step of a response rate stands for, so that no step is one person."""


@dataclass(frozen=True, slots=True)
class GroupRate:
    """The response of one group as it may be seen while a wave is open.

    at_least: percent, rounded down to a step; None in groups that are told in words. half: of these,
    whether half or more have answered; None in all others, where it would be finer than the step.
    """

    unit: tuple[str, ...]
    levels: tuple[str, ...]
    invited: int
    at_least: int | None
    half: bool | None


@dataclass(frozen=True, slots=True)
class WaveStatus:
    """Where a wave stands; rates are of the last daily count, the whole organisation first."""

    name: str
    state: WaveState
    invited: int
    closes_at: datetime | None
    counted_at: datetime | None
    rates: tuple[GroupRate, ...]


def wave_status(database: Database, wave_id: int, *, now: datetime) -> WaveStatus:
    """The state of a wave, with a fresh count if the last one is a day old."""
    with database.write() as session:
        wave = session.get_one(Wave, wave_id)
        invited = session.scalar(select(func.sum(Headcount.invited)).where(Headcount.wave_id == wave_id)) or 0
        counted = session.get(Participation, wave_id)
        if wave.state is WaveState.OPEN and (counted is None or now - counted.counted_at >= REFRESHED):
            rates = _count(session, wave_id, wave.k)
            if counted is None:
                counted = Participation(wave_id=wave_id, counted_at=now, rates=rates)
                session.add(counted)
            counted.counted_at, counted.rates = now, rates
        return WaveStatus(
            name=wave.name,
            state=wave.state,
            invited=invited,
            closes_at=wave.closes_at,
            counted_at=counted.counted_at if counted else None,
            rates=tuple(_rate(row) for row in counted.rates) if counted else (),
        )


def rate_steps(answered: int, invited: int) -> tuple[int | None, bool | None]:
    """A response rate as it may be seen: percent rounded down to a step, or (below 20) half or more.

    A step is the smallest multiple of 5 % that stands for five people.

    >>> rate_steps(13, 20), rate_steps(55, 100), rate_steps(7, 12)
    ((50, None), (55, None), (None, True))
    """
    if invited < IN_WORDS_BELOW:
        return None, 2 * answered >= invited
    step = rate_step(invited)
    return min(100, 100 * answered // invited // step * step), None


def rate_step(invited: int) -> int:
    """The smallest multiple of 5 % that stands for five people.

    >>> rate_step(20), rate_step(50), rate_step(400)
    (25, 10, 5)
    """
    return 5 * -(-100 * STEP_HOLDS // (5 * invited))


def _count(session: Session, wave_id: int, k: int) -> list[dict[str, Any]]:
    """Rates of the groups that respondents are shown, each of k people or more; none of a smaller board."""
    used = dict[tuple[int, str], int]()
    for unit, level, people in session.execute(
        select(Invitation.unit, Invitation.level, func.count())
        .where(Invitation.wave_id == wave_id, Invitation.used)
        .group_by(Invitation.unit, Invitation.level)
    ):
        used[unit, level] = people
    paths = {
        unit.position: unit.path
        for unit in session.scalars(select(WaveUnit).where(WaveUnit.wave_id == wave_id))
    }
    heads: dict[Label, list[Headcount]] = defaultdict(list)
    for row in session.scalars(select(Headcount).where(Headcount.wave_id == wave_id)):
        heads[Label(row.shown_unit, row.shown_level)].append(row)
    everybody = [row for _, rows in sorted(heads.items()) for row in rows]
    groups = [
        (paths[label.unit], rows)
        for label, rows in sorted(heads.items())
        if sum(row.invited for row in rows) >= k
    ]
    return [_row(path, rows, used) for path, rows in [(paths[0], everybody), *groups]]


def _row(path: list[str], rows: list[Headcount], used: dict[tuple[int, str], int]) -> dict[str, Any]:
    invited = sum(row.invited for row in rows)
    at_least, half = rate_steps(sum(used.get((row.unit, row.level), 0) for row in rows), invited)
    levels = sorted({row.level.value for row in rows})
    return {"unit": path, "levels": levels, "invited": invited, "at_least": at_least, "half": half}


def _rate(row: dict[str, Any]) -> GroupRate:
    # A count of an earlier version may hold both.
    half = row["half"] if row["at_least"] is None else None
    return GroupRate(tuple(row["unit"]), tuple(row["levels"]), row["invited"], row["at_least"], half)
