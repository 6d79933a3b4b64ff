"""The diagnosis of a wave put together: patterns, maturity, key areas, recommendations (method 4 and 5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from scoring.comparisons import Comparisons, direct_facet, shrunken_facet
from scoring.conditions import Reading
from scoring.disclosure import ROOT
from scoring.dont_know import DontKnow
from scoring.importance import Importance, inner_importance, not_estimated
from scoring.item_figures import ItemFigures
from scoring.level_figures import LevelFigures
from scoring.maturity import Maturity
from scoring.outcome_findings import importance_for_outcome
from scoring.outcomes import OutcomeValue
from scoring.patterns import ShownPattern, Support, facets_of, is_divided, pattern_support, shown_patterns
from scoring.priorities import GOAL, Priorities, context_factors, gap_parts, priorities
from scoring.recommendations import (
    LOW_RESOURCES,
    SAY_DO_GAP,
    Chosen,
    Findings,
    KeyArea,
    Recommendation,
    choose,
)
from scoring.released import ReleasedCell, ReleasedFacet
from scoring.scored_wave import Place, ScoredWave, Shown
from scoring.support import generator
from scoring.tiers import atom_codes
from scoring.unit_draws import ORGANISATION, UnitDraws
from scoring.vocabulary import FACETS, Leg

DIRECTIVE_ITEM: Final = "B4c"


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """Everything that the diagnosis of units rests on.

    shown: every cell by place, with gaps and agreement. facts: those answered yes with evidence.
    unreliable: facets that take no part in departments (method 6.2).
    """

    scored: ScoredWave
    items: ItemFigures
    shown: Mapping[Place, Shown]
    levels: LevelFigures
    compared: Comparisons
    facts: Collection[str]
    library: Sequence[Recommendation] | None
    unreliable: frozenset[str] = frozenset()
    outcomes: Sequence[OutcomeValue] = ()

    @cached_property
    def draws(self) -> UnitDraws:
        """Published scores and draws around them."""
        return UnitDraws(self.scored, self.shown, self.levels)

    def directive_item(self, place: Place) -> float | None:
        """Mean of B4c in a unit, points after reversal."""
        return self.items.mean(DIRECTIVE_ITEM, place) if self.full else None

    @cached_property
    def _shrunken(self) -> dict[str, dict[Place, tuple[float, float]]]:
        return {facet: shrunken_facet(tier) for facet, tier in self.scored.facets.items()}

    @cached_property
    def _direct(self) -> dict[str, dict[Place, float]]:
        return {facet: direct_facet(tier) for facet, tier in self.scored.facets.items()}

    @property
    def full(self) -> bool:
        """Whether facets were asked."""
        return self.scored.matrix.form == "full"

    @property
    def units(self) -> list[Place]:
        """The staff of the organisation and of departments of ten or more of whom 30 % or more answered."""
        return [
            place
            for place, one in self.shown.items()
            if place[1] == "staff" and not one.is_small and one.compared
            if one.released.facets or not self.full
        ]

    def lowest_department(self) -> float | None:
        """Lowest seat of the departments of ten or more, shrunken where there is shrinkage."""
        seats = [
            self.compared.seats.get(place, one.released.seat.value)
            for place, one in self.shown.items()
            if place[1] == "staff" and place != ORGANISATION and not one.is_small and one.compared
        ]
        return min(seats, default=None)

    def supports(self, place: Place) -> dict[str, Support]:
        """Support of every pattern that can be judged in a unit."""
        drawn = self.draws.drawn(place)
        found = pattern_support(drawn, organisation=place == ORGANISATION, facts=self.facts)
        if place == ORGANISATION or not self.unreliable:
            return found
        return {name: one for name, one in found.items() if not facets_of(name) & self.unreliable}

    def reliable(self, place: Place, facets: Mapping[str, ReleasedFacet]) -> Mapping[str, ReleasedFacet]:
        """The facets of a cell that may be printed: for departments only reliable ones."""
        if place[0] == ROOT or not self.unreliable:
            return facets
        return {name: one for name, one in facets.items() if name not in self.unreliable}

    def patterns(self, place: Place, supports: Mapping[str, Support]) -> tuple[ShownPattern, ...]:
        """The patterns shown in a unit."""
        finer = self.shown[place].released.finer
        agreement = finer.agreement if finer is not None and self.full else {}
        top = self.levels.blindness.get("T")
        found = shown_patterns(
            supports,
            self.draws.drawn(place),
            divided=is_divided({leg: one.ad for leg, one in agreement.items()}),
            item_b4c=self.directive_item(place),
            sure_without_seeing=top is not None and top.sure_without_seeing,
        )
        cell = self.shown[place].released
        return tuple(
            replace(one, readings=tuple(_as_printed(reading, cell) for reading in one.readings))
            for one in found
        )

    def importance(self) -> Importance:
        """What goes with an outcome (tier 2), or with behaviours among all staff (tier 1), or why neither."""
        of_outcome = importance_for_outcome(
            self.scored, self.shown, self.compared, self._shrunken, self.outcomes
        )
        if of_outcome is not None:
            return of_outcome
        cell = self.scored.fine_cells.get(ORGANISATION)
        if not self.full:
            return not_estimated("the short form has no facets")
        if cell is None or ORGANISATION not in self.units:
            return not_estimated("too few staff answered")
        fine = self.scored.label_of_people(self.scored.tiers.fine, cell.labels)
        staff = (fine >= 0) & self.scored.people.valid
        home = self.scored.label_of_people(self.scored.tiers.legs, self.scored.tiers.legs.labels)
        rng = generator(self.scored.wave, self.scored.cell_id(ORGANISATION), "importance")
        return inner_importance(self.scored.people.facets[staff], home[staff], rng)

    def priorities(
        self, place: Place, supports: Mapping[str, Support], importance: Importance, relapse_signals: int
    ) -> Priorities | None:
        """Key areas of a unit; None where facets were not measured."""
        if not self.full:
            return None
        covariance = self.draws.covariance * self.draws.variance(place)
        score = self.draws.published(place).facets
        if score is None:
            return None
        score, variance = score[0].copy(), np.diag(covariance).copy()
        for position, facet in enumerate(FACETS):
            if not np.isnan(score[position]):
                score[position] = self._direct[facet][place]
                score[position], variance[position] = self._shrunken[facet].get(
                    place, (score[position], variance[position])
                )
        return priorities(
            score,
            variance,
            covariance,
            generator(self.scored.wave, self.scored.cell_id(place), "priority"),
            gap=self._gap_parts(),
            importance=np.array(importance.weights),
            context=context_factors({name: one.share for name, one in supports.items()}, relapse_signals),
            left_out=self._unclear(place) | (frozenset() if place == ORGANISATION else self.unreliable),
        )

    def _gap_parts(self) -> np.ndarray:
        """What the gap between the top and the staff of the organisation adds to each facet."""
        view = self.draws.view
        if view is None or view.staff.facets is None or view.top is None:
            return np.zeros(len(FACETS))
        gaps = self.levels.by_name()
        top = view.top.facets
        return gap_parts(
            view.staff.facets[0],
            None if top is None else top[0],
            {leg: gaps.get(f"{leg}_T-{leg}") for leg in Leg},
            self.levels.not_informed.get("T", ()),
        )

    def _unclear(self, place: Place) -> frozenset[str]:
        """Facets that more than 30 % of the staff of a unit cannot judge."""
        codes = atom_codes(self.scored.tiers.fine, self.scored.fine_cells[place].labels)
        return DontKnow.of(self.scored.dont_know_tallies.merged([codes]).counts[0]).not_informed

    def recommendations(
        self,
        place: Place,
        maturity: Maturity,
        patterns: Sequence[ShownPattern],
        supports: Mapping[str, Support],
        found: Priorities | None,
        *,
        stuck: bool = False,
        relapse_signals: int = 0,
    ) -> tuple[Chosen, ...] | None:
        """The recommendations of a unit; None without a library."""
        if self.library is None:
            return None
        cell = self.shown[place].released
        gap, resources = cell.gaps["D-B"], cell.legs[Leg.R]
        return choose(
            Findings(
                organisation=place == ORGANISATION,
                level=maturity.working_level,
                facts=self.facts,
                shown=patterns,
                supports=supports,
                say_do=Reading("D - B", gap.value, gap.low, gap.high, ">=", SAY_DO_GAP),
                resources=Reading("R", resources.value, resources.low, resources.high, "<=", LOW_RESOURCES),
                key_areas=None
                if found is None
                else [self._key_area(place, cell, one.facet) for one in found.key_areas],
                stuck=stuck,
                relapse_signals=relapse_signals,
            ),
            self.library,
        )

    def _key_area(self, place: Place, cell: ReleasedCell, facet: str) -> KeyArea:
        score = cell.facets[facet].estimate
        means = {f"{facet}{letter}": self.items.mean(f"{facet}{letter}", place) for letter in "abc"}
        return KeyArea(
            facet,
            Reading(facet, score.value, score.low, score.high, "<=", GOAL),
            {item: mean for item, mean in means.items() if mean is not None},
        )


def _as_printed(reading: Reading, cell: ReleasedCell) -> Reading:
    """A reading with the interval that stands beside the same number elsewhere in the cell.

    Differences of facets are printed nowhere else; they keep the interval of the draws.
    """
    plus, _, minus = reading.quantity.partition(" - ")
    estimates = {leg.value: estimate for leg, estimate in cell.legs.items()}
    estimates |= {facet: one.estimate for facet, one in cell.facets.items()} | {"H": cell.seat}
    if reading.quantity in estimates:
        one = estimates[reading.quantity]
        return replace(reading, low=one.low, high=one.high)
    if (gap := cell.gaps.get(f"{plus}-{minus}")) is not None:
        return replace(reading, low=gap.low, high=gap.high)
    if (gap := cell.gaps.get(f"{minus}-{plus}")) is not None:
        return replace(reading, low=-gap.high, high=-gap.low)
    return reading
