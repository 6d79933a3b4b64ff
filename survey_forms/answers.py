"""What one person has answered: the value that a sealed ballot holds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final

from pydantic import TypeAdapter, ValidationError, with_config

from scoring.answers import DONT_KNOW, NOT_ASKED
from scoring.vocabulary import ITEMS
from survey_forms.reading import STRICT
from survey_forms.structure import PRIORITIES

HIGHEST_ANSWER: Final = 5
HIGHEST_RATING: Final = 10
COMMENT_LENGTH: Final = 1000
"""Longest comment in UTF-16 units, which is what a browser's maxlength counts."""

_CONTROLS: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but the line feed, and halves of surrogate pairs: no file format takes them."""

MOST_EXTRA: Final = 60
"""Extra questions that surely fit into a ballot beside everything else."""

_EXTRA_CODE: Final = re.compile(r"[A-Z][0-9]{1,2}")
_LAST_OPTION: Final = 7

NO_ANSWER: Final = -1
"""Code of a question without an answer in an AnswerMatrix."""


class InvalidAnswers(ValueError):
    """Answers that no form of this questionnaire can give; the message never repeats them."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one person.

    items: 51 codes in the order of ITEMS, 1 to 5 or SKIPPED, DONT_KNOW, NOT_ASKED. x1, x3: 0 to 10.
    x2: 0 to 6, the place in PRIORITIES. x4, x5: comments. None or an empty comment is no answer.
    extra: by code, answers to questions outside the scores: 1 to 5 or DONT_KNOW, or the position of the
    option; those that were left out are absent.

    Raises:
        InvalidAnswers: a wrong number of items, or a value out of its range.
    """

    items: tuple[int, ...]
    x1: int | None = None
    x2: int | None = None
    x3: int | None = None
    x4: str = ""
    x5: str = ""
    extra: Mapping[str, int] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if len(self.items) != len(ITEMS):
            raise InvalidAnswers(f"answers need {len(ITEMS)} items, not {len(self.items)}")
        for item, code in zip(ITEMS, self.items, strict=True):
            if not NOT_ASKED <= code <= HIGHEST_ANSWER:
                raise InvalidAnswers(f"{item} lies outside the answer scale")
        for name, answer, highest in (
            ("x1", self.x1, HIGHEST_RATING),
            ("x2", self.x2, len(PRIORITIES) - 1),
            ("x3", self.x3, HIGHEST_RATING),
        ):
            if answer is not None and not 0 <= answer <= highest:
                raise InvalidAnswers(f"{name} lies outside 0 to {highest}")
        for name, comment in (("x4", self.x4), ("x5", self.x5)):
            if comment_length(comment) > COMMENT_LENGTH:
                raise InvalidAnswers(f"{name} is longer than {COMMENT_LENGTH} characters")
            if comment != clean_comment(comment):
                raise InvalidAnswers(f"{name} holds control characters or blanks around the text")
        _check_extra(self.extra)

    @property
    def questions(self) -> Mapping[str, int]:
        """X1, X2 and X3 as the codes of an AnswerMatrix: -1 where there is no answer."""
        codes = {"X1": self.x1, "X2": self.x2, "X3": self.x3}
        return {name: NO_ANSWER if code is None else code for name, code in codes.items()}

    def to_json(self) -> bytes:
        """Compact JSON in UTF-8; at most 7,000 bytes. `from_json` gives the same value back.

        The extra answers stand there only if there are any, in the order of their codes.
        """
        content = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "extra"}
        if self.extra:
            content["extra"] = dict(sorted(self.extra.items()))
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Answers:
        """The answers that `to_json` wrote.

        Raises:
            InvalidAnswers: not such JSON, a key too many or too few, a value out of its range.
        """
        try:
            answers = _SHAPE.validate_json(content)
        except ValidationError as error:
            # Only places are named: pydantic's own message repeats what the person answered.
            places = sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]})
            raise InvalidAnswers(f"stored answers are broken: {', '.join(places) or 'as a whole'}") from None
        if content != answers.to_json():
            raise InvalidAnswers("stored answers are broken: not written as this program writes them")
        return answers


_SHAPE: Final = TypeAdapter(Answers)


def _check_extra(extra: Mapping[str, int]) -> None:
    if len(extra) > MOST_EXTRA:
        raise InvalidAnswers(f"there are more than {MOST_EXTRA} extra answers")
    for code, answer in extra.items():
        if not _EXTRA_CODE.fullmatch(code) or not DONT_KNOW <= answer <= _LAST_OPTION:
            raise InvalidAnswers("extra holds something else than answers by the code of a question")


def comment_length(comment: str) -> int:
    """Length in UTF-16 units.

    >>> comment_length("a😀")
    3
    """
    return len(comment.encode("utf-16-le", "surrogatepass")) // 2


def clean_comment(comment: str) -> str:
    r"""A comment with plain line ends, no control characters and no blanks around it.

    >>> clean_comment(" too few\r\ntills\x00 ")
    'too few\ntills'
    """
    lines = comment.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _CONTROLS.sub("", lines).strip()
