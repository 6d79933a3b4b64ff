"""Which cells a publication holds: unions of labels, by unit and level (confidentiality 4 and 5)."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.answers import DepartmentTree
from scoring.disclosure import Label, Partition
from scoring.vocabulary import STAFF, CellLevel, Level


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
    inside: dict[int, list[Label]] = {}
    for label in partition.labels:
        for unit in _line(tree, label.unit):
            inside.setdefault(unit, []).append(label)
    found: list[Cell] = []
    for unit in range(len(tree.paths)):
        labels = inside.get(unit, [])
        if unit == 0 and labels:
            found.append(Cell(unit, "all", tuple(labels)))
        staff = [label for label in labels if label.level in STAFF]
        own = labels if unit == 0 else [label for label in labels if label.unit == unit]
        groups: list[tuple[CellLevel, list[Label]]] = [
            ("staff", staff),
            ("T", [label for label in own if label.level is Level.T]),
            ("M", [label for label in own if label.level is Level.M]),
            *_front_line_and_support(partition, staff),
        ]
        found += [Cell(unit, level, tuple(group)) for level, group in groups if group]
    return tuple(found)


def _line(tree: DepartmentTree, unit: int) -> list[int]:
    """A department and everything above it."""
    line = [unit]
    while tree.parents[line[-1]] >= 0:
        line.append(tree.parents[line[-1]])
    return line


def _front_line_and_support(partition: Partition, staff: list[Label]) -> list[tuple[CellLevel, list[Label]]]:
    """F and S as cells of their own, or nothing where a label holds both."""
    front = [label for label in staff if label.level is Level.F]
    support = [label for label in staff if label.level is Level.S]
    pure = all(atom.level is label.level for label in staff for atom in partition.atoms_of(label))
    return [("F", front), ("S", support)] if front and support and pure else []
