"""Whether the scales of a questionnaire are worth reporting beside its total: PRMSE and HTMT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scoring.correlations import Correlations, pairwise_covariances
from scoring.estimable import NotEstimable
from scoring.item_table import ItemTable
from scoring.named_matrix import NamedMatrix
from scoring.reliability import alpha

Matrix = NDArray[np.float64]
Scales = Mapping[str, Sequence[str]]
Mean = Literal["geometric", "arithmetic"]


@dataclass(frozen=True, slots=True)
class SubscoreValue:
    """How well the true score of a scale is told by its own observed score, by the total, by both.

    Proportional reductions of mean squared error, 0 to 1. added_value: the scale itself tells more
    than the total does.
    """

    prmse_subscore: float
    prmse_total: float
    prmse_both: float
    added_value: bool


def subscore_values(
    table: ItemTable, scales: Scales
) -> Mapping[str, SubscoreValue | NotEstimable] | NotEstimable:
    """PRMSE of every scale against the sum of all scales; reliability is Cronbach's alpha.

    Source: Haberman (2008), Journal of Educational and Behavioral Statistics 33, 204-229.

    Returns:
        A value for each scale, or the reason why none can be estimated.
    """
    if len(scales) < 2:
        return NotEstimable("at least two scales are needed")
    items = [item for scale in scales.values() for item in scale]
    covariances, pairs = pairwise_covariances(table.of(items))
    if pairs.min() < 2:
        return NotEstimable("fewer than two people answered both of two items")
    member = np.array([[item in scale for item in items] for scale in scales.values()], dtype=np.float64)
    between = member @ covariances @ member.T
    reliabilities = [alpha(table.of(scale)) for scale in scales.values()]
    values: dict[str, SubscoreValue | NotEstimable] = {}
    for at, (name, found) in enumerate(zip(scales, reliabilities, strict=True)):
        values[name] = found if isinstance(found, NotEstimable) else prmse(between, at, found.alpha)
    return values


def prmse(covariances: Matrix, at: int, reliability: float) -> SubscoreValue | NotEstimable:
    """Value of one subscore from the covariances of all (scales x scales) and its reliability.

    >>> found = prmse(np.array([[4.0, 1.0], [1.0, 4.0]]), 0, 0.8)
    >>> round(found.prmse_total, 4), found.added_value
    (0.5513, True)
    """
    if reliability <= 0:
        return NotEstimable("the scale's reliability is not positive")
    own, total = float(covariances[at, at]), float(covariances.sum())
    if total <= 0:
        return NotEstimable("the total does not vary")
    with_total = float(covariances[at].sum())
    true = reliability * own
    true_with_total = with_total - own * (1 - reliability)
    from_total = true_with_total**2 / (true * total)
    rest = own * total - with_total**2
    both = from_total
    if rest > 1e-9 * own * total:
        numerator = true**2 * total - 2 * true * true_with_total * with_total + true_with_total**2 * own
        both = numerator / rest / true
    return SubscoreValue(reliability, from_total, both, reliability > from_total)


def htmt(correlations: Correlations, scales: Scales, mean: Mean = "geometric") -> NamedMatrix | NotEstimable:
    """Heterotrait-monotrait ratio of every two scales; below .85 they are told apart well.

    Mean absolute correlation between the items of two scales over the geometric mean of the mean
    absolute correlations within each. With mean = "geometric" this is HTMT2 of Roemer, Schuberth &
    Henseler (2021), Industrial Management & Data Systems 121, 2637-2650 (what semTools::htmt
    prints), right for items of unequal loadings; with "arithmetic" the original of Henseler, Ringle &
    Sarstedt (2015), Journal of the Academy of Marketing Science 43, 115-135.

    Returns:
        scales x scales with ones on the diagonal, or the reason: a scale of one item, or a scale
        whose items are uncorrelated.
    """
    names = tuple(scales)
    if len(names) < 2:
        return NotEstimable("at least two scales are needed")
    absolute = np.maximum(np.abs(correlations.values), 1e-300)
    at = [[correlations.items.index(item) for item in scale] for scale in scales.values()]
    within = []
    for name, own in zip(names, at, strict=True):
        if len(own) < 2:
            return NotEstimable(f"scale {name} has only one item")
        pairs = absolute[np.ix_(own, own)][np.triu_indices(len(own), 1)]
        within.append(_mean(pairs, mean))
        if within[-1] < 1e-9:
            return NotEstimable(f"the items of scale {name} are uncorrelated")
    values = np.eye(len(names))
    for i in range(len(names)):
        for j in range(i):
            between = _mean(absolute[np.ix_(at[i], at[j])], mean)
            values[i, j] = values[j, i] = between / np.sqrt(within[i] * within[j])
    return NamedMatrix(names, names, values)


def _mean(values: Matrix, mean: Mean) -> float:
    return float(np.exp(np.log(values).mean()) if mean == "geometric" else values.mean())
