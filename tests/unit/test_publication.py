"""The ledger of a wave: what is released, what is withheld, and what sizes allow (confidentiality 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from scoring.answers import AnswerMatrix, Atom, DepartmentTree
from scoring.disclosure import ThresholdTooLow
from scoring.publication import publish
from scoring.released import Ledger, ReleasedCell
from scoring.simulation import answer, organisation, scenario
from scoring.vocabulary import FACETS, KEYS, LEVELS, Leg, Level

ORG = ("Org",)
BEST = np.where(np.array(KEYS) > 0, 5, 1)


def a_wave(
    people: Mapping[tuple[tuple[str, ...], Level], int],
    *,
    invited: float = 1.0,
    seed: int = 1,
    raw: np.ndarray | None = None,
) -> AnswerMatrix:
    """Random attentive answers (or one given sheet) of so many people in each department and level."""
    tree = DepartmentTree.of([ORG, *(path for path, _ in people)])
    rng = np.random.default_rng(seed)
    groups = [(tree.index[path], level, n) for (path, level), n in people.items()]
    total = sum(n for *_, n in groups)
    answers = rng.integers(1, 6, (total, 51)).astype(np.int8) if raw is None else np.tile(raw, (total, 1))
    return AnswerMatrix(
        answers.astype(np.int8),
        np.repeat([unit for unit, *_ in groups], [n for *_, n in groups]).astype(np.int32),
        np.repeat([LEVELS.index(level) for _, level, _ in groups], [n for *_, n in groups]).astype(np.int8),
        tree,
        {Atom(unit, level): max(n, round(n * invited)) for unit, level, n in groups},
    )


def simulated(seed: int, employees: int = 180, departments: int = 8) -> AnswerMatrix:
    truth = scenario("S1")
    company = organisation(truth, seed=seed, departments=departments, employees=employees)
    return answer(company, truth, seed=seed).answers


def cell(ledger: Ledger, *unit: str, level: str = "staff") -> ReleasedCell:
    found = ledger.cell((*ORG, *unit), level)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_group_below_five_is_absent_and_counts_one_level_up() -> None:
    ledger = publish(a_wave({((*ORG, "A"), Level.F): 20, ((*ORG, "B"), Level.F): 4}, seed=2), wave="1")
    assert ledger.cell((*ORG, "B"), "staff") is None
    assert ledger.moved_up == "20-49"  # A had to join: 4 alone at the root would be too few
    assert ledger.cell((*ORG, "A"), "staff") is None


def test_a_remainder_that_is_large_enough_stays_at_the_root() -> None:
    people = {((*ORG, "A"), Level.F): 20, ((*ORG, "B"), Level.F): 4, ((*ORG, "C"), Level.F): 3}
    ledger = publish(a_wave(people), wave="1")
    assert cell(ledger, "A").n == 20
    assert ledger.moved_up == "5-9"
    assert cell(ledger).n is None
    assert cell(ledger).n_band == "25-29"


def test_a_cell_of_five_to_nine_shows_nothing_that_depends_on_its_size() -> None:
    sheet = np.where(np.arange(51) % 2 == 0, 4, 2)
    shown = []
    for n in (5, 9):
        people = {((*ORG, name), Level.F): 30 for name in "ABCD"} | {((*ORG, "Small"), Level.F): n}
        wave = a_wave(people, raw=sheet, invited=1.5)
        small = cell(publish(wave, wave="1"), "Small")
        assert (small.n, small.n_band, small.size, small.invited) == (None, "5-9", "small", None)
        assert (small.response, small.response_percent, small.facets) == ("withheld", None, {})
        shown.append((small.legs, small.seat, small.stool))
    assert shown[0] == shown[1]


def test_small_cells_share_one_interval_and_only_loud_verdicts() -> None:
    for seed in range(5):
        ledger = publish(simulated(seed), wave="1")
        small = [c for c in ledger.cells if c.size == "small"]
        assert small
        for leg in Leg:
            widths = {c.legs[leg].high - c.legs[leg].low for c in small if abs(c.legs[leg].value) < 100}  # type: ignore[operator]
            assert len(widths) == 1
        assert {c.stool.verdict for c in small} <= {"falling", "cannot be said"}


def test_few_labels_fall_back_on_the_prior_half_widths_of_57_and_48() -> None:
    small = cell(publish(a_wave({((*ORG, "A"), Level.F): 6}), wave="1"), "A")
    assert all(e.high - e.value == 57 for e in small.legs.values())  # type: ignore[operator]
    assert small.seat.high - small.seat.value == 48  # type: ignore[operator]


def test_a_unanimous_small_cell_is_clipped_and_a_large_one_is_not() -> None:
    people = {((*ORG, "A"), Level.F): 6, ((*ORG, "B"), Level.F): 12}
    ledger = publish(a_wave(people, raw=BEST), wave="1")
    assert cell(ledger, "A").seat.value == 180
    assert cell(ledger, "B").seat.value == 200


def test_the_size_of_a_total_never_gives_a_small_part_back() -> None:
    for seed in range(10):
        ledger = publish(simulated(seed), wave="1")
        small = {label.key for label in ledger.labels if label.n_band == "5-9"}
        for released in ledger.cells:
            assert (released.n is None) == bool(small & set(released.members))


def test_every_cell_is_a_union_of_labels_that_hold_each_atom_once() -> None:
    ledger = publish(simulated(3), wave="1")
    atoms = {label.key: label.atoms for label in ledger.labels}
    for released in ledger.cells:
        for members in (released.members, *(facet.members for facet in released.facets.values())):
            inside = [atom for key in members for atom in atoms[key]]
            assert len(inside) == len(set(inside)) > 0


def test_facets_need_ten_people_and_are_never_shown_for_all_levels_together() -> None:
    people = {(ORG, Level.T): 6, (ORG, Level.M): 12, ((*ORG, "A"), Level.F): 9, ((*ORG, "B"), Level.F): 30}
    people[(*ORG, "C"), Level.F] = 8  # with A it fills a finer label at the root
    ledger = publish(a_wave(people), wave="1")
    assert cell(ledger, level="all").facets == {}
    assert cell(ledger, level="T").facets == {}
    assert cell(ledger, "A").facets == {}
    assert set(cell(ledger, level="M").facets) == set(FACETS)
    assert set(cell(ledger, "B").facets) == set(FACETS)


def test_a_small_board_folds_into_the_managers_and_has_no_column() -> None:
    people = {(ORG, Level.T): 4, (ORG, Level.M): 12, ((*ORG, "A"), Level.F): 30}
    ledger = publish(a_wave(people), wave="1")
    assert ledger.cell(ORG, "T") is None
    assert cell(ledger, level="M").n == 16


def test_support_stands_apart_only_where_it_is_large_enough() -> None:
    people = {
        ((*ORG, "A"), Level.F): 12,
        ((*ORG, "A"), Level.S): 8,
        ((*ORG, "B"), Level.F): 12,
        ((*ORG, "B"), Level.S): 3,
    }
    ledger = publish(a_wave(people), wave="1")
    assert cell(ledger, "A", level="S").size == "small"
    assert cell(ledger, "A", level="F").n == 12
    assert ledger.cell((*ORG, "B"), "S") is None
    assert cell(ledger, "B").n == 15


@pytest.mark.parametrize(
    ("invited", "response", "percent", "has_interval"),
    [(1.0, "usual", 100, True), (2.5, "indicative", 40, True), (4.0, "low", 25, False)],
)
def test_low_response_weakens_what_is_said(
    invited: float, response: str, percent: int, has_interval: bool
) -> None:
    found = cell(publish(a_wave({((*ORG, "A"), Level.F): 20}, invited=invited), wave="1"), "A")
    assert (found.response, found.response_percent) == (response, percent)
    assert (found.seat.low is not None) == has_interval
    assert (found.stool.verdict is not None) == has_interval
    assert all((facet.estimate.low is not None) == has_interval for facet in found.facets.values())


def test_weights_are_head_counts_not_answers() -> None:
    good, bad = (*ORG, "Good"), (*ORG, "Bad")
    wave = a_wave({(good, Level.F): 20, (bad, Level.F): 20}, raw=BEST)
    answers = wave.answers.copy()
    in_bad = wave.unit == wave.tree.index[bad]
    answers[in_bad] = 6 - answers[in_bad]
    invited = {atom: 20 if atom.unit == wave.tree.index[good] else 60 for atom in wave.invited}
    ledger = publish(AnswerMatrix(answers, wave.unit, wave.level, wave.tree, invited), wave="1")
    assert cell(ledger, level="all").seat.value == -100


def test_permuting_people_changes_nothing() -> None:
    wave = simulated(4)
    order = np.random.default_rng(1).permutation(len(wave))
    shuffled = replace(
        wave,
        answers=wave.answers[order],
        unit=wave.unit[order],
        level=wave.level[order],
        questions={name: column[order] for name, column in wave.questions.items()},
    )
    assert publish(shuffled, wave="1") == publish(wave, wave="1")


def test_careless_sheets_count_in_nothing_but_their_own_number() -> None:
    wave = a_wave({((*ORG, "A"), Level.F): 30})
    answers = wave.answers.copy()
    answers[:7] = 4
    spoilt = AnswerMatrix(answers, wave.unit, wave.level, wave.tree, wave.invited)
    ledger = publish(spoilt, wave="1")
    assert ledger.careless == "5-9"
    assert cell(ledger, "A").n == 23


def test_too_few_people_altogether_release_nothing() -> None:
    ledger = publish(a_wave({((*ORG, "A"), Level.F): 4}), wave="1")
    assert ledger.cells == ()
    assert ledger.labels == ()


def test_the_threshold_may_be_raised_but_never_lowered() -> None:
    wave = a_wave({((*ORG, "A"), Level.F): 9, ((*ORG, "B"), Level.F): 30})
    assert publish(wave, wave="1", k=10).cell((*ORG, "A"), "staff") is None
    with pytest.raises(ThresholdTooLow):
        publish(wave, wave="1", k=4)


def test_the_short_form_has_legs_and_no_facets() -> None:
    wave = simulated(5)
    short = AnswerMatrix(wave.answers, wave.unit, wave.level, wave.tree, wave.invited, "short")
    ledger = publish(short, wave="1")
    assert ledger.cells
    assert all(released.facets == {} for released in ledger.cells)


def test_a_finer_label_of_small_groups_hides_how_many_answered_in_each() -> None:
    shown = []
    for n in (5, 9):
        people = {((*ORG, "A", "North"), Level.F): n, ((*ORG, "A", "South"), Level.F): 6}
        wave = a_wave(people | {((*ORG, name), Level.F): 30 for name in "BCDE"}, raw=BEST)
        answers = wave.answers.copy()
        answers[wave.unit == wave.tree.index[(*ORG, "A", "South")]] = 6 - BEST
        invited = dict.fromkeys(wave.invited, 40)
        ledger = publish(AnswerMatrix(answers, wave.unit, wave.level, wave.tree, invited), wave="1")
        shown.append({facet: row.estimate.value for facet, row in cell(ledger, "A").facets.items()})
    assert set(shown[0]) == set(FACETS)
    assert shown[0] == shown[1]
