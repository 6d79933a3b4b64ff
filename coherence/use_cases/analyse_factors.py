"""What `coherence factors` does: everything that factor analysis says about a table of items."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from coherence.use_cases.answer_table import read_items
from scoring.adequacy import bartlett, conditions, kmo
from scoring.blas import one_blas_thread
from scoring.confirmatory import confirm
from scoring.congruence import congruence_with_scales
from scoring.correlations import CorrelationKind, Correlations, pearson
from scoring.estimable import NotEstimable, plain
from scoring.extraction import Method
from scoring.factor_number import factor_number
from scoring.factor_solution import FactorSolution, factor_solution
from scoring.factors import factor_analyzer_solution, second_opinion
from scoring.item_table import ItemTable, screened
from scoring.omega import hierarchical_omega, omega_of_scale
from scoring.polychoric import polychoric
from scoring.reliability import alpha
from scoring.rotation import RotationName
from scoring.subscores import htmt, subscore_values

Scales = Mapping[str, Sequence[str]]

_STEM = re.compile(r"^(.*?[^\W\d_])[\W_]*\d+[a-z]?$")
_SOLUTION = (
    "loadings",
    "structure",
    "phi",
    "communalities",
    "uniqueness",
    "complexity",
    "variance",
    "heywood",
    "minima",
    "fit",
)


def analyse_factors(
    path: Path,
    *,
    items: str | None = None,
    factors: int | None = None,
    method: Method = "minres",
    rotation: RotationName = "oblimin",
    cor: CorrelationKind = "pearson",
    scales: Scales | None = None,
    draws: int = 100,
    seed: int = 1,
    package: bool = True,
) -> dict[str, Any]:
    """Factor analysis and reliability of the items of a CSV file, as JSON-able data.

    Args:
        path: CSV, comma or semicolon, UTF-8, header; numbers, gaps empty or NA or DK.
        items: regular expression for the item columns.
        factors: how many; without it, what parallel analysis by permutation says.
        method: of extraction.
        rotation: of the factors.
        cor: kind of correlation.
        scales: name -> items; without it, items whose names differ only in their number belong together.
        draws: random matrices in parallel analysis.
        seed: of their random numbers.
        package: also ask factor-analyzer for a second opinion (its import takes a second).

    Returns:
        A dict with kmo, bartlett, number_of_factors, loadings, phi, communalities and so on; what
        cannot be estimated is {"not_estimable": reason}.

    Raises:
        BadTable: the file cannot be used; every problem with row, column and remedy.
        ValueError: factors or draws below 1.
    """
    if factors is not None and factors < 1:
        raise ValueError("the number of factors must be 1 or more")
    if draws < 1:
        raise ValueError("the number of draws must be 1 or more")
    read = read_items(path, items)
    sound = screened(read.table)
    left_out = {**read.left_out, **sound.left_out}
    table = sound.table
    found: dict[str, Any] = {
        "file": path.name,
        "rows": len(read.table.values),
        "people": read.table.people,
        "complete": len(table.complete.values),
        "items": list(table.items),
        "left_out": plain(left_out),
        "cor": cor,
        "method": method,
        "rotation": rotation,
        "seed": seed,
    }
    belonging = _among(scales if scales is not None else scales_by_name(table.items), table.items)
    found["scales"] = {name: list(scale) for name, scale in belonging.items()}
    with one_blas_thread():
        correlations = _correlations(table, cor)
        found |= plain(
            _structure(table, correlations, belonging, factors, method, rotation, draws, seed, package)
        )
        found |= plain(_reliability(table, correlations, belonging, found["factors"], method))
    for part in (found["communalities"], found["kmo"].get("items")):
        if isinstance(part, dict) and "not_estimable" not in part:
            part.update({item: plain(why) for item, why in left_out.items()})
    return found


def scales_by_name(items: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Items that belong together by their names: LEAD01 and LEAD02 to LEAD, R1a and R2c to R.

    >>> scales_by_name(["A1", "A2", "TSIG_01", "TSIG_02", "age"])
    {'A': ('A1', 'A2'), 'TSIG': ('TSIG_01', 'TSIG_02')}
    """
    found: dict[str, list[str]] = {}
    for item in items:
        stem = _STEM.match(item)
        if stem:
            found.setdefault(stem.group(1), []).append(item)
    return {name: tuple(scale) for name, scale in found.items() if len(scale) > 1}


def _among(scales: Scales, items: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The scales without items that were left out; a scale of one item is none."""
    kept = {name: tuple(item for item in scale if item in items) for name, scale in scales.items()}
    return {name: scale for name, scale in kept.items() if len(scale) > 1}


def _correlations(table: ItemTable, cor: CorrelationKind) -> Correlations | NotEstimable:
    if len(table.items) < 2:
        return NotEstimable("at least two items that vary are needed")
    return pearson(table) if cor == "pearson" else polychoric(table)


def _structure(
    table: ItemTable,
    correlations: Correlations | NotEstimable,
    scales: Scales,
    factors: int | None,
    method: Method,
    rotation: RotationName,
    draws: int,
    seed: int,
    package: bool,
) -> dict[str, Any]:
    """Adequacy, number of factors, the solution and what it resembles."""
    if isinstance(correlations, NotEstimable):
        names = ("correlations", "kmo", "bartlett", "conditions", "number_of_factors", *_SOLUTION)
        nothing = dict.fromkeys((*names, "congruence", "factor_analyzer"), correlations)
        return {**nothing, "factors": correlations if factors is None else factors}
    number = factor_number(table, correlations, draws, seed)
    wanted: int | NotEstimable = number.suggested if factors is None else factors
    if wanted == 0:
        wanted = NotEstimable("parallel analysis finds no factor; ask for a number with --factors")
    solution: FactorSolution | NotEstimable = (
        wanted
        if isinstance(wanted, NotEstimable)
        else factor_solution(correlations, wanted, method, rotation)
    )
    found: dict[str, Any] = {
        "correlations": correlations.matrix,
        "kmo": kmo(correlations),
        "bartlett": bartlett(correlations),
        "conditions": conditions(correlations),
        "number_of_factors": number,
        "factors": wanted,
        "factors_from": "parallel analysis, permutation" if factors is None else "option",
    }
    if isinstance(solution, NotEstimable):
        return found | dict.fromkeys((*_SOLUTION, "congruence", "factor_analyzer"), solution)
    found |= {name: getattr(solution, name) for name in _SOLUTION}
    found["congruence"] = congruence_with_scales(solution.loadings, scales)
    if package:
        found["factor_analyzer"] = _second_opinion(correlations, solution)
    return found


def _second_opinion(correlations: Correlations, solution: FactorSolution) -> Any:
    other = factor_analyzer_solution(correlations, len(solution.phi.rows), solution.method, solution.rotation)
    return other if isinstance(other, NotEstimable) else second_opinion(solution, other)


def _reliability(
    table: ItemTable,
    correlations: Correlations | NotEstimable,
    scales: Scales,
    factors: Any,
    method: Method,
) -> dict[str, Any]:
    """Alpha, omega, HTMT, added value and confirmatory models of the scales."""
    with_all = {**scales, "all items": table.items}
    found: dict[str, Any] = {
        "alpha": {name: alpha(table.of(scale)) for name, scale in with_all.items()},
        "prmse": subscore_values(table, scales),
    }
    complete = pearson(table.complete) if len(table.items) > 1 else NotEstimable("only one item varies")
    if isinstance(complete, NotEstimable):
        found["confirmatory"] = complete
    else:
        found["confirmatory"] = {
            "one_factor": confirm(complete, {"g": table.items}),
            "scales": confirm(complete, scales)
            if len(scales) > 1
            else NotEstimable("at least two scales are needed"),
        }
    if isinstance(correlations, NotEstimable):
        return found | dict.fromkeys(("omega", "omega_hierarchical", "htmt", "htmt_arithmetic"), correlations)
    hierarchical = NotEstimable("the number of factors is not known")
    return found | {
        "omega": {name: omega_of_scale(correlations.of(tuple(scale))) for name, scale in with_all.items()},
        "omega_hierarchical": hierarchical_omega(correlations, factors, method)
        if isinstance(factors, int)
        else hierarchical,
        "htmt": htmt(correlations, scales),
        "htmt_arithmetic": htmt(correlations, scales, "arithmetic"),
    }
