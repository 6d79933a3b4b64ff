"""Confirmatory factor analysis of simple structure: each item on one factor, factors correlated.

Maximum likelihood by Fisher scoring, factor variances fixed at one. Sources: Joreskog (1969),
Psychometrika 34, 183-202; Bollen (1989), Structural Equations with Latent Variables.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from scoring.confirmatory_model import SimpleStructure
from scoring.correlations import Correlations, singularity
from scoring.estimable import NotEstimable
from scoring.extraction import HEYWOOD
from scoring.model_fit import Rmsea, noncentrality_interval

Matrix = NDArray[np.float64]

MOST_STEPS = 500


@dataclass(frozen=True, slots=True)
class WithError:
    """A standardised estimate and its standard error."""

    value: float
    se: float


@dataclass(frozen=True, slots=True)
class ConfirmatoryFit:
    """Fit by lavaan's formulas; guides are CFI >= .95, RMSEA <= .06, SRMR <= .08 (method 6.1)."""

    chi_square: float
    df: int
    p: float | NotEstimable
    cfi: float | NotEstimable
    tli: float | NotEstimable
    rmsea: Rmsea | NotEstimable
    srmr: float


@dataclass(frozen=True, slots=True)
class ConfirmatorySolution:
    """loadings: scale -> item -> standardised loading. phi: (scale, scale) correlations, "A~C" as key.

    improper: what makes the solution inadmissible, such as a negative unique variance; its figures
    are given all the same.
    """

    people: int
    loadings: Mapping[str, Mapping[str, WithError]]
    phi: Mapping[str, WithError]
    uniqueness: Mapping[str, float]
    fit: ConfirmatoryFit
    improper: tuple[str, ...]


def confirm(
    correlations: Correlations, scales: Mapping[str, Sequence[str]]
) -> ConfirmatorySolution | NotEstimable:
    """Fit a model in which every scale is one factor and every item belongs to one scale.

    One scale of all items is the one-factor model. Held against lavaan::cfa(std.lv = TRUE); the
    correlation matrix gives the same chi-square and standardised solution as the covariances.
    With missing answers use the correlations of the complete rows, as lavaan does.

    Returns:
        The solution, or the reason: items too few to tell the factors, a singular matrix, no
        convergence.

    Raises:
        ValueError: an item stands in two scales or is not among the correlations.
    """
    items = tuple(item for scale in scales.values() for item in scale)
    if len(set(items)) != len(items):
        raise ValueError("an item stands in two scales")
    unknown = [item for item in items if item not in correlations.items]
    if unknown:
        raise ValueError(f"no such item: {', '.join(unknown)}")
    fewest = 3 if len(scales) == 1 else 2
    for name, scale in scales.items():
        if len(scale) < fewest:
            return NotEstimable(f"factor {name} needs at least {fewest} items")
    chosen = correlations.of(items)
    obstacle = singularity(chosen)
    if obstacle:
        return obstacle
    owner = np.repeat(np.arange(len(scales)), [len(scale) for scale in scales.values()])
    model = SimpleStructure(chosen.values, owner)
    point = _fisher_scoring(model)
    if isinstance(point, NotEstimable):
        return point
    information = model.information(point)
    try:
        spread = np.linalg.inv(information) / chosen.people
    except np.linalg.LinAlgError:
        return NotEstimable("the standard errors are not estimable: the model is not identified")
    if not np.isfinite(spread).all() or (np.diag(spread) <= 0).any():
        return NotEstimable("the standard errors are not estimable: the model is not identified")
    return _described(chosen, tuple(scales), model, point, spread)


def _fisher_scoring(model: SimpleStructure) -> Matrix | NotEstimable:
    point = model.start()
    value = model.discrepancy(point)
    for _ in range(MOST_STEPS):
        gradient = model.gradient(point)
        try:
            step = -np.linalg.solve(2 * model.information(point), gradient)
        except np.linalg.LinAlgError:
            return NotEstimable("the model is not identified: a factor has no items to hold it")
        if np.abs(step).max() < 1e-9:
            return point
        size = min(1.0, 0.5 / np.abs(step).max())
        while True:
            now = model.discrepancy(point + size * step)
            if now < value or size < 1e-8:
                break
            size /= 2
        if now >= value:
            settled = np.abs(gradient).max() < 1e-6
            return point if settled else NotEstimable("the likelihood has no maximum that can be reached")
        point, value = point + size * step, now
    return NotEstimable("the confirmatory model did not converge")


def _described(
    correlations: Correlations, names: tuple[str, ...], model: SimpleStructure, point: Matrix, spread: Matrix
) -> ConfirmatorySolution:
    loadings, unique, phi = model.parts(point)
    implied = loadings**2 + unique
    scale = np.sqrt(implied)
    standard = loadings / scale
    count = len(loadings)
    own = np.arange(count)
    # delta method: the standardised loading moves with the loading and with the unique variance
    by_loading = (1 - standard**2) / scale
    by_unique = -standard / (2 * implied)
    variances = (
        by_loading**2 * spread[own, own]
        + 2 * by_loading * by_unique * spread[own, own + count]
        + by_unique**2 * spread[own + count, own + count]
    )
    errors = np.sqrt(np.maximum(variances, 0))
    found: dict[str, dict[str, WithError]] = {name: {} for name in names}
    for item, factor, value, error in zip(correlations.items, model.owner, standard, errors, strict=True):
        found[names[factor]][item] = WithError(float(value), float(error))
    between = {}
    for number, (a, b) in enumerate(model.factor_pairs):
        error = math.sqrt(max(float(spread[2 * count + number, 2 * count + number]), 0))
        between[f"{names[a]}~{names[b]}"] = WithError(float(phi[a, b]), error)
    return ConfirmatorySolution(
        people=correlations.people,
        loadings=found,
        phi=between,
        uniqueness=dict(zip(correlations.items, map(float, 1 - standard**2), strict=True)),
        fit=_fit(correlations, model, point),
        improper=_improprieties(correlations.items, unique, phi),
    )


def _fit(correlations: Correlations, model: SimpleStructure, point: Matrix) -> ConfirmatoryFit:
    matrix, people = correlations.values, correlations.people
    count = len(matrix)
    df = count * (count + 1) // 2 - len(point)
    statistic = max(people * model.discrepancy(point), 0.0)
    implied = model.implied(point)
    scale = np.sqrt(np.diag(implied))
    residual = (matrix - implied / np.outer(scale, scale))[np.tril_indices(count)]
    srmr = math.sqrt(float(np.square(residual).mean()))
    if df <= 0:
        none = NotEstimable("the model has no degrees of freedom left")
        return ConfirmatoryFit(statistic, df, none, none, none, none, srmr)
    null = -people * float(np.linalg.slogdet(matrix)[1])
    null_df = count * (count - 1) // 2
    low, high = noncentrality_interval(statistic, df)
    excess, null_excess = max(statistic - df, 0.0), max(null - null_df, statistic - df, 0.0)
    none = NotEstimable("the items are uncorrelated")
    return ConfirmatoryFit(
        chi_square=statistic,
        df=df,
        p=float(chi2.sf(statistic, df)),
        cfi=1 - excess / null_excess if null_excess > 0 else none,
        tli=(null / null_df - statistic / df) / (null / null_df - 1) if null > null_df else none,
        rmsea=Rmsea(*(math.sqrt(nc / (df * people)) for nc in (excess, low, high))),
        srmr=srmr,
    )


def _improprieties(items: tuple[str, ...], unique: Matrix, phi: Matrix) -> tuple[str, ...]:
    found = [f"{item}: negative unique variance" for item, u in zip(items, unique, strict=True) if u < 0]
    found += [f"{item}: Heywood case" for item, u in zip(items, unique, strict=True) if 0 <= u <= 1 - HEYWOOD]
    if np.linalg.eigvalsh(phi)[0] <= 1e-9:
        found.append("the correlations of the factors are not possible together (one is above 1 in size)")
    return tuple(found)
