"""Reliability and factors of the items of all staff, for the methods appendix (method 6)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final, TypeVar

import numpy as np

from scoring.adequacy import bartlett, kmo
from scoring.blas import one_blas_thread
from scoring.congruence import congruence_with_scales
from scoring.correlations import Correlations, pearson
from scoring.estimable import NotEstimable
from scoring.factor_number import FactorNumber, factor_number
from scoring.factor_solution import FactorSolution, factor_solution
from scoring.item_table import ItemTable, screened
from scoring.omega import HierarchicalOmega, breadth, hierarchical_omega, omega_of_scale
from scoring.released_structure import (
    AddedValue,
    GeneralFactor,
    LegReliability,
    NumberRule,
    ShownEigenvalue,
    ShownFinding,
    ShownStructure,
    Sphericity,
    ThreeFactors,
)
from scoring.reliability import alpha, feldt
from scoring.rounding import hundredths, nearest
from scoring.scored_wave import ScoredWave
from scoring.structure_findings import (
    misplaced_facets,
    separability,
    unreliable_facets,
    wording_factors,
)
from scoring.subscores import SubscoreValue, htmt, subscore_values
from scoring.support import seed
from scoring.vocabulary import FACETS, ITEMS, KEYS, LEGS, SHORT_ITEMS, Leg, facet_of, leg_of

FEWEST_FOR_FACTORS: Final = 300
"""Staff from whom on factors are looked for (method 6.3: the sample of a pilot)."""

DRAWS: Final = 100
REVERSED: Final = frozenset(item for item, key in zip(ITEMS, KEYS, strict=True) if key < 0)

_POINTS: Final = np.array([np.nan, -2.0, -1.0, 0.0, 1.0, 2.0])
"""What an answer of 1 to 5 counts; no answer counts nothing."""

Scales = Mapping[str, Sequence[str]]
AddedValues = Mapping[str, SubscoreValue | NotEstimable]
Found = TypeVar("Found")


def structure(scored: ScoredWave, people: int) -> ShownStructure | None:
    """The structure of the items over the staff in the finer tier; None where there are none.

    people: how many they are at least, as far as it may be told: no reason tells more.
    """
    table = _table(scored)
    if table is None:
        return None
    legs: Scales = {leg: [item for item in table.items if leg_of(item) is leg] for leg in LEGS}
    with one_blas_thread():
        correlations = _correlations(table, people)
        few: NotEstimable | None = None
        if people < FEWEST_FOR_FACTORS:
            few = NotEstimable(f"factors are looked for from {FEWEST_FOR_FACTORS} staff on")
        factors = few or correlations
        general = factors if isinstance(factors, NotEstimable) else hierarchical_omega(factors, len(LEGS))
        solution = factors if isinstance(factors, NotEstimable) else factor_solution(factors, len(LEGS))
        added = _added_values(table, legs)
        number = few or _number_of_factors(scored, table, correlations)
        return ShownStructure(
            left_out=tuple(item for item in _asked(scored) if item not in table.items),
            reliability={
                Leg(leg): _reliability(table.of(items), correlations, people) for leg, items in legs.items()
            },
            kmo=_kmo(correlations),
            bartlett=_bartlett(correlations, people),
            number_of_factors=number if isinstance(number, NotEstimable) else _numbers(number),
            general_factor=_general(general),
            three_factors=_three_factors(solution, legs),
            added_value=_shown_values(added),
            findings=() if few else _findings(table, correlations, legs, general, solution, added),
            eigenvalues=() if isinstance(number, NotEstimable) else _scree(number),
            htmt=_htmt(correlations, legs),
        )


def _asked(scored: ScoredWave) -> Sequence[str]:
    return SHORT_ITEMS if scored.matrix.form == "short" else ITEMS


def _table(scored: ScoredWave) -> ItemTable | None:
    """Keyed answers of the valid staff to items that ten of them answered and that carry information."""
    cell = scored.fine_cells.get((0, "staff"))
    if cell is None:
        return None
    home = scored.label_of_people(scored.tiers.fine, cell.labels)
    raw = scored.matrix.answers[(home >= 0) & scored.people.valid]
    values = _POINTS[np.maximum(raw, 0)] * np.array(KEYS)
    values[:, (raw > 0).sum(axis=0) < 2 * scored.k] = np.nan
    asked = [ITEMS.index(item) for item in _asked(scored)]
    return screened(ItemTable(tuple(_asked(scored)), values[:, asked])).table


def _correlations(table: ItemTable, people: int) -> Correlations | NotEstimable:
    if people <= len(table.items) or len(table.items) < 2:
        return NotEstimable(f"more staff than the {len(table.items)} questions are needed")
    found = pearson(table)
    # its own reason would name items that hardly anybody answered together
    too_few = NotEstimable("too few staff answered the same questions")
    return too_few if isinstance(found, NotEstimable) else found


def _reliability(table: ItemTable, correlations: Correlations | NotEstimable, people: int) -> LegReliability:
    """The interval rests on the number of people that may be told, or it would tell the true one."""
    found = alpha(table)
    omega: float | NotEstimable
    if isinstance(correlations, NotEstimable):
        omega = correlations
    else:
        scale = omega_of_scale(correlations.of(table.items))
        omega = scale if isinstance(scale, NotEstimable) else hundredths(scale.omega)
    if isinstance(found, NotEstimable):
        return LegReliability(found, None, None, omega)
    tenths = math.floor(10 * found.answered_pairs / found.people)
    interval = feldt(found.alpha, max(people * tenths / 10, 2), len(table.items))
    return LegReliability(
        hundredths(found.alpha), hundredths(interval.lower), hundredths(interval.upper), omega
    )


def _kmo(correlations: Correlations | NotEstimable) -> float | NotEstimable:
    found = correlations if isinstance(correlations, NotEstimable) else kmo(correlations)
    return found if isinstance(found, NotEstimable) else hundredths(found.overall)


def _bartlett(correlations: Correlations | NotEstimable, people: int) -> Sphericity | NotEstimable:
    if isinstance(correlations, NotEstimable):
        return correlations
    found = bartlett(replace(correlations, people=people))
    if isinstance(found, NotEstimable):
        return found
    return Sphericity(nearest(found.chi_square), found.df, round(found.p, 3))


def _number_of_factors(
    scored: ScoredWave, table: ItemTable, correlations: Correlations | NotEstimable
) -> FactorNumber | NotEstimable:
    if isinstance(correlations, NotEstimable):
        return correlations
    number = seed(scored.wave, scored.cell_id((0, "staff")), "parallel analysis")
    return factor_number(table, correlations, DRAWS, number)


def _scree(found: FactorNumber) -> tuple[ShownEigenvalue, ...]:
    if isinstance(found.permutation, NotEstimable):
        return ()
    components = found.permutation.components
    return tuple(
        # the limit falls with the number of people: finer steps would tell it
        ShownEigenvalue(hundredths(observed), nearest(20 * limit) / 20)
        for observed, limit in zip(components.observed, components.random_percentile, strict=True)
    )


def _numbers(found: FactorNumber) -> dict[NumberRule, int | NotEstimable]:
    shuffled, normal = found.permutation, found.normal_theory
    return {
        "permutation, components": _number(shuffled, lambda one: one.components.number),
        "permutation, factors": _number(shuffled, lambda one: one.factors.number),
        "normal theory, components": _number(normal, lambda one: one.components.number),
        "normal theory, factors": _number(normal, lambda one: one.factors.number),
        "map": _number(found.map, lambda one: one.number),
        "scree": _number(found.scree, lambda one: one.number),
        "eigenvalues above one": _number(found.scree, lambda one: one.above_one),
    }


def _number(found: Found | NotEstimable, number: Callable[[Found], int]) -> int | NotEstimable:
    return found if isinstance(found, NotEstimable) else number(found)


def _general(found: HierarchicalOmega | NotEstimable) -> GeneralFactor | NotEstimable:
    if isinstance(found, NotEstimable):
        return found
    general = breadth(found)
    return GeneralFactor(
        hundredths(found.omega_total), hundredths(general.omega_hierarchical), hundredths(general.ecv)
    )


def _three_factors(found: FactorSolution | NotEstimable, legs: Scales) -> ThreeFactors | NotEstimable:
    if isinstance(found, NotEstimable):
        return found
    congruence = congruence_with_scales(found.loadings, legs)
    if isinstance(congruence, NotEstimable):
        return congruence
    phi = found.phi.values[np.triu_indices(len(LEGS), 1)]
    return ThreeFactors(
        loadings={
            item: tuple(hundredths(float(one)) for one in row)
            for item, row in zip(found.loadings.rows, found.loadings.values, strict=True)
        },
        phi=tuple(hundredths(float(one)) for one in phi),
        congruence={leg: hundredths(congruence.matches[leg].congruence) for leg in LEGS},
    )


def _htmt(correlations: Correlations | NotEstimable, legs: Scales) -> dict[str, float] | NotEstimable:
    found = correlations if isinstance(correlations, NotEstimable) else htmt(correlations, legs)
    if isinstance(found, NotEstimable):
        return found
    return {
        f"{one}-{other}": hundredths(float(found.values[LEGS.index(one), LEGS.index(other)]))
        for one, other in combinations(LEGS, 2)
    }


def _added_values(table: ItemTable, legs: Scales) -> AddedValues | NotEstimable:
    few = [leg for leg, items in legs.items() if len(items) < 2]
    return NotEstimable(f"leg {few[0]} has fewer than two questions") if few else subscore_values(table, legs)


def _shown_values(found: AddedValues | NotEstimable) -> dict[Leg, AddedValue | NotEstimable] | NotEstimable:
    if isinstance(found, NotEstimable):
        return found
    return {
        Leg(leg): one
        if isinstance(one, NotEstimable)
        else AddedValue(hundredths(one.prmse_subscore), hundredths(one.prmse_total), one.added_value)
        for leg, one in found.items()
    }


def _findings(
    table: ItemTable,
    correlations: Correlations | NotEstimable,
    legs: Scales,
    general: HierarchicalOmega | NotEstimable,
    solution: FactorSolution | NotEstimable,
    added: AddedValues | NotEstimable,
) -> tuple[ShownFinding, ...]:
    """The consequences of method 6.2 that these data ask for."""
    found = list(separability(general, {} if isinstance(added, NotEstimable) else added))
    facets = {facet: [item for item in table.items if facet_of(item) == facet] for facet in FACETS}
    whole = {facet: items for facet, items in facets.items() if items}
    if not isinstance(solution, NotEstimable):
        found += misplaced_facets(solution.loadings, legs, whole)
        found += wording_factors(solution.loadings, REVERSED)
    if not isinstance(correlations, NotEstimable):
        omegas = {facet: omega_of_scale(correlations.of(tuple(items))) for facet, items in whole.items()}
        found += unreliable_facets(omegas)
    return tuple(
        ShownFinding(
            one.kind,
            one.about,
            {name: hundredths(value) for name, value in one.figures.items()},
            one.consequence,
        )
        for one in found
    )
