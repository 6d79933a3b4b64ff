"""Agreement about each leg in cells of ten people or more, from counts of answers (method 3.10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.agreement import r_star_wg, uniform_variance
from scoring.answers import AnswerMatrix
from scoring.legs import CHUNK, PersonScores
from scoring.released_figures import AgreementWord, LegAgreement
from scoring.rounding import hundredths
from scoring.tallies import Tallies
from scoring.vocabulary import ITEMS, LEGS, LEVELS, NOT_ASKED_OF_SUPPORT, SHORT_ITEMS, Leg, Level, leg_of

OPTIONS: Final = 5
GOOD: Final = 0.80
DIVIDED: Final = 0.90
"""AD to which people agree well, and from which a leg counts as divided."""

_B1A: Final = ITEMS.index(NOT_ASKED_OF_SUPPORT)


def answer_tallies(matrix: AnswerMatrix, people: PersonScores) -> Tallies:
    """How many valid people gave each answer to each item (51 x 5 columns), by atom code.

    An item that was not asked of somebody (B1a of support, the rest of the short form) counts nothing.
    One pass, a cache-sized chunk of people at a time, ordered by atom so that a chunk meets few of them.
    """
    groups, codes = len(matrix.tree.paths) * len(LEVELS), matrix.atom_codes
    counts = np.zeros((groups, len(ITEMS), 1 + OPTIONS), dtype=np.int64)
    columns = np.arange(len(ITEMS)) * (1 + OPTIONS)
    width = counts[0].size
    order = np.argsort(codes.astype(np.min_scalar_type(groups)), kind="stable")
    order = order[people.valid[order]]
    for start in range(0, len(order), CHUNK):
        rows = order[start : start + CHUNK]
        given = np.maximum(matrix.answers[rows], 0)
        given[matrix.level[rows] == LEVELS.index(Level.S), _B1A] = 0
        first, last = int(codes[rows[0]]), int(codes[rows[-1]])
        places = given + columns + ((codes[rows] - first) * width)[:, None]
        met = np.bincount(places.ravel(), minlength=(last - first + 1) * width)
        counts[first : last + 1] += met.reshape(-1, *counts.shape[1:])
    if matrix.form == "short":
        counts[:, ~np.isin(ITEMS, SHORT_ITEMS)] = 0
    return Tallies(counts[:, :, 1:].reshape(groups, -1))


def unanimous_end(counts: NDArray[np.int64]) -> bool:
    """Whether everybody gave the same end answer; such an item is never shown.

    counts: of the five answers to an item.
    """
    return bool(counts.sum() in (counts[0], counts[-1]))


def leg_agreements(
    counts: NDArray[np.int64], fewest: int, answered: NDArray[np.int64] | None = None
) -> list[dict[Leg, LegAgreement]]:
    """Agreement about each leg in several cells: r*wg = 1 - mean s^2 / 2, and AD, means over its items.

    counts: cells x 51 x 5. fewest: answers that an item needs; a leg none of whose items has them is
    absent. answered: cells x 51, true numbers of answers where the counts are told otherwise.

    >>> counts = np.zeros((1, 51, 5), dtype=np.int64)
    >>> counts[0, :15, 2:4] = 10
    >>> leg_agreements(counts, 10)[0][Leg.D]
    LegAgreement(r_star_wg=0.87, ad=0.5, word='good agreement')
    """
    n = counts.sum(axis=2)
    people = np.maximum(n, 2)
    answers = np.arange(1, OPTIONS + 1)
    distance = answers - (counts @ answers / people)[:, :, None]
    variance = (counts * distance**2).sum(axis=2) / (people - 1)
    absolute = (counts * np.abs(distance)).sum(axis=2) / people
    found: list[dict[Leg, LegAgreement]] = [{} for _ in counts]
    for leg in LEGS:
        own = ((n if answered is None else answered) >= fewest) & np.array(
            [leg_of(item) is leg for item in ITEMS]
        )
        items = np.maximum(own.sum(axis=1), 1)
        means = zip(
            ((variance * own).sum(axis=1) / items).tolist(),
            ((absolute * own).sum(axis=1) / items).tolist(),
            strict=True,
        )
        for told, shown, (spread, ad) in zip(found, own.any(axis=1).tolist(), means, strict=True):
            if shown:
                agreed = hundredths(r_star_wg(spread, uniform_variance(OPTIONS)))
                told[leg] = LegAgreement(agreed, hundredths(ad), _word(hundredths(ad)))
    return found


def _word(ad: float) -> AgreementWord:
    return "good agreement" if ad <= GOOD else "divided" if ad >= DIVIDED else "usual"


def answers_in(by_atom: Tallies, cells: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Counts of cells from those by atom code: cells x 51 x 5."""
    return by_atom.merged(cells).counts.reshape(len(cells), len(ITEMS), OPTIONS)
