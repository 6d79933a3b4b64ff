"""Synthetic firms scored as a publication scores them, beside what is true of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from scoring.answers import AnswerMatrix
from scoring.cells import Cell, cells
from scoring.disclosure import Tiers, partitions
from scoring.legs import PersonScores, score_people
from scoring.printed import CellScores, large_cell_scores, small_cell_scores
from scoring.simulation import Scenario, Wave, answer, organisation, scenario
from scoring.simulation.waves import mean_by_leg
from scoring.tiers import Tier, leg_tier
from scoring.vocabulary import LEVELS

Floats = NDArray[np.float64]

K = 5
FULL: Final[dict[str, Any]] = {"careless": 0.0, "skip_rate": 0.0, "dk_base": -np.inf, "response_rate": 1.0}
"""Everybody answers everything with care."""
NO_ACQUIESCENCE: Final[dict[str, Any]] = {"acquiescence_mean": 0.0}


@lru_cache(maxsize=256)
def named(name: str, threshold: str | None = None) -> Scenario:
    """A scenario of method 7.4; made once, since putting a firm at its thresholds takes a while."""
    return scenario(name, threshold=threshold)


def without_acquiescence(name: str = "S1", **changes: Any) -> Scenario:
    """A named scenario with changes; on average nobody agrees for agreement's sake."""
    return replace(named(name), **{**NO_ACQUIESCENCE, **changes})


def four_numbers(legs: Floats) -> Floats:
    """Legs and seat; last axis 4."""
    return np.concatenate([legs, legs.mean(axis=-1, keepdims=True)], axis=-1)


@dataclass(frozen=True)
class Firm:
    """One wave of a firm with its labels and the moments of its legs."""

    wave: Wave
    people: PersonScores
    tiers: Tiers
    legs: Tier

    @classmethod
    def of(
        cls, chosen: Scenario, seed: int, departments: int | None = None, employees: int | None = None
    ) -> Firm:
        """Draw a firm and let it answer."""
        firm = organisation(chosen, seed=seed, departments=departments, employees=employees)
        return cls.answered(answer(firm, chosen, seed=seed))

    @classmethod
    def answered(cls, wave: Wave) -> Firm:
        """Score a wave."""
        matrix = wave.answers
        people = score_people(matrix)
        tiers = partitions(matrix.tree, matrix.invited, matrix.answered_by_atom(people.valid), K)
        return cls(wave, people, tiers, leg_tier(matrix, people, tiers.legs))

    @property
    def matrix(self) -> AnswerMatrix:
        """The answers."""
        return self.wave.answers

    @cached_property
    def staff(self) -> list[Cell]:
        """Staff cells, the organisation first."""
        return [cell for cell in cells(self.legs.partition) if cell.level == "staff"]

    def printed(self, found: Sequence[Cell]) -> list[CellScores]:
        """Legs, seat and stool of cells as they are printed."""
        small = small_cell_scores(self.legs, found, K)
        large = large_cell_scores(self.legs, found, [True] * len(found))
        return [small[i] if self.is_small(cell) else large[i] for i, cell in enumerate(found)]

    def is_small(self, cell: Cell) -> bool:
        """Whether 5 to 9 people answered."""
        return int(self.legs.n(cell.labels).sum()) < 2 * K

    def true_lasting(self, found: list[Cell]) -> Floats:
        """Legs and seat of cells as a lasting condition, cells x 4: of all whom they could employ."""
        by_atom = mean_by_leg(self.wave.truth.lasting).reshape(-1, 3)
        invited = np.zeros(len(by_atom))
        for atom, people in self.matrix.invited.items():
            invited[atom.unit * len(LEVELS) + LEVELS.index(atom.level)] = people
        return self._over_atoms(found, invited[:, None] * by_atom, invited)

    def true_present(self, found: list[Cell]) -> Floats:
        """Legs and seat of the people who work there now, cells x 4."""
        truth = self.wave.truth
        codes = truth.unit.astype(np.int64) * len(LEVELS) + truth.level
        groups = len(self.matrix.tree.paths) * len(LEVELS)
        sums: Floats = np.stack([np.bincount(codes, leg, groups) for leg in truth.legs.T], axis=1)
        return self._over_atoms(
            found, sums, np.bincount(codes, minlength=groups).astype(np.float64).astype(float)
        )

    def _over_atoms(self, found: list[Cell], sums: Floats, people: NDArray[np.float64]) -> Floats:
        rows = []
        for cell in found:
            atoms = [atom for label in cell.labels for atom in self.legs.partition.atoms_of(label)]
            inside = [atom.unit * len(LEVELS) + LEVELS.index(atom.level) for atom in atoms]
            rows.append(sums[inside].sum(axis=0) / people[inside].sum())
        return four_numbers(np.array(rows).reshape(-1, 3))
