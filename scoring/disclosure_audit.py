"""The audit of what is released: the check before every publishing, and an attacker for tests and re-cuts.

Source: docs/confidentiality.md, 4 and 5. The check proves safety by construction. The attacker knows
nothing of labels: it takes whatever was released as linear facts about small groups of people and
looks for a sum or difference of them that is about fewer than k people.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from scoring.blas import one_blas_thread
from scoring.disclosure import BOARD_SIZES, LOWEST_THRESHOLD, ThresholdTooLow

Part = TypeVar("Part", bound=Hashable)
Floats = NDArray[np.float64]

TOLERANCE: Final = 1e-7
SECONDS: Final = 10.0
"""How long one search may take; a search that is not finished counts as unsafe."""

# Codes of scipy.optimize.milp.
_SOLVED: Final = 0
_IMPOSSIBLE: Final = 2


class Flaw(StrEnum):
    """What is wrong with a cell."""

    EMPTY = "holds no label"
    NOT_A_LABEL = "holds something that is not a label"
    COUNTED_TWICE = "counts a label twice"
    TOO_SMALL = "holds a label that is too small"


@dataclass(frozen=True, slots=True)
class Violation(Generic[Part]):
    """A cell that must not be published, and why. label: None where the cell is empty."""

    cell: str
    flaw: Flaw
    label: Part | None = None


def check_construction(
    cells: Iterable[tuple[str, Collection[Part]]],
    label_sizes: Mapping[Part, int],
    k: int = LOWEST_THRESHOLD,
    *,
    consenting: Part | None = None,
) -> tuple[Violation[Part], ...]:
    """Everything that breaks the rule "each cell is a union of whole labels of at least k people".

    cells: a name for the message, and the members. label_sizes: people in every label of the tier
    that the cells belong to. consenting: the label of a board that agreed to be shown, for which 3
    or 4 people are enough. Nothing may be published unless the answer is empty.

    Raises:
        ThresholdTooLow: k is below five.

    >>> check_construction([("Claims", {"Org/Claims:F"})], {"Org/Claims:F": 4})[0].flaw.value
    'holds a label that is too small'
    """
    if k < LOWEST_THRESHOLD:
        raise ThresholdTooLow(k)
    found: list[Violation[Part]] = []
    for name, members in cells:
        if not members:
            found.append(Violation(name, Flaw.EMPTY))
        seen: set[Part] = set()
        for member in members:
            if member in seen:
                found.append(Violation(name, Flaw.COUNTED_TWICE, member))
            elif member not in label_sizes:
                found.append(Violation(name, Flaw.NOT_A_LABEL, member))
            elif label_sizes[member] < k and not (
                member == consenting and label_sizes[member] in BOARD_SIZES
            ):
                found.append(Violation(name, Flaw.TOO_SMALL, member))
            seen.add(member)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Isolation:
    """Groups whose total follows from what was released although they are fewer than k people.

    groups: columns of the facts. proven is False where the search ended without an answer, which
    counts as unsafe; groups are then all that could not be cleared.
    """

    groups: tuple[int, ...]
    people: int
    proven: bool = True


def find_isolation(
    facts: ArrayLike, sizes: ArrayLike, k: int = LOWEST_THRESHOLD, *, seconds: float = SECONDS
) -> Isolation | None:
    """A combination of released facts that is the total of fewer than k people; None if there is none.

    facts: released numbers x groups; the weight with which each group's total enters the number
    (1 in a sum or a plain mean over the cell, 0 outside it). sizes: people in each group.
    Looked for: x of zeros and ones in the row space of facts with 0 < sizes @ x < k.

    Three steps, each exact. Groups that always appear together cannot be told apart and become one
    block. A block g of a solution with at most m blocks has a leverage (diagonal of the projection on
    the row space) of at least 1/m, which clears most blocks. What is left goes to an integer program.

    Raises:
        ValueError: shapes that do not fit.
    """
    matrix, people = np.asarray(facts, dtype=np.float64), np.asarray(sizes, dtype=np.int64)
    if matrix.ndim != 2 or people.shape != (matrix.shape[1],):
        raise ValueError(f"facts of shape {matrix.shape} do not fit {people.shape} group sizes")
    inhabited = np.flatnonzero(people > 0)
    inhabited = inhabited[np.any(matrix[:, inhabited] != 0, axis=0)] if len(matrix) else inhabited[:0]
    if not len(inhabited):
        return None
    blocks, block_of = np.unique(matrix[:, inhabited], axis=1, return_inverse=True)
    block_size = np.bincount(block_of.ravel(), people[inhabited]).astype(np.int64)

    def isolation(chosen: NDArray[np.bool_], proven: bool) -> Isolation:
        groups = inhabited[chosen[block_of.ravel()]]
        return Isolation(tuple(int(g) for g in groups), int(people[groups].sum()), proven)

    basis = _row_space(blocks)
    leverage = np.einsum("rg,rg->g", basis, basis)
    room = np.maximum(k - block_size, 0)
    open_to_attack = leverage * room >= 1 - TOLERANCE
    alone = open_to_attack & (leverage >= 1 - TOLERANCE)
    if alone.any():
        return isolation(np.arange(len(room)) == np.flatnonzero(alone)[0], proven=True)
    if not open_to_attack.any():
        return None
    outcome = _smallest_combination(blocks, block_size, open_to_attack, k, seconds)
    if outcome.status == _IMPOSSIBLE:
        return None
    if outcome.x is not None:
        chosen = outcome.x[: len(room)] > 0.5
        few = 0 < block_size[chosen].sum() < k
        if few and np.allclose(basis.T @ (basis @ chosen), chosen, atol=TOLERANCE):
            return isolation(chosen, proven=True)
    return isolation(open_to_attack, proven=False)


def _row_space(matrix: Floats) -> Floats:
    """Orthonormal rows that span the row space."""
    with one_blas_thread():
        _, strength, rows = np.linalg.svd(matrix, full_matrices=False)
    kept: Floats = rows[strength > strength.max() * max(matrix.shape) * np.finfo(float).eps]
    return kept


def _smallest_combination(
    blocks: Floats, size: NDArray[np.int64], allowed: NDArray[np.bool_], k: int, seconds: float
) -> OptimizeResult:
    """Fewest people in x = weights @ blocks, x of zeros and ones, at least one and fewer than k people.

    Variables: x, then the free weights of the facts.
    """
    count, facts = len(size), len(blocks)
    free = np.full(facts, np.inf)
    return milp(
        np.concatenate([size, np.zeros(facts)]),
        integrality=np.concatenate([np.ones(count), np.zeros(facts)]),
        bounds=Bounds(np.concatenate([np.zeros(count), -free]), np.concatenate([allowed, free])),
        constraints=[
            LinearConstraint(np.hstack([np.eye(count), -blocks.T]), 0, 0),
            LinearConstraint(np.concatenate([size, np.zeros(facts)])[None, :], 1, k - 1),
        ],
        options={"time_limit": seconds},
    )


@dataclass(frozen=True, slots=True)
class SizeFact(Generic[Part]):
    """What is known of how many people some parts hold together. high: None where nothing limits it."""

    parts: frozenset[Part]
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class DeterminedSize(Generic[Part]):
    """Parts whose number of people follows from the facts; None where the search ended undecided."""

    parts: frozenset[Part]
    people: int | None


class ContradictorySizes(ValueError):
    """No sizes fit all facts, so at least one of them is wrong."""

    def __init__(self) -> None:
        super().__init__("the facts about sizes contradict each other: no head counts fit all of them")


def determined_sizes(
    facts: Sequence[SizeFact[Part]],
    targets: Iterable[Collection[Part]] | None = None,
    k: int = LOWEST_THRESHOLD,
    *,
    seconds: float = SECONDS,
) -> tuple[DeterminedSize[Part], ...]:
    """Targets of fewer than 2k people whose size follows exactly from what was released.

    facts: printed sizes and bands, and whatever else a reader may know (a label holds k or more, a
    team has no more answers than people). Sizes are whole and not negative. targets: sets of parts;
    every single part by default. A search that is not finished in time counts as determined.

    Raises:
        ContradictorySizes: no sizes fit all facts.
        ValueError: a target with a part that stands in no fact.
    """
    parts = list(dict.fromkeys(part for fact in facts for part in fact.parts))
    wanted = [frozenset([part]) for part in parts] if targets is None else [frozenset(one) for one in targets]
    if unknown := frozenset[Part]().union(*wanted).difference(parts):
        raise ValueError(f"nothing is known of the size of {', '.join(sorted(map(str, unknown)))}")
    found: list[DeterminedSize[Part]] = []
    for target in wanted:
        if any(fact.low >= 2 * k and fact.parts <= target for fact in facts):
            continue
        fewest = _extreme(target, parts, facts, k, seconds, fewest=True)
        if fewest is not None and fewest >= 2 * k:
            continue
        most = _extreme(target, parts, facts, k, seconds, fewest=False)
        if fewest is None or most is None:
            found.append(DeterminedSize(target, None))
        elif fewest == most:
            found.append(DeterminedSize(target, fewest))
    return tuple(found)


def _extreme(
    target: frozenset[Part],
    parts: Sequence[Part],
    facts: Sequence[SizeFact[Part]],
    k: int,
    seconds: float,
    *,
    fewest: bool,
) -> int | None:
    """Fewest or most people in the target by all facts; None where the search is not finished."""
    # More than this in one part changes no answer below 2k, and keeps the program bounded.
    plenty = max(fact.low for fact in facts) + 2 * k
    inside = np.array([part in target for part in parts], dtype=np.float64)
    outcome = milp(
        inside if fewest else -inside,
        integrality=np.ones(len(parts)),
        bounds=Bounds(0, plenty),
        constraints=LinearConstraint(
            np.array([[part in fact.parts for part in parts] for fact in facts], dtype=np.float64),
            [fact.low for fact in facts],
            [np.inf if fact.high is None else fact.high for fact in facts],
        ),
        options={"time_limit": seconds},
    )
    if outcome.status == _IMPOSSIBLE:
        raise ContradictorySizes
    return abs(round(outcome.fun)) if outcome.status == _SOLVED else None
