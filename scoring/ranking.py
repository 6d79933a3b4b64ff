"""Whether departments may be put in order, and which differ clearly from the mean (method 3.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from scoring.multiplicity import benjamini_hochberg
from scoring.shrinkage import DepartmentEstimates

Floats = NDArray[np.float64]
Standing = Literal["clearly above", "not distinguishable", "clearly below"]

RELIABLE_ORDER: Final = 0.70
"""ICC(2) from which department means are reliable enough to be ordered (LeBreton & Senter 2008)."""

FALSE_SHARE: Final = 0.10


@dataclass(frozen=True, slots=True)
class Ranking:
    """How departments stand to one another on one quantity.

    order: positions of the departments, best first; None where the means are too unreliable to be
    put in order. standing: of each department against the mean of the staff.
    """

    icc2: float
    order: tuple[int, ...] | None
    standing: tuple[Standing, ...]


def standings(departments: DepartmentEstimates) -> tuple[tuple[Standing, ...], ...]:
    """Three groups for every department (outer) and quantity (inner).

    z = (EB - M) / sqrt(MSE), two-sided normal p, all departments and quantities one family,
    Benjamini-Hochberg at q = .10. Conservative: false share .02-.03 (method 3.7).
    """
    z = departments.z
    clear = benjamini_hochberg(2 * special.ndtr(-np.abs(z))) <= FALSE_SHARE
    return tuple(
        tuple(_standing(bool(sure), float(side)) for sure, side in zip(*row, strict=True))
        for row in zip(clear, z, strict=True)
    )


def _standing(clear: bool, z: float) -> Standing:
    if not clear:
        return "not distinguishable"
    return "clearly above" if z > 0 else "clearly below"


def ranking(departments: DepartmentEstimates, quantity: int, icc2: float) -> Ranking:
    """Order of departments on one quantity (a column), if its means are reliable enough.

    icc2: of that quantity over the groups (`variance_components`). Equal values keep their given order.
    """
    order = np.argsort(-departments.value[:, quantity], kind="stable") if icc2 >= RELIABLE_ORDER else None
    return Ranking(
        icc2,
        None if order is None else tuple(int(i) for i in order),
        tuple(row[quantity] for row in standings(departments)),
    )
