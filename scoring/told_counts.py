"""Counts of answers as they may be told, and the figures that rest on them alone (confidentiality 5).

Items, facets, agreement and distributions stand side by side, so what one of them rests on, all must rest
on: a facet from persons beside items from counts gave away what somebody answered who left one item out,
and true sizes beside told ones gave these away (decisions/0064).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.agreement_of_legs import OPTIONS
from scoring.answers import NOT_ASKED, AnswerMatrix
from scoring.moments import Floats
from scoring.small_strata import Counts, as_k_people
from scoring.tallies import Tallies
from scoring.tiers import Tier, stratum_tallies
from scoring.vocabulary import FACETS, ITEMS, KEYS, LEVELS, NOT_ASKED_OF_SUPPORT, Level, facet_of

POINTS: Final = 100.0 * np.array(KEYS)[:, None] * (np.arange(1, OPTIONS + 1) - 3)
"""Points of each answer to each item after reversal: 51 x 5."""

_SPARED: Final = ITEMS.index(NOT_ASKED_OF_SUPPORT)


def given_counts(legs: Tier, by_atom: Tallies) -> Counts:
    """Answers in each stratum of the leg tier: strata x 51 x 5. by_atom: 51 x 5 columns, by atom code."""
    return stratum_tallies(legs, by_atom).counts.reshape(-1, len(ITEMS), OPTIONS)


def told_counts(legs: Tier, by_atom: Tallies, k: int) -> Counts:
    """The same as they may be told: groups of fewer than 2k people as k."""
    return as_k_people(given_counts(legs, by_atom), legs.moments.n, k)


def item_means(counts: Counts) -> Floats:
    """Mean points of each item, nan where nobody answered it: strata x 51."""
    n = counts.sum(axis=2)
    return np.where(n > 0, (counts * POINTS).sum(axis=2) / np.maximum(n, 1), np.nan)


def resting_on_items(
    facets: Mapping[str, Tier],
    matrix: AnswerMatrix,
    valid: NDArray[np.bool_],
    legs: Tier,
    told: Counts,
    k: int,
) -> dict[str, Tier]:
    """The facets as they may stand beside their items; how far people differ stays as it is.

    Where one to k - 1 people of a group answered only a part of a facet, its mean less those of the items
    would be about them alone. There, and in groups of fewer than 2k, the mean of the told items is the mean
    of the facet. A group where front line and support are mixed keeps its B1: only the front line was asked
    B1a, and the items would tell what they said apart from the others (decisions/0061).

    valid: people who count. told: strata x 51 x 5.
    """
    if not facets:
        return {}
    row_of, means = {stratum: row for row, stratum in enumerate(legs.strata)}, item_means(told)
    in_part, mixed = _answered_in_part(matrix, valid, legs), mixed_with_support(matrix, valid, legs)
    found = {}
    for facet, tier in facets.items():
        rows, column = [row_of[stratum] for stratum in tier.strata], FACETS.index(facet)
        few = (in_part[rows, column] > 0) & (in_part[rows, column] < k)
        bound = few | (legs.moments.n[rows] < 2 * k)
        if facet == facet_of(NOT_ASKED_OF_SUPPORT):
            bound &= ~mixed[rows]
        of_items = means[rows, 3 * column : 3 * column + 3]
        mean = tier.moments.mean
        mean[bound, 0] = np.nanmean(of_items[bound], axis=1)
        found[facet] = replace(tier, moments=tier.moments.with_means(mean))
    return found


def _answered_in_part(matrix: AnswerMatrix, valid: NDArray[np.bool_], legs: Tier) -> Counts:
    """People of each stratum who answered some of what they were asked of a facet, not all: strata x 17."""
    asked = matrix.answers != NOT_ASKED
    asked[spared_of_b1a(matrix), _SPARED] = False
    given = asked & (matrix.answers > 0)
    n_asked, n_given = (one[:, 0::3].astype(np.int8) + one[:, 1::3] + one[:, 2::3] for one in (asked, given))
    partly = (n_given > 0) & (n_given < n_asked) & valid[:, None]
    groups = len(matrix.tree.paths) * len(LEVELS)
    return stratum_tallies(legs, Tallies.by_group(matrix.atom_codes, list(partly.T), groups)).counts


def spared_of_b1a(matrix: AnswerMatrix) -> NDArray[np.bool_]:
    """Who was not asked B1a: support, and everybody where it was not in the form."""
    support, not_in_the_form = matrix.level == LEVELS.index(Level.S), matrix.answers[:, _SPARED] == NOT_ASKED
    spared: NDArray[np.bool_] = support | not_in_the_form
    return spared


def mixed_with_support(matrix: AnswerMatrix, valid: NDArray[np.bool_], legs: Tier) -> NDArray[np.bool_]:
    """Strata in which some of the valid people were asked B1a and some were not, a flag each."""
    spared = spared_of_b1a(matrix)
    groups = len(matrix.tree.paths) * len(LEVELS)
    by_atom = Tallies.by_group(matrix.atom_codes, [valid & spared, valid & ~spared], groups)
    spared_and_asked = stratum_tallies(legs, by_atom).counts
    mixed: NDArray[np.bool_] = spared_and_asked.min(axis=1) > 0
    return mixed
