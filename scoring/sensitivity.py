"""How far results depend on missing answers and on careless ones (method 3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.answers import NOT_ASKED, AnswerMatrix
from scoring.cells import Cell
from scoring.estimable import NotEstimable
from scoring.legs import FACETS_OF, ITEMS_NEEDED, SHORT_OF, PersonScores
from scoring.moments import Floats
from scoring.tallies import Tallies
from scoring.tiers import Tier, quantity_tier
from scoring.vocabulary import ITEMS, KEYS, LEGS, LEVELS, NOT_ASKED_OF_SUPPORT, Leg, Level

MANY_MISSING: Final = 0.10
"""Share of missing answers of a leg in a cell from which the imputation is run."""

MOVES: Final = 5.0
"""Points by which a result must move to be told of."""

FEWEST_EXCLUDED: Final = 5

_B1A: Final = ITEMS.index(NOT_ASKED_OF_SUPPORT)


@dataclass(frozen=True, slots=True)
class ImputedLeg:
    """A leg of a cell with much missing, beside itself with the gaps filled (both in points).

    missing: share of the answers of this leg that are missing, 0 to 1. moves: by more than 5 points;
    then both values are printed.
    """

    missing: float
    value: float
    imputed: float

    @property
    def moves(self) -> bool:
        """Whether both values are to be printed."""
        return abs(self.imputed - self.value) > MOVES


def missing_tallies(matrix: AnswerMatrix, people: PersonScores) -> Tallies:
    """Missing answers (D, R, B) and questions asked (D, R, B) of valid people, by atom code."""
    unanswered = (matrix.answers <= 0).view(np.int8)
    spared = _spared(matrix)
    unanswered[spared, _B1A] = 0
    support = spared[people.valid]
    missing, asked = [], []
    for leg in LEGS:
        items = SHORT_OF[leg] if matrix.form == "short" else _items_of(leg)
        own = unanswered[:, items] if matrix.form == "short" else unanswered[:, items[0] : items[-1] + 1]
        missing.append(own.sum(axis=1, dtype=np.int8)[people.valid])
        asked.append(np.full(len(support), len(items)) - support * (_B1A in items))
    groups = len(matrix.tree.paths) * len(LEVELS)
    return Tallies.by_group(matrix.atom_codes[people.valid], [*missing, *asked], groups)


def _spared(matrix: AnswerMatrix) -> NDArray[np.bool_]:
    """Who was not asked B1a: support, also where its answers are stored under a merged group."""
    not_asked = matrix.answers[:, _B1A] == NOT_ASKED
    spared: NDArray[np.bool_] = not_asked | (matrix.level == LEVELS.index(Level.S))
    return spared


def _items_of(leg: Leg) -> tuple[int, ...]:
    return tuple(3 * f + i for f in FACETS_OF[leg] for i in range(3))


def imputed_legs(matrix: AnswerMatrix, people: PersonScores) -> Floats | NotEstimable:
    """Legs of valid people with missing answers filled in (people x 3; NaN for the others).

    Two-way imputation inside the facet: y*_ij = PM_if + IM_j - OM_f, person's facet mean + item mean
    - facet mean, both over all valid people, cut to [-2, 2] (Bernaards & Sijtsma 2000). Facets
    without any answer stay missing; B1a of support staff is no question, so it is neither filled nor
    part of their facet mean.
    """
    if matrix.form == "short":
        return NotEstimable("the short form has no facets inside which answers could be filled in")
    raw = matrix.answers[people.valid]
    support = _spared(matrix)[people.valid]
    legs = np.full((len(matrix), len(LEGS)), np.nan)
    for column, leg in enumerate(LEGS):
        total, known = np.zeros(len(raw)), np.zeros(len(raw))
        for f in FACETS_OF[leg]:
            facet = _filled_facet(raw[:, 3 * f : 3 * f + 3], f, support if 3 * f == _B1A else None)
            estimable = ~np.isnan(facet)
            total += np.where(estimable, facet, 0.0)
            known += estimable
        legs[people.valid, column] = total / known
    return legs


def _filled_facet(raw: NDArray[np.int8], facet: int, support: NDArray[np.bool_] | None) -> Floats:
    """A facet of all valid people in points; NaN without any answer."""
    keys = KEYS[3 * facet : 3 * facet + 3]
    asked = [np.ones(len(raw), dtype=np.bool_) for _ in keys]
    if support is not None:
        asked[0] = ~support
    answered = [(raw[:, j] > 0) & asked[j] for j in range(len(keys))]
    y = [np.where(answered[j], (raw[:, j] - 3.0) * key, 0.0) for j, key in enumerate(keys)]
    totals = np.array([one.sum() for one in y])
    counts = np.array([one.sum() for one in answered])
    item_means = totals / np.maximum(counts, 1)
    facet_mean = np.full(len(raw), totals.sum() / max(1, counts.sum()))
    if support is not None:
        # people who were not asked the first item are compared with the mean of the other two
        facet_mean[support] = totals[1:].sum() / max(1, counts[1:].sum())
    n = sum(one.astype(np.int8) for one in answered)
    level = sum(y) / np.maximum(n, 1) - facet_mean
    complete = [
        np.where(answered[j], y[j], (level + item_means[j]).clip(-2, 2)) * asked[j] for j in range(len(keys))
    ]
    questions = sum(one.astype(np.int8) for one in asked)
    return np.where(n > 0, 100 * sum(complete) / questions, np.nan)


def imputation_effects(
    tier: Tier, filled: Tier, missing: Tallies, cells: Sequence[Cell]
) -> list[dict[Leg, ImputedLeg]]:
    """For each cell, the legs with more than 10 % missing answers beside themselves with gaps filled.

    tier: the legs as published. filled: the same labels with `imputed_legs`. missing: `missing_tallies`
    of the tier's strata. For cells of ten people or more.
    """
    before, after = (one.means(cells, np.eye(len(LEGS))).value for one in (tier, filled))
    effects = []
    for i, cell in enumerate(cells):
        counts = missing.counts[tier.rows(cell.labels)].sum(axis=0)
        shares = counts[: len(LEGS)] / counts[len(LEGS) :]
        effects.append(
            {
                leg: ImputedLeg(float(shares[c]), float(before[i, c]), float(after[i, c]))
                for c, leg in enumerate(LEGS)
                if shares[c] > MANY_MISSING
            }
        )
    return effects


def careless_people_move_the_seat(
    matrix: AnswerMatrix, people: PersonScores, tier: Tier, k: int = FEWEST_EXCLUDED
) -> bool:
    """Whether leaving out careless people moved the organisation's seat by more than 5 points.

    Only where k people or more were left out; without a second value, since two means of one cell
    isolate one person.
    """
    if people.careless.sum() < max(k, FEWEST_EXCLUDED):
        return False
    enough = (matrix.answers > 0).sum(axis=1) >= ITEMS_NEEDED[matrix.form]
    readmitted = people.careless & enough & ~np.isnan(people.legs).any(axis=1)
    with_them = quantity_tier(
        matrix, people.legs, people.valid | readmitted, tier.partition, tier.home, tier.pool
    )
    organisation = [Cell(0, "all", tier.labels)]
    seat = np.full((1, len(LEGS)), 1 / len(LEGS))
    values = [float(one.means(organisation, seat).value[0, 0]) for one in (tier, with_them)]
    return abs(values[1] - values[0]) > MOVES
