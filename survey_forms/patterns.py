"""The words of the sixteen patterns of a firm, as data: the file patterns.json (method 4.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import with_config

from survey_forms.reading import STRICT, Fault, Text

PATTERN_IDS: Final = tuple(f"P{number:02}" for number in range(1, 17))
"""The patterns of the method; their rules stand in scoring.patterns."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class PatternTexts:
    """What is said about a pattern.

    finding: as a title, where the pattern is clear. meaning: what it looks like in daily work. talk_about:
    the first question for a conversation.
    check: what it is easily confused with, and how to tell the two apart.
    """

    id: str
    name: Text
    finding: Text
    meaning: Text
    talk_about: Text
    check: Text


def pattern_faults(texts: Sequence[PatternTexts]) -> Iterator[Fault]:
    """Patterns without texts, unknown ones, and those that stand twice."""
    given = [one.id for one in texts]
    for name in sorted(set(given)):
        if name not in PATTERN_IDS:
            yield Fault(name, f"is unknown; the method has {PATTERN_IDS[0]} to {PATTERN_IDS[-1]}")
        if given.count(name) > 1:
            yield Fault(name, f"stands {given.count(name)} times")
    for name in PATTERN_IDS:
        if name not in given:
            yield Fault(name, "has no texts")
