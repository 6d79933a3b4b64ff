"""The words of slips, posters and paper questionnaires: one file a language in templates/slips."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from coherence.config import PACKAGE, templates_folder

ENGLISH: Final = "en"


def printed_words(language: str) -> Mapping[str, str]:
    """The words by name; English where the language has no file, or the file lacks one."""
    return {**_read(ENGLISH), **_read(language)} if language.isalpha() else _read(ENGLISH)


@lru_cache(maxsize=16)
def _read(language: str) -> Mapping[str, str]:
    file = templates_folder(PACKAGE) / "slips" / f"{language}.txt"
    if not file.is_file():
        return {}
    lines = (line for line in file.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")
    pairs = (line.partition(":") for line in lines)
    return {name.strip(): text.strip() for name, _, text in pairs}
