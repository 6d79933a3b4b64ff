"""Names of labels: one for each set of atoms that counts as a label anywhere in a publication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from scoring.answers import Atom
from scoring.cells import Cell
from scoring.disclosure import Label, Partition

Content = tuple[Label, frozenset[Atom]]
"""A label of some partition, with the atoms merged into it there."""

Names = Mapping[Content, str]


def label_names(partitions: Sequence[Partition]) -> dict[Content, str]:
    """A name for each set of atoms that counts as a label in any partition, the first tier first.

    A finer label that unites more atoms than the label of the same place in the first tier gets a
    number behind its name.
    """
    names: dict[Content, str] = {}
    taken: Counter[Label] = Counter()
    for partition in partitions:
        for label in partition.labels:
            content = (label, frozenset(partition.atoms_of(label)))
            if content not in names:
                taken[label] += 1
                number = f"~{taken[label]}" if taken[label] > 1 else ""
                names[content] = label.key(partition.tree) + number
    return names


def members_of(cell: Cell, partition: Partition, names: Names) -> tuple[str, ...]:
    """The names of the labels that a cell unites."""
    return tuple(names[label, frozenset(partition.atoms_of(label))] for label in cell.labels)
