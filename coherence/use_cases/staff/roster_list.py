"""Every row of a list of people, either good or with everything that is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coherence.use_cases.organisations import read_department
from coherence.use_cases.staff.list_words import LANGUAGE_OF, LEVEL_OF, folded
from coherence.use_cases.staff.sheets import Sheet
from scoring.answers import Path
from scoring.vocabulary import Level

FIELDS: Final = ("department", "level", "email", "reference", "name", "language")
NEEDED: Final = ("department", "level")
LONGEST: Final = {"email": 254, "reference": 60, "name": 200, "department": 2000, "level": 60, "language": 30}
LONGEST_DEPARTMENT: Final = 200
DEEPEST: Final = 12
"""Departments below each other, the organisation included."""

_EMAIL: Final = re.compile(r"[^@\s,;:<>()\"]+@[^@\s,;:<>()\"]+\.[^@\s,;:<>()\"]+")
_NEVER_SHOWN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


class Wrong(StrEnum):
    """What can be wrong with a row; pages have the words."""

    TOO_MANY_CELLS = "too many cells"
    CONTROL_CHARACTER = "control character"
    FORMULA = "formula"
    TOO_LONG = "too long"
    EMPTY_PART = "empty part"
    TOO_DEEP = "too deep"
    UNKNOWN_DEPARTMENT = "unknown department"
    NO_LEVEL = "no level"
    UNKNOWN_LEVEL = "unknown level"
    BAD_EMAIL = "bad e-mail"
    UNKNOWN_LANGUAGE = "unknown language"
    NOBODY = "nobody"
    TWICE = "twice"
    TWO_PEOPLE = "two people"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in one row, numbered as the spreadsheet shows it.

    field: None where the whole row is meant. value: what stands there. other: the row meant by TWICE;
    None where somebody on the roster is meant.
    """

    row: int
    field: str | None
    wrong: Wrong
    value: str = ""
    other: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One good row."""

    row: int
    path: Path
    level: Level
    language: str
    email: str | None
    reference: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a list is checked against. departments: by folded path; add_departments: unknown ones are made."""

    root: str
    departments: Mapping[Path, Path]
    languages: tuple[str, ...]
    add_departments: bool


def folded_path(path: Path) -> Path:
    """A path as two people would call it the same."""
    return tuple(part.casefold() for part in path)


def check_rows(
    sheet: Sheet, columns: Mapping[str, int], around: Surroundings
) -> Iterator[Listed | tuple[Fault, ...]]:
    """Each row as a person, or its faults, in the order of the list."""
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in sheet.rows:
        values = {field: cells[position] for field, position in columns.items()}
        faults = list(_cell_faults(number, cells, values, len(sheet.columns)))
        made = None if faults else _person(number, values, around, faults)
        if made is not None:
            faults.extend(_twice(made, seen))
        yield made if made is not None and not faults else tuple(faults)


def has_hidden(text: str) -> bool:
    r"""Whether a text holds characters that no page can show, such as line breaks.

    >>> has_hidden("Sales\nNorth"), has_hidden("Łódź")
    (True, False)
    """
    # Nearly every text is printable, and this is asked for every cell.
    return not text.isprintable() and any(
        unicodedata.category(character) in _NEVER_SHOWN for character in text
    )


def _cell_faults(
    number: int, cells: Collection[str], values: Mapping[str, str], width: int
) -> Iterator[Fault]:
    if len(cells) > width:
        yield Fault(number, None, Wrong.TOO_MANY_CELLS)
    for field, value in values.items():
        if has_hidden(value):
            yield Fault(number, field, Wrong.CONTROL_CHARACTER)
        elif value.startswith("="):
            yield Fault(number, field, Wrong.FORMULA, value[:60])
        elif len(value) > LONGEST[field]:
            yield Fault(number, field, Wrong.TOO_LONG, value[:60])


def _person(
    number: int, values: Mapping[str, str], around: Surroundings, faults: list[Fault]
) -> Listed | None:
    path = _department(number, values["department"], around, faults)
    level = LEVEL_OF.get(folded(values["level"]))
    if level is None:
        wrong = Wrong.UNKNOWN_LEVEL if values["level"] else Wrong.NO_LEVEL
        faults.append(Fault(number, "level", wrong, values["level"]))
    typed = values.get("language", "")
    language = LANGUAGE_OF.get(folded(typed), folded(typed)) if typed else around.languages[0]
    if language not in around.languages:
        faults.append(Fault(number, "language", Wrong.UNKNOWN_LANGUAGE, typed))
    email = values.get("email", "").lower()
    if email and not _EMAIL.fullmatch(email):
        faults.append(Fault(number, "email", Wrong.BAD_EMAIL, email))
    reference, name = values.get("reference", ""), values.get("name", "")
    if not (email or reference or name):
        faults.append(Fault(number, None, Wrong.NOBODY))
    if faults or path is None or level is None:
        return None
    return Listed(number, path, level, language, email or None, reference or None, name or None)


def _department(number: int, written: str, around: Surroundings, faults: list[Fault]) -> Path | None:
    path = read_department(written, around.root)
    wrong = None
    if path is None:
        wrong = Wrong.EMPTY_PART
    elif len(path) > DEEPEST:
        wrong = Wrong.TOO_DEEP
    elif any(len(part) > LONGEST_DEPARTMENT for part in path):
        wrong = Wrong.TOO_LONG
    else:
        known = around.departments.get(folded_path(path))
        if known is not None:
            return known
        if around.add_departments:
            return path
        wrong = Wrong.UNKNOWN_DEPARTMENT
    faults.append(Fault(number, "department", wrong, written[:120]))
    return None


def _twice(person: Listed, seen: dict[tuple[str, ...], int]) -> Iterator[Fault]:
    keys: list[tuple[str, ...]] = [
        (field, value) for field, value in (("email", person.email), ("reference", person.reference)) if value
    ]
    if not keys and person.name:
        keys = [("name", person.name.casefold(), *folded_path(person.path))]
    for key in keys:
        first = seen.setdefault(key, person.row)
        if first != person.row:
            yield Fault(person.row, key[0], Wrong.TWICE, key[1], first)
