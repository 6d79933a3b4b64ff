"""The consequences of method 6.2: when a finding is made, and when not."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.correlations import Correlations
from scoring.estimable import NotEstimable
from scoring.named_matrix import NamedMatrix
from scoring.omega import OmegaOfScale, hierarchical_omega
from scoring.structure_findings import misplaced_facets, separability, unreliable_facets, wording_factors
from scoring.subscores import SubscoreValue

LEGS = {"D": ("D1a", "D1b", "D2a", "D2b"), "B": ("B1a", "B1b", "B2a", "B2b")}
FACETS = {"D1": ("D1a", "D1b"), "D2": ("D2a", "D2b"), "B1": ("B1a", "B1b"), "B2": ("B2a", "B2b")}
ITEMS = tuple(item for leg in LEGS.values() for item in leg)


def _loadings(*rows: tuple[float, ...]) -> NamedMatrix:
    """Two items a row: the loadings of each facet."""
    values = np.repeat(np.array(rows), 2, axis=0)
    return NamedMatrix(ITEMS, tuple(f"F{i + 1}" for i in range(values.shape[1])), values)


def _value(added: bool) -> SubscoreValue:
    return SubscoreValue(0.7, 0.6 if added else 0.8, 0.85, added)


def _bifactor(general: float, special: float) -> Correlations:
    values = np.full((12, 12), general**2)
    for block in range(3):
        values[4 * block : 4 * block + 4, 4 * block : 4 * block + 4] += special**2
    np.fill_diagonal(values, 1)
    return Correlations.known(values, 500)


def test_facets_on_their_own_legs_are_no_finding() -> None:
    assert misplaced_facets(_loadings((0.7, 0.1), (0.6, 0), (0, 0.7), (0.1, 0.6)), LEGS, FACETS) == ()


def test_a_facet_on_the_factor_of_another_leg_is_named() -> None:
    (found,) = misplaced_facets(_loadings((0.7, 0), (0.7, 0), (0, 0.8), (0.5, 0.2)), LEGS, FACETS)
    assert (found.kind, found.about) == ("facet loads on another leg", "B2 on D")
    assert found.figures == pytest.approx({"mean_loading": 0.5, "mean_loading_on_own_leg": 0.2})
    assert "re-equating" in found.consequence


def test_a_facet_on_a_factor_that_no_other_item_shares_forms_its_own() -> None:
    rows = ((0.7, 0, 0), (0.7, 0, 0.1), (0, 0.8, 0), (0, 0.2, 0.6))
    (found,) = misplaced_facets(_loadings(*rows), LEGS, FACETS)
    assert (found.kind, found.about) == ("facet forms its own factor", "B2")


def test_weak_loadings_place_nothing() -> None:
    assert misplaced_facets(_loadings((0.7, 0), (0.7, 0), (0, 0.8), (0.25, 0.2)), LEGS, FACETS) == ()


def test_a_factor_of_reversed_items_is_a_factor_of_wording() -> None:
    loadings = _loadings((0.7, 0), (0.7, 0), (0, 0.6), (0, 0.6))
    (found,) = wording_factors(loadings, {"B1a", "B1b", "B2a", "B2b"})
    assert (found.about, found.figures["reversed_items"]) == ("F2", 4)
    assert wording_factors(loadings, {"D1a", "D2a", "B1a", "B2b"}) == ()


def test_legs_without_added_value_under_a_strong_general_factor_are_not_separable() -> None:
    omega = hierarchical_omega(_bifactor(0.75, 0.3), 3)
    (found,) = separability(omega, {"D": _value(False), "B": _value(False)})
    assert found.kind == "legs not separable"
    assert found.figures["ecv"] == pytest.approx(0.5625 / 0.6525, abs=1e-4)
    assert separability(omega, {"D": _value(False), "B": _value(True)}) == ()


def test_a_weak_general_factor_leaves_the_legs_apart() -> None:
    assert (
        separability(hierarchical_omega(_bifactor(0.5, 0.6), 3), {"D": _value(False), "B": _value(False)})
        == ()
    )
    assert separability(NotEstimable("no factors"), {"D": _value(False)}) == ()


def test_a_leg_that_tells_more_only_for_units_is_reported_for_units() -> None:
    (found,) = separability(
        NotEstimable("no factors"),
        {"D": _value(False), "B": _value(True)},
        {"D": _value(True), "B": _value(True)},
    )
    assert (found.kind, found.about) == ("legs for units only", "D")


def test_facets_below_the_limit_of_omega_are_not_printed() -> None:
    omegas = {
        "D1": OmegaOfScale(0.55, {}, ()),
        "D2": OmegaOfScale(0.6, {}, ()),
        "B1": NotEstimable("two items"),
    }
    (found,) = unreliable_facets(omegas)
    assert (found.about, found.figures) == ("D1", {"omega": 0.55})
