"""The criteria of method 7.5, each as a function of a seed and a judgement over all seeds.

>>> len({one.name for one in CRITERIA}) == len(CRITERIA)
True
"""

from __future__ import annotations

from criteria import decisions, patterns, protection, scores
from criteria.criterion import Criterion, Figure, Found

__all__ = ["CRITERIA", "Criterion", "Figure", "Found"]

CRITERIA = (*scores.CRITERIA, *decisions.CRITERIA, *patterns.CRITERIA, *protection.CRITERIA)
