"""Labels of a wave: on the roster before it opens, on the valid answers when it closes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from coherence.ballots.errors import LabelTooSmall
from scoring.answers import Atom, DepartmentTree
from scoring.disclosure import Label, initial, merge

Validity = Callable[[str], bool]
"""Whether the answers of a ballot (JSON text) are valid; False, not an error, for text it cannot read."""


def merged_labels(tree: DepartmentTree, counts: Mapping[Label, int], k: int) -> dict[Label, Label | None]:
    """The label that each group ends in when all must hold k people; None where nothing is released.

    counts: people per department and level, also 0 where nobody answered.

    Raises:
        ThresholdTooLow: k is below five.
    """
    atoms = {Atom(label.unit, label.level): people for label, people in counts.items()}
    merged = merge(initial(tree, atoms), atoms, k)
    return {Label(*atom): label for atom, label in merged.label_of.items()}


def check_labels(counts: Mapping[Label, int], final: Mapping[Label, Label | None], k: int) -> None:
    """Count once more that no label is left with fewer than k people, since closing cannot be undone.

    Raises:
        LabelTooSmall: one is.
    """
    after: Counter[Label] = Counter()
    for label, people in counts.items():
        ends_in = final[label]
        if ends_in is not None:
            after[ends_in] += people
    for label, people in after.items():
        if people < k:
            raise LabelTooSmall(
                f"department {label.unit}, level {label.level} would be left with too few answers; "
                f"{k} are needed"
            )
