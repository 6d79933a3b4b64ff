"""Published scores of units, and draws around them (method 4.1; docs/decisions/0040)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from scoring.conditions import View
from scoring.intervals import LEG_RELIABILITY, cell_means
from scoring.level_figures import LevelFigures
from scoring.moments import Floats
from scoring.scored_wave import Place, ScoredWave, Shown
from scoring.support import Scores, draw, draw_legs, facet_moments, generator, mean_variance, square_root
from scoring.vocabulary import FACETS, LEGS

ORGANISATION: Final[Place] = (0, "staff")
"""The staff of the organisation, the unit that is compared with top and managers."""


@dataclass(frozen=True, eq=False)
class UnitDraws:
    """Units as published, and as they could have come out.

    A level of fewer than 2k people is drawn as if k had answered, so that nothing which follows from
    the draws depends on how many did; this is also the width of its printed interval.
    """

    scored: ScoredWave
    shown: Mapping[Place, Shown]
    levels: LevelFigures

    @cached_property
    def covariance(self) -> Floats:
        """S17: of the facets of persons, within labels."""
        return facet_moments(self.scored.matrix, self.scored.people, self.scored.tiers.legs).covariance

    @cached_property
    def _root(self) -> Floats:
        return square_root(self.covariance)

    @cached_property
    def _views(self) -> dict[Place, View]:
        return {}

    def drawn(self, place: Place) -> View:
        """Draws of a unit's staff; for the organisation with the levels that may be compared."""
        if place not in self._views:
            staff = self.published(place)
            if place == ORGANISATION:
                top, managers = self._published((0, "T")), self._published((0, "M"))
                view = View(staff, top, managers, {**self.levels.by_name(), **self._leg_gaps(place)})
                self._views[place] = view.drawn(
                    self._draws(place),
                    None if top is None else self._draws((0, "T")),
                    None if managers is None else self._draws((0, "M")),
                )
            else:
                self._views[place] = View(staff, gaps=self._leg_gaps(place)).drawn(self._draws(place))
        return self._views[place]

    @property
    def view(self) -> View | None:
        """The organisation as published; None where its staff may not be compared."""
        one = self.shown.get(ORGANISATION)
        return None if one is None or not one.compared else self.drawn(ORGANISATION).observed

    def _published(self, place: Place) -> Scores | None:
        """The printed scores of a level; None where it is not shown or may not be compared."""
        one = self.shown.get(place)
        return None if one is None or not one.compared else self.published(place)

    def published(self, place: Place) -> Scores:
        """Printed legs and facets; no facets below ten people and in the short form."""
        cell = self.shown[place].released
        facets = [
            float(cell.facets[facet].estimate.value) if facet in cell.facets else np.nan for facet in FACETS
        ]
        return Scores.published([cell.legs[leg].value for leg in LEGS], facets if cell.facets else None)

    def _leg_gaps(self, place: Place) -> dict[str, float]:
        """Published gaps between the legs of a unit, in both directions ("D-B", "B-D")."""
        found: dict[str, float] = {}
        for name, gap in self.shown[place].released.gaps.items():
            upper, lower = name.split("-")
            found |= {f"{upper}-{lower}": float(gap.value), f"{lower}-{upper}": -float(gap.value)}
        return found

    def variance(self, place: Place) -> float:
        """What the variance of one person shrinks to in the mean of a cell: sum W^2 / n."""
        one, legs = self.shown[place], self.scored.legs
        if one.is_small:
            return 1 / self.scored.k
        rows = self.scored.fine_rows(place) or legs.rows(one.cell.labels)
        reliability = None if place[1] == "staff" else LEG_RELIABILITY
        return mean_variance(legs.moments.n[rows], legs.invited[rows], reliability=reliability)

    def _draws(self, place: Place) -> Scores:
        rng = generator(self.scored.wave, self.scored.cell_id(place))
        if self.scored.matrix.form == "short":
            return draw_legs(self.published(place), self._leg_covariance(place), rng)
        return draw(self.published(place), self._root, self.variance(place), rng)

    def _leg_covariance(self, place: Place) -> Floats:
        one, legs = self.shown[place], self.scored.legs
        if one.is_small:
            return legs.pool / self.scored.k
        reliability = None if place[1] == "staff" else LEG_RELIABILITY
        rows = [legs.rows(one.cell.labels)]
        means = cell_means(legs.moments, legs.invited, legs.pool, rows, np.eye(3), reliability=reliability)
        covariance: Floats = means.covariance[0]
        return covariance
