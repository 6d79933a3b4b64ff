"""What a list of people would change in the roster."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.store import Person
from coherence.use_cases.staff.roster_list import Fault, Listed, Wrong
from scoring.answers import Path
from scoring.vocabulary import Level


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody on the roster."""

    person_id: int
    path: Path
    level: Level
    language: str
    email: str | None
    reference: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Somebody on the roster, and the row that is about the same person."""

    before: Known
    after: Listed


@dataclass(frozen=True, slots=True)
class Comparison:
    """A list beside the roster. moved: another department or level. changed: only other details.

    left: on the roster, not in the list; who is named in a bad row has not left.
    """

    joined: tuple[Listed, ...]
    moved: tuple[Pair, ...]
    changed: tuple[Pair, ...]
    left: tuple[Known, ...]
    unchanged: int

    @property
    def fingerprint(self) -> str:
        """Tells whether what a person confirms is still what would happen, to the letter."""
        parts = [
            [_written(one) for one in self.joined],
            [[pair.before.person_id, _written(pair.after)] for pair in self.moved + self.changed],
            [one.person_id for one in self.left],
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def roster_of(session: Session, organisation_id: int, paths: Mapping[int, Path]) -> list[Known]:
    """Everybody on the roster; paths: of the departments by their number."""
    rows = session.execute(
        select(
            Person.id,
            Person.department_id,
            Person.level,
            Person.language,
            Person.email,
            Person.reference,
            Person.name,
        )
        .where(Person.organisation_id == organisation_id)
        .order_by(Person.id)
    )
    return [
        Known(number, paths[department], level, language, email, reference, name)
        for number, department, level, language, email, reference, name in rows
    ]


def compare(
    listed: Iterable[Listed], known: Iterable[Known], named_in_bad_rows: frozenset[tuple[str, str]]
) -> tuple[Comparison, list[Fault]]:
    """The comparison, and rows that would join two people of the roster into one.

    People are found again by e-mail, else by reference, else (without both) by a name that is theirs alone.
    """
    everybody = {one.person_id: one for one in known}
    keys = _keys(everybody.values())
    joined, moved, changed, faults = [], list[Pair](), list[Pair](), []
    met: set[int] = set()
    unchanged = 0
    for row in listed:
        found = set(_found(row, keys).values())
        if len(found) > 1 or found & met:
            faults.append(Fault(row.row, "email" if row.email else "name", Wrong.TWO_PEOPLE))
            met |= found
        elif not found:
            joined.append(row)
        else:
            before = everybody[found.pop()]
            met.add(before.person_id)
            if (before.path, before.level) != (row.path, row.level):
                moved.append(Pair(before, row))
            elif _details(before) != _details(row):
                changed.append(Pair(before, row))
            else:
                unchanged += 1
    left = [
        one
        for one in everybody.values()
        if one.person_id not in met and not named_in_bad_rows & set(_keys_of(one))
    ]
    comparison = Comparison(tuple(joined), tuple(moved), tuple(changed), tuple(left), unchanged)
    return comparison, faults


def _written(one: Listed) -> list[object]:
    return [one.row, one.path, one.level, *_details(one)]


def meant(row: Listed, known: Iterable[Known]) -> dict[str, int]:
    """By field, the number of whom on the roster it is about: nobody, one, or several whom it would join."""
    return _found(row, _keys(known))


def _found(row: Listed, keys: Mapping[tuple[str, str], int]) -> dict[str, int]:
    return {key[0]: keys[key] for key in _keys_of(row) if key in keys}


def _details(one: Known | Listed) -> tuple[str | None, ...]:
    return one.language, one.email, one.reference, one.name


def _keys_of(one: Known | Listed) -> list[tuple[str, str]]:
    keys = [("email", one.email)] if one.email else []
    keys += [("reference", one.reference)] if one.reference else []
    return keys or ([("name", one.name.casefold())] if one.name else [])


def _keys(people: Iterable[Known]) -> dict[tuple[str, str], int]:
    found = [(key, one.person_id) for one in people for key in _keys_of(one)]
    often = Counter(key for key, _ in found)
    return {key: person for key, person in found if often[key] == 1}
