"""Why a message could not be delivered, in words: from the codes of RFC 3463, never a server's own text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_ENHANCED: Final = re.compile(rb"\b([245])\.(\d{1,3})\.(\d{1,3})\b")

_WORDS: Final[Mapping[str, str]] = {
    "1.1": "there is no such mailbox",
    "1.2": "there is no such mail domain",
    "1.10": "the domain takes no mail",
    "2.1": "the mailbox is switched off",
    "2.2": "the mailbox is full",
    "4.1": "the other mail server did not answer",
    "4.4": "the other mail server cannot be found",
    "4.7": "the other mail server did not answer for too long",
}
_SUBJECTS: Final[Mapping[str, str]] = {
    "1": "the address is not right",
    "2": "the mailbox takes no mail",
    "4": "the way to the mailbox is disturbed",
    "7": "the other mail server refuses mail from us",
}
_ABOUT_MAILBOXES: Final = (450, 452, 550, 551, 552, 553)
_REFUSED: Final = "the address was refused"


def reason_of(code: int, text: bytes) -> str:
    """The reason that an answer to RCPT TO gives.

    >>> reason_of(550, b"5.1.1 <ann@acme.example> unknown"), reason_of(450, b"greylisted")
    ('there is no such mailbox', 'the other mail server asked to try again later')
    """
    found = _ENHANCED.search(text)
    if found is not None:
        return words_for(found.group().decode())
    return "the other mail server asked to try again later" if 400 <= code < 500 else _REFUSED


def is_policy(code: int, text: bytes) -> bool:
    """Whether an answer is about who sends rather than about the address.

    >>> is_policy(554, b"5.7.1 relay access denied"), is_policy(550, b"5.1.1 unknown"), is_policy(550, b"")
    (True, False, False)
    """
    found = _ENHANCED.search(text)
    return found[2] == b"7" if found is not None else code not in _ABOUT_MAILBOXES


def words_for(status: str) -> str:
    """The words for an enhanced status code.

    >>> words_for("5.2.2"), words_for("5.7.26"), words_for("5.9.9")
    ('the mailbox is full', 'the other mail server refuses mail from us', 'the address was refused')
    """
    _, _, detail = status.partition(".")
    return _WORDS.get(detail) or _SUBJECTS.get(detail.partition(".")[0], _REFUSED)
