"""Response style: agreeing with everything, using the ends of the scale (method 3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.answers import AnswerMatrix
from scoring.estimable import NotEstimable
from scoring.legs import PersonScores
from scoring.moments import Moments
from scoring.vocabulary import HIGHEST, LEVELS, LOWEST

COLUMNS: Final = ("acquiescence", "extremes")


@dataclass(frozen=True, slots=True)
class ResponseStyle:
    """How the people of a group use the scale.

    acquiescence: answer steps, -2 to 2; 0 where nobody agrees more than the content says.
    leg_bias: points that it adds to every leg (100 a / 3). extremes: mean share of answers 1 and 5,
    0 to 1; reported only.
    """

    acquiescence: float
    leg_bias: float
    extremes: float
    n: int

    def corrected(self, leg: float) -> float:
        """A leg without the expected bias, for comparing languages or countries; within the scale.

        >>> ResponseStyle(0.3, 10.0, 0.2, 40).corrected(35)
        25.0
        """
        return min(HIGHEST, max(LOWEST, leg - self.leg_bias))


def style_of_people(matrix: AnswerMatrix) -> NDArray[np.float64] | NotEstimable:
    """Acquiescence index and share of extreme answers of every person (people x 2).

    In each facet with answers to both kinds of items: (mean raw over positive + mean raw over reversed
    items) / 2, raw = answer - 3; then the mean over facets. Content cancels, since both kinds measure
    the same. Needs the full form; NaN where no facet has both kinds.
    """
    if matrix.form == "short":
        return NotEstimable("the short form has too few pairs of positive and reversed questions")
    raw = matrix.answers
    answered = (raw > 0).view(np.int8)
    steps = (raw - 3) * answered
    positive = steps[:, 0::3] + steps[:, 1::3]
    many = answered[:, 0::3] + answered[:, 1::3]
    both = (many > 0) & (answered[:, 2::3] > 0)
    # In quarters of a step, so that everything stays whole: the mean of two positive items counts halves.
    quarters = (positive * (3 - many) + 2 * steps[:, 2::3]) * both
    facets = both.sum(axis=1, dtype=np.int8)
    extreme = (np.abs(steps) == 2).sum(axis=1, dtype=np.int8)
    with np.errstate(invalid="ignore", divide="ignore"):
        index = quarters.sum(axis=1, dtype=np.int16) / (4.0 * facets)
        return np.stack([index, extreme / answered.sum(axis=1, dtype=np.int8)], axis=1)


def style_moments(matrix: AnswerMatrix, people: PersonScores) -> Moments | NotEstimable:
    """Moments of COLUMNS by atom code, over valid people who have the index."""
    styles = style_of_people(matrix)
    if isinstance(styles, NotEstimable):
        return styles
    having = people.valid & ~np.isnan(styles).any(axis=1)
    groups = len(matrix.tree.paths) * len(LEVELS)
    return Moments.by_group(matrix.atom_codes[having], styles[having], groups)


def response_style(moments: Moments) -> ResponseStyle | NotEstimable:
    """The style of everybody in some moments, each person counting once."""
    n = int(moments.n.sum())
    if n == 0:
        return NotEstimable("nobody answered both positive and reversed questions of a facet")
    acquiescence, extremes = (float(x) for x in moments.total.sum(axis=0) / n)
    return ResponseStyle(acquiescence, 100 * acquiescence / 3, extremes, n)
