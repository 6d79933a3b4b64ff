"""The psychometric engine: tables, polychoric correlations, number of factors, extraction, rotation."""

from __future__ import annotations

from functools import partial

import numpy as np

from cases.case import Case
from scoring.adequacy import kmo
from scoring.blas import one_blas_thread
from scoring.confirmatory import confirm
from scoring.correlations import Correlations, pearson
from scoring.estimable import NotEstimable
from scoring.extraction import extract
from scoring.factor_solution import factor_solution
from scoring.factors import factor_analyzer_solution
from scoring.group_differences import group_differences
from scoring.item_table import ItemTable
from scoring.parallel_analysis import normal_theory_parallel, permutation_parallel
from scoring.polychoric import category_codes, polychoric, two_way_tables
from scoring.rotation import oblimin


def answers(people: int, items: int, factors: int, seed: int) -> ItemTable:
    """People on five points, correlated factors of equally many items."""
    random = np.random.default_rng(seed)
    scores = random.standard_normal((people, factors)) @ np.linalg.cholesky(0.6 * np.eye(factors) + 0.4).T
    loadings = np.kron(np.eye(factors), random.uniform(0.45, 0.8, (1, items // factors)))
    latent = scores @ loadings + 0.7 * random.standard_normal((people, items))
    return ItemTable(tuple(f"V{i + 1}" for i in range(items)), np.clip(np.rint(3 + latent), 1, 5))


def known(found: Correlations | NotEstimable) -> Correlations:
    if isinstance(found, NotEstimable):
        raise SystemExit(found.reason)
    return found


def large_tables(seed: int) -> list[Case]:
    large = answers(100_000, 60, 3, seed)
    scores, groups = large.values.mean(axis=1), np.random.default_rng(seed).integers(0, 2000, 100_000)

    def tables() -> None:
        coded = category_codes(large)
        if not isinstance(coded, NotEstimable):
            two_way_tables(*coded)

    return [
        Case("all two-way tables, 100,000 x 60", tables),
        Case("polychoric matrix with its tables, 100,000 x 60", lambda: polychoric(large), 0.5),
        Case("Pearson correlations, 100,000 x 60", lambda: pearson(large)),
        Case("ICC of 100,000 people in 2,000 groups", lambda: group_differences(scores, groups)),
    ]


def usual_tables(seed: int) -> list[Case]:
    usual = answers(2_800, 60, 3, seed)
    matrix = known(pearson(usual))
    scales = {f"S{k}": tuple(f"V{20 * k + i + 1}" for i in range(20)) for k in range(3)}

    def their_kmo() -> None:
        from factor_analyzer.factor_analyzer import calculate_kmo

        calculate_kmo(usual.values)

    def minres_and_oblimin() -> None:
        with one_blas_thread():
            drawn = extract(matrix, 3)
            if not isinstance(drawn, NotEstimable):
                oblimin(drawn.loadings)

    def three_scales() -> None:
        with one_blas_thread():
            confirm(matrix, scales)

    theirs = partial(factor_analyzer_solution, matrix, 3)
    return [
        Case("KMO from answers, 2,800 x 60", lambda: kmo(known(pearson(usual))), other=their_kmo),
        Case(
            "parallel analysis, permutation, 100 x 2,800 x 60",
            lambda: permutation_parallel(usual, matrix),
            0.5,
        ),
        Case(
            "parallel analysis, normal theory, 100 x 2,800 x 60", lambda: normal_theory_parallel(matrix), 0.1
        ),
        Case("minres + oblimin of a 60 x 60 matrix", minres_and_oblimin, 0.010, theirs),
        Case("minres + oblimin with all figures", lambda: factor_solution(matrix, 3), other=theirs),
        Case(
            "ML + promax with all figures",
            lambda: factor_solution(matrix, 3, "ml", "promax"),
            other=partial(theirs, "ml", "promax"),
        ),
        Case("confirmatory model of three scales, 60 items", three_scales),
    ]
