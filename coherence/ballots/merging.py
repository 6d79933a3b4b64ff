"""Labels of a wave: on the roster before it opens, on the valid answers when it closes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from coherence.ballots.errors import LabelTooSmall
from scoring.answers import Atom, DepartmentTree
from scoring.disclosure import BOARD, BOARD_SIZES, Label, consenting_board, initial, merge

Validity = Callable[[str], bool]
"""Whether the answers of a ballot (JSON text) are valid; False, not an error, for text it cannot read."""


def merged_labels(
    tree: DepartmentTree, counts: Mapping[Label, int], k: int, *, board_column: bool = False
) -> dict[Label, Label | None]:
    """The label that each group ends in when all must hold k people; None where nothing is released.

    counts: people per department and level, also 0 where nobody answered. board_column: every member of
    the board agreed to a column of its own, so that 3 or 4 people are enough there.

    Raises:
        ThresholdTooLow: k is below five.
    """
    atoms = {Atom(label.unit, label.level): people for label, people in counts.items()}
    start = initial(tree, atoms)
    exempt = consenting_board(start, atoms, k) if board_column else frozenset[Label]()
    merged = merge(start, atoms, k, exempt=exempt)
    return {Label(*atom): label for atom, label in merged.label_of.items()}


def check_labels(
    counts: Mapping[Label, int],
    final: Mapping[Label, Label | None],
    k: int,
    *,
    board_column: bool = False,
) -> None:
    """Count once more that no label is left with fewer than k people, since closing cannot be undone.

    board_column: as in `merged_labels`; the board's label may then hold 3 or 4, nobody else among them.

    Raises:
        LabelTooSmall: one is.
    """
    after: Counter[Label] = Counter()
    mixed = False
    for label, people in counts.items():
        ends_in = final[label]
        if ends_in is not None:
            after[ends_in] += people
        mixed |= ends_in == BOARD and label.level is not BOARD.level
    for label, people in after.items():
        agreed = board_column and label == BOARD and people in BOARD_SIZES and not mixed
        if people < k and not agreed:
            raise LabelTooSmall(
                f"department {label.unit}, level {label.level} would be left with too few answers; "
                f"{k} are needed"
            )
