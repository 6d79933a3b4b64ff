"""The cells of a publication with their scores, sizes and facets, as they are printed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scoring.cells import cells
from scoring.disclosure import BOARD, BOARD_SIZES
from scoring.label_names import Names, members_of
from scoring.printed import CellScores, large_cell_scores, printed, small_cell_scores
from scoring.printed_sizes import n_band, response, response_percent, shown_band, shown_invited, size_of
from scoring.released import ReleasedCell, ReleasedFacet
from scoring.scored_wave import Shown
from scoring.tiers import Tier
from scoring.vocabulary import CellLevel

FacetsOf = Mapping[tuple[int, CellLevel], Mapping[str, ReleasedFacet]]


def released_cells(
    legs: Tier, facets: Mapping[str, Tier], names: Names, k: int, *, separable: bool = True
) -> list[Shown]:
    """Every cell of the first tier; k: fewest people; separable: whether the legs can be told apart."""
    found = cells(legs.partition)
    if not found:
        return []
    sizes = [legs.n(cell.labels) for cell in found]
    kinds = [size_of([int(x) for x in n], k) for n in sizes]
    bands = [n_band([int(x) for x in n], k) for n in sizes]
    invited = [
        shown_invited(kind, int(legs.invited[legs.rows(cell.labels)].sum()))
        for kind, cell in zip(kinds, found, strict=True)
    ]
    percents = [response_percent(*facts) for facts in zip(kinds, bands, invited, strict=True)]
    responses = [response(percent) for percent in percents]
    small = small_cell_scores(legs, found, k)
    board = small_cell_scores(legs, found, BOARD_SIZES.start)
    large = large_cell_scores(legs, found, [one != "low" for one in responses], separable=separable)
    unsure = {(cell.unit, cell.level) for cell, one in zip(found, responses, strict=True) if one == "low"}
    finer = _released_facets(facets, names, unsure)
    tree = legs.partition.tree
    released = []
    for i, cell in enumerate(found):
        board_consent = cell.labels == (BOARD,) and int(sizes[i].sum()) < k
        scores: CellScores = large[i] if kinds[i] != "small" else board[i] if board_consent else small[i]
        released.append(
            Shown(
                cell,
                ReleasedCell(
                    unit=tree.paths[cell.unit],
                    level=cell.level,
                    members=members_of(cell, legs.partition, names),
                    size=kinds[i],
                    n=int(sizes[i].sum()) if kinds[i] == "exact" else None,
                    n_band=shown_band(bands[i]),
                    invited=invited[i],
                    response=responses[i],
                    legs=scores.legs,
                    seat=scores.seat,
                    stool=scores.stool,
                    facets={} if kinds[i] == "small" else finer.get((cell.unit, cell.level), {}),
                    response_percent=percents[i],
                    board_consent=board_consent,
                ),
            )
        )
    return released


def _released_facets(
    facets: Mapping[str, Tier], names: Names, unsure: set[tuple[int, CellLevel]]
) -> FacetsOf:
    """The facets of every cell; no finer figure is released for all levels together."""
    released: dict[tuple[int, CellLevel], dict[str, ReleasedFacet]] = {}
    for facet, tier in facets.items():
        found = [cell for cell in cells(tier.partition) if cell.level != "all"]
        if not found:
            continue
        means = tier.means(found, np.ones((1, 1)))
        for cell, value, low, high in zip(
            found, means.value[:, 0], means.low[:, 0], means.high[:, 0], strict=True
        ):
            place = (cell.unit, cell.level)
            estimate = printed(value, low, high, sure=place not in unsure)
            members = members_of(cell, tier.partition, names)
            released.setdefault(place, {})[facet] = ReleasedFacet(estimate, members)
    return released
