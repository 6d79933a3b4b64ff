"""Where the legs are one and the same thing, a lean asks for 25 points instead of 15 (method 6.2)."""

from __future__ import annotations

import numpy as np

from scoring.answers import AnswerMatrix, Atom, DepartmentTree
from scoring.publication import publish
from scoring.released import Ledger
from scoring.vocabulary import ITEMS, KEYS, LEVELS, Leg, Level, leg_of

PEOPLE = 600


def a_ledger(*, common: float) -> Ledger:
    """600 front-line people whose resources stand about 21 points lower; common: share of one factor."""
    random = np.random.default_rng(11)
    legs = np.array([LEGS.index(leg_of(item)) for item in ITEMS])
    one, three = random.standard_normal((PEOPLE, 1)), random.standard_normal((PEOPLE, 3))[:, legs]
    latent = np.sqrt(common) * one + np.sqrt(1 - common) * three
    answers = 0.8 * (0.9 * latent + 0.45 * random.standard_normal(latent.shape)) - 0.22 * (legs == 1)
    raw = (3 + np.array(KEYS) * np.rint(answers + 0.2)).clip(1, 5).astype(np.int8)
    return publish(
        AnswerMatrix(
            raw,
            np.zeros(PEOPLE, dtype=np.int32),
            np.full(PEOPLE, LEVELS.index(Level.F), dtype=np.int8),
            DepartmentTree((("Org",),)),
            {Atom(0, Level.F): PEOPLE},
        ),
        wave="1",
    )


LEGS = (Leg.D, Leg.R, Leg.B)


def test_a_lean_needs_more_where_the_legs_are_one_factor() -> None:
    verdicts = {}
    for common in (0.3, 1.0):
        ledger = a_ledger(common=common)
        cell = ledger.cell(("Org",), "staff")
        assert cell is not None
        assert ledger.findings is not None
        assert ledger.findings.structure is not None
        assert 18 <= cell.legs[Leg.D].value - cell.legs[Leg.R].value <= 24
        inseparable = any(one.kind == "legs not separable" for one in ledger.findings.structure.findings)
        verdicts[common] = inseparable, cell.stool.verdict, cell.stool.toward
    assert verdicts[0.3][0] is False
    assert verdicts[1.0] == (True, "stable", ())
