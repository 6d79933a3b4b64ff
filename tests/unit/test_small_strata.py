"""Groups of fewer than 2k people are told as k people: nothing that is told excludes any size."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

import numpy as np
import pytest

from scoring.small_strata import as_k_people

K = 5
OPTIONS = 5


def compositions(people: int) -> Iterator[tuple[int, ...]]:
    """Every way in which so many people can answer one item."""
    for bars in combinations(range(people + OPTIONS - 1), OPTIONS - 1):
        ends = (-1, *bars, people + OPTIONS - 1)
        yield tuple(after - before - 1 for before, after in pairwise(ends))


@pytest.mark.parametrize("people", range(K, 2 * K))
def test_every_size_can_tell_everything_that_any_size_can_tell(people: int) -> None:
    given = np.array(list(compositions(people)))
    told = as_k_people(given, np.full(len(given), people), K)
    assert set(map(tuple, told.tolist())) == set(compositions(K))


@pytest.mark.parametrize("people", range(K, 2 * K))
def test_no_share_moves_by_more_than_a_tenth_below_any_answer(people: int) -> None:
    given = np.array(list(compositions(people)))
    told = as_k_people(given, np.full(len(given), people), K)
    assert np.abs(told.cumsum(axis=1) / K - given.cumsum(axis=1) / people).max() <= 0.1 + 1e-12


@pytest.mark.parametrize("people", range(K, 2 * K))
def test_nobody_seems_unanimous_who_is_not(people: int) -> None:
    given = np.array(list(compositions(people)))
    told = as_k_people(given, np.full(len(given), people), K)
    for end in (0, -1):
        assert not ((told[:, end] == K) & (given[:, end] < people)).any()


def test_large_groups_and_items_without_answers_stay_as_they_are() -> None:
    given = np.array([[[3, 4, 0, 0, 3], [0, 0, 0, 0, 0]], [[0, 0, 0, 0, 0], [1, 0, 0, 0, 0]]])
    told = as_k_people(given, [10, 6], K)
    assert told[0].tolist() == given[0].tolist()
    assert told[1].tolist() == [[0, 0, 0, 0, 0], [K, 0, 0, 0, 0]]
