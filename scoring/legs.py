"""From answers to persons: facets, legs, who is valid, who answered carelessly (method 3.1, 3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.answers import AnswerMatrix
from scoring.vocabulary import FACETS, ITEMS, KEYS, LEGS, SHORT_ITEMS, Leg, Level, leg_of

FACETS_OF: Final = {leg: tuple(i for i, facet in enumerate(FACETS) if leg_of(facet) == leg) for leg in LEGS}
SHORT_OF: Final = {
    leg: tuple(ITEMS.index(item) for item in SHORT_ITEMS if leg_of(item) == leg) for leg in LEGS
}
FACETS_NEEDED: Final = {Leg.D: 3, Leg.R: 4, Leg.B: 4}
ITEMS_NEEDED: Final = {"full": 26, "short": 12}
ITEMS_PER_FACET_NEEDED: Final = 2
ITEMS_PER_SHORT_LEG_NEEDED: Final = 4

STRAIGHT_PAGE: Final = 12
CARELESS_SPREAD: Final = 0.30

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PersonScores:
    """Scores of every row of an AnswerMatrix; never shown for a person.

    facets: people x 17, points, NaN where a facet is not valid or not asked (short form: all).
    legs: people x 3, points, NaN where not valid.
    careless: flagged by clear evidence only. valid: counts in every result; never careless.
    """

    facets: Floats
    legs: Floats
    careless: Flags
    valid: Flags

    @property
    def seat(self) -> Floats:
        """Mean of the three legs; NaN without all three."""
        mean: Floats = self.legs.mean(axis=1)
        return mean


def score_people(matrix: AnswerMatrix) -> PersonScores:
    """Facets, legs and validity of every person.

    A facet needs two of its three answers, a leg 60 % of its facets, a person 26 of 51 answers
    and all three legs (short form: 4 of 6 answers a leg and 12 of 18 in all). "I do not know" is
    no answer. Support staff are not asked B1a, so their B1 needs both other answers.
    """
    raw = matrix.answers
    answered = raw > 0
    answered[matrix.level == tuple(Level).index(Level.S), ITEMS.index("B1a")] = False
    keyed = np.where(answered, (raw - 3) * np.array(KEYS, dtype=np.int8), 0).astype(np.int8)
    if matrix.form == "short":
        facets = np.full((len(raw), len(FACETS)), np.nan)
        legs = _short_legs(keyed, answered)
        asked = np.isin(ITEMS, SHORT_ITEMS)
        answered &= asked
    else:
        facets = _prorated(keyed.reshape(-1, 17, 3), answered.reshape(-1, 17, 3), ITEMS_PER_FACET_NEEDED)
        legs = _long_legs(facets)
    careless = _careless(raw, answered, matrix.form == "short")
    enough = answered.sum(axis=1) >= ITEMS_NEEDED[matrix.form]
    return PersonScores(facets, legs, careless, enough & ~np.isnan(legs).any(axis=1) & ~careless)


def _prorated(keyed: NDArray[np.int8], answered: Flags, needed: int) -> Floats:
    """100 * mean of the answered items along the last axis; NaN with fewer than needed."""
    count = answered.sum(axis=-1, dtype=np.int16)
    total = keyed.sum(axis=-1, dtype=np.int16)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count >= needed, 100.0 * total / count, np.nan)


def _long_legs(facets: Floats) -> Floats:
    """Mean of the valid facets of each leg; facets weigh equally."""
    legs = np.empty((len(facets), len(LEGS)))
    known = ~np.isnan(facets)
    filled = np.where(known, facets, 0.0)
    for column, leg in enumerate(LEGS):
        own = slice(FACETS_OF[leg][0], FACETS_OF[leg][-1] + 1)
        count = known[:, own].sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            legs[:, column] = np.where(
                count >= FACETS_NEEDED[leg], filled[:, own].sum(axis=1) / count, np.nan
            )
    return legs


def _short_legs(keyed: NDArray[np.int8], answered: Flags) -> Floats:
    """Mean of the six items of each leg (method 2.3)."""
    return np.stack(
        [
            _prorated(keyed[:, SHORT_OF[leg]], answered[:, SHORT_OF[leg]], ITEMS_PER_SHORT_LEG_NEEDED)
            for leg in LEGS
        ],
        axis=1,
    )


def page_items(page: int) -> tuple[int, ...]:
    """Positions of the 17 items of a page of the full form: facet f gives its item (f + page) mod 3."""
    return tuple(3 * f + (f + page) % 3 for f in range(len(FACETS)))


def _careless(raw: NDArray[np.int8], answered: Flags, short: bool) -> Flags:
    """One page of at least 12 equal raw answers, and hardly any spread over all (Curran 2016)."""
    pages = [tuple(ITEMS.index(item) for item in SHORT_ITEMS)] if short else [page_items(p) for p in range(3)]
    straight = np.zeros(len(raw), dtype=np.bool_)
    for page in pages:
        given, values = answered[:, page], raw[:, page]
        lowest = np.where(given, values, 6).min(axis=1)
        highest = np.where(given, values, 0).max(axis=1)
        straight |= (lowest == highest) & (given.sum(axis=1) >= STRAIGHT_PAGE)
    if short:
        return straight
    rows = np.flatnonzero(straight)
    kept = np.where(answered[rows], raw[rows], np.nan)
    straight[rows] = np.nanstd(kept, axis=1, ddof=1) < CARELESS_SPREAD if len(rows) else False
    return straight
