"""Any table of ordinal items: one row a person, one column an item, gaps where nothing was answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring.estimable import NotEstimable
from scoring.pair_sums import PairSums, pair_sums

FEWEST_ANSWERS = 3


@dataclass(frozen=True, eq=False)
class ItemTable:
    """Answers to items of any scale.

    values: people x items, any unit; nan where there is no answer.

    Raises:
        ValueError: the names do not fit the columns, a name stands twice, or a value is infinite.
    """

    items: tuple[str, ...]
    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != len(self.items):
            raise ValueError(f"{len(self.items)} item names do not fit a table of shape {self.values.shape}")
        if len(set(self.items)) != len(self.items):
            raise ValueError("an item name stands twice")
        if np.isinf(self.values).any():
            raise ValueError("an answer is infinite")

    @property
    def people(self) -> int:
        """How many people answered at least one item."""
        return int((~np.isnan(self.values)).any(axis=1).sum())

    @property
    def complete(self) -> ItemTable:
        """Only the people who answered every item."""
        return ItemTable(self.items, self.values[~np.isnan(self.values).any(axis=1)])

    def of(self, items: Sequence[str]) -> ItemTable:
        """The columns of some items, in the order given.

        Raises:
            ValueError: an item is not in the table.
        """
        missing = [item for item in items if item not in self.items]
        if missing:
            raise ValueError(f"no such item: {', '.join(missing)}")
        at = [self.items.index(item) for item in items]
        chosen = ItemTable(tuple(items), self.values[:, at])
        if "pair_sums" in self.__dict__:
            chosen.__dict__["pair_sums"] = self.pair_sums.of(at)
        return chosen

    @cached_property
    def pair_sums(self) -> PairSums:
        """Sums over every pair of items, made once, also for the tables of some of the items."""
        return pair_sums(self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Screened:
    """A table whose items can be correlated, and why each other item was left out."""

    table: ItemTable
    left_out: Mapping[str, NotEstimable]


def screened(table: ItemTable) -> Screened:
    """Leave out items that carry no information of their own: too few answers, constant, duplicate.

    A duplicate is an item whose answers equal those of an earlier item for every person, gaps
    included; the earlier one is kept.

    >>> answers = np.array([[1.0, 3.0, 1.0], [2.0, 3.0, 2.0], [4.0, 3.0, 4.0]])
    >>> {item: why.reason for item, why in screened(ItemTable(("a", "b", "c"), answers)).left_out.items()}
    {'b': 'all answers to b are equal', 'c': 'every answer to c equals the answer to a'}
    """
    left_out: dict[str, NotEstimable] = {}
    seen: dict[bytes, str] = {}
    for item, column in zip(table.items, table.values.T, strict=True):
        answered = column[~np.isnan(column)]
        if len(answered) < FEWEST_ANSWERS:
            left_out[item] = NotEstimable(f"{item} has fewer than {FEWEST_ANSWERS} answers")
        elif answered.min() == answered.max():
            left_out[item] = NotEstimable(f"all answers to {item} are equal")
        else:
            # adding zero turns -0.0 into 0.0, and every gap into the same bytes
            fingerprint = np.where(np.isnan(column), np.nan, column + 0.0).tobytes()
            twin = seen.setdefault(fingerprint, item)
            if twin != item:
                left_out[item] = NotEstimable(f"every answer to {item} equals the answer to {twin}")
    kept = [item for item in table.items if item not in left_out]
    return Screened(table.of(kept), left_out)
