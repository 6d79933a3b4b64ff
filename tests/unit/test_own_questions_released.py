"""Questions outside the scores: what is released of them, and that it gives nobody away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from coherence.reports.document import Heading, Table
from coherence.reports.organisation import organisation_report
from coherence.reports.scores_json import read_scores, write_scores
from coherence.reports.subtree import within
from scoring.answers import AnswerMatrix, Atom, DepartmentTree
from scoring.disclosure_audit import find_isolation
from scoring.legs import score_people
from scoring.publication import publication
from scoring.released import Ledger, ReleasedCell
from scoring.released_questions import OwnQuestion
from scoring.simulation import answer, organisation, scenario
from scoring.vocabulary import LEVELS, Level

ORG = ("Org",)
ASKED = {
    "V1": OwnQuestion("agreement", "I am praised.", module="motivation"),
    "Q01": OwnQuestion("choice", "Which shift?", ("early", "late", "night")),
}
Answered = Mapping[str, np.ndarray]


def a_wave(groups: Mapping[str, int], own: Answered, *, level: Level = Level.F) -> AnswerMatrix:
    """Random answers of so many people of each department, of 40 invited, and given own ones."""
    tree = DepartmentTree.of([ORG, *((*ORG, name) for name in groups)])
    units = [tree.index[(*ORG, name)] for name in groups]
    n = list(groups.values())
    return AnswerMatrix(
        np.random.default_rng(1).integers(1, 6, (sum(n), 51)).astype(np.int8),
        np.repeat(units, n).astype(np.int32),
        np.full(sum(n), LEVELS.index(level), dtype=np.int8),
        tree,
        {Atom(unit, level): 40 for unit in units},
        own_questions={code: column.astype(np.int8) for code, column in own.items()},
    )


def mixed(people: int, answers: int) -> np.ndarray:
    """Every answer in turn."""
    return np.arange(people) % answers


def released(matrix: AnswerMatrix, asked: Mapping[str, OwnQuestion] = ASKED) -> Ledger:
    return publication(matrix, wave="1", own_questions=asked).ledger


def cell(ledger: Ledger, *unit: str) -> ReleasedCell:
    found = ledger.cell((*ORG, *unit), "staff")
    assert found is not None
    return found


def test_shares_are_of_those_who_answered_in_steps_of_five_and_agreement_has_a_mean() -> None:
    agreement = np.array([4, 4, 4, 3, 3, 2, 0, 0, 4, 4, -1, -1] + [2] * 11 + [0])
    shift = np.array([0] * 7 + [1] * 5 + [2] * 11 + [0])
    found = cell(released(a_wave({"A": 12, "B": 12}, {"V1": agreement, "Q01": shift})), "A").own_questions
    assert found["V1"].shares == (20, 0, 10, 20, 50)
    assert found["V1"].estimate is not None
    assert found["V1"].estimate.value == 80  # (5 × 200 + 2 × 100 − 2 × 200) / 10
    assert found["Q01"].shares == (60, 40, 0)
    assert found["Q01"].estimate is None


def test_a_question_is_shown_from_ten_answers_on_and_only_for_the_union_below() -> None:
    few = np.concatenate([mixed(9, 3), [-1] * 11, mixed(20, 3), mixed(20, 3)])
    ledger = released(a_wave({"A": 20, "B": 20, "C": 20}, {"V1": mixed(60, 5), "Q01": few}))
    assert set(cell(ledger, "A").own_questions) == {"V1"}
    assert set(cell(ledger, "B").own_questions) == {"V1"}, "the organisation less B and C would tell A"
    assert set(cell(ledger, "C").own_questions) == {"V1", "Q01"}
    assert set(cell(ledger).own_questions) == {"V1", "Q01"}


@pytest.mark.parametrize("alike", [0, 2], ids=["an end", "the middle"])
def test_where_all_gave_the_same_answer_nothing_is_shown_of_them_alone(alike: int) -> None:
    same = np.concatenate([[alike] * 20, mixed(40, 5)])
    ledger = released(a_wave({"A": 20, "B": 20, "C": 20}, {"V1": same, "Q01": mixed(60, 3)}))
    assert "V1" not in cell(ledger, "A").own_questions
    assert [name for name in "BC" if "V1" in cell(ledger, name).own_questions] == ["C"]
    whole = released(a_wave({"A": 20, "B": 20}, {"V1": np.full(40, alike), "Q01": mixed(40, 3)}))
    assert all("V1" not in one.own_questions for one in whole.cells)


def test_a_leader_group_below_ten_has_no_own_questions() -> None:
    ledger = released(a_wave({"A": 8, "B": 7}, {"V1": mixed(15, 5), "Q01": mixed(15, 3)}))
    small = [one for one in ledger.cells if one.size == "small"]
    assert small
    assert all(not one.own_questions for one in small)


def test_scores_do_not_depend_on_them() -> None:
    with_own = a_wave({"A": 20, "B": 20}, {"V1": mixed(40, 5), "Q01": mixed(40, 3)})
    without = publication(replace(with_own, own_questions={}), wave="1").ledger
    bare = [replace(one, own_questions={}) for one in released(with_own).cells]
    assert bare == list(without.cells)


def a_company(seed: int) -> AnswerMatrix:
    truth = scenario("S2")
    company = organisation(truth, seed=seed, departments=9, employees=200)
    matrix = answer(company, truth, seed=seed + 1).answers
    random = np.random.default_rng(seed)
    own = {
        "V1": random.choice([-1, 0, 1, 2, 3, 4], len(matrix), p=[0.3, 0.1, 0.1, 0.1, 0.1, 0.3]),
        "Q01": np.where(matrix.unit % 3 == 0, 1, random.integers(-1, 3, len(matrix))),
    }
    return replace(matrix, own_questions={code: one.astype(np.int8) for code, one in own.items()})


@pytest.mark.parametrize("seed", range(4))
def test_no_combination_of_what_the_file_says_is_about_fewer_than_five(seed: int, tmp_path: Path) -> None:
    matrix = a_company(seed)
    ledger = released(matrix)
    write_scores(ledger, tmp_path / "scores.json")
    assert read_scores(tmp_path / "scores.json") == ledger
    data = json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))
    content = {one["key"]: {(tuple(a["unit"]), a["level"]) for a in one["atoms"]} for one in data["labels"]}
    answered = matrix.answered_by_atom(score_people(matrix).valid)
    truth = {(matrix.tree.paths[atom.unit], atom.level.value): n for atom, n in answered.items()}
    atoms = sorted(truth)
    for code in ASKED:
        having = matrix.answered_by_atom(score_people(matrix).valid & (matrix.own_questions[code] >= 0))
        told = [
            one["own_questions"][code]["members"] for one in data["cells"] if code in one["own_questions"]
        ]
        assert len(told) > 1
        covered = [set().union(*(content[key] for key in members)) for members in told]
        counts = {(matrix.tree.paths[atom.unit], atom.level.value): n for atom, n in having.items()}
        facts = np.array([[float(atom in one) for atom in atoms] for one in covered])
        assert min(sum(counts[atom] for atom in one) for one in covered) >= 10
        assert find_isolation(facts, [truth[atom] for atom in atoms], 5) is None
        assert find_isolation(facts, [counts[atom] for atom in atoms], 10) is None


def test_readers_of_a_department_see_their_own_only() -> None:
    ledger = released(a_wave({"A": 20, "B": 20}, {"V1": mixed(40, 5), "Q01": mixed(40, 3)}))
    seen = within(ledger, [(*ORG, "A")])
    assert {one.unit for one in seen.cells if one.own_questions} == {(*ORG, "A")}


def test_the_report_has_one_chapter_of_them_and_says_where_too_few_answered() -> None:
    asked = {**ASKED, "Q02": OwnQuestion("agreement", "The canteen is good.")}
    few = np.where(np.arange(40) < 9, mixed(40, 5), -1)
    matrix = a_wave({"A": 20, "B": 20}, {"V1": mixed(40, 5), "Q01": mixed(40, 3), "Q02": few})
    document = organisation_report(released(matrix, asked))
    (chapter,) = [one for one in document.chapters if one.ident == "own-questions"]
    assert chapter.title == "Questions of your own"
    assert [block.text for block in chapter.blocks if isinstance(block, Heading)] == [
        "Motivation check",
        "Own questions",
    ]
    module, own, choice = [block for block in chapter.blocks if isinstance(block, Table)]
    assert [cell.text for cell in module.rows[0]] == ["I am praised.", "0", *["20 %"] * 5]
    assert (own.rows[0][0].text, own.rows[0][1].text) == ("The canteen is good.", "–")
    assert [row[0].text for row in choice.rows] == ["early", "late", "night"]


def test_a_survey_without_them_has_no_chapter_of_them() -> None:
    document = organisation_report(released(a_wave({"A": 20, "B": 20}, {}), {}))
    assert not [one for one in document.chapters if one.ident == "own-questions"]
