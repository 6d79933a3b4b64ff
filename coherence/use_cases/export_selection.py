"""Which answers researchers may have: the rules of disclosure for single sheets.

An attacker holds the published ledger, this file, and knows colleagues. So
- everybody in the file stands in a published label of the finer tier that unites only labels of 2k answers
  or more: groups of people are then those of the ledger, and their sizes are the ones that it prints exactly.
  Otherwise the number of rows would give the size of a small group back, or the ledger's figure of a
  union less the answers of its large part those of the small one;
- what is merged further for a facet, an item or a question is blank for the merged labels, and so is
  whatever fewer than 2k people of a value answered;
- an item that was not asked of everybody in the file (B1a: it tells support from front line), one at which
  all of a value gave the same end answer, and a rare answer to X2, which is about a person's work, are
  left out;
- the order of the rows follows from what stands in them, and so tells nothing more.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coherence.errors import CoherenceError
from coherence.reports.files.answers_table import AnswersTable, Attribute
from scoring.answers import DONT_KNOW, NOT_ASKED, AnswerMatrix, Atom
from scoring.disclosure import Label, Partition
from scoring.item_figures import ItemFigures
from scoring.publication import Roster
from scoring.released import Ledger
from scoring.scored_wave import ScoredWave, score_wave
from scoring.vocabulary import ITEMS, CellLevel, Level, facet_of

NO_ANSWER: Final = -100
"""No answer, or none that may be told; apart from every other code."""

ENDS: Final[Mapping[str, tuple[int, ...]]] = {"X1": (0, 10), "X2": tuple(range(7)), "X3": (0, 10)}
"""Answers that all of a group may not have in common; of an item these are 1 and 5."""

_SEEN_AS: Final[Mapping[Level, CellLevel]] = {
    Level.T: "T", Level.M: "M", Level.F: "staff", Level.S: "staff",
}  # fmt: skip

Codes = NDArray[np.int16]


class NothingToExport(CoherenceError):
    """No group of the wave may be told apart in a file of single sheets."""


def select_answers(
    matrix: AnswerMatrix,
    roster: Roster,
    ledger: Ledger,
    attribute: Attribute,
    levels: Mapping[CellLevel, str],
) -> AnswersTable:
    """The answers that may leave, with one attribute of each person.

    Args:
        matrix: the stored answers of the published wave, under their final labels.
        roster: whom those labels stand for.
        ledger: what was published of them; only its labels are exported.
        attribute: what is told of each person.
        levels: names of levels.

    Raises:
        NothingToExport: no group is large enough.
    """
    k = ledger.k
    scored = score_wave(matrix, ledger.wave, k, board_column=ledger.board_consent)
    published = _published_groups(scored, roster, ledger)
    fine = scored.tiers.fine
    labels = [
        label
        for label in fine.labels
        if frozenset(fine.atoms_of(label)) in published and _sizes_are_known(scored, label)
    ]
    label_of = scored.label_of_people(fine, labels)
    kept = np.flatnonzero(scored.people.valid & (label_of >= 0))
    if not len(kept):
        raise NothingToExport(
            f"no group of {2 * k} or more people stands apart from small ones; nothing can be exported"
        )
    values = _values(scored, labels, attribute, levels)
    names = sorted(set(values))
    group = np.array([names.index(values[label]) for label in label_of[kept]])
    _check_sizes(group, 2 * k)
    columns = {
        name: _blanked(name, codes[kept], group, 2 * k) for name, codes in _columns(scored, labels, label_of)
    }
    shown = {name: codes for name, codes in columns.items() if not _tells_too_much(name, codes, group)}
    order = _order(group, shown, ledger)
    return AnswersTable(
        organisation=" / ".join(ledger.root),
        wave=ledger.wave,
        sector=ledger.sector,
        attribute=attribute,
        values=tuple(names),
        group=tuple(int(one) for one in group[order]),
        columns={
            name: tuple(None if code == NO_ANSWER else int(code) for code in codes[order])
            for name, codes in shown.items()
        },
        left_out=tuple(name for name in columns if name not in shown),
    )


def _published_groups(scored: ScoredWave, roster: Roster, ledger: Ledger) -> set[frozenset[Atom]]:
    """Each published label as the set of stored groups that it unites."""
    index = scored.matrix.tree.index
    return {
        frozenset(roster.counts_in[Atom(index[unit], Level(level))] for unit, level in label.atoms)
        for label in ledger.labels
    }


def _sizes_are_known(scored: ScoredWave, label: Label) -> bool:
    """Whether a label of the finer tier holds no label whose size is only told as a band."""
    valid = scored.matrix.answered_by_atom(scored.people.valid)
    sizes = scored.tiers.legs.counts(valid)
    return all(sizes[part] >= 2 * scored.k for part in scored.tiers.fine.within(label, scored.tiers.legs))


def _values(
    scored: ScoredWave, labels: Sequence[Label], attribute: Attribute, levels: Mapping[CellLevel, str]
) -> list[str]:
    """The attribute of each label: its department, or its level with front line and support together."""
    if attribute == "department":
        return [" / ".join(scored.matrix.tree.paths[label.unit]) for label in labels]
    return [levels[_SEEN_AS[label.level]] for label in labels]


def _check_sizes(group: NDArray[np.int64], fewest: int) -> None:
    """Count once more, apart from the code that merged."""
    smallest = min(Counter(group.tolist()).values())
    if smallest < fewest:
        raise NothingToExport(f"a group would hold fewer than {fewest} people; nothing is exported")


def _columns(
    scored: ScoredWave, labels: Sequence[Label], label_of: NDArray[np.int64]
) -> Iterator[tuple[str, Codes]]:
    """Every item and question that was asked, blank for labels that its own tier merges further."""
    matrix, inside = scored.matrix, label_of >= 0
    items = ItemFigures(scored)
    for place, item in enumerate(ITEMS):
        codes = matrix.answers[:, place].astype(np.int16)
        not_asked = codes[inside] == NOT_ASKED
        if not not_asked.all():
            codes[~((codes > 0) | (codes == DONT_KNOW))] = NO_ANSWER
            partitions = [] if not_asked.any() else [items.partition_of(item), *_of_facet(scored, item)]
            yield item, _only(codes, label_of, _apart(scored, labels, partitions))
    for name, given in matrix.questions.items():
        codes = np.where(given >= 0, given, NO_ANSWER).astype(np.int16)
        partition = scored.partition_of(scored.people.valid & (codes != NO_ANSWER))
        yield name, _only(codes, label_of, _apart(scored, labels, [partition]))


def _of_facet(scored: ScoredWave, item: str) -> list[Partition]:
    """The labels of an item's facet; none in the short form, where facets are not measured."""
    facet = scored.facets.get(facet_of(item))
    return [] if facet is None else [facet.partition]


def _apart(scored: ScoredWave, labels: Sequence[Label], partitions: Sequence[Partition | None]) -> list[int]:
    """Positions of the labels that every one of a statistic's own partitions leaves as they are."""
    fine = scored.tiers.fine

    def stands(label: Label, partition: Partition | None) -> bool:
        atoms = fine.atoms_of(label)
        own = None if partition is None else partition.label_of[atoms[0]]
        return partition is not None and own is not None and partition.atoms_of(own) == atoms

    return [
        place
        for place, label in enumerate(labels)
        if partitions and all(stands(label, partition) for partition in partitions)
    ]


def _only(codes: Codes, label_of: NDArray[np.int64], labels: Sequence[int]) -> Codes:
    return np.where(np.isin(label_of, labels), codes, NO_ANSWER).astype(np.int16)


def _blanked(name: str, codes: Codes, group: NDArray[np.int64], fewest: int) -> Codes:
    """Without what fewer people of a group answered, and without rare options of X2."""
    codes = codes.copy()
    if name == "X2":
        for option, people in Counter(codes.tolist()).items():
            if people < fewest:
                codes[codes == option] = NO_ANSWER
    for one in range(group.max() + 1):
        inside = group == one
        if (codes[inside] >= 0).sum() < fewest:
            codes[inside] = NO_ANSWER
    return codes


def _tells_too_much(name: str, codes: Codes, group: NDArray[np.int64]) -> bool:
    """Whether nothing is left of a column, or all of a group gave the same end answer."""
    if (codes == NO_ANSWER).all():
        return True
    for one in range(group.max() + 1):
        given = set(codes[(group == one) & (codes >= 0)].tolist())
        if len(given) == 1 and given <= set(ENDS.get(name, (1, 5))):
            return True
    return False


def _order(group: NDArray[np.int64], columns: Mapping[str, Codes], ledger: Ledger) -> list[int]:
    """An order that looks shuffled, follows from the rows alone, and is the same every time."""
    rows = np.column_stack([group, *columns.values()]).tolist()
    keys = [hashlib.sha256(f"{ledger.root} {ledger.wave} {row}".encode()).digest() for row in rows]
    return sorted(range(len(rows)), key=lambda person: keys[person])
