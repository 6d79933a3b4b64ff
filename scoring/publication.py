"""From the answers of a wave to its ledger: the one computation at close (confidentiality 4 and 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from scoring.answers import AnswerMatrix, Atom
from scoring.cell_figures import gaps, imputed, ratio, shift
from scoring.cells import Cell, cells
from scoring.disclosure import Label, Partition
from scoring.facts import checked_facts
from scoring.finer_figures import finer_figures, question_tiers
from scoring.organisation_findings import diagnosed
from scoring.printed import CellScores, large_cell_scores, printed, small_cell_scores
from scoring.recommendations import Recommendation
from scoring.released import Ledger, ReleasedCell, ReleasedFacet, ReleasedLabel, Response, Size
from scoring.released_diagnosis import FactAnswer
from scoring.rounding import decade, nearest, steps
from scoring.scored_wave import ScoredWave, Shown, score_wave
from scoring.sensitivity import careless_people_move_the_seat
from scoring.tiers import Tier
from scoring.vocabulary import CellLevel, Level

SMALLEST_K: Final = 5

INDICATIVE: Final = 50
LOW: Final = 30
"""Response rates in percent below which a cell is only indicative, or carries no interval and no verdict."""

WIDEST: Final = 10
"""Half width of a band, in percent of the invited, beyond which no response rate is printed."""

Names = Mapping[tuple[Label, frozenset[Atom]], str]
FacetsOf = Mapping[tuple[int, CellLevel], Mapping[str, ReleasedFacet]]


@dataclass(frozen=True, slots=True)
class Roster:
    """Whom the atoms of a matrix stand for, where groups were merged before the answers were stored.

    invited: head count of every atom of the roster. counts_in: the atom of the matrix each counts in.
    """

    invited: Mapping[Atom, int]
    counts_in: Mapping[Atom, Atom]


def publish(
    matrix: AnswerMatrix,
    *,
    wave: str,
    k: int = SMALLEST_K,
    sector: str = "",
    roster: Roster | None = None,
    facts: Mapping[str, FactAnswer] | None = None,
    library: Sequence[Recommendation] | None = None,
) -> Ledger:
    """Compute the one publication of a wave.

    Whatever is drawn by chance is seeded by the names of the wave and its cells, so the same answers
    give the same ledger, in whatever order they come.

    Args:
        matrix: the answers.
        wave: its name.
        k: fewest people in anything that is shown; 5 or more.
        sector: code of the questionnaire's sector variant.
        roster: None where the matrix holds the groups as they were invited.
        facts: the sponsor's fact sheet, M01 to M16 and C01 to C05; what is missing counts as no, and so
            does "partly".
        library: recommendations to choose from; None: none are chosen.

    Raises:
        ThresholdTooLow: k below 5.
        UnknownFact: a fact or an answer that the sheet does not have.
        ValueError: the library lacks a recommendation that the rules name.
    """
    given = checked_facts(facts or {})
    scored = score_wave(matrix, wave, k)
    legs, questions = scored.legs, question_tiers(scored)
    partitions = [
        *(tier.partition for tier in (legs, *scored.facets.values())),
        scored.tiers.fine,
        *(tier.partition for tier in questions.values()),
    ]
    names = _label_names(partitions)
    shown = _with_figures(scored, _released_cells(legs, scored.facets, names, k), questions, names)
    cells, findings = diagnosed(scored, shown, given, library, facts_known=facts is not None)
    roster = roster or Roster(matrix.invited, {atom: atom for atom in matrix.invited})
    labels = tuple(_released_label(name, *content, legs, roster, k) for content, name in names.items())
    return Ledger(
        wave=wave,
        k=k,
        form=matrix.form,
        labels=labels,
        cells=_unmixed(cells, labels),
        moved_up=_few(_moved_up(roster, legs.partition)),
        careless=steps(int(scored.people.careless.sum())),
        sector=sector,
        careless_moves_seat=bool(cells)
        and careless_people_move_the_seat(scored.matrix, scored.people, legs, k),
        facts=given,
        findings=findings,
    )


def _unmixed(cells: Sequence[ReleasedCell], labels: Sequence[ReleasedLabel]) -> tuple[ReleasedCell, ...]:
    """Without the cells of front line or support alone where a group of the roster mixes the two.

    Where answers were stored under merged labels, only the roster tells who was merged.
    """
    levels_in = {label.key: {level for _, level in label.atoms} for label in labels}
    mixed = {
        cell.unit
        for cell in cells
        if cell.level in ("F", "S") and any(levels_in[key] != {cell.level} for key in cell.members)
    }
    return tuple(cell for cell in cells if not (cell.level in ("F", "S") and cell.unit in mixed))


def n_band(label_sizes: Iterable[int], k: int) -> tuple[int, int]:
    """Fewest and most people that a cell can hold by what is public of its labels.

    Labels below 2k are known to hold k to 2k - 1 people and nothing more; larger ones are known
    exactly. So the band of a total gives nothing back about its small parts.

    >>> n_band([281, 31, 6], 5)
    (317, 321)
    """
    sizes = list(label_sizes)
    known = sum(n for n in sizes if n >= 2 * k)
    hidden = sum(n < 2 * k for n in sizes)
    return known + k * hidden, known + (2 * k - 1) * hidden


def _with_figures(
    scored: ScoredWave, shown: Sequence[Shown], questions: Mapping[str, Tier], names: Names
) -> list[Shown]:
    """The cells with everything that stands beside their scores."""
    between, filled = gaps(scored, shown), imputed(scored, shown)
    finer = finer_figures(
        scored,
        {one.place: one.compared for one in shown if not one.is_small},
        questions,
        lambda cell, partition: _members(cell, partition, names),
    )
    return [
        replace(
            one,
            released=replace(
                one.released,
                gaps=between.get(one.place, {}),
                one_to_one=ratio(one),
                shift=shift(one.released),
                imputed=filled.get(one.place, {}),
                finer=finer.get(one.place),
            ),
        )
        for one in shown
    ]


def _released_cells(legs: Tier, facets: Mapping[str, Tier], names: Names, k: int) -> list[Shown]:
    found = cells(legs.partition)
    if not found:
        return []
    sizes = [legs.n(cell.labels) for cell in found]
    kinds: list[Size] = [
        "small" if n.sum() < 2 * k else "banded" if n.min() < 2 * k else "exact" for n in sizes
    ]
    bands = [n_band([int(x) for x in n], k) for n in sizes]
    invited = [
        _shown_invited(kind, int(legs.invited[legs.rows(cell.labels)].sum()))
        for kind, cell in zip(kinds, found, strict=True)
    ]
    percents = [_percent(*facts) for facts in zip(kinds, bands, invited, strict=True)]
    responses = [_response(percent) for percent in percents]
    small = small_cell_scores(legs, found, k)
    large = large_cell_scores(legs, found, [response != "low" for response in responses])
    unsure = {
        (cell.unit, cell.level) for cell, response in zip(found, responses, strict=True) if response == "low"
    }
    finer = _released_facets(facets, names, unsure)
    tree = legs.partition.tree
    released = []
    for i, cell in enumerate(found):
        scores: CellScores = small[i] if kinds[i] == "small" else large[i]
        released.append(
            Shown(
                cell,
                ReleasedCell(
                    unit=tree.paths[cell.unit],
                    level=cell.level,
                    members=_members(cell, legs.partition, names),
                    size=kinds[i],
                    n=int(sizes[i].sum()) if kinds[i] == "exact" else None,
                    n_band=_shown_band(bands[i]),
                    invited=invited[i],
                    response=responses[i],
                    legs=scores.legs,
                    seat=scores.seat,
                    stool=scores.stool,
                    facets={} if kinds[i] == "small" else finer.get((cell.unit, cell.level), {}),
                    response_percent=percents[i],
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
            members = _members(cell, tier.partition, names)
            released.setdefault(place, {})[facet] = ReleasedFacet(estimate, members)
    return released


def _percent(size: Size, band: tuple[int, int], invited: int | None) -> int | None:
    """Response rate from printed numbers alone, so that it gives no hidden size back.

    Whole percent of an exact cell; of a banded one in steps of 5, from the middle of its band, and
    none where the band is too wide to say it within 10.
    """
    if not invited or 50 * (band[1] - band[0]) / invited > WIDEST:
        return None
    percent = 50 * (band[0] + band[1]) / invited
    return min(100, nearest(percent) if size == "exact" else 5 * nearest(percent / 5))


def _response(percent: int | None) -> Response:
    if percent is None:
        return "withheld"
    return "low" if percent < LOW else "indicative" if percent < INDICATIVE else "usual"


def _few(n: int) -> str:
    """A number of people in steps; none at all is not told apart from a few."""
    return steps(n) if n >= SMALLEST_K else f"0-{SMALLEST_K - 1}"


def _shown_band(band: tuple[int, int]) -> str:
    """A band as text; a size that is known stands in its band of ten."""
    return decade(band[0]) if band[0] == band[1] else f"{band[0]}-{band[1]}"


def _shown_invited(size: Size, invited: int) -> int | None:
    """Head count: exact beside an exact size, rounded to 10 beside a band, none beside a small one."""
    if size == "small":
        return None
    return invited if size == "exact" else 10 * nearest(invited / 10)


def _label_names(partitions: Sequence[Partition]) -> dict[tuple[Label, frozenset[Atom]], str]:
    """A name for each set of atoms that counts as a label in any partition, the first tier first.

    A finer label that unites more atoms than the label of the same place in the first tier gets a
    number behind its name.
    """
    names: dict[tuple[Label, frozenset[Atom]], str] = {}
    taken: Counter[Label] = Counter()
    for partition in partitions:
        for label in partition.labels:
            content = (label, frozenset(partition.atoms_of(label)))
            if content not in names:
                taken[label] += 1
                number = f"~{taken[label]}" if taken[label] > 1 else ""
                names[content] = label.key(partition.tree) + number
    return names


def _released_label(
    name: str, label: Label, atoms: frozenset[Atom], legs: Tier, roster: Roster, k: int
) -> ReleasedLabel:
    tree = legs.partition.tree
    invited = sorted(atom for atom, counted in roster.counts_in.items() if counted in atoms)
    parts = {home for atom in atoms if (home := legs.partition.label_of[atom]) is not None}
    return ReleasedLabel(
        key=name,
        unit=tree.paths[label.unit],
        level=label.level.value,
        atoms=tuple((tree.paths[atom.unit], atom.level.value) for atom in invited),
        n_band=_shown_band(n_band([int(n) for n in legs.n(sorted(parts))], k)),
    )


def _members(cell: Cell, partition: Partition, names: Names) -> tuple[str, ...]:
    return tuple(names[label, frozenset(partition.atoms_of(label))] for label in cell.labels)


def _moved_up(roster: Roster, partition: Partition) -> int:
    """Invited people who count only at a higher unit than their own (the top belongs to the root anyway)."""
    return sum(
        n
        for atom, n in roster.invited.items()
        if (label := partition.label_of[roster.counts_in[atom]])
        and label.unit != atom.unit
        and atom.level is not Level.T
    )
