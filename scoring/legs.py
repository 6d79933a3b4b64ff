"""From answers to persons: facets, legs, who is valid, who answered carelessly (method 3.1, 3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.answers import AnswerMatrix
from scoring.vocabulary import (
    FACETS,
    ITEMS,
    KEYS,
    LEGS,
    LEVELS,
    NOT_ASKED_OF_SUPPORT,
    SHORT_ITEMS,
    Leg,
    Level,
    leg_of,
)

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

CHUNK: Final = 8192
"""People who are scored at once: their answers fit into a processor's cache."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Small = NDArray[np.int8]


_NOTHING, _ONE, _NEUTRAL = np.int8(0), np.int8(1), np.int8(3)
_KEYS: Final = np.array(KEYS, dtype=np.int8)[:, None]


def _facet_points() -> Floats:
    """Points of a facet by number of answers (0 to 3) and their keyed total, -6 to 6 (from the end)."""
    points = np.full((4, 13), np.nan)
    total = np.r_[0:7, -6:0]
    for count in range(ITEMS_PER_FACET_NEEDED, 4):
        points[count] = 100.0 * total / count
    return points


_FACET_POINTS: Final = _facet_points()


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
    people, short = len(matrix), matrix.form == "short"
    # People lie side by side in memory, in each chunk and in what is returned: that is what makes it fast.
    facets, legs = np.empty((len(FACETS), people)), np.empty((len(LEGS), people))
    careless, valid = np.empty(people, dtype=np.bool_), np.empty(people, dtype=np.bool_)
    support = matrix.level == LEVELS.index(Level.S)
    for start in range(0, people, CHUNK):
        part = slice(start, start + CHUNK)
        given = _given(matrix.answers[part], support[part], short)
        answered = (given > 0).view(np.int8)
        keyed = (given - _NEUTRAL) * _KEYS * answered
        if short:
            facets[:, part] = np.nan
            legs[:, part] = _short_legs(keyed, answered)
        else:
            total, count = _by_facet(keyed), _by_facet(answered)
            facets[:, part] = _FACET_POINTS[count, total]
            legs[:, part] = _long_legs(total, count)
        careless[part] = _careless(given, answered, short)
        enough = answered.sum(axis=0, dtype=np.int8) >= ITEMS_NEEDED[matrix.form]
        valid[part] = enough & ~np.isnan(legs[:, part]).any(axis=0) & ~careless[part]
    return PersonScores(facets.T, legs.T, careless, valid)


def _given(raw: Small, support: Flags, short: bool) -> Small:
    """Answers to what was asked, 51 x people; 0 where there is none."""
    given = np.maximum(raw.T, _NOTHING, order="C")
    given[ITEMS.index(NOT_ASKED_OF_SUPPORT), support] = 0
    if short:
        given[~np.isin(ITEMS, SHORT_ITEMS)] = 0
    return given


def _by_facet(items: Small) -> Small:
    """Sums of the three items of each facet, 17 x people."""
    sums: Small = items[0::3] + items[1::3] + items[2::3]
    return sums


def _long_legs(total: Small, count: Small) -> Floats:
    """Mean of the valid facets of each leg, 3 x people; facets weigh equally."""
    valid = (count >= ITEMS_PER_FACET_NEEDED).view(np.int8)
    # Sixths of an answer step: 6 * total / count is whole for two answers and for three.
    sixths = total * (5 - count) * valid
    legs = np.empty((len(LEGS), total.shape[1]))
    for row, leg in enumerate(LEGS):
        own = slice(FACETS_OF[leg][0], FACETS_OF[leg][-1] + 1)
        known = valid[own].sum(axis=0, dtype=np.int8)
        legs[row] = _mean(sixths[own].sum(axis=0, dtype=np.int8), 6, known, FACETS_NEEDED[leg])
    return legs


def _short_legs(keyed: Small, answered: Small) -> Floats:
    """Mean of the six items of each leg, 3 x people (method 2.3)."""
    legs = np.empty((len(LEGS), keyed.shape[1]))
    for row, leg in enumerate(LEGS):
        own = list(SHORT_OF[leg])
        known = answered[own].sum(axis=0, dtype=np.int8)
        legs[row] = _mean(keyed[own].sum(axis=0, dtype=np.int8), 1, known, ITEMS_PER_SHORT_LEG_NEEDED)
    return legs


def _mean(total: Small, parts: int, known: Small, needed: int) -> Floats:
    """100 * (total / parts) / known in points; NaN where fewer are known than needed."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(known >= needed, 100.0 * total / (parts * known), np.nan)


def page_items(page: int) -> tuple[int, ...]:
    """Positions of the 17 items of a page of the full form: facet f gives its item (f + page) mod 3."""
    return tuple(3 * f + (f + page) % 3 for f in range(len(FACETS)))


def _careless(given: Small, answered: Small, short: bool) -> Flags:
    """One page of at least 12 equal raw answers, and hardly any spread over all (Curran 2016)."""
    pages = [range(len(ITEMS))] if short else [page_items(page) for page in range(3)]
    # Seen as unsigned, 0 - 1 is 255: where there is no answer it never is the lowest.
    lowered = (given - _ONE).view(np.uint8)
    straight = np.zeros(given.shape[1], dtype=np.bool_)
    for page in pages:
        rows = list(page)
        lowest, highest = lowered[rows].min(axis=0), given[rows].max(axis=0)
        straight |= (lowest + 1 == highest) & (answered[rows].sum(axis=0, dtype=np.int8) >= STRAIGHT_PAGE)
    people = np.flatnonzero(straight)
    if not short and len(people):
        kept = np.where(given[:, people] > 0, given[:, people], np.nan)
        straight[people] = np.nanstd(kept, axis=0, ddof=1) < CARELESS_SPREAD
    return straight
