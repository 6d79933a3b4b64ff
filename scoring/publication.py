"""From the answers of a wave to its ledger: the one computation at close (confidentiality 4 and 5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from scoring.answers import AnswerMatrix, Atom
from scoring.cell_figures import gaps, imputed, ratio, shift
from scoring.cells import Cell
from scoring.disclosure import Label, Partition
from scoring.facts import checked_facts
from scoring.finer_figures import finer_figures, question_tiers
from scoring.item_figures import ItemFigures
from scoring.kept_moments import KeptMoments, KeptWave, NamedLabel, kept_moments
from scoring.label_names import Content, Names, label_names, members_of
from scoring.organisation_findings import Evidence, diagnosed, people_at_least
from scoring.outcomes import OutcomeValue
from scoring.own_questions import OwnFigures, own_figures, released_questions
from scoring.printed_sizes import n_band, shown_band
from scoring.recommendations import Recommendation
from scoring.released import Ledger, ReleasedCell, ReleasedLabel
from scoring.released_cells import released_cells
from scoring.released_diagnosis import FactAnswer
from scoring.released_questions import OwnQuestion
from scoring.released_structure import ShownStructure
from scoring.rounding import steps
from scoring.scored_wave import ScoredWave, Shown, score_wave
from scoring.sensitivity import careless_people_move_the_seat
from scoring.structure import structure
from scoring.structure_findings import INSEPARABLE
from scoring.tiers import Tier
from scoring.unit_draws import ORGANISATION
from scoring.vocabulary import Level
from scoring.wave_change import EarlierWave, compare_waves

SMALLEST_K: Final = 5


@dataclass(frozen=True, slots=True)
class Roster:
    """Whom the atoms of a matrix stand for, where groups were merged before the answers were stored.

    invited: head count of every atom of the roster. counts_in: the atom of the matrix each counts in.
    """

    invited: Mapping[Atom, int]
    counts_in: Mapping[Atom, Atom]


@dataclass(frozen=True, eq=False, slots=True)
class Publication:
    """What is published of a wave, and what is kept beside it, never shown, to compare the next one."""

    ledger: Ledger
    kept: KeptWave


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
    """The ledger of a wave that stands alone: `publication` without an earlier wave and outcomes."""
    return publication(
        matrix, wave=wave, k=k, sector=sector, roster=roster, facts=facts, library=library
    ).ledger


def publication(
    matrix: AnswerMatrix,
    *,
    wave: str,
    k: int = SMALLEST_K,
    sector: str = "",
    roster: Roster | None = None,
    facts: Mapping[str, FactAnswer] | None = None,
    library: Sequence[Recommendation] | None = None,
    earlier: EarlierWave | None = None,
    outcomes: Sequence[OutcomeValue] = (),
    own_questions: Mapping[str, OwnQuestion] | None = None,
    board_column: bool = False,
) -> Publication:
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
        earlier: the published wave to compare with.
        outcomes: of departments, by other sources than the survey.
        own_questions: what was asked outside the scores, by code; the matrix has a column for each.
        board_column: every member of a board of 3 or 4 agreed to a column of its own.

    Raises:
        ThresholdTooLow: k below 5.
        UnknownFact: a fact or an answer that the sheet does not have.
        ValueError: the library lacks a recommendation that the rules name.
    """
    given = checked_facts(facts or {})
    scored = score_wave(matrix, wave, k, board_column=board_column)
    legs, questions, items = scored.legs, question_tiers(scored), ItemFigures(scored)
    asked = own_questions or {}
    own = own_figures(scored, asked)
    partitions = [
        *(tier.partition for tier in (legs, *scored.facets.values())),
        scored.tiers.fine,
        *(tier.partition for tier in questions.values()),
        *items.partitions,
        *(one.partition for one in own.values()),
    ]
    names = label_names(partitions)
    roster = roster or Roster(matrix.invited, {atom: atom for atom in matrix.invited})
    behind: dict[Atom, list[Atom]] = defaultdict(list)
    for atom, counted in roster.counts_in.items():
        behind[counted].append(atom)
    labels = {content: _released_label(name, *content, legs, behind, k) for content, name in names.items()}
    named = {
        content: NamedLabel(one.key, frozenset((unit, Level(level)) for unit, level in one.atoms))
        for content, one in labels.items()
    }
    kept = KeptWave(
        _kept(legs, k, named), {facet: _kept(tier, k, named) for facet, tier in scored.facets.items()}
    )
    released = released_cells(legs, scored.facets, names, k)
    found = _structure(scored, released)
    if found is not None and any(one.kind == INSEPARABLE for one in found.findings):
        released = released_cells(legs, scored.facets, names, k, separable=False)
    shown = _with_figures(scored, released, questions, items, own, names)
    compared = (
        None
        if earlier is None
        else compare_waves(earlier, kept, [one.released for one in shown], matrix.form)
    )
    cells, findings = diagnosed(
        scored,
        items,
        shown,
        found,
        Evidence(
            facts=given,
            facts_known=facts is not None,
            before=None if compared is None else compared.audit,
            outcomes=outcomes,
        ),
        library,
    )
    ledger = Ledger(
        wave=wave,
        k=k,
        form=matrix.form,
        labels=tuple(labels.values()),
        cells=_unmixed(cells, tuple(labels.values())),
        moved_up=_few(_moved_up(roster, legs.partition)),
        careless=steps(int(scored.people.careless.sum())),
        sector=sector,
        careless_moves_seat=bool(cells)
        and careless_people_move_the_seat(scored.matrix, scored.people, legs, k),
        facts=given,
        findings=findings,
        change=None if compared is None else compared.change,
        own_questions=asked,
    )
    return Publication(ledger, kept)


def _structure(scored: ScoredWave, cells: Sequence[Shown]) -> ShownStructure | None:
    staff = next((one for one in cells if one.place == ORGANISATION), None)
    return None if staff is None else structure(scored, people_at_least(staff.released))


def _kept(tier: Tier, k: int, named: Mapping[Content, NamedLabel]) -> KeptMoments:
    partition = tier.partition
    return kept_moments(
        tier, k, {label: named[label, frozenset(partition.atoms_of(label))] for label in tier.labels}
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


def _with_figures(
    scored: ScoredWave,
    shown: Sequence[Shown],
    questions: Mapping[str, Tier],
    items: ItemFigures,
    own: Mapping[str, OwnFigures],
    names: Names,
) -> list[Shown]:
    """The cells with everything that stands beside their scores."""
    between, filled = gaps(scored, shown), imputed(scored, shown)
    wanted = {one.place: one.compared for one in shown if not one.is_small}

    def members(cell: Cell, partition: Partition) -> tuple[str, ...]:
        return members_of(cell, partition, names)

    finer = finer_figures(scored, wanted, questions, members)
    answered = items.released(wanted, members)
    beside = released_questions(scored, own, wanted, members)
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
                items=answered.get(one.place, {}),
                own_questions=beside.get(one.place, {}),
            ),
        )
        for one in shown
    ]


def _few(n: int) -> str:
    """A number of people in steps; none at all is not told apart from a few."""
    return steps(n) if n >= SMALLEST_K else f"0-{SMALLEST_K - 1}"


def _released_label(
    name: str, label: Label, atoms: frozenset[Atom], legs: Tier, behind: Mapping[Atom, Sequence[Atom]], k: int
) -> ReleasedLabel:
    """behind: the atoms of the roster that count in each atom of the answers."""
    tree = legs.partition.tree
    invited = sorted(one for atom in atoms for one in behind[atom])
    parts = {home for atom in atoms if (home := legs.partition.label_of[atom]) is not None}
    return ReleasedLabel(
        key=name,
        unit=tree.paths[label.unit],
        level=label.level.value,
        atoms=tuple((tree.paths[atom.unit], atom.level.value) for atom in invited),
        n_band=shown_band(n_band([int(n) for n in legs.n(sorted(parts))], k)),
    )


def _moved_up(roster: Roster, partition: Partition) -> int:
    """Invited people who count only at a higher unit than their own (the top belongs to the root anyway)."""
    return sum(
        n
        for atom, n in roster.invited.items()
        if (label := partition.label_of[roster.counts_in[atom]])
        and label.unit != atom.unit
        and atom.level is not Level.T
    )
