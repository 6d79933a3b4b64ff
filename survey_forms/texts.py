"""The words of a questionnaire in one language: a file such as en.json."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import with_config

from scoring.vocabulary import FACETS, LEGS, Level
from survey_forms.reading import STRICT, Fault, Text
from survey_forms.recommendations import Advice, Recommendation
from survey_forms.structure import Question, Structure


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class ItemTexts:
    """The wordings of one statement: front line, managers, top, and the front line of a sector."""

    F: Text
    M: Text
    T: Text
    variants: Mapping[str, Text] = field(default_factory=dict)

    def wording(self, level: Level, sector: str | None) -> str:
        """The wording for one level; support shares the front line's (method 1.1)."""
        if level is Level.T:
            return self.T
        if level is Level.M:
            return self.M
        return self.F if sector is None else self.variants.get(sector, self.F)


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Term:
    """A leg or a facet: its name, and what a high score means in plain words."""

    name: Text
    definition: Text


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class QuestionTexts:
    """An additional question: its text, the ends of a rating, the options of a choice."""

    text: Text
    lowest: Text | None = None
    highest: Text | None = None
    options: Mapping[str, Text] = field(default_factory=dict)


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class ModuleTexts:
    """An optional module: its name and its statements."""

    name: Text
    items: Mapping[str, Text]


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Language:
    """All words of the questionnaire in one language.

    name: the language in its own words. status: "draft" until native reviewers have confirmed it.
    scale: the labels of the answers 1 to 5. recommendations: may be left out as a whole, then the
    English ones are used.
    """

    language: str
    name: Text
    status: Literal["draft", "confirmed"]
    scale: tuple[Text, Text, Text, Text, Text]
    dont_know: Text
    support_introduction: Text
    legs: Mapping[str, Term]
    facets: Mapping[str, Term]
    sectors: Mapping[str, Text]
    items: Mapping[str, ItemTexts]
    questions: Mapping[str, QuestionTexts]
    facts: Mapping[str, Text]
    modules: Mapping[str, ModuleTexts]
    recommendations: Mapping[str, Advice] = field(default_factory=dict)


def language_faults(
    language: Language, structure: Structure, recommendations: Collection[Recommendation]
) -> Iterator[Fault]:
    """Where the words do not fit their parts; each check relies on those before it."""
    yield from _same("legs", language.legs, LEGS)
    yield from _same("facets", language.facets, FACETS)
    yield from _same("sectors", language.sectors, structure.sectors)
    yield from _same("items", language.items, [item.id for item in structure.items])
    for item in structure.items:
        given = language.items[item.id].variants
        yield from _same(f"items.{item.id}.variants", given, structure.sectors if item.variants else ())
    yield from _same("questions", language.questions, [question.id for question in structure.questions])
    for question in structure.questions:
        yield from _question_faults(question, language.questions[question.id])
    yield from _same("facts", language.facts, [fact.id for fact in structure.facts])
    yield from _same("modules", language.modules, [module.id for module in structure.modules])
    for module in structure.modules:
        yield from _same(f"modules.{module.id}.items", language.modules[module.id].items, module.items)
    if language.recommendations:
        yield from _same("recommendations", language.recommendations, [one.id for one in recommendations])


def _same(group: str, given: Collection[str], expected: Collection[str]) -> Iterator[Fault]:
    for name in given:
        if name not in expected:
            yield Fault(f"{group}.{name}", "is unknown in this questionnaire")
    for name in expected:
        if name not in given:
            yield Fault(f"{group}.{name}", "has no text")


def _question_faults(question: Question, texts: QuestionTexts) -> Iterator[Fault]:
    where = f"questions.{question.id}"
    yield from _same(f"{where}.options", texts.options, question.options)
    for end, text in (("lowest", texts.lowest), ("highest", texts.highest)):
        if (text is not None) != (question.kind == "rating"):
            reason = "has no text" if text is None else "belongs to ratings only"
            yield Fault(f"{where}.{end}", reason)
