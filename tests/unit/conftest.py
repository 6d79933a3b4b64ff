"""What R says about published data, to hold our numbers against (tests/reference/README.md)."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from scoring.item_table import ItemTable

FOLDER = Path(__file__).parent.parent / "reference"


@dataclass(frozen=True, eq=False)
class Reference:
    """A data set, its scales, its groups, and R's values."""

    name: str
    table: ItemTable
    scales: dict[str, tuple[str, ...]]
    groups: tuple[str, ...]
    values: dict[str, Any]
    factors: int

    def matrix(self, *keys: str) -> NDArray[np.float64]:
        """A matrix of R's, found by its keys."""
        found: Any = self.values
        for key in keys:
            found = found[key]
        return np.array(found["values"], dtype=np.float64)


def _read(name: str, file: str, scales: tuple[str, ...], group: str | None, factors: int) -> Reference:
    with (FOLDER / file).open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    items = tuple(
        item for item in rows[0] if item.rstrip("0123456789") in scales and item != item.rstrip("0123456789")
    )
    answers = [[float(row[item]) if row[item] != "NA" else np.nan for item in items] for row in rows]
    return Reference(
        name,
        ItemTable(items, np.array(answers)),
        {scale: tuple(item for item in items if item.rstrip("0123456789") == scale) for scale in scales},
        tuple(row[group] for row in rows) if group else (),
        json.loads((FOLDER / f"ref_{name}.json").read_text(encoding="utf-8")),
        factors,
    )


@pytest.fixture(scope="session")
def bfi() -> Reference:
    return _read("bfi", "bfi_complete_reversed.csv", tuple("ACENO"), None, 5)


@pytest.fixture(scope="session")
def lq2002() -> Reference:
    return _read("lq2002", "lq2002_complete.csv", ("LEAD", "TSIG", "HOSTIL"), "COMPID", 3)


@pytest.fixture(scope="session")
def ehd() -> Reference:
    """Ratings that one factor fits in two ways, one better: a program that starts once may miss it."""
    return _read("ehd", "ehd.csv", ("e",), None, 1)


@pytest.fixture(scope="session", params=["bfi", "lq2002"])
def reference(request: pytest.FixtureRequest) -> Reference:
    """Either data set; a test that asks for it runs on both."""
    found: Reference = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def four_factors() -> Callable[..., ItemTable]:
    """Makes answers of people to items on five points with four correlated factors."""

    def make(people: int = 400, items: int = 16, gaps: float = 0.0, seed: int = 7) -> ItemTable:
        random = np.random.default_rng(seed)
        mixing = np.linalg.cholesky(0.7 * np.eye(4) + 0.3)
        factors = random.standard_normal((people, 4)) @ mixing.T
        loadings = np.kron(np.eye(4), np.full((1, items // 4), 0.75))
        latent = factors @ loadings + 0.66 * random.standard_normal((people, items))
        answers = np.clip(np.rint(3 + 1.1 * latent), 1, 5)
        answers[random.random(answers.shape) < gaps] = np.nan
        return ItemTable(tuple(f"V{i + 1}" for i in range(items)), answers)

    return make
