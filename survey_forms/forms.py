"""From a posted page to answers: nothing is required, and nothing but the offered answers is taken.

Pages are rendered from Page and Language by a template, once for all who read the same page; the form judges
what comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask_babel import get_translations
from flask_wtf import FlaskForm

from scoring.answers import NOT_ASKED, SKIPPED
from scoring.vocabulary import ITEMS, Form, Level
from survey_forms.answers import Answers, InvalidAnswers
from survey_forms.extra_questions import ExtraQuestion
from survey_forms.fields import SCALE_CODES, SentAnswers, codes_of
from survey_forms.pages import asked
from survey_forms.questionnaire import Questionnaire


class _Messages:
    """Messages in the language of the request; it is looked up only when something is wrong."""

    @staticmethod
    def gettext(text: str) -> str:
        """A message."""
        return str(get_translations().gettext(text))

    @staticmethod
    def ngettext(singular: str, plural: str, n: int) -> str:
        """A message about a number of things."""
        return str(get_translations().ngettext(singular, plural, n))


class SurveyForm(FlaskForm):  # type: ignore[misc]
    """Answers to the statements and questions of one level; each is sent under its id, such as R3a.

    A statement is answered with "1" to "5" or "dk", X1 and X3 with "0" to "10", X2 with one of
    PRIORITIES, X4 and X5 with text. What is left out or empty is no answer; other names are passed over.

    extra: codes of the questions outside the scores, each sent as `ExtraQuestion.codes` says.
    """

    extra: tuple[str, ...] = ()

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """No token of its own, since CSRFProtect has checked that of the request before any view."""

        csrf = False

        def get_translations(self, form: object) -> Any:
            """The product's own messages, since WTForms has none in Lithuanian."""
            return _Messages

    @property
    def given(self) -> Mapping[str, str]:
        """What was answered, as it was sent: for the hidden fields of the next page."""
        return dict(self.sent.data)

    @property
    def faults(self) -> Mapping[str, str]:
        """Why an answer was refused, by the id of its statement or question."""
        return dict(self.sent.faults)

    def answers(self) -> Answers:
        """The answers as codes; statements that this form does not ask count as not asked.

        Raises:
            InvalidAnswers: a value is not among those offered, or a comment is too long.
        """
        if refused := self.faults:
            raise InvalidAnswers(f"not among the answers offered: {', '.join(refused)}")
        codes, given = self.sent.codes, self.given
        return Answers(
            items=tuple(
                codes.get(item, SKIPPED) if item in self.sent.offered else NOT_ASKED for item in ITEMS
            ),
            x1=codes.get("X1"),
            x2=codes.get("X2"),
            x3=codes.get("X3"),
            x4=given.get("X4", ""),
            x5=given.get("X5", ""),
            extra={code: codes[code] for code in self.extra if code in codes},
        )


@lru_cache(maxsize=256)
def whole_form(
    questionnaire: Questionnaire, form: Form, level: Level, extra: tuple[ExtraQuestion, ...] = ()
) -> type[SurveyForm]:
    """The form class for everything that a person of this level is asked: what every page posts."""
    chosen = [question for question in questionnaire.questions if question.kind != "text"]
    offered: dict[str, Mapping[str, int]] = dict.fromkeys(asked(form, level), SCALE_CODES)
    offered |= {question.id: codes_of(question) for question in chosen}
    offered |= {question.code: question.codes for question in extra}
    written = frozenset(question.id for question in questionnaire.questions if question.kind == "text")
    codes = tuple(question.code for question in extra)
    return type("WholeSurveyForm", (SurveyForm,), {"sent": SentAnswers(offered, written), "extra": codes})
