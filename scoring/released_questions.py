"""What may be shown of questions outside the scores: optional modules and a firm's own questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scoring.released_figures import Estimate

SCALE: int = 5
"""Answers of an agreement."""


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question outside the scores as it was asked.

    kind: agreement on the scale of the statements, or one of several options. module: empty where it is
    the firm's own.
    """

    kind: Literal["agreement", "choice"]
    text: str
    options: tuple[str, ...] = ()
    module: str = ""

    @property
    def answers(self) -> int:
        """How many answers there are to choose from."""
        return SCALE if self.kind == "agreement" else len(self.options)


@dataclass(frozen=True, slots=True)
class ReleasedQuestion:
    """The answers of a cell of ten people or more to one such question.

    shares: of each answer, percent in steps of 5. members: the labels of those who answered it.
    estimate: of an agreement, points from −200 to +200; they take no part in any score.
    """

    shares: tuple[int, ...]
    members: tuple[str, ...]
    estimate: Estimate | None = None
