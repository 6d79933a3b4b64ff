"""A ballot in the clear: what is sealed on sending and comes out at the close."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from coherence.ballots.errors import BallotTooLong
from scoring.disclosure import Label
from scoring.vocabulary import Level

LONGEST_ANSWERS: Final = 2_000
"""In bytes of UTF-8; with two comments of three bytes a unit it still fits into 8,192."""

LONGEST_COMMENT: Final = 1_000
"""In UTF-16 units, as a browser counts."""

COMMENTS: Final = ("X4", "X5")
"""The questions that are answered in own words."""

PADDED_BYTES: Final = 8_192

_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")
_LANGUAGE: Final = re.compile(r"[A-Za-z-]{2,10}")
_SEPARATOR: Final = "\0"


@dataclass(frozen=True, slots=True)
class Ballot:
    """One person's answers under the label that was shown to them.

    answers: JSON text without the comments, at most 2,000 bytes. comments: by question, at most
    1,000 UTF-16 units each; an empty one is left out. Nothing holds a control character but the
    line feed in a comment, so every ballot can be written to every database at the close.

    Raises:
        BallotTooLong: answers or a comment exceed their limit.
        ValueError: control characters, no language code, or a question that has no comment.

    >>> Ballot(Label(0, Level.F), "en", "{}", {"X4": "too slow", "X5": ""}).comments
    {'X4': 'too slow'}
    """

    label: Label
    language: str
    answers: str
    comments: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not set(self.comments) <= set(COMMENTS):
            raise ValueError(f"only {' and '.join(COMMENTS)} are answered in own words")
        if not _LANGUAGE.fullmatch(self.language):
            raise ValueError("the language must be a code such as en")
        if any(_CONTROL.search(text) for text in (self.answers, *self.comments.values())):
            raise ValueError("answers and comments must not hold control characters")
        if len(self.answers.encode()) > LONGEST_ANSWERS:
            raise BallotTooLong(f"the answers take more than {LONGEST_ANSWERS} bytes")
        for question, text in self.comments.items():
            length = len(text.encode("utf-16-le")) // 2
            if length > LONGEST_COMMENT:
                raise BallotTooLong(f"{question} has {length} characters; {LONGEST_COMMENT} fit")
        object.__setattr__(self, "comments", {key: text for key, text in self.comments.items() if text})

    def to_bytes(self) -> bytes:
        """The fields in UTF-8, each ended by a zero byte, and more zeros: always 8,192 bytes."""
        spoken = (self.comments.get(question, "") for question in COMMENTS)
        fields = (str(self.label.unit), self.label.level.value, self.language, self.answers, *spoken)
        return _SEPARATOR.join(fields).encode().ljust(PADDED_BYTES, b"\0")

    @classmethod
    def from_bytes(cls, padded: bytes) -> Ballot:
        """The ballot that `to_bytes` wrote.

        Raises:
            ValueError: the bytes are none.
            BallotTooLong: a field is longer than `to_bytes` would have written.
        """
        unit, level, language, answers, *spoken = padded.decode().split(_SEPARATOR)[: 4 + len(COMMENTS)]
        comments = dict(zip(COMMENTS, spoken, strict=True))
        return cls(Label(int(unit), Level(level)), language, answers, comments)
