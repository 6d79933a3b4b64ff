"""The form fields of the survey: one for all answers that are chosen, one for each text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext
from wtforms import Field, TextAreaField
from wtforms.utils import unset_value

from scoring.answers import DONT_KNOW
from survey_forms.answers import COMMENT_LENGTH, HIGHEST_ANSWER, HIGHEST_RATING, clean_comment, comment_length
from survey_forms.structure import Question

DONT_KNOW_VALUE: Final = "dk"
"""What a browser sends for "I do not know"; 1 to 5 are sent as they are."""

SCALE_CODES: Final = {
    **{str(answer): answer for answer in range(1, HIGHEST_ANSWER + 1)},
    DONT_KNOW_VALUE: DONT_KNOW,
}
RATING_CODES: Final = {str(rating): rating for rating in range(HIGHEST_RATING + 1)}


class ChosenAnswers(Field):  # type: ignore[misc]
    """Everything that is answered by choosing, in one field: a radio field each would take milliseconds.

    offered: for the id of each statement or question, the code of each value that may be sent.
    data: the value that was sent, by id; without those that are left out or refused.
    faults: why a value was refused, by id.
    """

    def __init__(self, offered: Mapping[str, Mapping[str, int]], **options: Any) -> None:
        super().__init__("", **options)
        self.offered = offered

    @property
    def codes(self) -> Mapping[str, int]:
        """The code of each answer that was given."""
        return {name: self.offered[name][value] for name, value in self.data.items()}

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Take the one value of each id; an empty one is what a hidden field sends for no answer."""
        self.data, self.faults = {}, {}
        for name, values in formdata.lists() if formdata else ():
            codes = self.offered.get(name)
            given = [value for value in values if value != ""]
            if codes is None or not given:
                continue
            if len(given) == 1 and isinstance(given[0], str) and given[0] in codes:
                self.data[name] = given[0]
            else:
                self.faults[name] = gettext("Please choose one of the answers offered.")
        self.process_errors = list(self.faults.values())


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


def codes_of(question: Question) -> Mapping[str, int]:
    """The code of each value that may be chosen in answer to an additional question."""
    if question.kind == "rating":
        return RATING_CODES
    return {option: code for code, option in enumerate(question.options)}
