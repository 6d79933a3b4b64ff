"""Omega: reliability from a factor model, and how much of it is one general factor (Schmid-Leiman).

Sources: McDonald (1999); Schmid & Leiman (1957), Psychometrika 22, 53-61; Zinbarg, Revelle, Yovel &
Li (2005), Psychometrika 70, 123-133; Rodriguez, Reise & Haviland (2016), Psychological Methods 21, 137-150.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.correlations import Correlations
from scoring.estimable import NotEstimable
from scoring.extraction import Method, extract
from scoring.factor_solution import factor_solution
from scoring.named_matrix import NamedMatrix

Matrix = NDArray[np.float64]

SALIENT: Final = 0.30
"""A loading that is read as belonging to a factor."""
SHARED_BY: Final = 0.80
"""Share of all items that belong to a group factor which is the general one."""


@dataclass(frozen=True, slots=True)
class OmegaOfScale:
    """Omega of one scale by one factor (maximum likelihood), from standardised items."""

    omega: float
    loadings: Mapping[str, float]
    heywood: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupOmega:
    """Share of the variance of a group factor's own items: all factors, the general one, the group's own."""

    items: tuple[str, ...]
    total: float
    general: float
    group: float


@dataclass(frozen=True, slots=True, eq=False)
class HierarchicalOmega:
    """A general factor and group factors that do not correlate with it (Schmid-Leiman).

    omega_total: share of the sum's variance from all factors; omega_hierarchical: from the general
    factor alone. ecv: the general factor's share of the common variance. loadings: items x
    (g, F1 ...). reversed: items that load negatively on the general factor; they are turned round
    before anything is summed. heywood: group factors that are nothing but the general factor.
    """

    omega_total: float
    omega_hierarchical: float
    ecv: float
    loadings: NamedMatrix
    reversed: tuple[str, ...]
    groups: Mapping[str, GroupOmega]
    heywood: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Breadth:
    """How much of all items is one thing; ecv and omega_hierarchical as in HierarchicalOmega.

    factor: "g", or the group factor that is it.
    """

    factor: str
    ecv: float
    omega_hierarchical: float


def breadth(omega: HierarchicalOmega) -> Breadth:
    """The general factor, or the group factor that nearly all items share (docs/decisions/0013).

    Where items have one factor and nothing else, oblimin puts it into its first factor and leaves the
    others empty; nothing then lies above the factors, and the general factor of Schmid-Leiman is nil.
    """
    loadings = omega.loadings.values
    squares = np.square(loadings).sum(axis=0)
    shared = (np.abs(loadings) >= SALIENT).mean(axis=0) >= SHARED_BY
    shared[0] = True
    at = int(np.where(shared, squares, 0).argmax())
    if at == 0:
        return Breadth("g", omega.ecv, omega.omega_hierarchical)
    variance = (len(loadings) - float(squares.sum())) / (1 - omega.omega_total)
    turned = np.abs(float(loadings[:, at].sum()))
    return Breadth(
        omega.loadings.cols[at], float(squares[at] / squares.sum()), min(turned**2 / variance, 1.0)
    )


def omega_of_scale(correlations: Correlations) -> OmegaOfScale | NotEstimable:
    """sum(loadings)^2 / (sum(loadings)^2 + sum of unique variances), one maximum-likelihood factor.

    Returns:
        The result, or the reason: fewer than three items, or what extraction says.
    """
    if len(correlations.items) < 3:
        return NotEstimable("omega needs at least three items")
    drawn = extract(correlations, 1, "ml")
    if isinstance(drawn, NotEstimable):
        return drawn
    loadings = drawn.loadings[:, 0]
    common = float(loadings.sum()) ** 2
    omega = common / (common + float((1 - loadings**2).sum()))
    return OmegaOfScale(omega, dict(zip(drawn.items, map(float, loadings), strict=True)), drawn.heywood)


def hierarchical_omega(
    correlations: Correlations, factors: int = 3, method: Method = "minres"
) -> HierarchicalOmega | NotEstimable:
    """Omega total and hierarchical of all items, by oblimin factors and a factor of these (psych::omega).

    With two factors their correlation is split evenly between them (psych: option = "equal").

    Returns:
        The result, or the reason: fewer than two factors, or a solution that is not estimable.
    """
    if factors < 2:
        return NotEstimable("a general factor beside group factors needs at least two factors")
    solution = factor_solution(correlations, factors, method, "oblimin")
    if isinstance(solution, NotEstimable):
        return solution
    second = _second_order(solution.phi, correlations.people, method)
    if isinstance(second, NotEstimable):
        return second
    upper, heywood = second
    general = solution.loadings.values @ upper
    signs = np.where(general < 0, -1.0, 1.0)
    groups = solution.loadings.values * np.sqrt(np.maximum(1 - upper**2, 0)) * signs[:, None]
    general = general * signs
    matrix = correlations.values * np.outer(signs, signs)
    unique = 1 - np.array([solution.communalities[item] for item in correlations.items])
    total = float(matrix.sum())
    if total <= 1e-9:
        return NotEstimable("the sum of the items does not vary")
    return HierarchicalOmega(
        omega_total=1 - float(unique.sum()) / total,
        omega_hierarchical=float(general.sum()) ** 2 / total,
        ecv=float(general @ general) / float(general @ general + np.square(groups).sum()),
        loadings=NamedMatrix(
            correlations.items, ("g", *solution.loadings.cols), np.column_stack([general, groups])
        ),
        reversed=tuple(item for item, s in zip(correlations.items, signs, strict=True) if s < 0),
        groups=_group_omegas(correlations.items, solution.loadings.cols, matrix, general, groups),
        heywood=heywood,
    )


def _second_order(
    phi: NamedMatrix, people: int, method: Method
) -> tuple[Matrix, tuple[str, ...]] | NotEstimable:
    """Loadings of the factors on the general factor, and the factors that are wholly explained by it."""
    if len(phi.rows) == 2:
        shared = float(phi.values[0, 1])
        return np.sqrt(abs(shared)) * np.array([1.0, np.sign(shared) or 1.0]), ()
    drawn = extract(Correlations.known(phi.values, people, phi.rows), 1, method)
    if isinstance(drawn, NotEstimable):
        return NotEstimable(f"no general factor of the factors: {drawn.reason}")
    return np.clip(drawn.loadings[:, 0], -1, 1), drawn.heywood


def _group_omegas(
    items: tuple[str, ...], names: tuple[str, ...], matrix: Matrix, general: Matrix, groups: Matrix
) -> dict[str, GroupOmega]:
    """For each group factor, the items that load highest on it."""
    owner = np.abs(groups).argmax(axis=1)
    found = {}
    for at, name in enumerate(names):
        own = np.flatnonzero(owner == at)
        variance = float(matrix[np.ix_(own, own)].sum())
        if not len(own) or variance <= 1e-9:
            continue
        shared = float(general[own].sum()) ** 2 / variance
        special = float(groups[own, at].sum()) ** 2 / variance
        found[name] = GroupOmega(tuple(items[i] for i in own), shared + special, shared, special)
    return found
