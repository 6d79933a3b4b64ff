"""The one form field of the survey, and the codes of what may be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext
from wtforms import Field
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


class SentAnswers(Field):  # type: ignore[misc]
    """Everything that is asked, in one field: a field for each of fifty answers would take milliseconds.

    offered: for the id of each statement or question that is answered by choosing, the code of each value
    that may be sent. written: the ids of the questions that are answered in own words.
    data: by id, the value that was chosen or the cleaned text; without those that are left out, and without
    choices that are refused.
    faults: why an answer was refused, by id.
    """

    def __init__(
        self, offered: Mapping[str, Mapping[str, int]], written: frozenset[str], **options: Any
    ) -> None:
        super().__init__("", **options)
        self.offered = offered
        self.written = written

    @property
    def codes(self) -> Mapping[str, int]:
        """The code of each answer that was chosen."""
        return {name: self.offered[name][value] for name, value in self.data.items() if name in self.offered}

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Take the one value of each id; an empty one is what a hidden field sends for no answer."""
        self.data, self.faults = {}, {}
        for name, values in formdata.lists() if formdata else ():
            codes = self.offered.get(name)
            given = [value for value in values if value != ""]
            if not given:
                continue
            if name in self.written:
                self._take_text(name, given)
            elif codes is None:
                continue
            elif len(given) == 1 and isinstance(given[0], str) and given[0] in codes:
                self.data[name] = given[0]
            else:
                self.faults[name] = gettext("Please choose one of the answers offered.")
        self.process_errors = list(self.faults.values())

    def _take_text(self, name: str, given: Sequence[object]) -> None:
        if len(given) > 1 or not isinstance(given[0], str):
            self.faults[name] = gettext("Please send one text.")
            return
        if comment := clean_comment(given[0]):
            self.data[name] = comment
        if comment_length(comment) > COMMENT_LENGTH:
            message = gettext("Please shorten this text: it may have at most %(most)s characters.")
            self.faults[name] = message % {"most": COMMENT_LENGTH}


def codes_of(question: Question) -> Mapping[str, int]:
    """The code of each value that may be chosen in answer to an additional question."""
    if question.kind == "rating":
        return RATING_CODES
    return {option: code for code, option in enumerate(question.options)}
