"""Gates, the two levels, stuck at 2 and relapse, by hand-worked cases (method 4.3 to 4.6)."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.conditions import View
from scoring.estimable import NotEstimable
from scoring.maturity import Maturity, maturity
from scoring.setbacks import EarlierAudit, LegChange, relapse, stuck
from scoring.support import Scores
from scoring.vocabulary import FACETS, Leg

FACTS = tuple(f"M{number:02d}" for number in range(1, 17))


def level(everything: float, rows: int = 1, **facets: float) -> Scores:
    values = np.array([facets.get(facet, everything) for facet in FACETS])
    legs = [facets.get(leg, everything) for leg in "DRB"]
    return Scores(np.tile(legs, (rows, 1)).astype(float), np.tile(values, (rows, 1)))


def facts(to: int, *, without: tuple[str, ...] = (), also: tuple[str, ...] = ()) -> set[str]:
    """All facts of the gates up to a level."""
    return (set(FACTS[: 4 * (to - 1)]) - set(without)) | set(also)


def of(
    staff: Scores, /, top: Scores | None = None, managers: Scores | None = None, **more: object
) -> Maturity:
    arguments: dict[str, object] = {"staff": 200, "facts": facts(5), **more}
    return maturity(View(staff, top, managers), **arguments)  # type: ignore[arg-type]


def mixed(share: float, passes: Scores, fails: Scores) -> Scores:
    """A thousand draws, of which a share passes."""
    pick = (np.arange(1000) < round(share * 1000))[:, None]
    assert passes.facets is not None
    assert fails.facets is not None
    return Scores(np.where(pick, passes.legs, fails.legs), np.where(pick, passes.facets, fails.facets))


# Gates of perception: a firm at every threshold, and one point short of each


def test_the_second_gate_needs_standards_and_goals() -> None:
    assert of(level(-50, R4=0, D3=0)).by_perception == 2
    assert of(level(-50, R4=-1, D3=0)).by_perception == 1
    assert of(level(-50, R4=0, D3=-1)).by_perception == 1


THIRD = {"R1": 30, "R3": 30, "R4": 30, "D4": 20, "B3": 20}


@pytest.mark.parametrize("short", [None, *THIRD])
def test_the_third_gate_needs_five_facets(short: str | None) -> None:
    values = {facet: bound - (facet == short) for facet, bound in THIRD.items()}
    assert of(level(0, **values)).by_perception == (3 if short is None else 2)


FOURTH = {"D3": 50, "B6": 40, "B4": 40, "D": 40, "R": 40, "B": 100}


@pytest.mark.parametrize("short", [None, *FOURTH])
def test_the_fourth_gate_needs_facets_seat_and_every_leg(short: str | None) -> None:
    values = {facet: bound - (facet == short) for facet, bound in FOURTH.items()}
    if short in ("D", "R"):
        values["B"] += 1  # the seat stays at 60, so the leg alone decides
    # legs 40, 40 and 100 are a seat of 60; one point less anywhere fails
    assert of(level(60, **values)).by_perception == (4 if short is None else 3)


FIFTH = {"D": 80, "R": 80, "B": 80, "B3": 80, "B6": 80}


@pytest.mark.parametrize("short", [None, *FIFTH])
def test_the_fifth_gate_needs_eighty(short: str | None) -> None:
    values = {facet: bound - (facet == short) for facet, bound in FIFTH.items()}
    assert of(level(90, **values)).by_perception == (5 if short is None else 4)


def test_the_fifth_gate_leaves_no_department_behind() -> None:
    assert of(level(90), lowest_department=20).by_perception == 5
    assert of(level(90), lowest_department=19.9).by_perception == 4


# Gaps


def test_gaps_are_taken_to_the_top_or_else_to_the_managers() -> None:
    staff = level(30)
    assert of(staff, level(70)).by_perception == 3
    assert of(staff, level(71)).by_perception == 2
    assert of(staff, level(70), level(100)).by_perception == 3
    assert of(staff, None, level(71)).by_perception == 2


def test_gaps_that_cannot_be_assessed_do_not_block_and_are_remarked() -> None:
    alone = of(level(30))
    assert (alone.level, alone.gaps_assessed) == (3, False)
    assert of(level(30), level(30)).gaps_assessed
    assert of(level(0, D3=0, R4=0)).gaps_assessed  # level 2 asks for no gap


@pytest.mark.parametrize(("top", "level_reached"), [(115, 5), (116, 4), (65, 5), (64, 4)])
def test_the_fifth_gate_needs_a_top_that_sees_what_the_staff_see(top: float, level_reached: int) -> None:
    assert of(level(90), level(top)).by_perception == level_reached


# Facts


def test_three_of_four_facts_open_a_gate() -> None:
    assert of(level(90), facts=facts(3, without=("M01", "M08"))).by_facts == 3
    assert of(level(90), facts=facts(3, without=("M01", "M02"))).by_facts == 1


def test_a_gate_cannot_be_jumped() -> None:
    assert of(level(90), facts=facts(5, without=("M05", "M06"))).by_facts == 2
    # R4 is below the second gate, all that the third asks for besides is there
    assert of(level(90, D3=-5)).by_perception == 1


def test_better_than_expected_needs_customer_results_above_the_target() -> None:
    assert of(level(90), facts=facts(5, without=("M13",))).by_facts == 5
    assert of(level(90), facts=facts(5, without=("M16",))).by_facts == 4


def test_the_level_is_the_lower_of_both() -> None:
    ahead = of(level(10), facts=facts(3))
    assert (ahead.by_facts, ahead.by_perception, ahead.level) == (3, 2, 2)
    assert ahead.remark == "ahead on paper"
    custom = of(level(35), facts=facts(2))
    assert (custom.by_facts, custom.by_perception, custom.level) == (2, 3, 2)
    assert custom.remark == "good custom, no system"
    assert of(level(35), facts=facts(3)).remark is None


# How sure


@pytest.mark.parametrize(
    ("share", "reached", "secure", "perhaps"),
    [
        (0.80, 3, True, None),
        (0.79, 3, False, None),
        (0.50, 3, False, None),
        (0.49, 2, True, 3),
        (0.20, 2, True, 3),
        (0.19, 2, True, None),
    ],
)
def test_a_gate_is_passed_by_the_draws_in_which_all_holds_together(
    share: float, reached: int, secure: bool, perhaps: int | None
) -> None:
    found = of(mixed(share, level(35), level(25)), facts=facts(3))
    assert (found.level, found.secure, found.perhaps) == (reached, secure, perhaps)


def test_conditions_must_hold_in_the_same_draws() -> None:
    # each condition holds in 60 % of the draws, both together in 20 %
    staff = level(0, rows=10)
    assert staff.facets is not None
    staff.facets[:4, FACETS.index("R4")] = -1
    staff.facets[6:, FACETS.index("D3")] = -1
    found = of(staff)
    assert found.gates[0].share == pytest.approx(0.2)
    assert found.level == 1


def test_perhaps_the_next_level_only_with_its_facts() -> None:
    assert of(mixed(0.4, level(35), level(25)), facts=facts(2)).perhaps is None


def test_no_level_is_given_for_fewer_than_thirty_answers() -> None:
    found = of(level(90), staff=29, facts=facts(3))
    assert isinstance(found.level, NotEstimable)
    assert (found.by_facts, found.working_level) == (3, 3)
    assert of(level(35), staff=30, facts=facts(3)).level == 3


def test_the_short_form_gives_no_level() -> None:
    found = of(Scores.published([90, 90, 90]))
    assert isinstance(found.level, NotEstimable)
    assert "short form" in found.level.reason


# Stuck at level 2


AT_TWO = of(level(0), facts=facts(2))
PLANS = {"C02", "C03"}


def test_each_sign_of_being_stuck_is_told_by_its_letter() -> None:
    calm = level(20)
    assert stuck(View(calm), AT_TWO, PLANS).signals == ()
    assert stuck(View(level(20, R4=40, R3=10)), AT_TWO, PLANS).signals == ("a",)
    assert stuck(View(calm), AT_TWO, PLANS, item_b4c=0).signals == ("b",)
    assert stuck(View(calm), AT_TWO, PLANS, directive_support=0.5).signals == ("b",)
    assert stuck(View(level(20, D4=10)), AT_TWO, PLANS).signals == ("c",)
    assert stuck(View(level(20, B3=10)), AT_TWO, PLANS).signals == ("d",)
    assert stuck(View(calm), AT_TWO, {"C02"}).signals == ("e",)
    assert stuck(View(calm), AT_TWO, {"C03"}).signals == ("f",)


def test_four_signs_say_stuck_three_say_watch() -> None:
    view = View(level(20, D4=10, B3=10))
    assert stuck(view, AT_TWO, set()).verdict == "signs of being stuck"
    assert stuck(view, AT_TWO, {"C02"}).verdict == "watch"
    assert stuck(view, AT_TWO, PLANS).verdict is None
    at_three = of(level(35), facts=facts(3))
    assert stuck(view, at_three, set()).verdict is None


def test_two_audits_without_progress_say_stuck() -> None:
    same = {"D4": 19.0, "R3": 0.0, "B3": -5.0}
    view = View(level(20))

    def verdict(months: float = 12, before: int = 2, changes: dict[str, float] = same) -> str | None:
        return stuck(view, AT_TWO, PLANS, before=EarlierAudit(months, before, facets=changes)).verdict

    assert verdict() == "stuck"
    assert verdict(months=11) is None
    assert verdict(before=1) is None
    assert verdict(changes={**same, "R3": 20.0}) is None
    assert verdict(changes={"D4": 0.0}) is None  # the others could not be compared


# Relapse


AT_THREE = of(level(35), facts=facts(3))
KEPT_UP = {"C01"}


def signals(view: View, maturity: Maturity = AT_THREE, facts: set[str] = KEPT_UP, **more: object) -> str:
    found = relapse(view, maturity, facts, **more)  # type: ignore[arg-type]
    assert not isinstance(found, NotEstimable)
    return "".join(found.signals)


def test_each_signal_of_relapse_is_told_by_its_letter() -> None:
    calm = View(level(35))
    assert signals(calm) == ""
    assert signals(View(level(35, B6=5))) == "a"
    assert signals(View(level(70), level(100))) == "b"
    assert signals(View(level(71), level(100))) == ""
    assert signals(View(level(60), level(99))) == ""
    fell = EarlierAudit(12, legs={Leg.B: LegChange(-15, -29, -1)})
    assert signals(calm, before=fell) == "c"
    unsure = EarlierAudit(12, legs={Leg.B: LegChange(-15, -31, 1), Leg.D: LegChange(-14, -20, -8)})
    assert signals(calm, before=unsure) == ""
    assert signals(calm, facts=set()) == "d"
    assert signals(calm, before=EarlierAudit(12, response=-15)) == "e"
    assert signals(calm, before=EarlierAudit(12, disagreement=0.10)) == "e"
    assert signals(calm, before=EarlierAudit(12, response=-14, disagreement=0.09)) == ""
    assert signals(calm, facts={"C01", "C05"}) == "f"
    shaky = of(mixed(0.6, level(35), level(25)), facts=facts(3))
    assert signals(calm, shaky) == "g"
    assert signals(calm, before=EarlierAudit(12, level=4)) == "g"


def test_two_signals_are_a_moderate_risk_three_a_high_one() -> None:
    low, moderate, high = (
        relapse(View(staff), AT_THREE, facts)
        for staff, facts in ((level(35), set()), (level(35), {"C05"}), (level(35, B6=5), {"C05"}))
    )
    assert [one.risk for one in (low, moderate, high)] == ["low", "moderate", "high"]  # type: ignore[union-attr]


def test_relapse_is_not_counted_below_level_three_and_stressed_from_four() -> None:
    below = relapse(View(level(0)), AT_TWO, set())
    assert isinstance(below, NotEstimable)
    four = of(level(60), facts=facts(4))
    found = relapse(View(level(60)), four, KEPT_UP)
    assert not isinstance(found, NotEstimable)
    assert found.stressed
