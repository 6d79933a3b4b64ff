"""What a criterion is: one replication, and a judgement of what all of them found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

Found = Mapping[str, Sequence[float]]
"""What one replication found: values by name."""

Z = 1.959963984540054


@dataclass(frozen=True)
class Figure:
    """One line of the table. passed: None where the method sets no limit."""

    what: str
    value: str
    passed: bool | None = None


@dataclass(frozen=True)
class Criterion:
    """One row of method 7.5.

    name: for `--only`. asks: the limit. scenario: what is simulated. replicate: one replication from
    its seed. judge: figures from all replications. note: what a reader must know about a figure.
    share: of the replications asked for that are made; for slow checks in which nothing is estimated.
    """

    name: str
    asks: str
    scenario: str
    replicate: Callable[[int], Found]
    judge: Callable[[Sequence[Found]], list[Figure]]
    note: str = ""
    share: float = 1.0

    def replications(self, wanted: int) -> int:
        """How many replications are made where so many are asked for."""
        return max(1, round(self.share * wanted))


@dataclass(frozen=True)
class Mean:
    """A mean over all values, with its standard error.

    The values of one replication belong to one firm and are not independent: the error comes from the
    differences between replications.
    """

    value: float
    error: float
    count: int

    def at_most(self, limit: float) -> bool:
        """Whether the limit holds, the chance of a limited number of replications allowed for."""
        return self.value <= limit + Z * self.error

    def between(self, low: float, high: float) -> bool:
        """Likewise for a range."""
        return low - Z * self.error <= self.value <= high + Z * self.error


def percents(parts: Mapping[str, Mean]) -> str:
    """Shares side by side, with the widest half width of their 95 % intervals."""
    return f"{_listed(parts, 100, 1, '')} % (±{100 * Z * _widest(parts):.1f})"


def points(parts: Mapping[str, Mean]) -> str:
    """Means in points side by side, likewise."""
    return f"{_listed(parts, 1, 2, '+')} points (±{Z * _widest(parts):.2f})"


def _listed(parts: Mapping[str, Mean], factor: float, digits: int, sign: str) -> str:
    texts = [f"{part} {factor * found.value:{sign}.{digits}f}".strip() for part, found in parts.items()]
    return ", ".join(texts).replace("-", "−")


def _widest(parts: Mapping[str, Mean]) -> float:
    return max(found.error for found in parts.values())


def mean(runs: Sequence[Found], name: str) -> Mean:
    """Mean of a name over all replications in which it has values; 0 of 0 values."""
    sums = np.array([sum(run.get(name, ())) for run in runs], dtype=float)
    counts = np.array([len(run.get(name, ())) for run in runs])
    total = int(counts.sum())
    if not total:
        return Mean(0.0, 0.0, 0)
    value = float(sums.sum() / total)
    error = float(np.sqrt(((sums - value * counts) ** 2).sum())) / total
    if value in (0.0, 1.0):  # none of m may still be three of m (the rule of three)
        error = 3 / Z / len(runs)
    return Mean(value, error, total)


def groups(runs: Sequence[Found]) -> dict[str, dict[str, Mean]]:
    """Means of all names, in the order in which they first came; "group|part" becomes part of a group."""
    found: dict[str, dict[str, Mean]] = {}
    for name in dict.fromkeys(chain.from_iterable(runs)):
        group, _, part = name.partition("|")
        found.setdefault(group, {})[part] = mean(runs, name)
    return found
