"""A matrix that knows the names of its rows and columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class NamedMatrix:
    """In JSON {"rows": [...], "cols": [...], "values": [[...]]}.

    >>> NamedMatrix(("a", "b"), ("F1",), np.array([[0.5], [0.7]])).at("b", "F1")
    0.7
    """

    rows: tuple[str, ...]
    cols: tuple[str, ...]
    values: NDArray[np.float64]

    def at(self, row: str, col: str) -> float:
        """One value by its names."""
        return float(self.values[self.rows.index(row), self.cols.index(col)])
