"""The library of recommendations as data: the file recommendations.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import with_config

from scoring.vocabulary import ITEMS
from survey_forms.reading import STRICT, Fault, Text

Step = Literal[1, 2, 3, 4, 5]


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Advice:
    """The words of a recommendation that people read."""

    text: Text
    who: Text
    first_step: Text
    evidence: Text
    horizon: Text


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Recommendation:
    """One recommendation of the library, in English (method 5.4).

    items: the statements that it answers. patterns: its rank among the recommendations of each
    pattern. from_level: the maturity level from which it helps. top: the board itself acts.
    quick: it can be done within three months. step: its place in the order of work.
    """

    id: str
    trigger: str
    text: Text
    who: Text
    first_step: Text
    evidence: Text
    horizon: Text
    items: tuple[str, ...]
    patterns: Mapping[str, int]
    from_level: Step
    top: bool
    quick: bool
    step: Step

    @property
    def advice(self) -> Advice:
        """The words that people read, in English."""
        return Advice(self.text, self.who, self.first_step, self.evidence, self.horizon)


def recommendation_faults(library: Sequence[Recommendation]) -> Iterator[Fault]:
    """Recommendations that stand twice or speak of unknown items, and items without any."""
    for name, count in Counter(one.id for one in library).items():
        if count > 1:
            yield Fault(name, f"stands {count} times")
    for one in library:
        for item in one.items:
            if item not in ITEMS:
                yield Fault(f"{one.id}.items", f"{item} is not an item of the method")
    answered = {item for one in library for item in one.items}
    for item in ITEMS:
        if item not in answered:
            yield Fault("items", f"no recommendation answers item {item}")
