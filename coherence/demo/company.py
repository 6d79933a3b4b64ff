"""A made-up company: its departments, its roster, and what its people will answer."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from scoring.answers import DONT_KNOW, NOT_ASKED, SKIPPED
from scoring.simulation import Wave
from scoring.vocabulary import ITEMS, LEVELS
from survey_forms.structure import PRIORITIES

ORGANISATION: Final = "Organisation"
_COMMENTS: Final = {
    "X4": ("The tills are slow when it is busy.", "I wait for a permission that never comes.", ""),
    "X5": ("One number that customers can call and reach us.", "", ""),
}


@dataclass(frozen=True, slots=True)
class Employee:
    """One invited person. answers: the form fields this person will send; None for those who will not."""

    email: str
    department: str
    level: str
    answers: dict[str, str] | None


def employees(wave: Wave) -> list[Employee]:
    """Everybody who is invited, with the answers of those who take part."""
    matrix, truth = wave.answers, wave.truth
    row_of = dict(zip(np.flatnonzero(wave.responded).tolist(), range(len(matrix)), strict=True))
    found = []
    for person, (unit, level) in enumerate(zip(truth.unit.tolist(), truth.level.tolist(), strict=True)):
        answers = None if person not in row_of else dict(_fields(wave, row_of[person]))
        path = "/".join(matrix.tree.paths[unit])
        found.append(Employee(f"employee{person + 1}@example.org", path, LEVELS[level].value, answers))
    return found


def write_roster(people: list[Employee], folder: Path) -> tuple[Path, Path]:
    """Departments and roster as the two files that an import takes."""
    departments, roster = folder / "departments.csv", folder / "roster.csv"
    _write(departments, ["department"], sorted({(person.department,) for person in people}))
    _write(
        roster,
        ["department", "level", "email"],
        [(person.department, person.level, person.email) for person in people],
    )
    return departments, roster


def _fields(wave: Wave, row: int) -> Iterator[tuple[str, str]]:
    for item, code in zip(ITEMS, wave.answers.answers[row].tolist(), strict=True):
        if code not in (SKIPPED, NOT_ASKED):
            yield item, "dk" if code == DONT_KNOW else str(code)
    for name, column in wave.answers.questions.items():
        if column[row] >= 0:
            yield name, PRIORITIES[column[row]] if name == "X2" else str(column[row])
    for name, comments in _COMMENTS.items():
        if comment := comments[row % len(comments)]:
            yield name, comment


def _write(path: Path, header: list[str], rows: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
