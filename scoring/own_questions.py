"""Questions outside the scores in the cells of the finer tier (confidentiality 4 and 5).

A label in which everybody gave the same answer counts as too small, as with items (decisions/0051): it is
merged upwards until nothing released is about it alone. Here that holds of every answer, not of the ends
alone, since an option has no end. Groups of k to 2k - 1 people count as k people (decisions/0061).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from scoring.answers import Atom
from scoring.disclosure import Partition, merge_statistic
from scoring.finer_figures import MembersOf, Wanted
from scoring.item_figures import distributions, strata_inside
from scoring.moments import Floats
from scoring.released_figures import Estimate
from scoring.released_questions import OwnQuestion, ReleasedQuestion
from scoring.rounding import nearest, whole_points
from scoring.scored_wave import Place, ScoredWave, places
from scoring.small_strata import Counts, as_k_people
from scoring.tallies import Tallies
from scoring.tiers import atom_codes, stratum_tallies
from scoring.vocabulary import LEVELS

STEP: Final = 100
"""Points between two answers of an agreement; the middle one is 0."""


class OwnFigures(NamedTuple):
    """One question: the labels it is shown in, and its counts by stratum as they may be told."""

    question: OwnQuestion
    partition: Partition
    counts: Counts


def own_figures(scored: ScoredWave, asked: Mapping[str, OwnQuestion]) -> dict[str, OwnFigures]:
    """The counts of each question that somebody valid answered, merged on these people."""
    groups = len(scored.matrix.tree.paths) * len(LEVELS)
    found = {}
    for code, question in asked.items():
        chosen = scored.matrix.own_questions[code]
        having = scored.people.valid & (chosen >= 0)
        if having.any():
            answers = [chosen[having] == answer for answer in range(question.answers)]
            by_atom = Tallies.by_group(scored.matrix.atom_codes[having], answers, groups)
            exact = stratum_tallies(scored.legs, by_atom).counts
            told = as_k_people(exact, scored.legs.moments.n, scored.k)
            partition = _partition(scored, scored.matrix.answered_by_atom(having), by_atom.counts)
            found[code] = OwnFigures(question, partition, told)
    return found


def released_questions(
    scored: ScoredWave, figures: Mapping[str, OwnFigures], wanted: Wanted, members: MembersOf
) -> dict[Place, dict[str, ReleasedQuestion]]:
    """The questions of every cell that is wanted, in the order in which they were asked.

    wanted: whether enough of the invited answered for intervals.
    """
    found: dict[Place, dict[str, ReleasedQuestion]] = {}
    for code, (question, partition, counts) in figures.items():
        cells = {place: cell for place, cell in places(partition).items() if place in wanted}
        if not cells:
            continue
        inside = strata_inside(scored, partition)
        rows = [[row for label in cell.labels for row in inside[label]] for cell in cells.values()]
        points: Floats = STEP * (np.arange(question.answers, dtype=np.float64) - (question.answers - 1) / 2)
        value, half, shares = distributions(scored, counts[:, None, :], points[None, :], rows)
        for i, (place, cell) in enumerate(cells.items()):
            mean = None
            if question.kind == "agreement":
                mean = _estimate(float(value[i, 0]), float(half[i, 0]), sure=wanted[place])
            steps = tuple(5 * nearest(20 * share) for share in shares[i, 0].tolist())
            found.setdefault(place, {})[code] = ReleasedQuestion(steps, members(cell, partition), mean)
    return found


def _estimate(value: float, half: float, *, sure: bool) -> Estimate:
    ends = (whole_points(value - half), whole_points(value + half)) if sure else (None, None)
    return Estimate(whole_points(value), *ends)


def _partition(scored: ScoredWave, answered: Mapping[Atom, int], counts: Counts) -> Partition:
    """The finer tier, merged until every label has 2k answers that are not all the same."""
    fine = merge_statistic(scored.tiers.fine, answered, 2 * scored.k)
    alike: set[Atom] = set()
    while True:
        found = {
            atom
            for label in fine.labels
            if (own := counts[atom_codes(fine, [label])].sum(axis=0)).max() == own.sum()
            for atom in fine.atoms_of(label)
        }
        if found <= alike:
            return fine
        alike |= found
        told = {atom: 0 if atom in alike else n for atom, n in answered.items()}
        fine = merge_statistic(fine, told, 2 * scored.k)
