"""Sentences in the language of the request, as plain text."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as translated
from flask_babel import ngettext as translated_number


def _(text: str, **values: Any) -> str:
    """A sentence, its places filled in."""
    return str(translated(text, **values))


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """A sentence about a number of things."""
    return str(translated_number(singular, plural, num, **values))


def sentence(reason: str) -> str:
    """The reason that an error gives, as a sentence.

    >>> sentence("only a draft can be opened")
    'Only a draft can be opened.'
    """
    return reason[:1].upper() + reason[1:] + ("" if reason.endswith((".", "!", "?")) else ".")
