"""Rows of the organisation's findings, whatever they hold: their plain data laid flat, a row a number.

Findings grow with the method; what is released there reaches the files without a line of code here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from coherence.reports.files.long_table import Row, Scale, Topic
from coherence.reports.texts import _
from coherence.reports.wording import Wording
from scoring.estimable import plain
from scoring.released import Ledger

_TOPICS: Final[Mapping[str, Topic]] = {
    "level_gaps": "levels compared",
    "weightings": "levels compared",
    "blindness": "levels compared",
    "not_informed": "levels compared",
    "echo": "levels compared",
    "maturity": "maturity",
    "facts": "maturity",
    "stuck": "maturity",
    "relapse": "maturity",
    "change": "change",
    "structure": "methods",
}
_SCALES: Final[Mapping[str, Scale]] = {
    "level_gaps": "points",
    "weightings": "points",
    "blindness": "points",
    "shares": "percent",
    "change": "points",
}
_FIGURES: Final = ("value", "low", "high")
_NAMES: Final = ("id", "kind", "level")
"""What an entry of a list is called by, where it has one of these."""


@dataclass(frozen=True, slots=True)
class OrganisationRows:
    """Makes the rows of what is known of the organisation as a whole; facts: their words by code."""

    ledger: Ledger
    words: Wording
    facts: Mapping[str, str]

    def all(self) -> Iterator[Row]:
        """Findings, then the fact sheet, then how the wave was cut."""
        for part, found in (plain(self.ledger.findings) or {}).items():
            yield from self._flat((part,), found)
        for fact, given in self.ledger.facts.items():
            yield self._row(("facts", fact), text=given)
        for name, told in (("moved_up", self.ledger.moved_up), ("careless", self.ledger.careless)):
            yield self._row((name,), text=told.replace("-", "–"))
        if self.ledger.careless_moves_seat:
            yield self._row(("careless_moves_seat",), text=_("yes"))

    def _flat(self, path: tuple[str, ...], found: Any) -> Iterator[Row]:
        match found:
            case {"not_estimable": reason}:
                yield self._row(path, note=str(reason))
            case {"value": int() | float()}:
                yield self._estimate(path, found)
            case dict():
                for key, one in found.items():
                    yield from self._flat((*path, str(key)), one)
            case list() if not all(isinstance(one, str) for one in found):
                for place, one in enumerate(found, 1):
                    yield from self._entry(path, place, one)
            case int() | float() if not isinstance(found, bool):
                yield self._row(path, value=found, scale=_scale(path, found))
            case _ if found is not None:
                yield self._row(path, text=_said(found))

    def _entry(self, path: tuple[str, ...], place: int, one: Any) -> Iterator[Row]:
        """An entry of a list, called by what names it, or by its place from 1 on."""
        called = next((key for key in _NAMES if key in one), None) if isinstance(one, dict) else None
        if called is None:
            yield from self._flat((*path, str(place)), one)
        else:
            rest = {key: value for key, value in one.items() if key != called}
            yield from self._flat((*path, str(one[called])), rest)

    def _estimate(self, path: tuple[str, ...], found: Mapping[str, Any]) -> Row:
        """A value with its interval; its class beside it, everything else in the note."""
        figures = {name: found.get(name) for name in _FIGURES}
        more = {key: one for key, one in found.items() if key not in _FIGURES}
        text = str(more.pop("size", ""))
        note = "; ".join(
            f"{_spoken(key)}: {_said(one)}" for key, one in more.items() if one not in (None, [])
        )
        return self._row(path, scale=_scale(path, found["value"]), text=text, note=note, **figures)

    def _row(self, path: tuple[str, ...], **figures: Any) -> Row:
        return Row(
            _TOPICS.get(path[0], "organisation"),
            unit=" / ".join(self.ledger.root),
            level="",
            measure=".".join(path),
            name=self._name(path),
            **figures,
        )

    def _name(self, path: tuple[str, ...]) -> str:
        """The path in words: a fact by its text, levels, legs and facets by their names."""
        if path[0] == "facts":
            return self.facts.get(path[1], path[1])
        about_levels = _TOPICS.get(path[0]) == "levels compared"
        first, *others = path
        words = [_first_words().get(first) or _spoken(first)]
        for place, part in enumerate(others):
            if first == "weightings" and place == 0:
                words.append(_weightings().get(part, part))
            else:
                words.append((about_levels and self._level(part)) or self._part(part))
        return ", ".join(words)

    def _level(self, part: str) -> str:
        """A level, or one less another; empty where it is neither."""
        levels: Mapping[str, str] = dict(self.words.levels.items())
        one, _dash, other = part.partition("-")
        if one not in levels or (other and other not in levels):
            return ""
        return _("{one} less {other}").format(one=levels[one], other=levels[other]) if other else levels[one]

    def _part(self, part: str) -> str:
        names = {leg.value: name for leg, name in self.words.words.legs.items()}
        names["seat"] = _("Service level")
        return names.get(part) or self.words.facets.get(part) or _spoken(part)


def _first_words() -> dict[str, str]:
    return {
        "level_gaps": _("Gap between levels"),
        "weightings": _("Score with other weights of the levels"),
        "blindness": _("Answers “I do not know” about resources"),
        "not_informed": _("Parts that a level is not informed of"),
        "unclear": _("Parts that many of the staff could not judge"),
        "echo": _("Quality of service named first"),
        "departments": _("How far departments differ"),
        "moved_up": _("Invited people who count only at a higher unit"),
        "careless": _("Sheets left out as careless"),
        "careless_moves_seat": _("Leaving them out moves the service level by more than 5 points"),
        "maturity": _("Maturity"),
        "stuck": _("Signs of being stuck"),
        "relapse": _("Risk of relapse"),
        "importance": _("What goes with behaviours inside departments"),
        "structure": _("Structure of the questionnaire"),
    }


def _weightings() -> dict[str, str]:
    return {"B": _("staff 70 %, managers 20 %, board 10 %"), "C": _("all levels alike")}


def _scale(path: tuple[str, ...], value: int | float) -> Scale:
    if isinstance(value, float):
        return "index"
    return next((_SCALES[part] for part in reversed(path) if part in _SCALES), "number")


def _spoken(key: str) -> str:
    return key.replace("_", " ")


def _said(one: Any) -> str:
    if isinstance(one, bool):
        return _("yes") if one else _("no")
    if isinstance(one, list):
        return ", ".join(map(str, one)) or _("none")
    return str(one)
