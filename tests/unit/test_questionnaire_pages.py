"""Pages follow the rule of the method, and an order never changes."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import get_args

import pytest

from scoring.legs import page_items
from scoring.vocabulary import ITEMS, LEVELS, SHORT_ITEMS, Form, Level, facet_of, leg_of
from survey_forms.pages import ORDERS, asked, pages

every_order = pytest.mark.parametrize("order", range(ORDERS))


@every_order
def test_no_two_items_of_a_facet_meet_on_a_page(order: int) -> None:
    for page in pages("full", Level.F, order):
        assert len({facet_of(item) for item in page.items}) == len(page.items) == 17


@every_order
def test_pages_have_five_six_and_six_reversed_items(order: int) -> None:
    reversed_items = [
        sum(item.endswith("c") for item in page.items) for page in pages("full", Level.M, order)
    ]
    assert reversed_items == [5, 6, 6]


def test_pages_shown_are_the_pages_on_which_scoring_looks_for_careless_answers() -> None:
    for number, page in enumerate(pages("full", Level.F, 6)):
        assert {ITEMS.index(item) for item in page.items} == set(page_items(number))


@every_order
@pytest.mark.parametrize("level", [Level.T, Level.M, Level.F])
def test_full_form_asks_each_item_once(order: int, level: Level) -> None:
    shown = [item for page in pages("full", level, order) for item in page.items]
    assert len(shown) == 51
    assert set(shown) == set(ITEMS)


@every_order
def test_short_form_is_one_page_of_18(order: int) -> None:
    (page,) = pages("short", Level.F, order)
    assert len(page.items) == 18
    assert set(page.items) == set(SHORT_ITEMS)
    assert (page.number, page.of) == (1, 1)


def test_support_is_not_asked_b1a_and_numbers_run_on() -> None:
    shown = pages("full", Level.S, 0)
    assert [item for page in shown for item in page.items if item == "B1a"] == []
    assert [(page.first, page.last, page.statements) for page in shown] == [
        (1, 17, 50),
        (18, 33, 50),
        (34, 50, 50),
    ]
    assert [number for page in shown for number, _ in page.numbered] == list(range(1, 51))


@every_order
@pytest.mark.parametrize("form", get_args(Form))
def test_neighbours_belong_to_different_legs(form: Form, order: int) -> None:
    for page in pages(form, Level.F, order):
        legs = [leg_of(item) for item in page.items]
        assert all(one != next_one for one, next_one in pairwise(legs))


def test_every_leg_begins_and_ends_some_page() -> None:
    shown = [page for order in range(ORDERS) for page in pages("full", Level.F, order)]
    assert {leg_of(page.items[0]) for page in shown} == set("DRB")
    assert {leg_of(page.items[-1]) for page in shown} == set("DRB")


def test_the_eight_orders_differ_on_every_page() -> None:
    for number in range(3):
        assert len({pages("full", Level.F, order)[number].items for order in range(ORDERS)}) == ORDERS


@pytest.mark.parametrize("form", get_args(Form))
@pytest.mark.parametrize("level", LEVELS)
def test_questions_close_the_last_page_only(form: Form, level: Level) -> None:
    *earlier, last = pages(form, level, 5)
    assert last.questions == ("X1", "X2", "X3", "X4", "X5")
    assert all(page.questions == () for page in earlier)


@pytest.mark.parametrize("form", get_args(Form))
@pytest.mark.parametrize("level", LEVELS)
def test_asked_are_the_items_of_all_pages(form: Form, level: Level) -> None:
    shown = {item for page in pages(form, level, 2) for item in page.items}
    assert asked(form, level) == tuple(item for item in ITEMS if item in shown)


@pytest.mark.parametrize("order", [-1, ORDERS])
def test_order_that_does_not_exist_is_refused(order: int) -> None:
    with pytest.raises(ValueError, match=f"8 orders, 0 to 7; not {order}"):
        pages("full", Level.F, order)


def test_orders_never_change() -> None:
    first = pages("full", Level.F, 0)[0].items
    assert " ".join(first) == "B1c R1c B5a R4c D1a R6b B4c D4a B2a R3b D5b R2a B6b D3c B3b D2b R5a"
    shown = [
        page.items for form in ("full", "short") for o in range(ORDERS) for page in pages(form, Level.F, o)
    ]
    digest = hashlib.sha256(" / ".join(" ".join(items) for items in shown).encode()).hexdigest()
    assert digest == "8c847a241ffa9a864dee5bd44374766a134bbb2419d4bdbe531b06f3aa5ec81b"
