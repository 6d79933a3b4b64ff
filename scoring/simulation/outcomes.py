"""An outside result for every department, such as mystery shopping (method 6.5, 7.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.simulation.streams import stream
from scoring.simulation.waves import Wave
from scoring.vocabulary import LEGS, LEVELS, STAFF, Leg

WEIGHT_B: Final = 0.35
WEIGHT_R: Final = 0.15
RELIABILITY: Final = 0.6


def outcomes(wave: Wave, *, seed: int) -> Mapping[int, float]:
    """Result of every department that has staff, by its position in the tree; mean 0, SD 1.

    True result: .35 z(B) + .15 z(R) + noise with variance 1 in all, z over the departments, from the
    truth of all staff invited. Observed: reliability .6, so correlations shrink by sqrt(.6).
    """
    staff = np.isin(wave.truth.level, [LEVELS.index(level) for level in STAFF])
    unit = wave.truth.unit[staff]
    units = np.unique(unit)
    z = {
        leg: _standardised(
            np.bincount(unit, wave.truth.legs[staff, LEGS.index(leg)])[units] / np.bincount(unit)[units]
        )
        for leg in (Leg.B, Leg.R)
    }
    explained = WEIGHT_B * z[Leg.B] + WEIGHT_R * z[Leg.R]
    noise, error = stream(seed, "outcomes").standard_normal((2, len(units)))
    true = explained + np.sqrt(1 - explained.var()) * noise
    observed = np.sqrt(RELIABILITY) * true + np.sqrt(1 - RELIABILITY) * error
    return dict(zip(units.tolist(), observed.tolist(), strict=True))


def _standardised(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Z over the departments; all 0 where there is one department or no difference."""
    spread = float(means.std())
    standardised: NDArray[np.float64] = (means - means.mean()) / (spread if spread > 0 else 1.0)
    return standardised
