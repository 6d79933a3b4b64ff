"""Which cells a publication holds: unions of labels, by unit and level (confidentiality 4 and 5)."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.answers import DepartmentTree
from scoring.disclosure import ROOT, Label, Partition
from scoring.vocabulary import LEVELS, STAFF, CellLevel, Level


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell before anything is computed: whom it covers, as a set of labels."""

    unit: int
    level: CellLevel
    labels: tuple[Label, ...]


def cells(partition: Partition) -> tuple[Cell, ...]:
    """Every cell of a partition, the organisation first, then departments in the order of the tree.

    Organisation: all, staff, T, M. Department: its staff (front line and support at or below it), and
    its managers where they are a label of their own. F and S apart only where the unit has both and no
    label in it mixes them. A unit without labels has no cell.
    """
    tree = partition.tree
    inside = [_Inside() for _ in tree.paths]
    for label in partition.labels:
        level, line = label.level, _line(tree, label.unit)
        if level in STAFF:
            mixed = any(atom.level is not level for atom in partition.atoms_of(label))
            for unit in line:
                inside[unit].add_staff(label, mixed)
        else:
            for unit in {ROOT, label.unit}:
                inside[unit].by_level[level].append(label)
    found = [Cell(ROOT, "all", partition.labels)] if partition.labels else []
    for unit, held in enumerate(inside):
        found += [Cell(unit, level, tuple(labels)) for level, labels in held.groups() if labels]
    return tuple(found)


def _line(tree: DepartmentTree, unit: int) -> list[int]:
    """A department and everything above it."""
    line = [unit]
    while tree.parents[line[-1]] >= 0:
        line.append(tree.parents[line[-1]])
    return line


class _Inside:
    """The labels of a department's cells, as they are met."""

    __slots__ = ("by_level", "mixes_staff", "staff")

    def __init__(self) -> None:
        self.staff: list[Label] = []
        self.by_level: dict[Level, list[Label]] = {level: [] for level in LEVELS}
        self.mixes_staff = False

    def add_staff(self, label: Label, mixed: bool) -> None:
        """One more label of front line or support; mixed: it holds people of another level too."""
        self.staff.append(label)
        self.by_level[label.level].append(label)
        self.mixes_staff |= mixed

    def groups(self) -> list[tuple[CellLevel, list[Label]]]:
        """The cells that there may be, without a look at whether they are empty."""
        held = self.by_level
        groups: list[tuple[CellLevel, list[Label]]] = [
            ("staff", self.staff),
            ("T", held[Level.T]),
            ("M", held[Level.M]),
        ]
        if held[Level.F] and held[Level.S] and not self.mixes_staff:
            groups += [("F", held[Level.F]), ("S", held[Level.S])]
        return groups
