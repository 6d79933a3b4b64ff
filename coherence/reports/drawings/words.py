"""Every word that stands in a drawing, so that a translation is data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coherence.reports.points import band, interval, signed, step
from scoring.released import Estimate, ReleasedCell
from scoring.vocabulary import CellLevel, Leg


@dataclass(frozen=True, slots=True)
class Words:
    """Words of all drawings in one language.

    steps: very low to very high. Patterns: interval of two scores; rough of half a common interval;
    answers of a number or a band of people; slope of a factor.
    views_differ: what a striped leg means. with_consent: why a board of 3 or 4 is shown.
    """

    legs: Mapping[Leg, str]
    levels: Mapping[CellLevel, str]
    steps: tuple[str, str, str, str, str]
    seat: str
    interval: str
    rough: str
    answers: str
    slope: str
    views_differ: str
    with_consent: str = ""

    def span(self, estimate: Estimate, *, rough: bool = False) -> str:
        """The interval in words; empty where there is none.

        rough: the one common interval of all small groups, so only half its width is said.
        """
        ends = interval(estimate)
        if ends is None:
            return ""
        if rough:
            return self.rough.format(max(ends[1] - estimate.value, estimate.value - ends[0]))
        return self.interval.format(signed(ends[0]), signed(ends[1]))

    def score(self, estimate: Estimate, *, rough: bool = False) -> str:
        """A score with its interval behind it in brackets."""
        span = self.span(estimate, rough=rough)
        return f"{signed(estimate.value)} ({span})" if span else signed(estimate.value)

    def step(self, points: int) -> str:
        """The word for a score."""
        return self.steps[step(points) - 1]

    def people(self, cell: ReleasedCell) -> str:
        """How many answered, as far as it may be told."""
        said = self.answers.format(cell.n if cell.n is not None else band(cell.n_band))
        return f"{said}, {self.with_consent}" if cell.board_consent else said
