"""A board of 3 or 4 whose every member agreed: its own column, and no other group below k through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from coherence.ballots.errors import LabelTooSmall
from coherence.ballots.merging import check_labels, merged_labels
from coherence.reports.organisation import organisation_report
from coherence.reports.scores_json import as_json, from_json
from scoring.answers import AnswerMatrix, Atom, DepartmentTree
from scoring.cells import cells
from scoring.disclosure import BOARD, Label, Partition, consenting_board, explain_merge, initial, partitions
from scoring.disclosure_audit import Flaw, SizeFact, check_construction, determined_sizes, find_isolation
from scoring.estimable import NotEstimable
from scoring.legs import score_people
from scoring.printed_sizes import n_band
from scoring.publication import publication
from scoring.released import Ledger, ReleasedCell
from scoring.simulation import answer, organisation, scenario
from scoring.vocabulary import KEYS, LEVELS, Leg, Level
from scoring.wave_change import EarlierWave

K = 5
TREE = DepartmentTree.of([("Org",), ("Org", "A"), ("Org", "B")])
MANAGERS, STAFF = Label(0, Level.M), Label(0, Level.F)
Counts = Mapping[Label, int]


def merged(counts: Counts, *, agreed: bool = True, k: int = K) -> set[Label | None]:
    return set(merged_labels(TREE, counts, k, board_column=agreed).values())


@pytest.mark.parametrize("members", [3, 4])
def test_a_board_that_agreed_keeps_its_label_and_one_that_did_not_counts_with_the_managers(
    members: int,
) -> None:
    counts = {BOARD: members, MANAGERS: 6, Label(1, Level.F): 12}
    assert merged(counts) == set(counts)
    assert merged(counts, agreed=False) == {MANAGERS, Label(1, Level.F)}


@pytest.mark.parametrize(("members", "k"), [(0, 5), (1, 5), (2, 5), (5, 7), (6, 7)])
def test_consent_helps_no_board_of_another_size(members: int, k: int) -> None:
    counts = {BOARD: members, MANAGERS: 9, Label(1, Level.F): 12}
    assert merged(counts, k=k) == merged(counts, agreed=False, k=k) == {MANAGERS, Label(1, Level.F)}


def test_too_few_managers_join_the_staff_and_never_the_board_that_agreed() -> None:
    counts = {BOARD: 4, MANAGERS: 3, Label(1, Level.F): 12, STAFF: 4}
    assert merged(counts) == {BOARD, STAFF, Label(1, Level.F)}
    atoms = {Atom(*label): people for label, people in counts.items()}
    start = initial(TREE, atoms)
    steps = explain_merge(start, atoms, K, exempt=consenting_board(start, atoms, K))
    assert BOARD not in {step.source for step in steps} | {step.target for step in steps}


def test_a_board_joins_those_who_could_otherwise_not_be_counted_at_all() -> None:
    assert merged({BOARD: 4, STAFF: 3}) == {STAFF}
    assert merged({BOARD: 4, STAFF: 3, MANAGERS: 6}) == {BOARD, STAFF}
    assert merged({BOARD: 3, STAFF: 1}) == {None}


def test_the_count_before_writing_accepts_the_board_that_agreed_and_nothing_else() -> None:
    counts = {BOARD: 3, MANAGERS: 9}
    stays = {BOARD: BOARD, MANAGERS: MANAGERS}
    check_labels(counts, stays, K, board_column=True)
    refused: list[tuple[Counts, Mapping[Label, Label], bool]] = [
        (counts, stays, False),
        ({BOARD: 2, MANAGERS: 9}, stays, True),
        ({BOARD: 3, MANAGERS: 3}, stays, True),
        ({BOARD: 3, MANAGERS: 1}, {BOARD: BOARD, MANAGERS: BOARD}, True),
    ]
    for people, final, agreed in refused:
        with pytest.raises(LabelTooSmall):
            check_labels(people, final, K, board_column=agreed)


def test_the_check_before_publishing_accepts_the_board_that_agreed_and_nothing_else() -> None:
    sizes = {"T": 3, "M": 4, "F": 20}
    named = [("all", ["T", "F"]), ("T", ["T"])]
    assert check_construction(named, sizes, consenting="T") == ()
    assert {one.label for one in check_construction(named, sizes)} == {"T"}
    assert [one.label for one in check_construction([("M", ["M"])], sizes, consenting="T")] == ["M"]
    assert check_construction([("T", ["T"])], {"T": 2}, consenting="T")[0].flaw is Flaw.TOO_SMALL


def a_firm(seed: int) -> tuple[DepartmentTree, dict[Atom, int], dict[Atom, int]]:
    """A firm with a board of 3 or 4 and many small groups: its tree, who was invited, who answered."""
    draw = np.random.default_rng(seed)
    tree = DepartmentTree.of([("Org", f"D{number}") for number in range(int(draw.integers(1, 9)))])
    invited = {Atom(0, Level.T): int(draw.integers(3, 5))}
    for unit in range(len(tree.paths)):
        invited[Atom(unit, Level.F)] = int(draw.integers(1, 14))
        invited[Atom(unit, Level.M)] = int(draw.integers(1, 4))
        if draw.random() < 0.4:
            invited[Atom(unit, Level.S)] = int(draw.integers(1, 10))
    return tree, invited, {atom: int(draw.binomial(people, 0.85)) for atom, people in invited.items()}


def atoms_of_cells(partition: Partition) -> list[set[Atom]]:
    return [{atom for label in one.labels for atom in partition.atoms_of(label)} for one in cells(partition)]


def test_whoever_knows_all_of_the_boards_column_isolates_no_other_group() -> None:
    """The board's own column of the facts is taken out: its total is known and can be subtracted anywhere."""
    stood = 0
    for seed in range(80):
        tree, invited, answered = a_firm(seed)
        tiers = partitions(tree, invited, answered, K, board_column=True)
        if BOARD not in tiers.legs.labels:
            continue
        stood += 1
        board = Atom(0, Level.T)
        assert tiers.legs.atoms_of(BOARD) == (board,)
        assert answered[board] in (3, 4)
        assert tiers.fine.label_of[board] is None
        others = [atom for atom in answered if atom != board]
        both = [*atoms_of_cells(tiers.legs), *atoms_of_cells(tiers.fine)]
        facts = np.array([[atom in cell for atom in others] for cell in both], float)
        assert find_isolation(facts, [answered[atom] for atom in others], K) is None, seed
        whole = np.array([[atom in cell for atom in answered] for cell in both], float)
        found = find_isolation(whole, list(answered.values()), K)
        assert found is not None
        assert [list(answered)[place] for place in found.groups] == [board], seed
        sizes = tiers.legs.counts(answered)
        shown = [one.labels for one in cells(tiers.legs)] + [(label,) for label in tiers.legs.labels]
        known = [SizeFact(frozenset(one), *n_band([sizes[x] for x in one], K)) for one in shown]
        assert determined_sizes(known) == (), seed
    assert stood > 50


def a_wave(
    board: int, *, people: Mapping[str, int] | None = None, same: bool = False, seed: int = 1
) -> AnswerMatrix:
    """Answers of a board, 12 managers and four departments; same: everybody gave one and the same sheet."""
    groups = people or {"A": 20, "B": 20, "C": 20, "D": 6}
    tree = DepartmentTree.of([("Org", name) for name in groups])
    counts = [(Atom(0, Level.T), board), (Atom(0, Level.M), 0 if people else 12)]
    counts += [(Atom(tree.index["Org", name], Level.F), n) for name, n in groups.items()]
    total = sum(n for _, n in counts)
    sheets = np.random.default_rng(seed).integers(1, 6, (total, 51))
    if same:
        sheets = np.tile(np.where(np.arange(51) % 2 == 0, 4, 2), (total, 1))
    invited = {atom: 4 if atom.level is Level.T else n + 2 for atom, n in counts if n}
    return AnswerMatrix(
        sheets.astype(np.int8),
        np.repeat([atom.unit for atom, _ in counts], [n for _, n in counts]).astype(np.int32),
        np.repeat([LEVELS.index(atom.level) for atom, _ in counts], [n for _, n in counts]).astype(np.int8),
        tree,
        invited,
    )


@cache
def ledger_of(board: int, *, same: bool = False) -> Ledger:
    return publication(a_wave(board, same=same), wave="Autumn", board_column=True).ledger


def cell(ledger: Ledger, level: str) -> ReleasedCell:
    found = ledger.cell(("Org",), level)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_the_column_holds_seat_legs_and_stool_and_nothing_finer() -> None:
    found = cell(ledger_of(3), "T")
    bare = ReleasedCell(
        unit=("Org",), level="T", members=("Org:T",), size="small", n=None, n_band="3-4", invited=None,
        response="withheld", legs=found.legs, seat=found.seat, stool=found.stool, board_consent=True,
    )  # fmt: skip
    assert found == bare
    assert found.stool.verdict in ("falling", "cannot be said")
    assert ledger_of(3).board_consent


def test_nothing_in_the_column_tells_whether_three_or_four_answered() -> None:
    assert cell(ledger_of(3, same=True), "T") == cell(ledger_of(4, same=True), "T")


def test_its_interval_is_the_one_of_three_people() -> None:
    wave = a_wave(4, people={"A": 20})
    found = cell(publication(wave, wave="Autumn", board_column=True).ledger, "T")
    # t(.975; 10) * 58 / sqrt(3) and t(.975; 10) * 49 / sqrt(3), the prior spreads of method 3.6
    assert {found.legs[leg].high - found.legs[leg].value for leg in Leg} == {75}  # type: ignore[operator]
    assert found.seat.high - found.seat.value == 63  # type: ignore[operator]


def test_a_unanimous_board_is_clipped() -> None:
    wave = a_wave(4)
    best = np.where(np.array(KEYS) > 0, 5, 1).astype(np.int8)
    sheets = np.where((wave.level == LEVELS.index(Level.T))[:, None], best, wave.answers)
    ledger = publication(replace(wave, answers=sheets), wave="Autumn", board_column=True).ledger
    assert cell(ledger, "T").seat.value == 180


def test_the_size_of_everybody_stands_in_the_band_that_follows() -> None:
    for board in (3, 4):
        everybody, staff = cell(ledger_of(board), "all"), cell(ledger_of(board), "staff")
        assert (staff.n, staff.n_band) == (None, "65-69")
        assert (everybody.size, everybody.n, everybody.n_band) == ("banded", None, "80-85")


def test_everybody_is_a_small_cell_where_board_and_staff_may_be_fewer_than_ten() -> None:
    shown = []
    for board, staff in ((3, 5), (4, 6), (4, 9)):
        wave = a_wave(board, people={"A": staff})
        found = cell(publication(wave, wave="Autumn", board_column=True).ledger, "all")
        shown.append((found.size, found.n_band, found.invited, found.response))
    assert shown == [("small", "8-13", None, "withheld")] * 3


def test_the_column_is_compared_with_nothing() -> None:
    ledger = ledger_of(3)
    assert ledger.findings is not None
    assert set(ledger.findings.level_gaps) == {"M-staff"}
    assert "T" not in ledger.findings.blindness
    assert "T" not in ledger.findings.not_informed
    staff, managers = cell(ledger, "staff").seat.value, cell(ledger, "M").seat.value
    assert ledger.findings.weightings["C"]["seat"] == pytest.approx((staff + managers) / 2, abs=1)


def test_a_change_covers_the_board_in_the_scores_of_everybody_alone() -> None:
    first = publication(a_wave(3), wave="Spring", board_column=True)
    earlier = EarlierWave(first.ledger, first.kept)
    second = publication(a_wave(4, seed=2), wave="Autumn", board_column=True, earlier=earlier).ledger
    assert second.change is not None
    by_level = {one.level: one for one in second.change.cells if one.unit == ("Org",)}
    assert isinstance(by_level["T"].scores, NotEstimable)
    assert "Org:T" in by_level["all"].before
    others = [one for one in second.change.cells if one.level != "all"]
    assert not any("Org:T" in (*one.before, *one.after) for one in others)


def test_without_consent_the_same_answers_show_no_board() -> None:
    ledger = publication(a_wave(3), wave="Autumn").ledger
    assert ledger.cell(("Org",), "T") is None
    assert not ledger.board_consent
    assert cell(ledger, "M").n == 15


def test_the_file_says_which_column_a_board_agreed_to() -> None:
    data = as_json(ledger_of(3))
    assert [(one["level"], one["unit"]) for one in data["cells"] if one["board_consent"]] == [("T", ["Org"])]
    assert from_json(data) == ledger_of(3)


def test_the_report_names_the_consent_and_compares_the_board_with_nobody() -> None:
    document = repr(organisation_report(ledger_of(3)))
    assert "3–4 answers, with the board’s consent" in document
    assert "because every member agreed to it" in document
    assert "board less front line" not in document.lower()


def test_what_is_published_of_simulated_firms_isolates_no_group_but_the_board() -> None:
    for seed in range(3):
        truth = scenario("S2")
        company = organisation(truth, seed=seed, departments=6, employees=150)
        matrix = with_a_board_of(4, answer(company, truth, seed=seed + 1).answers)
        ledger = publication(matrix, wave="Autumn", board_column=True).ledger
        answered = matrix.answered_by_atom(score_people(matrix).valid)
        index = matrix.tree.index
        atoms = {
            label.key: {Atom(index[unit], Level(level)) for unit, level in label.atoms}
            for label in ledger.labels
        }
        figures = [
            set().union(*(atoms[key] for key in labels)) for one in ledger.cells for labels in one.label_sets
        ]
        others = [atom for atom in answered if atom.level is not Level.T]
        assert ledger.board_consent == (answered[Atom(0, Level.T)] >= 3)
        facts = np.array([[atom in one for atom in others] for one in figures], float)
        assert min(answered[atom] for atom in others) < K, "there is a group to hide"
        assert find_isolation(facts, [answered[atom] for atom in others], K) is None, seed


def with_a_board_of(members: int, matrix: AnswerMatrix) -> AnswerMatrix:
    """The same firm with so many people left at the top."""
    top = np.flatnonzero(matrix.level == LEVELS.index(Level.T))
    kept = np.setdiff1d(np.arange(len(matrix)), top[members:])
    return replace(
        matrix,
        answers=matrix.answers[kept],
        unit=matrix.unit[kept],
        level=matrix.level[kept],
        invited={**matrix.invited, Atom(0, Level.T): members},
        questions={name: column[kept] for name, column in matrix.questions.items()},
    )
