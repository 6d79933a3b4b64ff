"""The choice of recommendations, rule by rule on the library of method 5.4 (method 5.3)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.conditions import Reading
from scoring.patterns import ShownPattern, Support
from scoring.recommendations import Chosen, Findings, KeyArea, choose
from scoring.vocabulary import FACETS
from survey_forms.questionnaire import default_questionnaire

LIBRARY = default_questionnaire().recommendations
ENTRY = {one.id: one for one in LIBRARY}


def clear(pattern: str) -> ShownPattern:
    return ShownPattern(pattern, "clear", (), (Reading("R4", 1, -5, 7, "<=", 10),))


def possible(pattern: str) -> ShownPattern:
    return replace(clear(pattern), certainty="possible")


def about(quantity: str, value: float, threshold: float) -> Reading:
    return Reading(quantity, value, value - 10, value + 10, ">=", threshold)


def area(facet: str, a: float = 0, b: float = 10, c: float = 20) -> KeyArea:
    return KeyArea(facet, about(facet, (a + b + c) / 3, 60), {f"{facet}a": a, f"{facet}b": b, f"{facet}c": c})


def chosen(**more: object) -> tuple[Chosen, ...]:
    findings = Findings(organisation=True, level=2, facts={"M02"}, key_areas=())
    return choose(replace(findings, **more), LIBRARY)  # type: ignore[arg-type]


def ids(**more: object) -> list[str]:
    return [one.id for one in chosen(**more)]


def test_no_finding_no_change() -> None:
    assert ids() == []


# 1. Forced


HELD = {"supports": {"P02": Support(0.5, 1)}}


def test_a_possible_hostile_climate_asks_for_a_talk_first() -> None:
    assert ids(**HELD)[0] == "B10"
    assert "B10" not in ids(supports={"P02": Support(0.49, 1)})


def test_a_say_do_gap_or_rhetoric_stops_the_slogans() -> None:
    assert "A12" in ids(say_do=about("D - B", 40, 40))
    assert "A12" not in ids(say_do=about("D - B", 39, 40))
    [rhetoric] = [one for one in chosen(supports={"P15": Support(0.6, 1)}) if one.id == "A12"]
    assert rhetoric.reason == "forced"
    assert [(one.rule, one.certainty) for one in rhetoric.evidence] == [("P15", "possible")]


def test_low_resources_put_the_obstacles_on_the_list() -> None:
    assert "R17" in ids(resources=about("R", 10, 10))
    assert "R17" not in ids(resources=about("R", 11, 10))


def test_a_first_standard_only_for_an_organisation_at_level_one_without_one() -> None:
    assert "R11" in ids(level=1, facts=set())
    assert "R11" not in ids(level=1)
    assert "R11" not in ids(level=2, facts=set())
    assert "R11" not in ids(level=1, facts=set(), organisation=False)


def test_stuck_and_relapse_force_their_recommendations_for_the_organisation() -> None:
    assert "G04" in ids(stuck=True)
    assert "G04" not in ids(stuck=True, organisation=False)
    assert "G05" in ids(level=3, relapse_signals=2)
    assert "G05" not in ids(level=3, relapse_signals=1)
    assert "G05" not in ids(level=3, relapse_signals=4, organisation=False)


# 2. Patterns


@pytest.mark.parametrize(
    ("pattern", "first"),
    [
        *(("P01", "R17"), ("P02", "B10"), ("P03", "A08"), ("P04", "R17"), ("P05", "A03"), ("P06", "G01")),
        *(("P07", "G02"), ("P08", "B12"), ("P09", "R06"), ("P10", "B05"), ("P11", "G06"), ("P12", "A01")),
        *(("P13", "G03"), ("P14", "R08"), ("P15", "A12"), ("P16", "R16")),
    ],
)
def test_a_clear_pattern_brings_its_first_recommendation(pattern: str, first: str) -> None:
    found = {one.id: one for one in chosen(shown=[clear(pattern)])}
    assert found[first].reason == "pattern"
    assert found[first].evidence[0].rule == pattern
    assert found[first].evidence[0].readings == clear(pattern).readings
    assert first not in ids(shown=[possible(pattern)])


def test_what_is_already_forced_makes_room_for_the_next_of_the_pattern() -> None:
    found = {one.id: one for one in chosen(shown=[clear("P01")], resources=about("R", -20, 10))}
    assert set(found) == {"R17", "A10"}
    # the forced one keeps its place and gains the pattern as a second reason
    assert [one.rule for one in found["R17"].evidence] == ["low resources", "P01"]
    assert found["A10"].reason == "pattern"


def test_a_recommendation_above_the_level_makes_room_for_the_next_of_the_pattern() -> None:
    assert set(ids(level=1, shown=[clear("P09")])) >= {"B09"}
    assert "R06" not in ids(level=1, shown=[clear("P09")])


def test_the_strong_protect_what_works_unless_renewal_is_missing() -> None:
    assert ids(shown=[clear("P11")]) == ["G06"]
    assert "G06" not in ids(shown=[clear("P11"), clear("P08")])
    assert "G06" not in ids(shown=[clear("P11"), possible("P08")], level=4)


@pytest.mark.parametrize(("level", "says"), [(5, ["G06"]), (4, ["G06"]), (3, [])])
def test_no_key_area_on_a_high_level_protects_what_works(level: int, says: list[str]) -> None:
    assert ids(level=level) == says


def test_facets_that_were_not_measured_are_not_the_same_as_no_key_area() -> None:
    assert ids(level=4, key_areas=None) == []


# 3. Key areas


def test_a_key_area_brings_the_owner_of_its_lowest_item() -> None:
    assert "R01" in ids(key_areas=[area("R1", a=-30, b=0, c=10)])
    assert ids(key_areas=[area("R1", a=10, b=0, c=-30)])[0:2] == ["R03", "R02"]


def test_equal_items_go_by_the_lower_number() -> None:
    found = [one.id for one in chosen(key_areas=[area("R1", 0, 0, 0)]) if one.reason == "key area"]
    assert set(found) == {"R01", "R02"}


def test_an_item_with_two_owners_gives_them_by_number() -> None:
    found = chosen(key_areas=[area("B5", a=20, b=10, c=-30)])
    assert {one.id for one in found if one.reason == "key area"} == {"B10", "B11"}


def test_every_key_area_has_one_before_any_has_two() -> None:
    areas = [area(facet) for facet in ("R1", "D4", "B6", "R3", "B4")]
    found = [one for one in chosen(key_areas=areas) if one.reason == "key area"]
    # A08 and B07 act at the top and are quick, so nothing is exchanged
    assert {one.id for one in found} == {"R01", "A08", "B12", "R06", "B07"}
    assert {one.evidence[0].facet for one in found} == {"R1", "D4", "B6", "R3", "B4"}
    two = [one for one in chosen(key_areas=areas[:2]) if one.reason == "key area"]
    assert {one.id for one in two} == {"R01", "R02", "A08", "A09"}


def test_at_most_two_of_one_facet() -> None:
    found = [one for one in chosen(key_areas=[area("R1")]) if one.reason == "key area"]
    assert len(found) == 2


# 4. What is removed


def test_at_level_one_only_the_beginner_set_is_given() -> None:
    areas = [area(facet) for facet in FACETS]
    assert all(ENTRY[name].from_level == 1 for name in ids(level=1, key_areas=areas[:5]))
    # R3 has nothing for level 1
    assert "R06" not in ids(level=1, key_areas=[area("R3")])


def test_talk_about_slogans_keeps_silent_while_slogans_stop() -> None:
    forced = {"say_do": about("D - B", 60, 40)}
    assert "A01" in ids(key_areas=[area("D1")])
    found = ids(key_areas=[area("D1"), area("D5")], **forced)
    assert not {"A01", "A02", "A11"} & set(found)
    # D5b and D5c belong to the forced A12, D5a to the removed A11: nothing is left of the facet
    assert found == ids(key_areas=[area("D1")], **forced)


def test_training_waits_for_the_obstacles() -> None:
    found = ids(key_areas=[area("R5")], resources=about("R", 5, 10))
    assert {"R17", "R12"} <= set(found)
    assert "R12" in ids(key_areas=[area("R5")], resources=about("R", 11, 10))


# 5. Filling up, five at most, exchanges


def test_level_one_is_filled_up_to_three() -> None:
    found = chosen(level=1)
    assert {one.id for one in found if one.reason == "first steps"} == {"A05", "B04", "B08"}
    assert [one.id for one in found if one.reason == "for the top"] == ["A01"]
    some = chosen(level=1, key_areas=[area("B2"), area("D3")])
    # B04 owns items of B2 and A05 of D3, so both are there already
    assert {one.id for one in some if one.reason == "first steps"} == {"B08"}


def test_the_fill_leaves_out_what_was_removed() -> None:
    found = chosen(level=1, say_do=about("D - B", 60, 40), key_areas=[])
    assert {one.id for one in found} == {"A12", "A05", "B04"}


def test_never_more_than_five() -> None:
    everything = {
        "shown": [clear("P02"), clear("P10"), clear("P16")],
        "supports": {"P02": Support(0.9, 9), "P15": Support(0.7, 2)},
        "say_do": about("D - B", 70, 40),
        "resources": about("R", -30, 10),
        "stuck": True,
        "key_areas": [area("R1"), area("D4")],
    }
    found = chosen(**everything)
    assert len(found) == 5
    assert {one.id for one in found if one.reason == "forced"} == {"B10", "A12", "R17", "G04"}


NOT_FOR_THE_TOP = ("R1", "B2", "B3", "R6", "D3")


def test_the_last_unforced_one_gives_way_to_one_for_the_top() -> None:
    areas = [area(facet) for facet in NOT_FOR_THE_TOP]
    found = chosen(key_areas=areas)
    assert len(found) == 5
    assert {one.id for one in found} == {"R01", "B03", "B05", "R15", "A01"}
    assert [one.reason for one in found if one.id == "A01"] == ["for the top"]
    # while there is room nothing gives way
    assert set(ids(key_areas=areas[:1])) == {"R01", "R02", "A01"}


def test_the_last_that_is_not_for_the_top_gives_way_to_a_quick_one() -> None:
    # A07 top; R03, R04, R12, B02 teams: none of them is quick
    areas = [
        area("D3", 20, 10, 0), area("R1", 20, 10, 0), area("R2", 0, 30, 10), area("R5"), area("B1", 20, 10, 0)
    ]  # fmt: skip
    found = chosen(key_areas=areas)
    # the next quick one of those cut off: A06, the second of D3, in the place of B02
    assert {one.id for one in found} == {"A07", "R03", "R04", "R12", "A06"}
    assert [one.id for one in chosen(key_areas=areas) if ENTRY[one.id].quick] == ["A06"]


def test_without_a_quick_one_cut_off_praise_begins() -> None:
    found = chosen(stuck=True)
    assert [(one.id, one.reason) for one in found] == [("G04", "forced"), ("B08", "quick start")]


def test_a_list_where_nothing_may_give_way_stays() -> None:
    # five forced ones, none of them quick
    found = chosen(
        level=1,
        facts=set(),
        supports={"P02": Support(0.9, 9)},
        say_do=about("D - B", 70, 40),
        resources=about("R", -30, 10),
        stuck=True,
    )
    # at level 1 "stuck" is not given in practice; it fills the list here
    assert {one.id for one in found} == {"B10", "A12", "R17", "R11", "G04"}


def test_renewal_and_protection_alone_are_not_added_to() -> None:
    assert ids(level=4, relapse_signals=2) == ["G06", "G05"]
    assert ids(level=4) == ["G06"]


# 6. Order of print


def test_talks_come_first_then_the_steps_with_the_team_before_the_board() -> None:
    found = ids(
        shown=[clear("P13"), clear("P06"), clear("P09")],
        supports={"P02": Support(0.6, 3)},
        resources=about("R", 0, 10),
    )
    assert found[:2] == ["B10", "G03"]
    assert found[2:] == ["R17", "R06", "G01"]
    steps = [(ENTRY[name].step, ENTRY[name].top) for name in found[2:]]
    assert steps == sorted(steps)


def test_a_talk_that_is_not_forced_keeps_its_place() -> None:
    found = chosen(key_areas=[area("B5"), area("R1")])
    assert {one.id for one in found if ENTRY[one.id].step == 1} >= {"B10", "R01"}
    # both are step 1 of a team: in the order in which they were chosen
    assert [one.id for one in found][:2] == ["B10", "R01"]
    later = chosen(key_areas=[area("R1"), area("B5")])
    assert [one.id for one in later][:2] == ["R01", "B10"]


# Evidence and errors


def test_every_recommendation_says_why() -> None:
    found = chosen(
        shown=[clear("P16")], key_areas=[area("R6"), area("D4")], say_do=about("D - B", 50, 40), level=2
    )
    assert all(one.evidence for one in found)
    [slogans] = [one for one in found if one.id == "A12"]
    assert slogans.evidence[0].readings[0] == about("D - B", 50, 40)
    [roster] = [one for one in found if one.id == "R16"]
    assert roster.evidence[0].certainty == "clear"


def test_a_library_that_lacks_what_the_rules_name_is_refused() -> None:
    without = [one for one in LIBRARY if one.id not in ("A01", "B08")]
    with pytest.raises(ValueError, match="lacks A01, B08"):
        choose(Findings(True, 2), without)


FINDINGS = st.builds(
    Findings,
    organisation=st.booleans(),
    level=st.integers(1, 5),
    facts=st.sets(st.sampled_from(["M02"])),
    shown=st.lists(
        st.tuples(st.sampled_from([f"P{i:02d}" for i in range(1, 17)]), st.booleans()).map(
            lambda pair: clear(pair[0]) if pair[1] else possible(pair[0])
        ),
        max_size=3,
        unique_by=lambda one: one.id,
    ),
    supports=st.dictionaries(
        st.sampled_from(["P02", "P15"]), st.floats(0, 1).map(lambda share: Support(share, 1.0))
    ),
    say_do=st.none() | st.floats(-100, 100).map(lambda value: about("D - B", value, 40)),
    resources=st.none() | st.floats(-100, 100).map(lambda value: about("R", value, 10)),
    key_areas=st.none()
    | st.lists(
        st.builds(area, st.sampled_from(FACETS), *(st.integers(-200, 200).map(float) for _ in "abc")),
        max_size=5,
        unique_by=lambda one: one.facet,
    ),
    stuck=st.booleans(),
    relapse_signals=st.integers(0, 7),
)


@given(FINDINGS)
def test_whatever_is_found_the_list_keeps_its_rules(findings: Findings) -> None:
    found = choose(findings, LIBRARY)
    names = [one.id for one in found]
    assert len(names) == len(set(names)) <= 5
    forced = {one.id for one in found if one.reason == "forced"}
    strong = any(one == clear("P11") for one in findings.shown)
    for one in found:
        entry = ENTRY[one.id]
        assert entry.from_level <= findings.level or one.id in forced or (one.id == "G06" and strong)
    if "A12" in forced:
        assert not {"A01", "A02", "A11"} & set(names)
    if set(names) - {"G05", "G06"}:
        assert any(ENTRY[name].top for name in names) or (len(names) == 5 and len(forced) == 5)
        may_go = [name for name in names if name not in forced and not ENTRY[name].top]
        assert any(ENTRY[name].quick for name in names) or (len(names) == 5 and not may_go)
    assert findings.level > 1 or len(names) >= 3
