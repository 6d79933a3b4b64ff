"""What needs ten people: agreement, funnel, response style, additional questions of every cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from scoring.agreement_of_legs import answers_in, leg_agreements
from scoring.cells import Cell
from scoring.conversion import Funnel, Share, funnel, funnel_as_k_people, funnel_tallies, in_steps
from scoring.disclosure import Partition
from scoring.enps import (
    PRIOR_ENPS_SD,
    PRIOR_RATING_SD,
    PRIOR_SHARE_SD,
    PRIORITIES,
    Mean,
    enps,
    enps_values,
    priority_shares,
    priority_values,
    rating_values,
    ratings,
)
from scoring.estimable import NotEstimable
from scoring.moments import Floats, Moments
from scoring.released_figures import (
    Estimate,
    FinerFigures,
    ShownFunnel,
    ShownIndex,
    ShownRating,
    ShownShares,
    StepShare,
    Style,
)
from scoring.response_style import response_style, style_of_people
from scoring.rounding import hundredths, nearest
from scoring.scored_wave import Place, ScoredWave, places
from scoring.tiers import Tier, atom_codes, quantity_tier, stratum_tallies
from scoring.vocabulary import LEVELS

Wanted = Mapping[Place, bool]
MembersOf = Callable[[Cell, Partition], tuple[str, ...]]

_VALUES: Final = {
    "X1": (enps_values, np.array([[PRIOR_ENPS_SD**2]])),
    "X3": (rating_values, np.array([[PRIOR_RATING_SD**2]])),
    "X2": (priority_values, PRIOR_SHARE_SD**2 * np.eye(len(PRIORITIES))),
}


def question_tiers(scored: ScoredWave) -> dict[str, Tier]:
    """One tier for each additional question that somebody valid answered, merged on these people."""
    matrix = scored.matrix
    found = {}
    for name, (values_of, prior) in _VALUES.items():
        if name in matrix.questions:
            values: Floats = values_of(matrix.questions[name])
            having = scored.people.valid & ~np.isnan(values[:, 0])
            if having.any():
                partition = scored.partition_of(having)
                found[name] = quantity_tier(matrix, values, having, partition, scored.tiers.legs, prior)
    return found


def finer_figures(
    scored: ScoredWave,
    wanted: Wanted,
    questions: Mapping[str, Tier],
    members: MembersOf,
) -> dict[Place, FinerFigures]:
    """Figures of every cell of the finer tier that is wanted.

    wanted: whether enough of the invited answered for intervals.
    """
    fine = scored.tiers.fine
    found = {place: cell for place, cell in scored.fine_cells.items() if place in wanted}
    codes = [atom_codes(fine, cell.labels) for cell in found.values()]
    if not codes:
        return {}
    groups = len(scored.matrix.tree.paths) * len(LEVELS)
    people = scored.people
    legs, strata = scored.legs, _strata(scored, list(found.values()))
    by_atom = funnel_tallies(people.legs, people.valid, scored.matrix.atom_codes, groups)
    funnels = funnel_as_k_people(stratum_tallies(legs, by_atom), legs.moments.n, scored.k).merged(strata)
    told = np.stack([scored.told[rows].sum(axis=0) for rows in strata])
    answered = answers_in(scored.answer_tallies, codes).sum(axis=2)
    agreements = leg_agreements(told, 2 * scored.k, answered)
    styles = _styles(scored, found, strata)
    index = _index(questions.get("X1"), wanted, members)
    service = _ratings(questions.get("X3"), wanted, members)
    shares = _shares(questions.get("X2"), wanted, members)
    return {
        place: FinerFigures(
            members=members(cell, fine),
            agreement=agreements[i],
            funnel=_funnel(funnel(funnels.counts[i].tolist())),
            style=styles.get(place),
            enps=index.get(place),
            internal_service=service.get(place),
            priorities=shares.get(place),
        )
        for i, (place, cell) in enumerate(found.items())
    }


def _strata(scored: ScoredWave, cells: Sequence[Cell]) -> list[list[int]]:
    """Rows of the leg tier inside each cell of the finer tier."""
    fine, legs = scored.tiers.fine, scored.tiers.legs
    row = {stratum: i for i, stratum in enumerate(scored.legs.strata)}
    inside = {
        label: [row[one] for one in fine.within(label, legs) if one in row]
        for label in {label for cell in cells for label in cell.labels}
    }
    return [[i for label in cell.labels for i in inside[label]] for cell in cells]


def _funnel(exact: Funnel) -> ShownFunnel:
    return ShownFunnel(
        heard=_in_steps(exact.heard),
        equipped=_in_steps(exact.equipped),
        delivered=_in_steps(exact.delivered),
        conversion=_in_steps(exact.conversion),
        through=exact.through if isinstance(exact.through, NotEstimable) else 5 * nearest(20 * exact.through),
    )


def _in_steps(share: Share | NotEstimable) -> StepShare | NotEstimable:
    return share if isinstance(share, NotEstimable) else StepShare(*in_steps(share))


def _styles(
    scored: ScoredWave, cells: Mapping[Place, Cell], strata: Sequence[Sequence[int]]
) -> dict[Place, Style]:
    """Response style of each cell whose labels all hold ten people who have the index.

    A stratum below 2k counts as k people, so that means of cells and of their parts do not tell its size.
    """
    matrix, people = scored.matrix, scored.people
    styles = style_of_people(matrix)
    if isinstance(styles, NotEstimable):
        return {}
    having = people.valid & ~np.isnan(styles).any(axis=1)
    merged = places(scored.partition_of(having))
    groups = len(matrix.tree.paths) * len(LEVELS)
    by_atom = Moments.by_group(matrix.atom_codes[having], styles[having], groups)
    home = scored.legs.home
    exact = by_atom.merged([atom_codes(home, [stratum]) for stratum in scored.legs.strata])
    told = np.where((scored.legs.moments.n < 2 * scored.k) & (exact.n > 0), scored.k, exact.n)
    share = (told / np.maximum(exact.n, 1))[:, None]
    moments = Moments(told, exact.total * share, exact.cross * share[:, :, None]).merged(strata)
    found = {}
    for i, (place, cell) in enumerate(cells.items()):
        style = response_style(moments.merged([[i]]))
        if not isinstance(style, NotEstimable) and place in merged and merged[place].labels == cell.labels:
            found[place] = Style(hundredths(style.acquiescence), nearest(100 * style.extremes))
    return found


def _index(tier: Tier | None, wanted: Wanted, members: MembersOf) -> dict[Place, ShownIndex]:
    cells = _cells(tier, wanted)
    if tier is None or not cells:
        return {}
    return {
        place: ShownIndex(_estimate(mean, sure=wanted[place]), members(cell, tier.partition))
        for (place, cell), mean in zip(cells.items(), enps(tier, list(cells.values())), strict=True)
    }


def _estimate(mean: Mean, *, sure: bool) -> Estimate:
    return Estimate(
        nearest(mean.value), nearest(mean.low) if sure else None, nearest(mean.high) if sure else None
    )


def _ratings(tier: Tier | None, wanted: Wanted, members: MembersOf) -> dict[Place, ShownRating]:
    cells = _cells(tier, wanted)
    if tier is None or not cells:
        return {}
    return {
        place: ShownRating(
            round(mean.value, 1),
            round(mean.low, 1) if wanted[place] else None,
            round(mean.high, 1) if wanted[place] else None,
            members(cell, tier.partition),
        )
        for (place, cell), mean in zip(cells.items(), ratings(tier, list(cells.values())), strict=True)
    }


def _shares(tier: Tier | None, wanted: Wanted, members: MembersOf) -> dict[Place, ShownShares]:
    cells = _cells(tier, wanted)
    if tier is None or not cells:
        return {}
    return {
        place: ShownShares(
            {name: 5 * nearest(20 * float(share)) for name, share in zip(PRIORITIES, row, strict=True)},
            members(cell, tier.partition),
        )
        for (place, cell), row in zip(cells.items(), priority_shares(tier, list(cells.values())), strict=True)
    }


def _cells(tier: Tier | None, wanted: Wanted) -> dict[Place, Cell]:
    every = {} if tier is None else places(tier.partition)
    return {place: cell for place, cell in every.items() if place in wanted}
