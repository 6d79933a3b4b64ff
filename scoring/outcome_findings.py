"""What departments' scores go with: each other, and outcomes by other sources (method 3.9, 5.2, 6.5).

Correlations are taken over printed numbers, so they tell nothing about anybody that is not told already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from scoring.answers import Path
from scoring.comparisons import Comparisons
from scoring.estimable import NotEstimable
from scoring.importance import FEWEST_DEPARTMENTS, Importance, outcome_importance
from scoring.internal_chain import Correlation, internal_chain
from scoring.outcomes import LOWER_IS_BETTER, SAME_SOURCE, OutcomeKind, OutcomeValue, latest
from scoring.released import ReleasedCell
from scoring.released_diagnosis import ReleasedCorrelation, ReleasedOutcome
from scoring.rounding import hundredths
from scoring.scored_wave import Place, ScoredWave, Shown
from scoring.support import generator
from scoring.unit_draws import ORGANISATION
from scoring.vocabulary import FACETS, LEGS

CHAIN: Final = ("X3", "X1", "B")

Values = Mapping[Path, float]
Correlations = dict[str, ReleasedCorrelation | NotEstimable]
Shrunken = Mapping[str, Mapping[Place, tuple[float, float]]]


def internal_correlations(cells: Sequence[ReleasedCell]) -> Correlations:
    """The internal chain: X3, X1 and leg B over departments, "X3-X1" and so on."""
    columns = _columns(cells)
    pairs = [(one, other) for i, one in enumerate(CHAIN) for other in CHAIN[i + 1 :]]
    return {f"{one}-{other}": _correlation(columns[one], columns[other]) for one, other in pairs}


def outcome_correlations(
    cells: Sequence[ReleasedCell], outcomes: Sequence[OutcomeValue]
) -> dict[str, ReleasedOutcome]:
    """Each outcome in its last period beside legs, seat, X1 and X3 of the departments."""
    columns = _columns(cells)
    found = {}
    for kind in OutcomeKind:
        period, values = latest(outcomes, kind)
        if values:
            found[kind.value] = ReleasedOutcome(
                period=period,
                lower_is_better=kind in LOWER_IS_BETTER,
                same_source=kind in SAME_SOURCE,
                departments=len(_apart(values, columns["seat"])),
                correlations={name: _correlation(column, values) for name, column in columns.items()},
            )
    return found


def importance_for_outcome(
    scored: ScoredWave,
    shown: Mapping[Place, Shown],
    compared: Comparisons,
    facets: Shrunken,
    outcomes: Sequence[OutcomeValue],
) -> Importance | None:
    """Tier 2, for the first outcome in the order of `OutcomeKind` that fifty departments have.

    None where there is none. A department below 2k weighs as k people.
    """
    paths = scored.matrix.tree.paths
    scores = {paths[place[0]]: place for place in compared.legs}
    for kind in OutcomeKind:
        if kind in SAME_SOURCE:
            continue
        _, values = latest(outcomes, kind)
        places = [scores[unit] for unit in _apart(values, dict.fromkeys(scores, 0.0))]
        if len(places) < FEWEST_DEPARTMENTS:
            continue
        sign = -1.0 if kind in LOWER_IS_BETTER else 1.0
        found = outcome_importance(
            np.array([sign * values[paths[unit]] for unit, _ in places]),
            np.array([_people(scored, shown[place]) for place in places]),
            np.array([compared.legs[place] for place in places]),
            np.array(
                [[facets.get(facet, {}).get(place, (np.nan,))[0] for facet in FACETS] for place in places]
            ),
            generator(scored.wave, scored.cell_id(ORGANISATION), f"importance for {kind}"),
            outcome_name=kind.value,
        )
        if found.tier:
            return found
    return None


def _people(scored: ScoredWave, one: Shown) -> int:
    return scored.k if one.is_small else int(scored.legs.n(one.cell.labels).sum())


def _columns(cells: Sequence[ReleasedCell]) -> dict[str, dict[Path, float]]:
    """Printed legs, seat, X1 and X3 of the departments' staff of whom 30 % or more answered."""
    shown = [one for one in cells if one.level == "staff" and len(one.unit) > 1 and one.response != "low"]
    columns: dict[str, dict[Path, float]] = {
        leg.value: {one.unit: float(one.legs[leg].value) for one in shown} for leg in LEGS
    }
    columns["seat"] = {one.unit: float(one.seat.value) for one in shown}
    finer = [(one.unit, one.finer) for one in shown if one.finer is not None]
    columns["X1"] = {unit: float(one.enps.estimate.value) for unit, one in finer if one.enps is not None}
    columns["X3"] = {
        unit: one.internal_service.value for unit, one in finer if one.internal_service is not None
    }
    return columns


def _apart(one: Values, other: Values) -> list[Path]:
    """The departments that have both values, sorted; none of them lies inside another."""
    both = sorted(one.keys() & other.keys())
    above = {unit[:depth] for unit in both for depth in range(1, len(unit))}
    return [unit for unit in both if unit not in above]


def _correlation(one: Values, other: Values) -> ReleasedCorrelation | NotEstimable:
    units = _apart(one, other)
    columns = {"one": np.array([one[u] for u in units]), "other": np.array([other[u] for u in units])}
    found = internal_chain(columns)["one", "other"]
    return _released(found) if isinstance(found, Correlation) else found


def _released(found: Correlation) -> ReleasedCorrelation:
    return ReleasedCorrelation(
        hundredths(found.r), hundredths(found.low), hundredths(found.high), found.departments
    )
