"""What is kept of a wave beside its ledger, never shown, so that the next can be compared (method 3.11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring.answers import Path
from scoring.disclosure import Label
from scoring.moments import Floats, Moments
from scoring.tiers import Tier
from scoring.vocabulary import STAFF, Level

NamedAtom = tuple[Path, Level]
"""A department by its path and a level: what an atom is called in every wave."""


@dataclass(frozen=True, slots=True)
class KeptLabel:
    """A label with the atoms of the roster merged into it and its rows in the moments; key: in its ledger."""

    key: str
    unit: Path
    level: Level
    atoms: frozenset[NamedAtom]
    rows: tuple[int, ...]


@dataclass(frozen=True, eq=False, slots=True)
class KeptMoments:
    """Labels of one statistic of one wave with their moments: as secret as the answers themselves.

    moments, invited: one row a stratum. pool: q x q covariance of persons inside the staff strata.
    k: fewest people in anything that the wave shows.
    """

    labels: tuple[KeptLabel, ...]
    moments: Moments
    invited: NDArray[np.int64]
    pool: Floats
    k: int

    def people(self, rows: Sequence[int]) -> NDArray[np.int64]:
        """How many people each row counts for where its number may not be told: k below 2k."""
        n = self.moments.n[list(rows)]
        return np.where(n < 2 * self.k, self.k, n)


@dataclass(frozen=True, eq=False, slots=True)
class KeptWave:
    """Everything that is kept of a wave: legs by the labels of the first tier, facets by finer ones."""

    legs: KeptMoments
    facets: Mapping[str, KeptMoments]

    def as_data(self) -> dict[str, Any]:
        """As plain data for JSON, by statistic: "legs" and the facets."""
        return {name: _as_data(one) for name, one in {"legs": self.legs, **self.facets}.items()}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> KeptWave:
        """What `as_data` gave.

        Raises:
            KeyError, TypeError, ValueError: something is missing or not what it should be.
        """
        found = {name: _from_data(one) for name, one in data.items()}
        return cls(found.pop("legs"), found)


class NamedLabel(NamedTuple):
    """What a ledger calls a label, and the atoms of the roster in it."""

    key: str
    atoms: frozenset[NamedAtom]


def kept_moments(tier: Tier, k: int, named: Mapping[Label, NamedLabel] | None = None) -> KeptMoments:
    """What is kept of a tier.

    k: of the wave. named: its labels as the ledger names them; None where the answers are stored under
    the atoms of the roster itself.
    """
    if named is None:
        named = {label: _by_itself(tier, label) for label in tier.labels}
    paths = tier.partition.tree.paths
    labels = tuple(
        KeptLabel(named[label].key, paths[label.unit], label.level, named[label].atoms, tuple(rows))
        for label, rows in tier.rows_of.items()
    )
    return KeptMoments(labels, tier.moments, tier.invited, tier.pool, k)


def _by_itself(tier: Tier, label: Label) -> NamedLabel:
    tree = tier.partition.tree
    atoms = frozenset((tree.paths[atom.unit], atom.level) for atom in tier.partition.atoms_of(label))
    return NamedLabel(label.key(tree), atoms)


def _as_data(kept: KeptMoments) -> dict[str, Any]:
    return {
        "k": kept.k,
        "labels": [
            {
                "key": label.key,
                "unit": list(label.unit),
                "level": label.level.value,
                "atoms": [[list(unit), level.value] for unit, level in sorted(label.atoms)],
                "rows": list(label.rows),
            }
            for label in kept.labels
        ],
        "invited": kept.invited.tolist(),
        "n": kept.moments.n.tolist(),
        "total": kept.moments.total.tolist(),
        "cross": kept.moments.cross.tolist(),
        "pool": kept.pool.tolist(),
    }


def _from_data(data: Mapping[str, Any]) -> KeptMoments:
    labels = tuple(
        KeptLabel(
            label["key"],
            tuple(label["unit"]),
            Level(label["level"]),
            frozenset((tuple(unit), Level(level)) for unit, level in label["atoms"]),
            tuple(label["rows"]),
        )
        for label in data["labels"]
    )
    q = len(data["pool"])
    n = np.array(data["n"], dtype=np.int64)
    total = np.array(data["total"], dtype=np.float64).reshape(len(n), q)
    cross = np.array(data["cross"], dtype=np.float64).reshape(len(n), q, q)
    invited = np.array(data["invited"], dtype=np.int64)
    if invited.shape != n.shape or any(row >= len(n) for label in labels for row in label.rows):
        raise ValueError("its parts do not fit each other")
    pool = np.array(data["pool"], dtype=np.float64).reshape(q, q)
    return KeptMoments(labels, Moments(n, total, cross), invited, pool, data["k"])


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
