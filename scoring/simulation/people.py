"""Who works in a synthetic organisation: each person's own view and way of answering (method 7.1, 7.2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.simulation.organisations import Organisation
from scoring.simulation.scenario import Scenario
from scoring.simulation.streams import stream
from scoring.vocabulary import FACETS, LEGS, LEVELS, Level


@dataclass(frozen=True, eq=False)
class People:
    """One row a person; latent units.

    view: people x 3, deviation from the department in each leg. facets: people x 17. half: -.5 or +.5.
    desirability: what the person adds to leg B, 0 except for managers. language: position in the scenario.
    """

    unit: NDArray[np.int32]
    level: NDArray[np.int8]
    view: NDArray[np.float64]
    facets: NDArray[np.float64]
    half: NDArray[np.float64]
    acquiescence: NDArray[np.float64]
    extremity: NDArray[np.float64]
    desirability: NDArray[np.float64]
    language: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.unit)


def correlated(rng: np.random.Generator, rows: int, sd: float, correlation: float) -> NDArray[np.float64]:
    """Normal draws, rows x 3 legs, with one SD and one correlation between any two legs."""
    shared = rng.standard_normal((rows, 1))
    own = rng.standard_normal((rows, len(LEGS)))
    draws: NDArray[np.float64] = sd * (np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own)
    return draws


def draw_people(organisation: Organisation, scenario: Scenario, *, seed: int, occasion: int = 0) -> People:
    """Everybody who is invited, in the order of the roster."""
    unit, level = organisation.roster.T
    n = len(unit)

    def normal(what: str, *columns: int) -> NDArray[np.float64]:
        return stream(seed, what, occasion).standard_normal((n, *columns))

    shares = np.cumsum(list(scenario.languages.values()))[:-1]
    language = np.searchsorted(shares, stream(seed, "language", occasion).random(n), side="right")
    low, high = scenario.desirability
    desirability = low + (high - low) * stream(seed, "desirability", occasion).random(n)
    return People(
        unit=unit.astype(np.int32),
        level=level.astype(np.int8),
        view=correlated(stream(seed, "views", occasion), n, scenario.person_sd, scenario.person_correlation),
        facets=scenario.facet_sd * normal("facets", len(FACETS)),
        half=stream(seed, "halves", occasion).choice([-0.5, 0.5], n),
        acquiescence=scenario.acquiescence_mean
        + scenario.acquiescence_sd * normal("acquiescence")
        + scenario.language_acquiescence * (language > 0),
        extremity=np.exp(scenario.extremity_sd * normal("extremity")),
        desirability=np.where(level == LEVELS.index(Level.M), desirability, 0.0),
        language=language.astype(np.int8),
    )
