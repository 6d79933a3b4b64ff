"""Items and their distributions in cells of ten people or more (confidentiality 5)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from scoring.answers import DONT_KNOW, NOT_ASKED, AnswerMatrix, Atom, DepartmentTree
from scoring.publication import publish
from scoring.released import Ledger, ReleasedCell
from scoring.vocabulary import ITEMS, KEYS, LEVELS, SHORT_ITEMS, Level

ORG = ("Org",)
Group = tuple[str, Level]
"""Name of a department below the root ("A/North" lies deeper) and a level."""


def a_wave(groups: Mapping[Group, int], *, seed: int = 1, invited: int = 40) -> AnswerMatrix:
    """Random answers of so many people in each group, all of them with 40 invited."""
    paths = {name: (*ORG, *name.split("/")) if name else ORG for name, _ in groups}
    tree = DepartmentTree.of([ORG, *paths.values()])
    units = [tree.index[paths[name]] for name, _ in groups]
    n = list(groups.values())
    answers = np.random.default_rng(seed).integers(1, 6, (sum(n), 51)).astype(np.int8)
    levels = [LEVELS.index(level) for _, level in groups]
    answers[np.repeat(levels, n) == LEVELS.index(Level.S), ITEMS.index("B1a")] = NOT_ASKED
    return AnswerMatrix(
        answers,
        np.repeat(units, n).astype(np.int32),
        np.repeat(levels, n).astype(np.int8),
        tree,
        {Atom(unit, level): invited for unit, (_, level) in zip(units, groups, strict=True)},
    )


def staff(*names: str, n: int = 20) -> dict[Group, int]:
    return {(name, Level.F): n for name in names}


def people_of(wave: AnswerMatrix, name: str) -> np.ndarray:
    return wave.unit == wave.tree.index[(*ORG, *name.split("/"))]


def cell(ledger: Ledger, name: str = "", level: str = "staff") -> ReleasedCell:
    found = ledger.cell((*ORG, *name.split("/")) if name else ORG, level)  # type: ignore[arg-type]
    assert found is not None
    return found


def with_answers(wave: AnswerMatrix, name: str, item: str, answer: int) -> AnswerMatrix:
    wave.answers[people_of(wave, name), ITEMS.index(item)] = answer
    return wave


def test_an_item_has_the_mean_of_its_answers_after_reversal_and_their_shares_as_given() -> None:
    wave = a_wave(staff(*"ABCDE"))
    shown = cell(publish(wave, wave="1"), "A").items
    assert tuple(shown) == ITEMS
    for item, key in zip(ITEMS, KEYS, strict=True):
        given = wave.answers[people_of(wave, "A"), ITEMS.index(item)]
        assert shown[item].estimate.value == pytest.approx(100 * key * (given.mean() - 3), abs=0.51)
        assert shown[item].shares == tuple(100 * int((given == x).sum()) // 20 for x in range(1, 6))


def test_an_interval_is_that_of_a_facet_of_one_item() -> None:
    """Answers to the items of a facet that are all alike make the facet one item."""
    wave = a_wave(staff(*"ABCDE"))
    for letter in "bc":
        own = wave.answers[:, ITEMS.index("R3a")]
        wave.answers[:, ITEMS.index(f"R3{letter}")] = own if letter == "b" else 6 - own
    for name in ("A", "C", ""):
        one = cell(publish(wave, wave="1"), name)
        assert one.items["R3a"].estimate == one.facets["R3"].estimate


def test_a_total_weighs_its_departments_by_head_count() -> None:
    wave = a_wave(staff("A", "B", "C", "D"))
    wave.invited[Atom(wave.tree.index[(*ORG, "A")], Level.F)] = 200  # type: ignore[index]
    for name, answer in (("A", 4), ("B", 2), ("C", 2), ("D", 2)):
        with_answers(wave, name, "D1a", answer)
    one = cell(publish(wave, wave="1")).items["D1a"]
    assert one.estimate.value == round(100 * (200 - 120) / 320)
    assert one.shares == (0, 40, 0, 65, 0)  # 37.5 and 62.5 percent, halves upwards


@pytest.mark.parametrize("end", [1, 5])
def test_an_item_at_which_all_gave_the_same_end_answer_is_not_shown_and_not_to_be_computed(end: int) -> None:
    wave = with_answers(a_wave(staff("P/A", "P/B", "C", "D")), "P/A", "D1c", end)
    ledger = publish(wave, wave="1")
    hidden = {(*ORG, "P", "A")}
    alone = {label.key for label in ledger.labels if {unit for unit, _ in label.atoms} == hidden}
    shown = cell(ledger, "P/A")
    assert shown.facets["D1"]
    # the two other items and the facet would give the third
    assert not {"D1a", "D1b", "D1c"} & shown.items.keys()
    assert "D2a" in shown.items
    for one in ledger.cells:
        for item in ("D1a", "D1b", "D1c"):
            assert not set(one.items[item].members if item in one.items else ()) & alone
    assert "D1c" in cell(ledger).items


def test_nobody_can_compute_it_where_the_whole_rest_of_the_firm_is_one_label() -> None:
    wave = with_answers(a_wave(staff("A", "B")), "A", "D1a", 5)
    ledger = publish(wave, wave="1")
    assert "D1a" not in cell(ledger, "A").items
    assert "D1a" not in cell(ledger, "B").items


def test_where_the_whole_staff_gave_the_same_end_answer_the_item_is_shown_nowhere() -> None:
    wave = a_wave(staff(*"ABC"))
    wave.answers[:, ITEMS.index("B6c")] = 1
    ledger = publish(wave, wave="1")
    assert not any({"B6a", "B6b", "B6c"} & one.items.keys() for one in ledger.cells)
    assert "B5c" in cell(ledger, "A").items


def test_all_the_same_in_the_middle_is_shown() -> None:
    one = cell(publish(with_answers(a_wave(staff(*"ABCD")), "A", "R2a", 4), wave="1"), "A").items["R2a"]
    assert (one.estimate.value, one.shares) == (100, (0, 0, 0, 100, 0))


def test_in_the_short_form_one_such_item_takes_its_leg_along() -> None:
    wave = a_wave(staff("P/A", "P/B", "C", ""))
    wave.answers[:, ~np.isin(ITEMS, SHORT_ITEMS)] = NOT_ASKED
    with_answers(wave, "P/A", "D1a", 5)
    short = AnswerMatrix(wave.answers, wave.unit, wave.level, wave.tree, wave.invited, "short")
    shown = cell(publish(short, wave="1"), "P/A").items
    assert {item[0] for item in shown} == {"R", "B"}
    assert set(cell(publish(short, wave="1"), "C").items) == set(SHORT_ITEMS)


def test_an_item_needs_ten_people_who_answered_it() -> None:
    wave = a_wave(staff("P/A", "P/B", "C", "D", n=12))
    wave.answers[np.flatnonzero(people_of(wave, "P/A"))[:3], ITEMS.index("D4b")] = DONT_KNOW
    ledger = publish(wave, wave="1")
    assert "D4b" not in cell(ledger, "P/A").items
    assert {"D4a", "D4c"} <= cell(ledger, "P/A").items.keys()
    assert len(cell(ledger, "P").items["D4b"].members) == 1


def test_support_has_no_answer_to_what_it_was_not_asked() -> None:
    wave = a_wave({**staff("A", "B", "C"), ("A", Level.S): 20})
    ledger = publish(wave, wave="1")
    support = cell(ledger, "A", "S").items
    assert "B1a" not in support
    assert {"B1b", "B1c"} <= support.keys()
    front = wave.answers[people_of(wave, "A") & (wave.level == LEVELS.index(Level.F)), ITEMS.index("B1a")]
    assert cell(ledger, "A").items["B1a"].estimate.value == pytest.approx(100 * (front.mean() - 3), abs=0.51)


def test_no_item_stands_in_a_small_cell_or_in_that_of_all_levels() -> None:
    ledger = publish(a_wave({**staff("A", "B", "C", "D"), ("E", Level.F): 7, ("", Level.M): 6}), wave="1")
    assert cell(ledger, "E").items == {}
    assert cell(ledger, level="M").items == {}
    assert cell(ledger, level="all").items == {}


def test_items_of_a_label_of_small_groups_hide_how_many_answered_in_each() -> None:
    shown = []
    for n in (5, 9):
        wave = a_wave({("A/North", Level.F): n, ("A/South", Level.F): 6, **staff("B", "C", "D")})
        for item, key in zip(ITEMS, KEYS, strict=True):
            with_answers(with_answers(wave, "A/North", item, 3 - key), "A/South", item, 3 + key)
        shown.append(
            {
                item: (one.estimate.value, one.shares)
                for item, one in cell(publish(wave, wave="1"), "A").items.items()
            }
        )
    assert set(shown[0]) == set(ITEMS)
    assert shown[0] == shown[1]


def test_where_fewer_than_thirty_percent_answered_items_have_no_interval() -> None:
    one = cell(publish(a_wave(staff(*"ABCD", n=11)), wave="1"), "A")
    assert one.response == "low"
    assert one.items["D1a"].estimate.low is None
