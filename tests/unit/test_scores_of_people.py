"""From answers to persons: the formulas of method 3.1 and 3.3, seen from outside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.answers import DONT_KNOW, NOT_ASKED, SKIPPED, AnswerMatrix, Atom, DepartmentTree
from scoring.legs import page_items, score_people
from scoring.vocabulary import FACETS, ITEMS, KEYS, LEVELS, SHORT_ITEMS, Level

BEST = np.where(np.array(KEYS) > 0, 5, 1)
SHEETS = arrays(np.int8, (4, 51), elements=st.integers(1, 5))


def sheets(answers: object, level: Level = Level.F, form: str = "full") -> AnswerMatrix:
    rows = np.atleast_2d(np.array(answers, dtype=np.int8))
    tree = DepartmentTree((("Org",),))
    return AnswerMatrix(
        rows,
        np.zeros(len(rows), dtype=np.int32),
        np.full(len(rows), LEVELS.index(level), dtype=np.int8),
        tree,
        {Atom(0, level): len(rows)},
        form,  # type: ignore[arg-type]
    )


def only(items: tuple[str, ...], values: object = 3, others: int = SKIPPED) -> np.ndarray:
    row = np.full(51, others, dtype=np.int8)
    row[[ITEMS.index(item) for item in items]] = values
    return row


@pytest.mark.parametrize(("raw", "points"), [(BEST, 200), (6 - BEST, -200)])
def test_all_best_answers_give_plus_200_and_all_worst_minus_200(raw: np.ndarray, points: int) -> None:
    people = score_people(sheets(raw))
    assert (people.facets == points).all()
    assert (people.legs == points).all()
    assert people.seat == [points]
    assert people.valid.all()


@given(SHEETS)
def test_a_mirrored_sheet_changes_sign(raw: np.ndarray) -> None:
    people, mirrored = score_people(sheets(raw)), score_people(sheets(6 - raw))
    np.testing.assert_allclose(mirrored.facets, -people.facets)
    np.testing.assert_allclose(mirrored.legs, -people.legs)


def test_a_facet_needs_two_of_its_three_answers() -> None:
    raw = only(("D1a", "D1b", "D2a"), (5, 4, 5))
    facets = score_people(sheets(raw)).facets[0]
    assert facets[FACETS.index("D1")] == 150
    assert np.isnan(facets[FACETS.index("D2")])


def test_support_staff_need_both_other_answers_for_conduct_and_are_never_scored_on_the_greeting() -> None:
    raw = np.tile(BEST, (2, 1))
    raw[0, ITEMS.index("B1a")] = 1
    raw[1, ITEMS.index("B1c")] = DONT_KNOW
    facets = score_people(sheets(raw, Level.S)).facets[:, FACETS.index("B1")]
    assert facets[0] == 200
    assert np.isnan(facets[1])


@pytest.mark.parametrize(("leg", "facets", "needed"), [("D", 5, 3), ("R", 6, 4), ("B", 6, 4)])
def test_a_leg_needs_sixty_percent_of_its_facets(leg: str, facets: int, needed: int) -> None:
    column = "DRB".index(leg)
    for kept in range(facets + 1):
        raw = BEST.copy()
        for facet in range(kept + 1, facets + 1):
            raw[ITEMS.index(f"{leg}{facet}a") : ITEMS.index(f"{leg}{facet}c") + 1] = DONT_KNOW
        people = score_people(sheets(raw))
        assert np.isnan(people.legs[0, column]) == (kept < needed)
        assert people.valid[0] == (kept >= needed)


def test_a_person_needs_26_of_the_51_answers() -> None:
    # 13 facets with two answers each are 26; that also makes every leg valid
    facets = ("D1", "D2", "D3", "D4", "R1", "R2", "R3", "R4", "B1", "B2", "B3", "B4", "B5")
    enough = only(tuple(f"{facet}{letter}" for facet in facets for letter in "ab"), [4, 2] * 13)
    too_few = enough.copy()
    too_few[ITEMS.index("B5a")] = SKIPPED
    assert score_people(sheets([enough, too_few])).valid.tolist() == [True, False]


def test_i_do_not_know_is_never_scored_as_the_middle() -> None:
    raw = BEST.copy()
    raw[ITEMS.index("R1c")] = DONT_KNOW
    assert score_people(sheets(raw)).legs[0].tolist() == [200, 200, 200]


def test_nothing_but_i_do_not_know_gives_no_score() -> None:
    people = score_people(sheets(np.full(51, DONT_KNOW)))
    assert np.isnan(people.facets).all()
    assert np.isnan(people.legs).all()
    assert not people.valid.any()


class TestShortForm:
    def sheet(self, values: object) -> np.ndarray:
        return only(SHORT_ITEMS, values, others=NOT_ASKED)

    def test_a_leg_is_the_mean_of_its_six_items(self) -> None:
        raw = self.sheet([5, 4, 3, 3, 3, 1, 3, 3, 3, 3, 3, 3, 1, 3, 3, 3, 3, 3])
        people = score_people(sheets(raw, form="short"))
        np.testing.assert_allclose(people.legs[0], [100 * (2 + 1 + 2) / 6, 0, -100 * 2 / 6])
        assert np.isnan(people.facets).all()

    def test_it_needs_four_answers_in_each_leg(self) -> None:
        raw = self.sheet([4, 2] * 9)
        enough, too_few = raw.copy(), raw.copy()
        enough[[ITEMS.index(item) for item in SHORT_ITEMS[:2]]] = DONT_KNOW
        too_few[[ITEMS.index(item) for item in SHORT_ITEMS[:3]]] = DONT_KNOW
        assert score_people(sheets([enough, too_few], form="short")).valid.tolist() == [True, False]

    def test_the_same_answer_everywhere_is_careless(self) -> None:
        people = score_people(sheets(self.sheet(4), form="short"))
        assert people.careless.tolist() == [True]
        assert not people.valid.any()


class TestCarelessAnswers:
    def test_the_same_answer_to_everything_is_left_out(self) -> None:
        people = score_people(sheets(np.full((5, 51), [[1], [2], [3], [4], [5]])))
        assert people.careless.all()
        assert not people.valid.any()

    def test_one_straight_page_alone_is_no_clear_evidence(self) -> None:
        raw = BEST.copy()
        raw[list(page_items(1))] = 4
        assert not score_people(sheets(raw)).careless.any()

    def test_a_convinced_person_who_reads_the_reversed_items_stays_in(self) -> None:
        assert score_people(sheets([BEST, 6 - BEST])).valid.all()

    def test_eleven_equal_answers_on_a_page_are_too_few_to_tell(self) -> None:
        raw = np.full(51, 4, dtype=np.int8)
        for page in range(3):
            raw[list(page_items(page))[:6]] = DONT_KNOW
        assert not score_people(sheets(raw)).careless.any()


def test_each_page_holds_every_facet_once() -> None:
    for page in range(3):
        assert [ITEMS[i][:2] for i in page_items(page)] == list(FACETS)
    assert sorted(i for page in range(3) for i in page_items(page)) == list(range(51))


@given(SHEETS, st.permutations(range(4)))
def test_a_persons_score_depends_on_nobody_else(raw: np.ndarray, order: list[int]) -> None:
    whole = score_people(sheets(raw))
    shuffled = score_people(sheets(raw[list(order)]))
    np.testing.assert_array_equal(shuffled.legs, whole.legs[list(order)])
