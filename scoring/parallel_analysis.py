"""Parallel analysis: which eigenvalues are larger than those of items that have nothing in common.

Sources: Horn (1965), Psychometrika 30, 179-185; 95th percentile after Glorfeld (1995), Educational
and Psychological Measurement 55, 377-393; eigenvalues of common factors as in psych::fa.parallel.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from scoring.blas import one_blas_thread
from scoring.correlations import Correlations, singularity
from scoring.estimable import NotEstimable
from scoring.item_table import ItemTable

Matrix = NDArray[np.float64]

PERCENTILE: Final = 95
FEWEST_ITEMS: Final = 3
DRAWS_AT_ONCE: Final = 25
RANDOM_STEPS: Final = 30
OBSERVED_STEPS: Final = 500
"""Steps towards the communalities; random matrices have no factor to settle on, more steps change little."""
ROW_BITS: Final = 24
"""Row numbers take the low bits of a random key, so a table may have 16 million people."""
MOST_SHUFFLED: Final = 5_000
"""People beyond this number are not shuffled: the noise of a sample of them is made as small as theirs."""


@dataclass(frozen=True, slots=True)
class EigenvalueComparison:
    """Eigenvalues of the items beside those of unrelated items.

    number: how many of the leading eigenvalues lie above the 95th percentile of the random ones.
    """

    number: int
    observed: tuple[float, ...]
    random_mean: tuple[float, ...]
    random_percentile: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ParallelAnalysis:
    """components: of the correlations. factors: with the communalities of one factor on the diagonal."""

    kind: Literal["permutation", "normal theory"]
    draws: int
    seed: int
    components: EigenvalueComparison
    factors: EigenvalueComparison


def permutation_parallel(
    table: ItemTable, correlations: Correlations, draws: int = 100, seed: int = 1
) -> ParallelAnalysis | NotEstimable:
    """Compare with the same answers, shuffled within each item; gaps stay where they are.

    The random matrices are Pearson's; for polychoric correlations their noise is enlarged as
    Correlations.scatter tells, which is exact to first order for unrelated items. Of more than 5,000
    people a random sample is shuffled, and its noise made smaller by the root of the sampling fraction,
    exact to the same order. The order in which people stand in the table changes nothing.
    """
    obstacle = _obstacle(correlations, draws)
    if obstacle:
        return obstacle
    sample, fraction = _sample(table.values, seed)
    return _parallel("permutation", correlations, _shuffler(sample), draws, seed, fraction)


def normal_theory_parallel(
    correlations: Correlations, draws: int = 100, seed: int = 1
) -> ParallelAnalysis | NotEstimable:
    """Compare with samples of as many people from uncorrelated normal items, drawn as Wishart matrices.

    Their cost does not depend on the number of people (Bartlett's decomposition). With gaps, the
    number of people is the harmonic mean over the pairs.
    """
    obstacle = _obstacle(correlations, draws)
    if obstacle:
        return obstacle
    count = len(correlations.items)
    freedom = np.maximum(correlations.usual_pair_people - 1 - np.arange(count), 1)

    def draw(many: int, random: np.random.Generator) -> Matrix:
        root = np.tril(random.standard_normal((many, count, count)), -1)
        root[:, range(count), range(count)] = np.sqrt(random.chisquare(freedom, (many, count)))
        root /= np.sqrt(np.square(root).sum(axis=2, keepdims=True))
        return np.asarray(root @ root.transpose(0, 2, 1))

    return _parallel("normal theory", correlations, draw, draws, seed)


def _obstacle(correlations: Correlations, draws: int) -> NotEstimable | None:
    if len(correlations.items) < FEWEST_ITEMS:
        return NotEstimable(f"at least {FEWEST_ITEMS} items are needed")
    if draws < 1:
        return NotEstimable("at least one draw is needed")
    return singularity(correlations)


def _sample(values: Matrix, seed: int) -> tuple[Matrix, float]:
    """At most 5,000 people, in an order that depends on their answers alone, and which share they are."""
    people, count = values.shape
    random = np.random.default_rng([seed, count])
    # whole numbers below 2 ** 40: the sums of whole answers are exact, whatever the order of people
    marks = np.nan_to_num(values, nan=9.0) @ random.integers(2**40, size=count).astype(np.float64)
    sorted_people = np.argsort(marks, kind="stable")
    if people <= MOST_SHUFFLED:
        return values[sorted_people], 1.0
    chosen = random.choice(people, MOST_SHUFFLED, replace=False, shuffle=False)
    return values[sorted_people[np.sort(chosen)]], (MOST_SHUFFLED - 1) / (people - 1)


def _shuffler(values: Matrix) -> Callable[[int, np.random.Generator], Matrix]:
    people, count = values.shape
    answered = ~np.isnan(values.T)
    places = [np.flatnonzero(row) for row in answered]
    gaps = not answered.all()
    scores = [column[at] for column, at in zip(values.T, places, strict=True)]
    scores = [((score - score.mean()) / score.std()).astype(np.float32) for score in scores]
    mask = answered.astype(np.float32)
    pairs = mask @ mask.T
    low = np.uint64(2**ROW_BITS - 1)
    rows = np.arange(people, dtype=np.uint64)

    def draw(many: int, random: np.random.Generator) -> Matrix:
        found = np.empty((many, count, count))
        shuffled = np.zeros((count, people), dtype=np.float32)
        for number in range(many):
            # sorting random keys that carry row numbers is four times faster than a shuffle
            keys = random.bit_generator.random_raw(count * people).reshape(count, people)
            keys &= ~low
            keys |= rows
            for row, (score, at) in enumerate(zip(scores, places, strict=True)):
                own = keys[row, : len(score)]
                own.sort()
                own &= low
                order = own.view(np.int64)
                if gaps:
                    shuffled[row, at] = score[order]
                else:
                    np.take(score, order, out=shuffled[row], mode="clip")
            products = shuffled @ shuffled.T
            if gaps:
                sums, squares = shuffled @ mask.T, np.square(shuffled) @ mask.T
                spread = squares - sums**2 / pairs
                # a shuffle may leave an item constant in a small pair: that pair tells nothing
                varied = np.minimum(spread, spread.T) > 1e-3
                scale = np.sqrt(np.where(varied, spread * spread.T, 1))
                products = np.where(varied, (products - sums * sums.T / pairs) / scale, 0).clip(-1, 1)
            else:
                products /= people
            np.fill_diagonal(products, 1)
            found[number] = products
        return found

    return draw


def _parallel(
    kind: Literal["permutation", "normal theory"],
    correlations: Correlations,
    draw: Callable[[int, np.random.Generator], Matrix],
    draws: int,
    seed: int,
    fraction: float = 1.0,
) -> ParallelAnalysis:
    """fraction: how much smaller the variance of a random correlation is made than that of a draw."""
    sizes = [min(DRAWS_AT_ONCE, draws - start) for start in range(0, draws, DRAWS_AT_ONCE)]
    seeds = np.random.SeedSequence(seed).spawn(len(sizes))

    noise = np.outer(correlations.scatter, correlations.scatter) * np.sqrt(fraction)
    np.fill_diagonal(noise, 1)

    def eigenvalues(matrices: Matrix) -> Matrix:
        return np.asarray(np.linalg.eigvalsh(matrices), dtype=np.float64)

    def block(size: int, own: np.random.SeedSequence) -> tuple[Matrix, Matrix]:
        matrices = draw(size, np.random.Generator(np.random.SFC64(own))) * noise
        return eigenvalues(matrices), _common_eigenvalues(matrices, RANDOM_STEPS)

    # every block has its own seed, so the result does not depend on the number of threads
    with one_blas_thread(), ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        blocks = list(pool.map(block, sizes, seeds))
        observed = eigenvalues(correlations.values)
        common = _common_eigenvalues(correlations.values[None], OBSERVED_STEPS)[0]
    return ParallelAnalysis(
        kind,
        draws,
        seed,
        components=_compare(observed, np.concatenate([components for components, _ in blocks])),
        factors=_compare(common, np.concatenate([factors for _, factors in blocks])),
    )


def _compare(observed: Matrix, random: Matrix) -> EigenvalueComparison:
    observed, random = observed[::-1], random[:, ::-1]
    limit = np.percentile(random, PERCENTILE, axis=0)
    below = np.flatnonzero(observed <= limit)
    return EigenvalueComparison(
        int(below[0]) if len(below) else len(observed),
        tuple(map(float, observed)),
        tuple(map(float, random.mean(axis=0))),
        tuple(map(float, limit)),
    )


def _common_eigenvalues(matrices: Matrix, steps: int) -> Matrix:
    """Eigenvalues with the communalities of one minres factor on the diagonal, for a stack of matrices.

    Principal-axis steps, a power step each, which settle on the minres loadings of one factor.
    """
    off = matrices - np.eye(matrices.shape[1])
    strongest = np.square(off).sum(axis=2).argmax(axis=1)
    direction = matrices[np.arange(len(matrices)), strongest][:, :, None]
    for _ in range(20):
        direction = matrices @ direction
    loadings = np.sign(direction) * np.sqrt(np.square(off).mean(axis=2, keepdims=True))
    for _ in range(steps):
        moved = off @ loadings + loadings**3
        length = np.square(loadings).sum(axis=1, keepdims=True)
        moved = np.clip(moved / np.maximum(length, 1e-12), -0.9975, 0.9975)
        change = np.abs(moved - loadings).max()
        loadings = moved
        if change < 1e-6:
            break
    return np.linalg.eigvalsh(off + np.eye(matrices.shape[1]) * loadings**2)
