"""Who does not know, and what follows for the gaps (method 3.3, 3.9)."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.answers import DONT_KNOW, NOT_ASKED, AnswerMatrix, Atom, DepartmentTree
from scoring.cells import Cell
from scoring.coherence import lasting
from scoring.differences import Difference
from scoring.disclosure import Label, Partition
from scoring.dont_know import (
    Blindness,
    DontKnow,
    blindness,
    common_facet_tier,
    dont_know_tallies,
    not_informed_facets,
)
from scoring.estimable import NotEstimable
from scoring.legs import FACETS_OF, score_people
from scoring.tiers import leg_tier
from scoring.vocabulary import FACETS, ITEMS, KEYS, LEVELS, Leg, Level

TREE = DepartmentTree.of([("Firm",)])
F1 = FACETS.index("R1")


def a_matrix(answers, levels) -> AnswerMatrix:
    codes = np.array([LEVELS.index(level) for level in levels], dtype=np.int8)
    invited = {Atom(0, level): levels.count(level) for level in set(levels)}
    rows = np.array(answers, dtype=np.int8)
    return AnswerMatrix(rows, np.zeros(len(rows), dtype=np.int32), codes, TREE, invited)


def answering(step: int, **facets: int) -> np.ndarray:
    """One person at this content everywhere, other content (or a code) in some facets."""
    content = np.repeat([facets.get(facet, step) for facet in FACETS], 3)
    return np.where(content == DONT_KNOW - 10, DONT_KNOW, 3 + np.array(KEYS) * content)


NO_IDEA = DONT_KNOW - 10


def with_share(unknown: int, asked: int) -> DontKnow:
    """This many "I do not know" in facet R1, and as many questions in every facet."""
    counts = np.zeros(17, dtype=np.int64)
    counts[F1] = unknown
    return DontKnow(counts, np.full(17, asked) - counts)


def test_answers_are_counted_by_facet_without_careless_people_but_with_those_who_know_little() -> None:
    knows_little = answering(0, **dict.fromkeys(FACETS[3:], NO_IDEA))
    careless = np.full(51, 4)
    matrix = a_matrix([answering(1, R1=NO_IDEA), knows_little, careless], [Level.F] * 3)
    people = score_people(matrix)
    assert people.valid.tolist() == [True, False, False]
    staff = DontKnow.of(dont_know_tallies(matrix, people).counts[LEVELS.index(Level.F)])
    assert staff.unknown[F1] == 6
    assert staff.scored[F1] == 0
    assert staff.share([0]) == 0
    assert staff.leg_share(Leg.R) == pytest.approx((6 + 15) / 36)


def test_support_is_never_counted_for_the_question_it_is_not_asked() -> None:
    row = answering(1)
    row[ITEMS.index("B1a")] = NOT_ASKED
    matrix = a_matrix([row], [Level.S])
    counts = dont_know_tallies(matrix, score_people(matrix)).counts[LEVELS.index(Level.S)]
    assert DontKnow.of(counts).scored[FACETS.index("B1")] == 2


def test_more_than_thirty_percent_is_not_informed() -> None:
    assert with_share(9, 30).not_informed == frozenset()
    assert with_share(10, 30).not_informed == {"R1"}
    assert not_informed_facets([with_share(0, 30), with_share(10, 30)]) == {"R1"}


@pytest.mark.parametrize(
    ("unknown", "points", "blind"), [(60, 20, True), (59, 10, False), (0, 0, False), (95, 30, True)]
)
def test_blindness_is_told_in_steps_of_ten_points_towards_zero(unknown, points: int, blind: bool) -> None:
    # leg R has 6 facets: of 300 answers, 60 are 20 points
    found = blindness(with_share(unknown, 50), with_share(0, 50), None)
    assert found == Blindness(points, blind, sure_without_seeing=False)


def test_staff_who_know_less_than_the_top_make_a_negative_step() -> None:
    assert blindness(with_share(0, 50), with_share(40, 50), None).points == -10


@pytest.mark.parametrize(("unknown", "gap", "sure"), [(29, 40, True), (30, 40, False), (29, 39, False)])
def test_sure_without_seeing_is_a_gap_of_forty_without_a_doubt(unknown, gap: float, sure: bool) -> None:
    found = blindness(with_share(unknown, 50), with_share(0, 50), Difference(gap, 10, 20))
    assert found.sure_without_seeing is sure


def test_where_nobody_answered_there_is_no_share() -> None:
    assert isinstance(with_share(0, 0).leg_share(Leg.R), NotEstimable)
    assert isinstance(blindness(with_share(0, 0), with_share(0, 9), None), NotEstimable)
    assert isinstance(blindness(with_share(0, 9), with_share(0, 0), None), NotEstimable)


def a_wave_with_a_top():
    """Eight at the top at +1 (R1 at +2, R2 unknown to one), twenty staff at 0 (R1 at -2)."""
    top = [answering(1, R1=2)] * 7 + [answering(1, R1=2, R2=NO_IDEA)]
    staff = [answering(0, R1=-2, R2=step) for step in (-1, 1) for _ in range(10)]
    matrix = a_matrix(top + staff, [Level.T] * 8 + [Level.F] * 20)
    people = score_people(matrix)
    labels = {atom: Label(0, atom.level) for atom in matrix.invited}
    return matrix, people, leg_tier(matrix, people, Partition(TREE, labels))


def test_a_facet_that_one_level_does_not_know_is_left_out_for_both() -> None:
    matrix, people, tier = a_wave_with_a_top()
    common = common_facet_tier(matrix, people, tier, Leg.R, {"R1"})
    top, staff = (
        lasting(common, Cell(0, "all", (Label(0, level),)), np.ones((1, 1)))[0].value
        for level in (Level.T, Level.F)
    )
    assert (top, staff) == pytest.approx((100, 0))
    assert tier.means([Cell(0, "T", (Label(0, Level.T),))], np.eye(3)).value[0, 1] > 110


def test_nothing_left_out_gives_the_published_leg_back() -> None:
    matrix, people, tier = a_wave_with_a_top()
    for column, leg in enumerate(Leg):
        common = common_facet_tier(matrix, people, tier, leg, set())
        np.testing.assert_allclose(common.moments.mean[:, 0], tier.moments.mean[:, column])


def test_whoever_knows_too_few_of_the_remaining_facets_drops_out() -> None:
    # of R3 to R6 three are needed; this person has the published leg by R1, R2, R5 and R6
    half_known = answering(1, R3=NO_IDEA, R4=NO_IDEA)
    matrix = a_matrix([half_known] + [answering(1)] * 6 + [answering(1, R3=NO_IDEA)] * 6, [Level.F] * 13)
    people = score_people(matrix)
    tier = leg_tier(matrix, people, Partition(TREE, {Atom(0, Level.F): Label(0, Level.F)}))
    assert tier.moments.n.sum() == 13
    assert common_facet_tier(matrix, people, tier, Leg.R, {"R1", "R2"}).moments.n.sum() == 12


def test_with_too_few_common_facets_there_is_no_gap() -> None:
    matrix, people, tier = a_wave_with_a_top()
    of_r = [FACETS[f] for f in FACETS_OF[Leg.R]]
    assert isinstance(common_facet_tier(matrix, people, tier, Leg.R, of_r[:3]), NotEstimable)
    assert not isinstance(common_facet_tier(matrix, people, tier, Leg.R, of_r[:2]), NotEstimable)
    assert not isinstance(common_facet_tier(matrix, people, tier, Leg.D, {"D1", "D2"}), NotEstimable)
