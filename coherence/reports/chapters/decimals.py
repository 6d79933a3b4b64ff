"""Coefficients as they are written: two decimals, a true minus."""

from __future__ import annotations

from coherence.reports.texts import _
from coherence.reports.wording import Wording
from scoring.estimable import NotEstimable


def decimal(value: float) -> str:
    """A coefficient with two decimals.

    >>> decimal(0.8), decimal(-0.12), decimal(-0.001)
    ('0.80', '−0.12', '0.00')
    """
    written = f"{abs(value):.2f}"
    return f"−{written}" if value < 0 and written != "0.00" else written


def decimal_span(low: float | None, high: float | None, wording: Wording) -> str:
    """An interval of a coefficient; empty where there is none."""
    if low is None or high is None:
        return ""
    return wording.words.interval.format(decimal(low), decimal(high))


def decimal_or_not(value: float | NotEstimable) -> str:
    """A coefficient, or the words that it cannot be said; the reason stands at the end of the appendix."""
    return _("cannot be said") if isinstance(value, NotEstimable) else decimal(value)
