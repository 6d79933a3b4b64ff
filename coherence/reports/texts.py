"""The language that a report is written in.

Sentences are marked with `_` and `ngettext`; their translations lie in coherence/translations, in the
catalogues that the pages use too. A language without a catalogue reads English.
"""

from __future__ import annotations

import gettext as catalogues
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[1] / "translations"
DOMAIN: Final = "messages"
ENGLISH: Final = "en"

_language: ContextVar[str] = ContextVar("language of the report", default=ENGLISH)


@contextmanager
def written_in(language: str) -> Iterator[None]:
    """Translate into this language inside the block; language: a code such as "lt"."""
    before = _language.set(language)
    try:
        yield
    finally:
        _language.reset(before)


def _(message: str) -> str:
    """The message in the report's language."""
    return _catalogue(_language.get()).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """The form of the message that fits the number."""
    return _catalogue(_language.get()).ngettext(one, many, number)


@lru_cache(maxsize=16)
def _catalogue(language: str) -> catalogues.NullTranslations:
    return catalogues.translation(DOMAIN, FOLDER, [language], fallback=True)
