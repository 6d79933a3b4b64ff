"""One version of the questionnaire: its parts, its words in every language, its recommendations.

A questionnaire is a folder: questionnaire.json (the parts), recommendations.json (the library),
patterns.json (the words of the patterns) and one file a language, called by its two-letter code. A new
language is a new file, a new sector an entry in these files; neither needs a change of the program.
A firm may put its own words in place of those of recommendations and patterns (survey_forms.own_texts).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from scoring.vocabulary import Level
from survey_forms.own_texts import NO_OWN_TEXTS, OwnTexts, read_own_texts
from survey_forms.patterns import PatternTexts, pattern_faults
from survey_forms.reading import CatalogueError, Fault, read
from survey_forms.recommendations import Advice, Recommendation, recommendation_faults
from survey_forms.structure import Fact, Item, Module, Question, Structure, structure_faults
from survey_forms.texts import Language, language_faults

STRUCTURE_FILE: Final = "questionnaire.json"
LIBRARY_FILE: Final = "recommendations.json"
PATTERNS_FILE: Final = "patterns.json"
DEFAULT_VERSION: Final = "coherence-1"
ENGLISH: Final = "en"
OWN_CATALOGUE: Final = "COHERENCE_CATALOGUE"
"""Environment variable that names the folder of a firm's own texts; read when the program starts."""

_STRUCTURE: Final = TypeAdapter(Structure)
_LIBRARY: Final = TypeAdapter(tuple[Recommendation, ...])
_PATTERNS: Final = TypeAdapter(tuple[PatternTexts, ...])
_LANGUAGE: Final = TypeAdapter(Language)


class NotInQuestionnaire(LookupError):
    """Something was asked for that this questionnaire does not hold."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"the questionnaire has no {kind} {name!r}; it has {', '.join(known)}")
        self.kind = kind
        self.name = name


@dataclass(frozen=True, eq=False)
class Questionnaire:
    """A questionnaire that has passed every check; made by `load`."""

    structure: Structure
    languages: Mapping[str, Language]
    recommendations: tuple[Recommendation, ...]
    pattern_texts: tuple[PatternTexts, ...] = ()
    own: OwnTexts = NO_OWN_TEXTS

    @property
    def version(self) -> str:
        """The id that a wave keeps, so that old answers stay readable."""
        return self.structure.version

    @property
    def sectors(self) -> tuple[str, ...]:
        """Codes of the sectors that have front-line wordings of their own."""
        return self.structure.sectors

    @property
    def questions(self) -> tuple[Question, ...]:
        """X1 to X5."""
        return self.structure.questions

    @property
    def facts(self) -> tuple[Fact, ...]:
        """M01 to M16 and C01 to C05."""
        return self.structure.facts

    @property
    def modules(self) -> tuple[Module, ...]:
        """The optional modules."""
        return self.structure.modules

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """The 51 statements by id, in the order of the item bank."""
        return {item.id: item for item in self.structure.items}

    def texts(self, language: str) -> Language:
        """All words in one language.

        Raises:
            NotInQuestionnaire: there is no file for this language.
        """
        if language not in self.languages:
            raise NotInQuestionnaire("language", language, self.languages)
        return self.languages[language]

    def wording(self, item: str, level: Level, sector: str | None, language: str) -> str:
        """What a person of this level and sector reads for one statement.

        Sector wordings exist for the front line only, which support shares; managers and top read the
        general wording (method 2.4). sector: a code, or None for the general wording.

        Raises:
            NotInQuestionnaire: unknown item, sector or language.
        """
        texts = self.texts(language)
        if item not in self.items:
            raise NotInQuestionnaire("item", item, self.items)
        if sector is not None and sector not in self.sectors:
            raise NotInQuestionnaire("sector", sector, self.sectors)
        return texts.items[item].wording(level, sector)

    def advice(self, language: str) -> Mapping[str, Advice]:
        """The words of every recommendation by id; English where the language has none of its own.

        Raises:
            NotInQuestionnaire: there is no file for this language.
        """
        given = self.texts(language).recommendations or {one.id: one.advice for one in self.recommendations}
        return {name: self.own.advice(name, advice) for name, advice in given.items()}

    @cached_property
    def patterns(self) -> Mapping[str, PatternTexts]:
        """The words of every pattern by id, in English."""
        return {one.id: self.own.pattern(one) for one in self.pattern_texts}


def load(folder: Traversable, own: Traversable | None = None) -> Questionnaire:
    """The questionnaire in a folder (a pathlib.Path will do).

    own: folder of a firm's own texts, where it has one.

    Raises:
        CatalogueError: a file is missing, broken, or does not fit the method or the other files.
    """
    structure = read(folder, STRUCTURE_FILE, _STRUCTURE)
    _refuse(STRUCTURE_FILE, structure_faults(structure))
    library = read(folder, LIBRARY_FILE, _LIBRARY)
    _refuse(LIBRARY_FILE, recommendation_faults(library))
    patterns = read(folder, PATTERNS_FILE, _PATTERNS)
    _refuse(PATTERNS_FILE, pattern_faults(patterns))
    languages = {code: _language(folder, code, structure, library) for code in _language_codes(folder)}
    own_texts = NO_OWN_TEXTS
    if own is not None:
        own_texts = read_own_texts(own, LIBRARY_FILE, PATTERNS_FILE, [one.id for one in library])
    return Questionnaire(structure, languages, library, patterns, own_texts)


def default_questionnaire() -> Questionnaire:
    """The questionnaire that comes with the package, in the words of the firm's own catalogue if one is set.

    Raises:
        CatalogueError: the folder that COHERENCE_CATALOGUE names cannot be used.
    """
    return packaged_questionnaire(os.environ.get(OWN_CATALOGUE, ""))


@lru_cache(maxsize=4)
def packaged_questionnaire(own: str = "") -> Questionnaire:
    """The questionnaire that comes with the package; read once.

    own: path of the folder of a firm's own texts; empty for none. Errors as `load`.
    """
    return load(files("survey_forms") / "catalogue" / DEFAULT_VERSION, Path(own) if own else None)


def _language_codes(folder: Traversable) -> list[str]:
    """The languages that have a file; English is read always, since the others fall back on it."""
    names = {entry.name for entry in folder.iterdir() if entry.name.endswith(".json")}
    codes = {name.removesuffix(".json") for name in names - {STRUCTURE_FILE, LIBRARY_FILE, PATTERNS_FILE}}
    for code in codes:
        if not re.fullmatch("[a-z]{2}", code):
            reason = "a language file is called by its two-letter code, such as pl.json"
            raise CatalogueError(f"{code}.json", "", reason)
    return sorted(codes | {ENGLISH})


def _language(
    folder: Traversable, code: str, structure: Structure, library: tuple[Recommendation, ...]
) -> Language:
    file = f"{code}.json"
    language = read(folder, file, _LANGUAGE)
    if language.language != code:
        raise CatalogueError(file, "language", f"must be {code}, like the name of the file")
    _refuse(file, language_faults(language, structure, library))
    return language


def _refuse(file: str, faults: Iterable[Fault]) -> None:
    for fault in faults:
        raise CatalogueError(file, fault.key, fault.reason)
