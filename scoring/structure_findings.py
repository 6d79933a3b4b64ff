"""What to do when the expected structure does not hold: the consequences of method 6.2, as data."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from scoring.congruence import congruence_with_scales
from scoring.estimable import NotEstimable
from scoring.named_matrix import NamedMatrix
from scoring.omega import SALIENT, HierarchicalOmega, OmegaOfScale, breadth
from scoring.subscores import SubscoreValue

FindingKind = Literal[
    "legs for units only",
    "legs not separable",
    "facet loads on another leg",
    "facet forms its own factor",
    "reversed items form a factor",
    "facet too unreliable",
]

CONSEQUENCES: Final[Mapping[FindingKind, str]] = {
    "legs for units only": "report the leg for units only, never for a person",
    "legs not separable": (
        "publish that in these data the legs are not separable; keep the stool as a picture of content, "
        "drop the words factor and independent, and give a lean verdict only with a tolerance of 25 points"
    ),
    "facet loads on another leg": (
        "keep the facet in its leg by content and report it, or move it in the next version with re-equating"
    ),
    "facet forms its own factor": "report the facet as a separate sign beside the legs",
    "reversed items form a factor": (
        "check the languages, rewrite the worst five reversed items, keep one reversed item in each facet"
    ),
    "facet too unreliable": (
        "read the facet of a department with care; below an omega of .50 it is not printed for departments"
    ),
}

INSEPARABLE: Final[FindingKind] = "legs not separable"
UNRELIABLE_FACET: Final[FindingKind] = "facet too unreliable"

ECV_LIMIT: Final = 0.70
OMEGA_HIERARCHICAL_LIMIT: Final = 0.80
FACET_OMEGA_LIMIT: Final = 0.60
FACET_WITHHELD_BELOW: Final = 0.50
"""Omega below which a facet is not printed for departments; a good facet of three items stands near .60
(decisions/0053)."""
REVERSED_SHARE: Final = 0.80
"""Share of reversed items on a factor from which it counts as a factor of wording."""

Scales = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class StructureFinding:
    """One finding. about: leg, facet or factor; figures: the numbers behind it; limits: what they passed."""

    kind: FindingKind
    about: str
    figures: Mapping[str, float]
    limits: Mapping[str, float]

    @property
    def consequence(self) -> str:
        """What the product does."""
        return CONSEQUENCES[self.kind]


def separability(
    omega: HierarchicalOmega | NotEstimable,
    people: Mapping[str, SubscoreValue | NotEstimable],
    units: Mapping[str, SubscoreValue | NotEstimable] | None = None,
) -> tuple[StructureFinding, ...]:
    """Whether the legs tell more than the total does.

    Args:
        omega: of all items, for ECV and hierarchical omega.
        people: added value of each leg at the level of persons.
        units: at the level of units, if known.
    """
    found = []
    known = {leg: value for leg, value in people.items() if isinstance(value, SubscoreValue)}
    for leg, value in known.items():
        above = (units or {}).get(leg)
        if not value.added_value and isinstance(above, SubscoreValue) and above.added_value:
            figures = {
                "prmse_leg_people": value.prmse_subscore,
                "prmse_total_people": value.prmse_total,
                "prmse_leg_units": above.prmse_subscore,
                "prmse_total_units": above.prmse_total,
            }
            found.append(StructureFinding("legs for units only", leg, figures, {}))
    nothing_added = len(known) == len(people) > 0 and not any(value.added_value for value in known.values())
    general = breadth(omega) if isinstance(omega, HierarchicalOmega) and nothing_added else None
    if (
        general is not None
        and general.ecv >= ECV_LIMIT
        and general.omega_hierarchical >= OMEGA_HIERARCHICAL_LIMIT
    ):
        figures = {"ecv": general.ecv, "omega_hierarchical": general.omega_hierarchical}
        limits = {"ecv": ECV_LIMIT, "omega_hierarchical": OMEGA_HIERARCHICAL_LIMIT}
        found.append(StructureFinding(INSEPARABLE, ", ".join(people), figures, limits))
    return tuple(found)


def misplaced_facets(loadings: NamedMatrix, legs: Scales, facets: Scales) -> tuple[StructureFinding, ...]:
    """Facets whose items load on the factor of another leg, or on a factor of their own.

    A facet belongs to the factor on which its items have the largest mean absolute loading, if that
    is .30 or more. legs: leg -> items; facets: facet -> items, each within one leg.
    """
    congruence = congruence_with_scales(loadings, legs)
    if isinstance(congruence, NotEstimable):
        return ()
    leg_of_factor = {match.factor: leg for leg, match in congruence.matches.items()}
    sizes = np.abs(loadings.values)
    found = []
    for facet, items in facets.items():
        rows = [loadings.rows.index(item) for item in items if item in loadings.rows]
        if not rows:
            continue
        home = next((leg for leg, own in legs.items() if set(items) <= set(own)), None)
        means = sizes[rows].mean(axis=0)
        factor = loadings.cols[int(means.argmax())]
        leg = leg_of_factor.get(factor)
        if means.max() < SALIENT or home is None or leg == home:
            continue
        if leg is None:
            others = np.delete(sizes[:, int(means.argmax())], rows)
            if (others >= SALIENT).any():
                continue
        own = loadings.cols.index(congruence.matches[home].factor) if home in congruence.matches else None
        figures = {"mean_loading": float(means.max())}
        if own is not None:
            figures["mean_loading_on_own_leg"] = float(means[own])
        kind: FindingKind = "facet forms its own factor" if leg is None else "facet loads on another leg"
        found.append(
            StructureFinding(
                kind, facet if leg is None else f"{facet} on {leg}", figures, {"mean_loading": SALIENT}
            )
        )
    return tuple(found)


def wording_factors(loadings: NamedMatrix, reversed_items: Collection[str]) -> tuple[StructureFinding, ...]:
    """Factors of wording: four in five, and at least three, of the items that load there are reversed."""
    found = []
    owner = np.abs(loadings.values).argmax(axis=1)
    for at, factor in enumerate(loadings.cols):
        size = np.abs(loadings.values[:, at])
        items = [
            item for item, o, s in zip(loadings.rows, owner, size, strict=True) if o == at and s >= SALIENT
        ]
        turned = sum(item in reversed_items for item in items)
        if turned >= 3 and turned / len(items) >= REVERSED_SHARE:
            figures = {"reversed_items": float(turned), "items": float(len(items))}
            limits = {"share": REVERSED_SHARE}
            found.append(StructureFinding("reversed items form a factor", factor, figures, limits))
    return tuple(found)


def unreliable_facets(omegas: Mapping[str, OmegaOfScale | NotEstimable]) -> tuple[StructureFinding, ...]:
    """Facets with an omega below .60."""
    return tuple(
        StructureFinding(UNRELIABLE_FACET, facet, {"omega": omega.omega}, {"omega": FACET_OMEGA_LIMIT})
        for facet, omega in omegas.items()
        if isinstance(omega, OmegaOfScale) and omega.omega < FACET_OMEGA_LIMIT
    )
