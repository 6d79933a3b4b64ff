"""A second wave of the same firm: some people stay, some change their mind, the firm changes (method 7.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from scoring.simulation.injection import with_points
from scoring.simulation.organisations import Organisation, resized
from scoring.simulation.people import People, draw_people
from scoring.simulation.scenario import Scenario
from scoring.simulation.waves import Wave, hold_wave
from scoring.vocabulary import FACETS, LEVELS

Code = TypeVar("Code", np.float64, np.int8)


@dataclass(frozen=True, eq=False)
class TwoWaves:
    """Two surveys of one firm, with the scenario that was true in each."""

    before: Wave
    after: Wave
    scenario_after: Scenario


def two_waves(
    organisation: Organisation,
    scenario: Scenario,
    *,
    seed: int,
    change: float | Mapping[str, float] = 0.0,
    overlap: float = 0.8,
    stability: float = 0.6,
    composition: float = 0.0,
) -> TwoWaves:
    """Before and after. Departments, item severities and the response style of a person stay.

    Args:
        organisation: at the first wave.
        scenario: at the first wave.
        seed: of both waves; the first equals `answer(organisation, scenario, seed=seed)`.
        change: points that every facet (or each named one) gains at all levels.
        overlap: share of the people invited the second time who were invited the first time too.
        stability: correlation of a person's own view with that of the first wave.
        composition: share by which departments shrink and grow (`resized`).

    Raises:
        ValueError: overlap or stability outside 0 to 1, or a change beyond the scale.
    """
    for name, share in (("overlap", overlap), ("stability", stability)):
        if not 0 <= share <= 1:
            raise ValueError(f"{name} must lie between 0 and 1, not {share}")
    later = resized(organisation, composition)
    scenario_after = changed(scenario, change)
    first = draw_people(organisation, scenario, seed=seed)
    second = _with_stayers(
        draw_people(later, scenario_after, seed=seed, occasion=1),
        first,
        *_stayers(organisation, later, overlap),
        stability,
    )
    return TwoWaves(
        hold_wave(organisation, scenario, first, seed=seed),
        hold_wave(later, scenario_after, second, seed=seed, occasion=1),
        scenario_after,
    )


def changed(scenario: Scenario, change: float | Mapping[str, float]) -> Scenario:
    """The scenario after every facet (or each named one) gained expected points, at all levels.

    Raises:
        ValueError: a facet would leave the scale, or is unknown.
    """
    gains = dict.fromkeys(FACETS, change) if isinstance(change, int | float) else dict(change)
    unknown = gains.keys() - set(FACETS)
    if unknown:
        raise ValueError(f"no such facet: {', '.join(sorted(unknown))}")
    if not any(gains.values()):
        return scenario
    gained = np.array([gains.get(facet, 0.0) for facet in FACETS])
    return with_points(scenario, dict(zip(LEVELS, scenario.expected_facets + gained, strict=True)))


def _stayers(
    before: Organisation, after: Organisation, overlap: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of those who stay, at the first and at the second wave."""
    starts = np.cumsum([0, *before.invited.values()])
    earlier = dict(zip(before.invited, starts.tolist(), strict=False))
    old: list[int] = []
    new: list[int] = []
    start = 0
    for atom, people in after.invited.items():
        staying = round(overlap * min(people, before.invited[atom]))
        old.extend(range(earlier[atom], earlier[atom] + staying))
        new.extend(range(start, start + staying))
        start += people
    return np.array(old, dtype=np.int64), np.array(new, dtype=np.int64)


def _with_stayers(
    fresh: People, first: People, old: NDArray[np.int64], new: NDArray[np.int64], stability: float
) -> People:
    def replaced(now: NDArray[Code], then: NDArray[Code]) -> NDArray[Code]:
        both = now.copy()
        both[new] = then[old]
        return both

    def partly(now: NDArray[np.float64], then: NDArray[np.float64]) -> NDArray[np.float64]:
        both = now.copy()
        both[new] = stability * then[old] + np.sqrt(1 - stability**2) * now[new]
        return both

    return replace(
        fresh,
        view=partly(fresh.view, first.view),
        facets=partly(fresh.facets, first.facets),
        half=replaced(fresh.half, first.half),
        acquiescence=replaced(fresh.acquiescence, first.acquiescence),
        extremity=replaced(fresh.extremity, first.extremity),
        desirability=replaced(fresh.desirability, first.desirability),
        language=replaced(fresh.language, first.language),
    )
