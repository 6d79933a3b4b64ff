"""The one way for a word that somebody typed into markup: SVG, paragraphs of the PDF."""

from __future__ import annotations

import re
from html import escape
from typing import Final

_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escaped(text: str) -> str:
    """A text that no XML reader takes for markup.

    Characters that XML cannot hold are dropped. ReportLab's paragraphs would open the file that an
    `<img src=...>` in a name points to, so nothing reaches them but through here.

    >>> escaped('<img src="/etc/passwd">')
    '&lt;img src=&quot;/etc/passwd&quot;&gt;'
    """
    return escape(_NOT_IN_XML.sub("", text))
