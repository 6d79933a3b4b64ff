"""Departments, levels and head counts of a synthetic organisation (method 7.1)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from scoring.answers import Atom, DepartmentTree, Path
from scoring.simulation.scenario import Scenario
from scoring.simulation.streams import stream
from scoring.vocabulary import LEVELS, STAFF, Level

ROOT: Final = "Organisation"
SMALLEST, LARGEST, MEDIAN, SPREAD = 5, 80, 14, 0.6
PEOPLE_PER_MANAGER: Final = 8
DIVISIONS_FROM: Final = 8
"""From this number of departments on there are divisions above them."""

FLAT: Final[tuple[tuple[Path, float], ...]] = (
    (("Sales",), 0.0),
    (("Office",), 1.0),
    (("Customer line",), 0.0),
    (("Warehouse",), 0.5),
    (("Claims",), 0.25),
    (("Delivery",), 0.0),
    (("Field service",), 0.25),
)
"""Departments of a small firm, in the order in which they come, and their share of support staff."""

DIVIDED: Final[tuple[tuple[Path, float], ...]] = (
    (("Sales", "North"), 0.0),
    (("Customer line", "Phone"), 0.0),
    (("Operations", "Warehouse"), 0.5),
    (("Head office", "Finance"), 1.0),
    (("Sales", "South"), 0.0),
    (("Customer line", "Mail and chat"), 0.0),
    (("Operations", "Claims"), 0.25),
    (("Sales", "Online shop"), 0.25),
    (("Head office", "IT and data"), 1.0),
    (("Operations", "Delivery"), 0.0),
    (("Customer line", "Complaints"), 0.0),
    (("Sales", "Key accounts"), 0.25),
)
"""The same for a firm with divisions; further departments are branches in regions."""

REGIONS: Final = ("North", "South", "East", "West", "Centre", "Coast", "Lakes", "Hills")
BRANCHES_A_REGION: Final = 14
"""As many as fit before another region is opened; the last ones share what is left."""


@dataclass(frozen=True, eq=False)
class Organisation:
    """A department tree and the head count of every atom, ordered by department and level."""

    tree: DepartmentTree
    invited: Mapping[Atom, int]

    def __len__(self) -> int:
        return sum(self.invited.values())

    @property
    def roster(self) -> NDArray[np.int64]:
        """Department and level (position in LEVELS) of every person, people x 2."""
        codes = [(atom.unit, LEVELS.index(atom.level)) for atom in self.invited]
        return np.repeat(np.array(codes).reshape(-1, 2), list(self.invited.values()), axis=0)

    @property
    def staff_by_unit(self) -> NDArray[np.int64]:
        """Front line and support of every department, without those below it."""
        counts = np.zeros(len(self.tree.paths), dtype=np.int64)
        for atom, people in self.invited.items():
            counts[atom.unit] += people if atom.level in STAFF else 0
        return counts


def organisation(
    scenario: Scenario, *, seed: int, departments: int | None = None, employees: int | None = None
) -> Organisation:
    """A firm: the top at the root; managers, front line and support in departments.

    Departments have 5 to 80 people (lognormal, median 14, sigma .6). With a number of employees the
    sizes are scaled so that the total is exact, within 5 to 80 wherever that is possible. From 8
    departments on they stand in divisions. Managers: 1 of 8 people, at least 1 a department.

    Args:
        scenario: gives departments, employees and top where they are not given here.
        seed: of the sizes.
        departments: how many departments hold people; divisions come on top.
        employees: all people together.

    Raises:
        ValueError: fewer people than the top and two in every department.
    """
    count = scenario.departments if departments is None else departments
    total = scenario.employees if employees is None else employees
    if count < 1:
        raise ValueError(f"an organisation needs at least one department, not {count}")
    draws = stream(seed, "department sizes").standard_normal(count)
    wished = np.clip(MEDIAN * np.exp(SPREAD * draws), SMALLEST, LARGEST)
    top = scenario.top or int(np.clip(round((total or wished.sum()) / 35), 3, 9))
    if total is not None and total - top < 2 * count:
        raise ValueError(f"{total} people are too few for a top of {top} and {count} departments of two")
    sizes = _whole(wished if total is None else _scaled(wished, total - top))

    posts = [((ROOT, *path), share) for path, share in _departments(count)]
    tree = DepartmentTree.of([path for path, _ in posts])
    invited = {Atom(0, Level.T): top}
    for (path, share), size in zip(posts, sizes.tolist(), strict=True):
        managers = max(1, round(size / PEOPLE_PER_MANAGER))
        support = round((size - managers) * share)
        people = {Level.M: managers, Level.F: size - managers - support, Level.S: support}
        invited |= {Atom(tree.index[path], level): n for level, n in people.items() if n}
    return Organisation(tree, dict(sorted(invited.items(), key=_place)))


def resized(before: Organisation, share: float) -> Organisation:
    """The same firm after its staff moved: every second department shrinks by a share, the others grow.

    A department keeps at least one person of each kind that it had.
    """
    invited = dict(before.invited)
    for atom, people in before.invited.items():
        if atom.level in STAFF:
            invited[atom] = max(1, round(people * (1 + share if atom.unit % 2 else 1 - share)))
    return replace(before, invited=invited)


def _place(item: tuple[Atom, int]) -> tuple[int, int]:
    return item[0].unit, LEVELS.index(item[0].level)


def _departments(count: int) -> list[tuple[Path, float]]:
    if count < DIVISIONS_FROM:
        return list(FLAT[:count])
    branches = max(0, count - len(DIVIDED))
    regions = REGIONS[: math.ceil(branches / BRANCHES_A_REGION)]
    posts = list(DIVIDED[:count])
    for i in range(branches):
        turn, region = divmod(i, len(regions))
        posts.append(((f"Region {regions[region]}", f"Branch {turn + 1:02d}"), 0.0 if i % 3 else 0.25))
    return posts


def _scaled(sizes: NDArray[np.float64], total: int) -> NDArray[np.float64]:
    if not SMALLEST * len(sizes) < total < LARGEST * len(sizes):
        shared: NDArray[np.float64] = 2 + (total - 2 * len(sizes)) * sizes / sizes.sum()
        return shared

    def limited(factor: float) -> NDArray[np.float64]:
        within: NDArray[np.float64] = np.clip(factor * sizes, SMALLEST, LARGEST)
        return within

    factor: float = brentq(lambda factor: limited(factor).sum() - total, 0.0, LARGEST / SMALLEST + 1)
    return limited(factor)


def _whole(sizes: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers with the same (rounded) total: the largest remainders are rounded up."""
    whole = np.floor(sizes + 1e-9).astype(np.int64)
    missing = round(float(sizes.sum())) - int(whole.sum())
    whole[np.argsort(whole - sizes, kind="stable")[:missing]] += 1
    return whole
