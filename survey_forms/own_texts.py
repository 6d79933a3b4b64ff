"""A firm's own catalogue: a folder whose texts stand in the place of those that come with the package.

It may hold recommendations.json and patterns.json, both lists of groups with the id and only those texts
that differ: [{"id": "A01", "who": "Managing director"}]. What they are chosen by is the method's and
cannot be replaced. The texts are used as they stand in every language.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields, replace
from importlib.resources.abc import Traversable
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, with_config

from survey_forms.patterns import PATTERN_IDS, PatternTexts
from survey_forms.reading import STRICT, CatalogueError, Text, read
from survey_forms.recommendations import Advice


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class OwnAdvice:
    """Texts of one recommendation that the firm has its own words for."""

    id: str
    text: Text | None = None
    who: Text | None = None
    first_step: Text | None = None
    evidence: Text | None = None
    horizon: Text | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class OwnPattern:
    """Texts of one pattern that the firm has its own words for."""

    id: str
    name: Text | None = None
    finding: Text | None = None
    meaning: Text | None = None
    talk_about: Text | None = None
    check: Text | None = None


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """Everything that the firm says in its own words, by id."""

    advices: dict[str, OwnAdvice] = field(default_factory=dict)
    patterns: dict[str, OwnPattern] = field(default_factory=dict)

    def advice(self, name: str, given: Advice) -> Advice:
        """The words of a recommendation, the firm's own where it has any."""
        return _over(given, self.advices.get(name))

    def pattern(self, given: PatternTexts) -> PatternTexts:
        """The words of a pattern, the firm's own where it has any."""
        return _over(given, self.patterns.get(given.id))


NO_OWN_TEXTS: Final = OwnTexts()

_ADVICES: Final = TypeAdapter(tuple[OwnAdvice, ...])
_PATTERNS: Final = TypeAdapter(tuple[OwnPattern, ...])

Given = TypeVar("Given", Advice, PatternTexts)
Own = TypeVar("Own", OwnAdvice, OwnPattern)


def read_own_texts(
    folder: Traversable, library_file: str, patterns_file: str, recommendations: Collection[str]
) -> OwnTexts:
    """The texts in a firm's folder.

    Raises:
        CatalogueError: no such folder, neither file in it, or a file that is broken or names what the
            catalogue does not have.
    """
    if not folder.is_dir():
        raise CatalogueError(str(folder), "", "there is no such folder (the firm's own catalogue)")
    present = {entry.name for entry in folder.iterdir()} & {library_file, patterns_file}
    if not present:
        raise CatalogueError(str(folder), "", f"holds neither {library_file} nor {patterns_file}")
    advices = read(folder, library_file, _ADVICES) if library_file in present else ()
    patterns = read(folder, patterns_file, _PATTERNS) if patterns_file in present else ()
    return OwnTexts(
        _by_id(library_file, advices, recommendations), _by_id(patterns_file, patterns, PATTERN_IDS)
    )


def _by_id(file: str, given: Sequence[Own], known: Collection[str]) -> dict[str, Own]:
    found: dict[str, Own] = {}
    for one in given:
        if one.id not in known:
            raise CatalogueError(file, one.id, "is unknown in this catalogue")
        if one.id in found:
            raise CatalogueError(file, one.id, "stands more than once")
        found[one.id] = one
    return found


def _over(given: Given, own: OwnAdvice | OwnPattern | None) -> Given:
    if own is None:
        return given
    texts: dict[str, Any] = {
        one.name: text for one in fields(own) if one.name != "id" and (text := getattr(own, one.name))
    }
    return replace(given, **texts)
