"""An exploratory factor solution with everything that is read from it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from scoring.blas import one_blas_thread
from scoring.correlations import Correlations
from scoring.estimable import NotEstimable
from scoring.extraction import Extraction, Method, degrees_of_freedom, extract
from scoring.model_fit import Rmsea, noncentrality_interval
from scoring.named_matrix import NamedMatrix
from scoring.rotation import RotationName, rotate

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FactorVariance:
    """Sum of squared loadings of a factor (with phi), its share of all variance and of the common one."""

    ss_loadings: float
    proportion: float
    proportion_of_common: float


@dataclass(frozen=True, slots=True)
class ExploratoryFit:
    """Fit of an exploratory solution, by the formulas of psych::fa.

    objective: discrepancy of the likelihood. rmsr: root mean square off-diagonal residual;
    rmsr_corrected: the same over the degrees of freedom. Where df is 0 or people are few, the
    figures that need them are NotEstimable.
    """

    df: int
    objective: float | NotEstimable
    chi_square: float | NotEstimable
    p: float | NotEstimable
    rmsr: float
    rmsr_corrected: float | NotEstimable
    rmsea: Rmsea | NotEstimable
    tli: float | NotEstimable
    bic: float | NotEstimable


@dataclass(frozen=True, slots=True, eq=False)
class FactorSolution:
    """Factors F1, F2 ... in the order of their sum of squared loadings, each with a positive sum of loadings.

    loadings: pattern, items x factors. structure: correlations of items and factors (= pattern @ phi).
    phi: factor correlations. communalities: diagonal of pattern @ phi @ pattern.T. uniqueness: the rest.
    complexity: Hofmann's number of factors an item needs. heywood: items with a communality of .998
    or more, or a unique variance at its lower bound. minima: how many minima the extraction chose among,
    see Extraction.
    """

    method: Method
    rotation: RotationName
    people: int
    loadings: NamedMatrix
    structure: NamedMatrix
    phi: NamedMatrix
    communalities: Mapping[str, float]
    uniqueness: Mapping[str, float]
    complexity: Mapping[str, float]
    variance: Mapping[str, FactorVariance]
    heywood: tuple[str, ...]
    minima: int
    fit: ExploratoryFit


def factor_solution(
    correlations: Correlations,
    factors: int,
    method: Method = "minres",
    rotation: RotationName = "oblimin",
) -> FactorSolution | NotEstimable:
    """Extract and rotate factors and compute everything that is read from them.

    Held against psych::fa (conventions: docs/decisions/0010). Sources: see extraction.py and rotation.py;
    complexity: Hofmann (1978).

    Returns:
        The solution, or the reason why extraction or rotation failed.
    """
    with one_blas_thread():
        drawn = extract(correlations, factors, method)
        if isinstance(drawn, NotEstimable):
            return drawn
        turned = rotate(drawn.loadings, rotation)
        if isinstance(turned, NotEstimable):
            return turned
        pattern, phi = in_order(turned.pattern, turned.phi)
        return _described(correlations, drawn, rotation, pattern, phi)


def in_order(pattern: Matrix, phi: Matrix) -> tuple[Matrix, Matrix]:
    """Factors by falling share of variance (with phi), turned so that loadings sum to a positive number.

    Pattern and phi are reordered and turned together.
    """
    order = np.argsort(-np.diag(phi @ pattern.T @ pattern), kind="stable")
    pattern, phi = pattern[:, order], phi[np.ix_(order, order)]
    signs = np.where(pattern.sum(axis=0) < 0, -1.0, 1.0)
    return np.asarray(pattern * signs), np.asarray(phi * np.outer(signs, signs))


def _described(
    correlations: Correlations, drawn: Extraction, rotation: RotationName, pattern: Matrix, phi: Matrix
) -> FactorSolution:
    items = drawn.items
    names = tuple(f"F{i + 1}" for i in range(pattern.shape[1]))
    structure = pattern @ phi
    communalities = (pattern * structure).sum(axis=1)
    squares = np.square(pattern)
    complexity = squares.sum(axis=1) ** 2 / np.maximum(np.square(squares).sum(axis=1), 1e-300)
    sums = np.diag(phi @ pattern.T @ pattern)
    return FactorSolution(
        method=drawn.method,
        rotation=rotation,
        people=correlations.people,
        loadings=NamedMatrix(items, names, pattern),
        structure=NamedMatrix(items, names, structure),
        phi=NamedMatrix(names, names, phi),
        communalities=_named(items, communalities),
        uniqueness=_named(items, 1 - communalities),
        complexity=_named(items, complexity),
        variance={
            name: FactorVariance(float(s), float(s / len(items)), float(s / sums.sum()))
            for name, s in zip(names, sums, strict=True)
        },
        heywood=drawn.heywood,
        minima=drawn.minima,
        fit=exploratory_fit(correlations, pattern @ phi @ pattern.T, len(names)),
    )


def exploratory_fit(correlations: Correlations, common: Matrix, factors: int) -> ExploratoryFit:
    """Fit figures of psych::fa (factor.stats) from the reproduced common part, items x items.

    chi-square = objective * (n - 1 - (2p + 5) / 6 - 2k / 3), and so for the null model in the TLI;
    RMSEA = sqrt(max(chi-square / (df n) - 1 / (n - 1), 0)), its interval over n - 1;
    BIC = chi-square - df log n.
    """
    matrix, people = correlations.values, correlations.people
    count = len(matrix)
    residual = matrix - common
    np.fill_diagonal(residual, 0)
    model = common.copy()
    np.fill_diagonal(model, 1)
    df = degrees_of_freedom(count, factors)
    squares = float(np.square(residual).sum())
    objective = _discrepancy(matrix, model)
    rmsr = math.sqrt(squares / (count * (count - 1)))
    saturated = NotEstimable("the model has no degrees of freedom left")
    corrected = math.sqrt(squares / (2 * df)) if df else saturated
    factor = people - 1 - (2 * count + 5) / 6 - 2 * factors / 3
    if isinstance(objective, NotEstimable):
        why = objective
        return ExploratoryFit(df, why, why, why, rmsr, corrected, why, why, why)
    if factor <= 0:
        few = NotEstimable(f"{people} people are too few for a test of {count} items")
        return ExploratoryFit(df, objective, few, few, rmsr, corrected, few, few, few)
    statistic = max(objective, 0.0) * factor
    if not df:
        why = saturated
        return ExploratoryFit(df, objective, statistic, why, rmsr, corrected, why, why, why)
    null = -float(np.linalg.slogdet(matrix)[1]) * factor / (count * (count - 1) / 2)
    low, high = noncentrality_interval(statistic, df)
    return ExploratoryFit(
        df=df,
        objective=objective,
        chi_square=statistic,
        p=float(chi2.sf(statistic, df)),
        rmsr=rmsr,
        rmsr_corrected=corrected,
        rmsea=Rmsea(
            math.sqrt(max(statistic / (df * people) - 1 / (people - 1), 0)),
            math.sqrt(low / (df * (people - 1))),
            math.sqrt(high / (df * (people - 1))),
        ),
        tli=(null - statistic / df) / (null - 1) if null > 1 else NotEstimable("the items are uncorrelated"),
        bic=statistic - df * math.log(people),
    )


def _discrepancy(matrix: Matrix, model: Matrix) -> float | NotEstimable:
    """trace(model^-1 matrix) - log det(model^-1 matrix) - p."""
    sign, log_model = np.linalg.slogdet(model)
    own_sign, log_own = np.linalg.slogdet(matrix)
    if sign <= 0 or own_sign <= 0 or log_model < -500:
        return NotEstimable("the reproduced correlations are singular (an improper solution)")
    return float(np.trace(np.linalg.solve(model, matrix)) + log_model - log_own - len(matrix))


def _named(items: tuple[str, ...], values: Matrix) -> dict[str, float]:
    return dict(zip(items, map(float, values), strict=True))
