"""What a questionnaire consists of, without its words: the file questionnaire.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import with_config

from scoring.vocabulary import FACETS, ITEMS, KEYS, SHORT_ITEMS, Leg, facet_of, leg_of
from survey_forms.reading import STRICT, Fault

QuestionKind = Literal["rating", "choice", "text"]
"""A rating from 0 to 10, one of several options, or a comment in the person's own words."""

QUESTIONS: Final[dict[str, QuestionKind]] = {
    "X1": "rating", "X2": "choice", "X3": "rating", "X4": "text", "X5": "text",
}  # fmt: skip
"""The additional questions that scoring knows."""

PRIORITIES: Final = ("quality", "speed", "sales", "costs", "procedures", "safety", "hard_to_say")
"""The options of X2 in the order of their codes 0 to 6; the priority echo counts the first."""

GATES: Final[dict[str, int | None]] = {
    **{f"M{number:02}": 2 + (number - 1) // 4 for number in range(1, 17)},
    **{f"C{number:02}": None for number in range(1, 6)},
}
"""The maturity level whose gate a fact is; context facts open none (method 2.3)."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Item:
    """A statement that people agree or disagree with.

    key: +1 where agreement is good, -1 where the item is reversed. short: it belongs to the short
    form. variants: its front-line wording differs between sectors.
    """

    id: str
    leg: Leg
    facet: str
    key: Literal[1, -1]
    short: bool
    variants: bool


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Question:
    """An additional question that is no part of the legs; options only where one is chosen."""

    id: str
    kind: QuestionKind
    options: tuple[str, ...] = ()


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about the organisation; gate is the maturity level that needs it, None for context."""

    id: str
    gate: Literal[2, 3, 4, 5] | None


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Module:
    """A group of optional statements outside the legs."""

    id: str
    items: tuple[str, ...]


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Structure:
    """The parts of one version of the questionnaire, in the order in which they stand."""

    version: str
    sectors: tuple[str, ...]
    items: tuple[Item, ...]
    questions: tuple[Question, ...]
    facts: tuple[Fact, ...]
    modules: tuple[Module, ...]


def structure_faults(structure: Structure) -> Iterator[Fault]:
    """What stands in the way of scoring answers; each check relies on those before it."""
    if not structure.version.strip():
        yield Fault("version", "is empty")
    modules = structure.modules
    yield from _ids("items", [item.id for item in structure.items], ITEMS)
    yield from _item_faults(structure.items)
    yield from _ids("questions", [question.id for question in structure.questions], tuple(QUESTIONS))
    yield from _question_faults(structure.questions)
    yield from _ids("facts", [fact.id for fact in structure.facts], tuple(GATES))
    yield from _fact_faults(structure.facts)
    yield from _twice("sectors", structure.sectors)
    yield from _twice("modules", [module.id for module in modules])
    yield from _twice("modules", [item for module in modules for item in module.items])


def _twice(group: str, ids: Sequence[str]) -> Iterator[Fault]:
    for name, count in Counter(ids).items():
        if count > 1:
            yield Fault(f"{group}.{name}", f"stands {count} times")


def _ids(group: str, given: Sequence[str], expected: Sequence[str]) -> Iterator[Fault]:
    """Faults of a list that must hold exactly the expected ids, in their order."""
    yield from _twice(group, given)
    for name in given:
        if name not in expected:
            yield Fault(f"{group}.{name}", f"is unknown; the method has {expected[0]} to {expected[-1]}")
    for name in expected:
        if name not in given:
            yield Fault(f"{group}.{name}", f"is missing: {len(expected)} are needed, {len(given)} are given")
    for place, (name, wanted) in enumerate(zip(given, expected, strict=False), start=1):
        if name != wanted:
            yield Fault(f"{group}.{name}", f"stands in place {place}, where {wanted} belongs")
            return


def _item_faults(items: Sequence[Item]) -> Iterator[Fault]:
    keys = dict(zip(ITEMS, KEYS, strict=True))
    for item in items:
        if item.facet != facet_of(item.id):
            yield Fault(f"items.{item.id}.facet", f"must be {facet_of(item.id)}")
        if item.leg != leg_of(item.id):
            yield Fault(f"items.{item.id}.leg", f"must be {leg_of(item.id)}")
    for facet in FACETS:
        found = sorted(item.key for item in items if item.facet == facet)
        if found != [-1, 1, 1]:
            counts = f"{found.count(1)} positive and {found.count(-1)} reversed"
            yield Fault(f"items.{facet}", f"a facet needs two positive items and one reversed, not {counts}")
    for item in items:
        if item.key != keys[item.id]:
            yield Fault(f"items.{item.id}.key", f"must be {keys[item.id]}, as in the method")
        if item.short != (item.id in SHORT_ITEMS):
            wanted = "true" if item.id in SHORT_ITEMS else "false"
            yield Fault(f"items.{item.id}.short", f"must be {wanted}: the short form has 18 fixed items")


def _question_faults(questions: Sequence[Question]) -> Iterator[Fault]:
    for question in questions:
        if question.kind != QUESTIONS[question.id]:
            yield Fault(f"questions.{question.id}.kind", f"must be {QUESTIONS[question.id]}")
        wanted = PRIORITIES if question.kind == "choice" else ()
        if question.options != wanted:
            words = ", ".join(wanted) or "empty"
            yield Fault(f"questions.{question.id}.options", f"must be: {words}")


def _fact_faults(facts: Sequence[Fact]) -> Iterator[Fault]:
    for fact in facts:
        if fact.gate != GATES[fact.id]:
            yield Fault(f"facts.{fact.id}.gate", f"must be {GATES[fact.id] or 'null'}, as in the method")
