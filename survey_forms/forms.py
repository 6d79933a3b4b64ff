"""From a posted page to answers: nothing is required, and nothing but the offered answers is taken.

Pages are rendered from Page and Language by a template, once for all who read the same page, since WTForms
takes milliseconds for 17 groups of radio buttons; these forms judge what comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask_babel import get_translations
from flask_wtf import FlaskForm

from scoring.answers import NOT_ASKED, SKIPPED
from scoring.vocabulary import ITEMS, Form, Level
from survey_forms.answers import COMMENT_LENGTH, Answers, InvalidAnswers, comment_length
from survey_forms.fields import FIELDS, RATING_CODES, SCALE_CODES, scale_field
from survey_forms.pages import Page, asked
from survey_forms.questionnaire import Questionnaire
from survey_forms.structure import PRIORITIES, Question


class SurveyForm(FlaskForm):  # type: ignore[misc]
    """Answers to some of the statements and questions; fields are called by their ids, such as R3a.

    A statement is answered with "1" to "5" or "dk", X1 and X3 with "0" to "10", X2 with one of
    PRIORITIES, X4 and X5 with text. A field that is left out or empty is no answer.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Where the messages come from: the product itself, since WTForms has none in Lithuanian."""

        def get_translations(self, form: object) -> Any:
            """The product's translations in the language of the request."""
            return get_translations()

    @property
    def given(self) -> Mapping[str, str]:
        """What was answered, as it was sent: for the hidden fields of the next page."""
        return {name: field.data for name, field in self._survey_fields() if field.data}

    def answers(self) -> Answers:
        """The answers as codes; statements without a field in this form count as not asked.

        Raises:
            InvalidAnswers: a value is not among those offered, or a comment is too long.
        """
        fields = dict(self._survey_fields())
        if refused := [name for name, field in fields.items() if field.process_errors]:
            raise InvalidAnswers(f"not among the answers offered: {', '.join(refused)}")
        codes = {name: field.code for name, field in fields.items() if hasattr(field, "code")}
        return Answers(
            items=tuple((codes[item] or SKIPPED) if item in codes else NOT_ASKED for item in ITEMS),
            x1=codes.get("X1"),
            x2=codes.get("X2"),
            x3=codes.get("X3"),
            x4=fields["X4"].data if "X4" in fields else "",
            x5=fields["X5"].data if "X5" in fields else "",
        )

    def _survey_fields(self) -> list[tuple[str, Any]]:
        return [(name, field) for name, field in self._fields.items() if name != self.meta.csrf_field_name]


def page_form(questionnaire: Questionnaire, page: Page) -> type[SurveyForm]:
    """The form class for one page."""
    questions = tuple(question for question in questionnaire.questions if question.id in page.questions)
    return _form_class(page.items, questions)


def whole_form(questionnaire: Questionnaire, form: Form, level: Level) -> type[SurveyForm]:
    """The form class for everything that a person of this level is asked: what Send posts."""
    return _form_class(asked(form, level), questionnaire.questions)


@lru_cache(maxsize=256)
def _form_class(items: tuple[str, ...], questions: tuple[Question, ...]) -> type[SurveyForm]:
    content = {item: scale_field(item) for item in items}
    content |= {question.id: FIELDS[question.kind](question) for question in questions}
    return type("SurveyPageForm", (SurveyForm,), content)


def plainly_given(
    questionnaire: Questionnaire, form: Form, level: Level, sent: Mapping[str, str]
) -> dict[str, str] | None:
    """What was answered, read without a form: for pages on the way, where nothing is kept yet.

    sent: the values of a POST. None if any of them is not among those offered: the form then says which.
    """
    offered = _offered(questionnaire, form, level)
    given = {}
    for name, value in sent.items():
        if value and name in offered:
            values = offered[name]
            if value not in values if values is not None else comment_length(value) > COMMENT_LENGTH:
                return None
            given[name] = value
    return given


@lru_cache(maxsize=64)
def _offered(questionnaire: Questionnaire, form: Form, level: Level) -> Mapping[str, frozenset[str] | None]:
    """The values of each field; None for a comment."""
    values: dict[str, frozenset[str] | None] = dict.fromkeys(asked(form, level), frozenset(SCALE_CODES))
    kinds = {"rating": frozenset(RATING_CODES), "choice": frozenset(PRIORITIES), "text": None}
    return values | {question.id: kinds[question.kind] for question in questionnaire.questions}
