"""The answers of a wave as numbers: one row a person, one column a core item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring.vocabulary import ITEMS, LEVELS, Form, Level

SKIPPED: Final = 0
DONT_KNOW: Final = -1
NOT_ASKED: Final = -2
"""Codes beside the raw answers 1 to 5."""

Path = tuple[str, ...]


class Atom(NamedTuple):
    """The smallest group a roster knows: one level in one department."""

    unit: int
    level: Level


@dataclass(frozen=True)
class DepartmentTree:
    """Departments as paths from the root; every parent stands before its children.

    >>> tree = DepartmentTree.of([("Org", "Sales", "North"), ("Org", "Claims")])
    >>> tree.paths
    (('Org',), ('Org', 'Claims'), ('Org', 'Sales'), ('Org', 'Sales', 'North'))
    >>> tree.parents
    (-1, 0, 0, 2)
    """

    paths: tuple[Path, ...]

    def __post_init__(self) -> None:
        if not self.paths or len(self.paths[0]) != 1:
            raise ValueError("a department tree needs one root department, standing first")
        known: set[Path] = {self.paths[0]}
        for path in self.paths[1:]:
            if path[:-1] not in known:
                raise ValueError(f"department {'/'.join(path)} has no parent before it")
            known.add(path)
        if len(known) != len(self.paths):
            raise ValueError("a department stands twice in the tree")

    @classmethod
    def of(cls, paths: Iterable[Path]) -> DepartmentTree:
        """The tree that holds these paths and all their parents.

        Raises:
            ValueError: no path, an empty path, or more than one root.
        """
        every = {path[:depth] for path in paths for depth in range(1, len(path) + 1)}
        return cls(tuple(sorted(every, key=lambda path: (path[:1], path))))

    @cached_property
    def index(self) -> Mapping[Path, int]:
        """Position of each path."""
        return {path: position for position, path in enumerate(self.paths)}

    @cached_property
    def parents(self) -> tuple[int, ...]:
        """Position of each department's parent; -1 for the root."""
        return (-1, *(self.index[path[:-1]] for path in self.paths[1:]))

    def depth(self, unit: int) -> int:
        """0 for the root."""
        return len(self.paths[unit]) - 1

    def within(self, unit: int, ancestor: int) -> bool:
        """Whether a department is the ancestor itself or stands below it."""
        above = self.paths[ancestor]
        return self.paths[unit][: len(above)] == above


@dataclass(frozen=True, eq=False)
class AnswerMatrix:
    """All answers of one wave.

    answers: int8, people x 51 in the order of ITEMS; 1-5 raw, or SKIPPED, DONT_KNOW, NOT_ASKED
        (the 33 items outside the short form are NOT_ASKED there).
    unit: int32, people; position in the tree. level: int8, people; position in LEVELS.
    invited: head count of every atom, answered or not.
    questions: the answers to X1 and X3 (0-10) and X2 (0-6), -1 where there is none; int8, people.
    own_questions: answers to questions outside the scores, by code: the position of what was chosen, from 0,
        -1 where there is none; int8, people.

    Raises:
        ValueError: shapes that do not fit, codes outside the scale, more answers than invited.
    """

    answers: NDArray[np.int8]
    unit: NDArray[np.int32]
    level: NDArray[np.int8]
    tree: DepartmentTree
    invited: Mapping[Atom, int]
    form: Form = "full"
    questions: Mapping[str, NDArray[np.int8]] = field(default_factory=dict)
    own_questions: Mapping[str, NDArray[np.int8]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        people = len(self.answers)
        if self.answers.shape != (people, len(ITEMS)):
            raise ValueError(f"answers must be people x {len(ITEMS)}, not {self.answers.shape}")
        if people and not (self.answers.min() >= NOT_ASKED and self.answers.max() <= 5):
            raise ValueError("an answer lies outside 1 to 5 and the codes for a missing one")
        columns: dict[str, NDArray[Any]] = {
            "unit": self.unit, "level": self.level, **self.questions, **self.own_questions
        }  # fmt: skip
        for name, column in columns.items():
            if column.shape != (people,):
                raise ValueError(f"{name} must have one value a person")
        for atom, answered in self.answered_by_atom().items():
            if answered > self.invited.get(atom, 0):
                where = "/".join(self.tree.paths[atom.unit])
                raise ValueError(
                    f"{answered} answers but {self.invited.get(atom, 0)} invited: {where}, level {atom.level}"
                )

    def __len__(self) -> int:
        return len(self.answers)

    @property
    def atom_codes(self) -> NDArray[np.int64]:
        """One number a person that names the atom: unit * 4 + level."""
        return self.unit.astype(np.int64) * len(LEVELS) + self.level

    def answered_by_atom(self, among: NDArray[np.bool_] | None = None) -> dict[Atom, int]:
        """How many people of each atom answered (among those marked); every invited atom has an entry."""
        codes = self.atom_codes if among is None else self.atom_codes[among]
        counts = np.bincount(codes, minlength=len(self.tree.paths) * len(LEVELS))
        found = {
            Atom(int(c) // len(LEVELS), LEVELS[int(c) % len(LEVELS)]): int(counts[c])
            for c in np.flatnonzero(counts)
        }
        return {**dict.fromkeys(self.invited, 0), **found}
