"""What is kept of a wave beside its ledger, never shown, so that the next can be compared (method 3.11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.answers import Path
from scoring.moments import Floats, Moments
from scoring.tiers import Tier
from scoring.vocabulary import STAFF, Level

NamedAtom = tuple[Path, Level]
"""A department by its path and a level: what an atom is called in every wave."""


@dataclass(frozen=True, slots=True)
class KeptLabel:
    """A label with the atoms merged into it and its rows in the moments."""

    unit: Path
    level: Level
    atoms: frozenset[NamedAtom]
    rows: tuple[int, ...]


@dataclass(frozen=True, eq=False, slots=True)
class KeptMoments:
    """Labels of one statistic of one wave with their moments.

    moments, invited: one row a stratum. pool: q x q covariance of persons inside the staff strata.
    """

    labels: tuple[KeptLabel, ...]
    moments: Moments
    invited: NDArray[np.int64]
    pool: Floats


def kept_moments(tier: Tier) -> KeptMoments:
    """What is kept of a tier."""
    paths = tier.partition.tree.paths
    labels = tuple(
        KeptLabel(
            unit=paths[label.unit],
            level=label.level,
            atoms=frozenset((paths[atom.unit], atom.level) for atom in tier.partition.atoms_of(label)),
            rows=tuple(tier.rows([label])),
        )
        for label in tier.labels
    )
    return KeptMoments(labels, tier.moments, tier.invited, tier.pool)


@dataclass(frozen=True, slots=True)
class CommonStratum:
    """The smallest set of atoms that is a union of labels in both waves.

    before, after: positions of the labels. levels: of all these labels.
    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    levels: frozenset[Level]

    @property
    def is_staff(self) -> bool:
        """Whether both waves count only front line and support in it."""
        return self.levels <= frozenset(STAFF)


def common_strata(before: KeptMoments, after: KeptMoments) -> tuple[CommonStratum, ...]:
    """Finest common coarsening of two label sets: labels that share an atom are joined.

    A stratum of atoms that one wave alone has (a department that opened or closed by itself) is left
    out, since nothing is known of it in the other wave.
    """
    labels = (*before.labels, *after.labels)
    root = list(range(len(labels)))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    first_with: dict[NamedAtom, int] = {}
    for i, label in enumerate(labels):
        for atom in label.atoms:
            one, other = sorted((find(i), find(first_with.setdefault(atom, i))))
            root[other] = one
    parts: dict[int, list[int]] = {}
    for i in range(len(labels)):
        parts.setdefault(find(i), []).append(i)
    border = len(before.labels)
    found = [
        CommonStratum(
            tuple(i for i in part if i < border),
            tuple(i - border for i in part if i >= border),
            frozenset(labels[i].level for i in part),
        )
        for part in parts.values()
    ]
    return tuple(stratum for stratum in found if stratum.before and stratum.after)


def rows(kept: KeptMoments, labels: Sequence[int]) -> list[int]:
    """Rows of the strata inside some labels (positions)."""
    return [row for label in labels for row in kept.labels[label].rows]
