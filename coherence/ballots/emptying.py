"""From opened ballots to what is kept of them: pure, in memory, in random order."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from coherence.ballots.ballot import Ballot
from coherence.ballots.merging import Validity, check_labels, merged_labels
from scoring.answers import DepartmentTree
from scoring.disclosure import Label
from scoring.vocabulary import Level


class KeptAnswers(NamedTuple):
    """One person's answers under the final label; the language only where it gives nobody away."""

    unit: int
    level: Level
    language: str | None
    answers: str


class KeptComment(NamedTuple):
    """One comment, parted from the answers it came with."""

    question: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What the box held.

    final: where every shown label ended. withheld: ballots whose label cannot be released.
    """

    answers: tuple[KeptAnswers, ...]
    comments: tuple[KeptComment, ...]
    final: Mapping[Label, Label | None]
    withheld: int


def empty_box(
    ballots: Sequence[Ballot],
    shown: Iterable[Label],
    *,
    tree: DepartmentTree,
    k: int,
    is_valid: Validity,
    board_column: bool = False,
) -> Contents:
    """Merge the labels on those who answered validly, part comments from answers, shuffle both.

    Answers that are not valid are kept under the same label (they enter the share of "don't know").
    board_column: every member of the board agreed to a column of its own.

    Raises:
        LabelTooSmall: the merging leaves a label with fewer than k valid answers.
    """
    valid = [ballot for ballot in ballots if is_valid(ballot.answers)]
    counts = {**dict.fromkeys(shown, 0), **Counter(ballot.label for ballot in valid)}
    final = merged_labels(tree, counts, k, board_column=board_column)
    check_labels(counts, final, k, board_column=board_column)
    kept = [(ballot, label) for ballot in ballots if (label := final[ballot.label]) is not None]
    spoken = _languages_are_safe(valid, [ballot.language for ballot, _ in kept], final, k)
    answers = [
        KeptAnswers(label.unit, label.level, ballot.language if spoken else None, ballot.answers)
        for ballot, label in kept
    ]
    comments = [
        KeptComment(question, ballot.language, text)
        for ballot, _ in kept
        for question, text in ballot.comments.items()
    ]
    chance = secrets.SystemRandom()
    chance.shuffle(answers)
    chance.shuffle(comments)
    return Contents(tuple(answers), tuple(comments), final, len(ballots) - len(kept))


def checksum(answers: Iterable[KeptAnswers], comments: Iterable[KeptComment]) -> str:
    """SHA-256 over all rows, the same in whatever order they come."""
    digests = sorted(
        hashlib.sha256(json.dumps([type(row).__name__, *row]).encode()).digest()
        for rows in (answers, comments)
        for row in rows
    )
    return hashlib.sha256(b"".join(digests)).hexdigest()


def _languages_are_safe(
    valid: Sequence[Ballot], used: Iterable[str], final: Mapping[Label, Label | None], k: int
) -> bool:
    """Whether every final label has k valid answers in every language that anybody used."""
    pairs = Counter((final[ballot.label], ballot.language) for ballot in valid)
    labels = {label for label in final.values() if label is not None}
    return all(pairs[label, language] >= k for label in labels for language in set(used))
