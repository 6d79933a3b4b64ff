"""Texts that HR writes, with places such as {link}: checked before anything is sent.

Nothing but these few names is ever filled in, so a text can reach no value that it should not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from coherence.errors import CoherenceError

PLACEHOLDERS: Final[Mapping[str, str]] = {
    "link": "the personal link; needed once in the text",
    "name": "the person's name; left out with the blank before it where the roster has none",
    "organisation": "name of the organisation",
    "minutes": "about how long answering takes",
    "closes": "when the survey closes; left out with the blank before it where no time is set",
    "k": "fewest people that anything is shown for",
}
"""What may stand between braces, and what it means."""

LONGEST_SUBJECT: Final = 150
LONGEST_BODY: Final = 10_000

_BRACES: Final = re.compile(r"\{([^{}\n]*)\}|[{}]")
_OPTIONAL: Final = re.compile(r"[ \t]?\{(name|closes)\}")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a text. field: "subject" or "body"; line, column: from 1."""

    field: str
    line: int
    column: int
    reason: str

    def __str__(self) -> str:
        return f"{self.field}, line {self.line}, column {self.column}: {self.reason}"


class BadText(CoherenceError):
    """A message text cannot be used; carries every fault."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class WrittenText:
    """Subject and body with their places.

    Raises:
        BadText: an unknown place, a brace that stands alone, no {link} in the body, or too long.

    >>> WrittenText("Hello", "Dear {nme}, {link}")
    Traceback (most recent call last):
    coherence.mail.placeholders.BadText: body, line 1, column 6: {nme} is unknown; did you mean {name}?
    """

    subject: str
    body: str

    def __post_init__(self) -> None:
        faults = (*_subject_faults(self.subject), *_body_faults(self.body))
        if faults:
            raise BadText(faults)

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Subject and body with the values in their places; a missing name takes its blank along."""
        return _fill(self.subject, values), _fill(self.body, values)


def _fill(text: str, values: Mapping[str, str]) -> str:
    without = _OPTIONAL.sub(lambda place: place.group() if values.get(place[1]) else "", text)
    return _BRACES.sub(lambda place: values[place[1]], without)


def _subject_faults(subject: str) -> Iterator[Fault]:
    yield from _place_faults("subject", subject)
    if not subject.strip():
        yield Fault("subject", 1, 1, "a message needs a subject")
    if len(subject) > LONGEST_SUBJECT:
        yield Fault("subject", 1, LONGEST_SUBJECT + 1, f"at most {LONGEST_SUBJECT} characters")
    if any(character < " " or character in "\x7f\x85\u2028\u2029" for character in subject):
        yield Fault("subject", 1, 1, "the subject must be one line")
    if "{link}" in subject:
        yield Fault("subject", 1, subject.index("{link}") + 1, "the link belongs into the text")


def _body_faults(body: str) -> Iterator[Fault]:
    yield from _place_faults("body", body)
    if "{link}" not in body:
        yield Fault("body", 1, 1, "the text needs {link}, or nobody could answer")
    if len(body) > LONGEST_BODY:
        yield Fault("body", *_position(body, LONGEST_BODY), f"at most {LONGEST_BODY} characters")


def _place_faults(field: str, text: str) -> Iterator[Fault]:
    for place in _BRACES.finditer(text):
        name = place[1]
        if name is None:
            reason = f"“{place.group()}” stands alone; braces only enclose places such as {{link}}"
        elif name in PLACEHOLDERS:
            continue
        else:
            reason = f"{{{name}}} is unknown; {_proposal(name)}"
        yield Fault(field, *_position(text, place.start()), reason)


def _proposal(name: str) -> str:
    meant = get_close_matches(name.strip().lower(), PLACEHOLDERS, n=1)
    if meant:
        return f"did you mean {{{meant[0]}}}?"
    return "known are " + ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)


def _position(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
