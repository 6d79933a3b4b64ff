"""What stands beside the scores of a cell: gaps of legs, ratio, shift table, imputed legs (method 3)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scoring.coherence import leg_gaps, one_to_one, small_leg_gaps
from scoring.differences import Difference
from scoring.estimable import NotEstimable
from scoring.nonresponse import shift_table
from scoring.released import ReleasedCell
from scoring.released_figures import Estimate, Gap, Quantity, Range, Shift
from scoring.rounding import nearest, whole_points
from scoring.scored_wave import Place, ScoredWave, Shown
from scoring.sensitivity import MANY_MISSING, imputation_effects, imputed_legs, missing_tallies
from scoring.tiers import quantity_tier, stratum_tallies
from scoring.vocabulary import LEGS, Leg


def gaps(scored: ScoredWave, shown: Sequence[Shown]) -> dict[Place, dict[str, Gap]]:
    """D - R, D - B and R - B of every cell that may be compared, by "D-R", "D-B", "R-B"."""
    large = [one for one in shown if one.compared and not one.is_small]
    exact = leg_gaps(scored.legs, [one.cell for one in large]) if large else []
    found = {one.place: each for one, each in zip(large, exact, strict=True)}
    for one in shown:
        if one.compared and one.is_small:
            found[one.place] = small_leg_gaps(one.printed, scored.legs, scored.k)
    return {
        place: {f"{upper}-{lower}": printed_gap(each) for (upper, lower), each in differences.items()}
        for place, differences in found.items()
    }


def printed_gap(difference: Difference) -> Gap:
    """A gap in whole points; it can be 400 points wide, so it is not cut to the scale."""
    return Gap(
        nearest(difference.value), nearest(difference.low), nearest(difference.high), difference.gap_class
    )


def ratio(one: Shown) -> int | None:
    """The 1:1 ratio in whole percent, from printed legs."""
    if not one.compared:
        return None
    found = one_to_one(one.released.legs[Leg.D].value, one.released.legs[Leg.B].value)
    return None if isinstance(found, NotEstimable) else nearest(found)


def shift(released: ReleasedCell) -> Shift | None:
    """What the silent could change, from printed scores and numbers of people; from ten people on.

    Beside a band, n / N is the printed response rate.
    """
    if released.size == "small" or released.response_percent is None:
        return None
    response = released.response_percent / 100
    if released.n is not None and released.invited:
        response = released.n / released.invited
    scores: dict[Quantity, Estimate] = {leg.value: released.legs[leg] for leg in LEGS}
    scores["seat"] = released.seat
    tables = {name: shift_table(one.value, response) for name, one in scores.items()}
    return Shift(
        nearest(tables["seat"].move),
        {name: Range(whole_points(one.lower), whole_points(one.higher)) for name, one in tables.items()},
    )


def imputed(scored: ScoredWave, shown: Sequence[Shown]) -> dict[Place, dict[Leg, int]]:
    """Legs with their gaps in answers filled, where that moves them by more than 5 points.

    Only of cells all of whose labels hold ten people: the same leg of a smaller part follows from two.
    """
    cells = [one for one in shown if one.released.size == "exact" and one.compared]
    tier, people = scored.legs, scored.people
    if not cells:
        return {}
    missing = stratum_tallies(tier, missing_tallies(scored.matrix, people))
    counts = np.array([missing.counts[tier.rows(one.cell.labels)].sum(axis=0) for one in cells])
    if not (counts[:, : len(LEGS)] > MANY_MISSING * counts[:, len(LEGS) :]).any():
        return {}
    filled = imputed_legs(scored.matrix, people)
    if isinstance(filled, NotEstimable):
        return {}
    beside = quantity_tier(scored.matrix, filled, people.valid, tier.partition, tier.home, tier.pool)
    effects = imputation_effects(tier, beside, missing, [one.cell for one in cells])
    return {
        one.place: {leg: whole_points(each.imputed) for leg, each in effect.items() if each.moves}
        for one, effect in zip(cells, effects, strict=True)
    }
