"""What `coherence agreement` does: agreement within groups and differences between them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coherence.use_cases.answer_table import ItemsRead, read_items
from coherence.use_cases.tables import BadTable, Problem
from scoring.agreement import (
    SLIGHT_SKEW_OF_FIVE,
    Bounded,
    WithinGroup,
    rwg,
    rwg_j,
    uniform_variance,
    within_group,
)
from scoring.estimable import NotEstimable, plain
from scoring.group_differences import GroupDifferences, group_differences

Matrix = NDArray[np.float64]


def analyse_agreement(
    path: Path,
    *,
    group: str,
    items: str,
    scale: tuple[float, float] | None = None,
) -> dict[str, Any]:
    """Agreement and ICC of the items of one scale (or of one ready scale score) in a CSV file.

    Args:
        path: CSV, comma or semicolon, UTF-8, header; numbers, gaps empty or NA or DK.
        group: column that tells the group.
        items: regular expression for the columns of the scale.
        scale: lowest and highest answer; without it, those that occur.

    Returns:
        A dict with scale, groups (name -> n, rwg, rwg_j, r_star_wg_j, ad ...), summary, icc1, icc2
        and so on; what cannot be estimated is {"not_estimable": reason}.

    Raises:
        BadTable: the file cannot be used, or an answer lies outside the scale given.
        ValueError: the scale's highest answer is not above its lowest.
    """
    if scale is not None and not scale[0] < scale[1]:
        raise ValueError("--scale needs the lowest answer first, then the highest")
    read = read_items(path, items, group)
    low, high = _bounds(path, read, scale)
    null = uniform_variance(high - low + 1)
    labels = sorted({label for label in read.groups if label}, key=_natural)
    if not labels:
        raise BadTable([Problem(path.name, None, group, "no row names a group")])
    codes = np.array([labels.index(label) if label else -1 for label in read.groups])
    grouped = codes >= 0
    values, codes = read.table.values[grouped], codes[grouped]
    within = {label: within_group(values[codes == at], null) for at, label in enumerate(labels)}
    # a person with a gap has no scale score, as in R's rowMeans
    scores = values.mean(axis=1)
    found = {
        "file": path.name,
        "group": group,
        "items": list(read.table.items),
        "scale": {"low": low, "high": high, "options": high - low + 1, "given": scale is not None},
        "null_variance": {"uniform": null, "slight_skew": _slight_skew(low, high)},
        "people": len(values),
        "complete": int((~np.isnan(values).any(axis=1)).sum()),
        "people_without_group": int((~grouped).sum()),
        "groups": {
            label: _group(of, values[codes == at], read.table.items, null, low, high)
            for at, (label, of) in enumerate(within.items())
        },
        "summary": _summary(list(within.values())),
        **_differences(group_differences(scores, codes)),
        "by_item": {
            item: _differences(group_differences(column, codes))
            for item, column in zip(read.table.items, values.T, strict=True)
        },
    }
    return {name: plain(value) for name, value in found.items()}


def _bounds(path: Path, read: ItemsRead, scale: tuple[float, float] | None) -> tuple[float, float]:
    values = read.table.values
    if np.isnan(values).all():
        raise BadTable([Problem(path.name, None, None, "the chosen columns hold no answers")])
    if scale is None:
        return float(np.nanmin(values)), float(np.nanmax(values))
    low, high = scale
    outside = np.argwhere((values < low) | (values > high))
    if len(outside):
        # rows of the file count from 1, the header is row 1
        problems = [
            Problem(
                path.name,
                int(row) + 2,
                read.table.items[column],
                f"{values[row, column]:g} lies outside the scale {low:g} to {high:g}; "
                "mend it or leave the cell empty",
            )
            for row, column in outside
        ]
        raise BadTable(problems)
    return low, high


def _natural(label: str) -> tuple[int, float, str]:
    """Numbers by size before words by letter."""
    try:
        return 0, float(label), label
    except ValueError:
        return 1, math.inf, label


def _slight_skew(low: float, high: float) -> float | NotEstimable:
    if high - low == 4:
        return SLIGHT_SKEW_OF_FIVE
    return NotEstimable("the published value is for five points")


def _group(
    found: WithinGroup | NotEstimable,
    answers: Matrix,
    items: Sequence[str],
    null: float,
    low: float,
    high: float,
) -> dict[str, Any]:
    people = len(answers)
    if isinstance(found, NotEstimable):
        return {"people": people, **plain(found)}
    skew, spread = _slight_skew(low, high), found.item_variance
    skewed = {}
    if not isinstance(skew, NotEstimable) and not isinstance(spread, NotEstimable):
        skewed = _flat("rwg_j_slight_skew", rwg_j(spread, len(items), skew))
    return {
        "people": people,
        **_flat("rwg", found.rwg),
        **_flat("rwg_j", found.rwg_j),
        **skewed,
        **{
            name: plain(getattr(found, name))
            for name in (
                "n",
                "mean",
                "variance",
                "item_variance",
                "r_star_wg",
                "r_star_wg_j",
                "ad",
                "ad_median",
            )
        },
        "rwg_by_item": {item: _rwg_of(column, null) for item, column in zip(items, answers.T, strict=True)},
    }


def _rwg_of(column: Matrix, null: float) -> Any:
    answered = column[~np.isnan(column)]
    if len(answered) < 2:
        return plain(NotEstimable("fewer than two answers"))
    if null <= 0:
        return plain(NotEstimable("the scale has only one option"))
    return rwg(float(answered.var(ddof=1)), null).value


def _flat(name: str, index: Any) -> dict[str, Any]:
    """A bounded index as two plain keys: rwg and rwg_raw."""
    if isinstance(index, Bounded):
        return {name: index.value, f"{name}_raw": plain(index.raw)}
    return {name: plain(index)}


def _summary(groups: Sequence[WithinGroup | NotEstimable]) -> dict[str, Any]:
    """Mean and median over the groups of two or more people."""
    several = [one for one in groups if isinstance(one, WithinGroup) and one.n > 1]

    def both(number: Callable[[WithinGroup], Any]) -> Any:
        indices = [number(one) for one in several]
        if not indices:
            return NotEstimable("no group has two people who answered every item")
        values = [index.value if isinstance(index, Bounded) else index for index in indices]
        return {"mean": fmean(values), "median": median(values)}

    return {
        "groups": len(several),
        "rwg": both(lambda one: one.rwg),
        "rwg_j": both(lambda one: one.rwg_j),
        "r_star_wg": both(lambda one: one.r_star_wg),
        "r_star_wg_j": both(lambda one: one.r_star_wg_j),
        "ad": both(lambda one: one.ad),
        "ad_median": both(lambda one: one.ad_median),
    }


def _differences(found: GroupDifferences | NotEstimable) -> dict[str, Any]:
    if isinstance(found, NotEstimable):
        return {"icc1": plain(found), "icc2": plain(found)}
    return {
        **_flat("icc1", found.icc1_mean_size),
        **_flat("icc1_k0", found.icc1),
        **_flat("icc2", found.icc2),
        "icc1_interval": plain(found.icc1_interval),
        "icc2_interval": plain(found.icc2_interval),
        "anova": {
            name: plain(getattr(found, name))
            for name in ("groups", "people", "k0", "ms_between", "ms_within", "f", "p")
        },
    }
