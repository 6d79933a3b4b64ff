"""The form fields of the survey, one for each kind of question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice

from scoring.answers import DONT_KNOW
from survey_forms.answers import COMMENT_LENGTH, HIGHEST_ANSWER, HIGHEST_RATING, clean_comment, comment_length
from survey_forms.structure import Question, QuestionKind

DONT_KNOW_VALUE: Final = "dk"
"""What a browser sends for "I do not know"; 1 to 5 are sent as they are."""

SCALE_CODES: Final = {
    **{str(answer): answer for answer in range(1, HIGHEST_ANSWER + 1)},
    DONT_KNOW_VALUE: DONT_KNOW,
}
RATING_CODES: Final = {str(rating): rating for rating in range(HIGHEST_RATING + 1)}


class CodedField(RadioField):  # type: ignore[misc]
    """One answer out of several, each with a code; leaving it out is no error.

    data: the value that was sent, None where nothing was answered or the value is refused.
    """

    def __init__(self, label: str, codes: Mapping[str, int], **options: Any) -> None:
        super().__init__(label, choices=[SelectChoice(value) for value in codes], **options)
        self.codes = codes

    @property
    def code(self) -> int | None:
        """The code of the answer; None where there is none."""
        return None if self.data is None else self.codes[self.data]

    def process_formdata(self, valuelist: Sequence[object]) -> None:
        """Take the one value that was sent; an empty one is what a hidden field sends for no answer."""
        given = [value for value in valuelist if value != ""]
        if not given:
            return
        if len(given) > 1 or not isinstance(given[0], str) or given[0] not in self.codes:
            raise ValueError(gettext("Please choose one of the answers offered."))
        self.data = given[0]

    def pre_validate(self, form: object) -> None:
        """Nothing is left to check: process_formdata has refused whatever is not offered."""


class CommentField(TextAreaField):  # type: ignore[misc]
    """An answer in the person's own words; data is the cleaned text, empty where there is none."""

    def process_formdata(self, valuelist: Sequence[object]) -> None:
        """Take the one text that was sent."""
        self.data = ""
        if not valuelist:
            return
        if len(valuelist) > 1 or not isinstance(valuelist[0], str):
            raise ValueError(gettext("Please send one text."))
        comment = clean_comment(valuelist[0])
        self.data = comment
        if comment_length(comment) > COMMENT_LENGTH:
            message = gettext("Please shorten this text: it may have at most %(most)s characters.")
            raise ValueError(message % {"most": COMMENT_LENGTH})


def scale_field(item: str) -> Any:
    """The field of a statement: 1 to 5, or "I do not know"."""
    return CodedField(item, SCALE_CODES)


FIELDS: Final[Mapping[QuestionKind, Callable[[Question], Any]]] = {
    "rating": lambda question: CodedField(question.id, RATING_CODES),
    "choice": lambda question: CodedField(question.id, {o: code for code, o in enumerate(question.options)}),
    "text": lambda question: CommentField(question.id),
}
"""How a question of each kind is answered in a form."""
