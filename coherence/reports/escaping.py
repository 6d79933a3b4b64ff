"""The one way for a word that somebody typed into a drawing or onto paper."""

from __future__ import annotations

import re
from html import escape
from typing import Final

_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """A text without the characters that neither a page nor paper can hold."""
    return _NOT_IN_XML.sub("", text)


def escaped(text: str) -> str:
    """A text that no XML reader takes for markup.

    >>> escaped('<img src="/etc/passwd">')
    '&lt;img src=&quot;/etc/passwd&quot;&gt;'
    """
    return escape(printable(text))
