"""Which statements stand on which page, and in which of eight orders (method 2.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from scoring.vocabulary import (
    FACETS,
    ITEMS,
    LEGS,
    NOT_ASKED_OF_SUPPORT,
    SHORT_ITEMS,
    Form,
    Leg,
    Level,
    leg_of,
)
from survey_forms.structure import QUESTIONS

ORDERS: Final = 8
"""How many orders there are: few, so that a page is rendered once and kept for each of them."""

_LETTERS: Final = "abc"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the survey.

    number: 1 for the first of `of` pages. items: the statements in the order shown. first: running
    number of the first of them, of `statements` on all pages. questions: X1 to X5, which close the
    last of these pages. extra: codes of questions outside the scores, which have a further page.
    """

    number: int
    of: int
    items: tuple[str, ...]
    first: int
    statements: int
    questions: tuple[str, ...]
    extra: tuple[str, ...] = ()

    @property
    def numbered(self) -> tuple[tuple[int, str], ...]:
        """The statements with their running numbers."""
        return tuple(enumerate(self.items, start=self.first))

    @property
    def last(self) -> int:
        """Running number of the last statement on the page."""
        return self.first + len(self.items) - 1


@cache
def pages(form: Form, level: Level, order: int, extra: tuple[str, ...] = ()) -> tuple[Page, ...]:
    """The pages that a person of this level goes through.

    Page p (0, 1, 2) of the full form holds from facet number f the item with index (f + p) mod 3, so no
    two items of a facet meet and the pages have 5, 6 and 6 reversed items. The short form is one page.
    Support is not asked B1a. An order stays the same for ever, whatever the version of Python.
    extra: codes of questions outside the scores; they stand last, on a page of their own.

    Raises:
        ValueError: order lies outside 0 to 7.
    """
    if not 0 <= order < ORDERS:
        raise ValueError(f"there are {ORDERS} orders, 0 to {ORDERS - 1}; not {order}")
    sets = (SHORT_ITEMS,) if form == "short" else tuple(_items_of_page(page) for page in range(3))
    shown = [
        tuple(item for item in _mixed(items, f"{form}/{order}/{page}") if _is_asked(item, level))
        for page, items in enumerate(sets)
    ]
    statements = sum(map(len, shown))
    of = len(shown) + bool(extra)
    found = tuple(
        Page(
            number=place + 1,
            of=of,
            items=items,
            first=sum(map(len, shown[:place])) + 1,
            statements=statements,
            questions=tuple(QUESTIONS) if place + 1 == len(shown) else (),
        )
        for place, items in enumerate(shown)
    )
    return (*found, Page(of, of, (), statements + 1, statements, (), extra)) if extra else found


def one_page(every: Sequence[Page]) -> Page:
    """All pages as one, on a long screen page or on paper.

    >>> joined = one_page(pages("full", Level.F, 0, ("Q01",)))
    >>> joined.of, joined.first, joined.last, len(joined.questions), joined.extra
    (1, 1, 51, 5, ('Q01',))
    """
    return replace(
        every[-1],
        number=1,
        of=1,
        first=1,
        items=tuple(item for page in every for item in page.items),
        questions=tuple(question for page in every for question in page.questions),
    )


def asked(form: Form, level: Level) -> tuple[str, ...]:
    """The items that a person of this level is asked, in the order of the item bank.

    >>> len(asked("full", Level.F)), len(asked("full", Level.S)), len(asked("short", Level.S))
    (51, 50, 18)
    """
    items = SHORT_ITEMS if form == "short" else ITEMS
    return tuple(item for item in items if _is_asked(item, level))


def _is_asked(item: str, level: Level) -> bool:
    return level is not Level.S or item != NOT_ASKED_OF_SUPPORT


def _items_of_page(page: int) -> tuple[str, ...]:
    return tuple(facet + _LETTERS[(f + page) % 3] for f, facet in enumerate(FACETS))


def _mixed(items: Sequence[str], seed: str) -> tuple[str, ...]:
    """Items in a fixed disorder: dealt in rounds of one item a leg, so that neighbours differ in leg."""
    of_leg = {leg: [item for item in items if leg_of(item) == leg] for leg in LEGS}
    rounds = max(map(len, of_leg.values()))
    for leg, found in of_leg.items():
        # A leg with fewer items sits out a round that is drawn too, or it would never stand last.
        found += [""] * (rounds - len(found))
        of_leg[leg] = sorted(found, key=lambda item: _drawn(seed, item))
    dealt: list[str] = []
    for turn in range(rounds):
        legs: list[Leg] = sorted(LEGS, key=lambda leg: _drawn(f"{seed}/{turn}", leg))
        hand = [item for leg in legs if (item := of_leg[leg][turn])]
        if dealt and leg_of(hand[0]) == leg_of(dealt[-1]):
            hand.reverse()
        dealt += hand
    return tuple(dealt)


def _drawn(seed: str, name: str) -> bytes:
    """A number for a name that looks random and never changes, unlike a generator's stream."""
    return hashlib.sha256(f"{seed}/{name}".encode()).digest()
