"""A page of the survey as data for its template.

A sheet is the same for everybody of one level, sector, language and order, so what a template makes of it
may be kept; only the token, the hidden answers and the marked answers differ between people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from scoring.vocabulary import Level
from survey_forms.answers import COMMENT_LENGTH
from survey_forms.extra_questions import ExtraKind, ExtraQuestion
from survey_forms.fields import DONT_KNOW_VALUE, RATING_CODES
from survey_forms.pages import Page
from survey_forms.questionnaire import Questionnaire
from survey_forms.structure import Question, QuestionKind
from survey_forms.texts import Language


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose: the value that is sent, and what stands beside its button."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class AskedStatement:
    """A statement with its running number."""

    id: str
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question beside the statements.

    lowest and highest name the ends of a rating, longest limits a comment. language: of the words, where it
    is not that of the page; else empty.
    """

    id: str
    kind: QuestionKind | ExtraKind
    text: str
    choices: tuple[Choice, ...]
    lowest: str | None = None
    highest: str | None = None
    longest: int = COMMENT_LENGTH
    language: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: where it stands, and what it asks.

    introduction: for support only (method 1.1). extra: the questions outside the scores.
    """

    page: Page
    introduction: str
    scale: tuple[Choice, ...]
    apart: Choice
    statements: tuple[AskedStatement, ...]
    questions: tuple[AskedQuestion, ...]
    extra: tuple[AskedQuestion, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields that stand on this page."""
        return frozenset((*self.page.items, *self.page.questions, *self.page.extra))

    def text_of(self, field: str) -> str:
        """The statement or question of a field on this page."""
        asked: tuple[AskedStatement | AskedQuestion, ...] = (*self.statements, *self.questions, *self.extra)
        return next(one.text for one in asked if one.id == field)


@lru_cache(maxsize=1024)
def sheet(
    questionnaire: Questionnaire,
    page: Page,
    level: Level,
    sector: str | None,
    language: str,
    extra: tuple[ExtraQuestion, ...] = (),
) -> Sheet:
    """What one page asks a person of this level and sector; extra: all questions outside the scores.

    Raises:
        NotInQuestionnaire: unknown sector or language.
    """
    texts = questionnaire.texts(language)
    return Sheet(
        page=page,
        introduction=texts.support_introduction if level is Level.S else "",
        scale=tuple(Choice(str(answer), label) for answer, label in enumerate(texts.scale, start=1)),
        apart=Choice(DONT_KNOW_VALUE, texts.dont_know),
        statements=tuple(
            AskedStatement(item, number, questionnaire.wording(item, level, sector, language))
            for number, item in page.numbered
        ),
        questions=tuple(
            _asked(question, texts) for question in questionnaire.questions if question.id in page.questions
        ),
        extra=tuple(_extra(question) for question in extra if question.code in page.extra),
    )


def _asked(question: Question, texts: Language) -> AskedQuestion:
    words = texts.questions[question.id]
    labels = words.options if question.kind == "choice" else {value: value for value in RATING_CODES}
    choices = () if question.kind == "text" else tuple(Choice(*pair) for pair in labels.items())
    return AskedQuestion(question.id, question.kind, words.text, choices, words.lowest, words.highest)


def _extra(question: ExtraQuestion) -> AskedQuestion:
    choices = tuple(Choice(str(place), option) for place, option in enumerate(question.options))
    return AskedQuestion(question.code, question.kind, question.text, choices, language=question.language)


def hidden_fields(given: Mapping[str, str]) -> Markup:
    """Answers of other pages, which travel along as hidden fields."""
    fields = (f'name="{_quoted(name)}" value="{_quoted(value)}"' for name, value in given.items())
    return Markup("".join(f'<input type="hidden" {field}>' for field in fields))


def _quoted(text: str) -> str:
    # Nearly all are ids and digits, in which nothing can need escaping.
    return text if text.isalnum() else escape(text)
