"""What keeps answers from being complete and careful: "I do not know", haste, silence (method 7.3)."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit

from scoring.answers import DONT_KNOW, NOT_ASKED, SKIPPED
from scoring.simulation.people import People
from scoring.simulation.scenario import Scenario
from scoring.simulation.streams import stream
from scoring.vocabulary import FACETS, ITEMS, LEVELS, NOT_ASKED_OF_SUPPORT, Leg, Level, facet_of, leg_of

ATTENTIVE_ITEMS: Final = 30
"""How many items the third kind of careless people answers with care."""


class Careless(IntEnum):
    """How a person answers without care; half, a quarter and a quarter of all careless people."""

    NO = 0
    STRAIGHT = 1
    RANDOM = 2
    TIRED = 3


def _dont_know_rates(scenario: Scenario) -> NDArray[np.float64]:
    """Levels x 51 (method 7.3)."""
    logits = np.full((len(LEVELS), len(ITEMS)), scenario.dk_base)
    resources = [leg_of(item) == Leg.R for item in ITEMS]
    conduct = [facet_of(item) in ("B1", "B2") for item in ITEMS]
    logits[LEVELS.index(Level.T), resources] += scenario.dk_top_resources
    logits[LEVELS.index(Level.M), resources] += scenario.dk_managers_resources
    logits[LEVELS.index(Level.S), conduct] += scenario.dk_support_conduct
    rates: NDArray[np.float64] = expit(logits)
    return rates


def careless_kinds(people: int, share: float, seed: int, occasion: int) -> NDArray[np.int8]:
    """Code of Careless for every person."""
    draws = stream(seed, "careless", occasion).random(people)
    limits = share * np.array([0.5, 0.75, 1.0])
    kinds = np.searchsorted(limits, draws, side="right") + 1
    return (kinds % len(Careless)).astype(np.int8)


def disturb(
    answers: NDArray[np.int8],
    people: People,
    careless: NDArray[np.int8],
    scenario: Scenario,
    seed: int,
    occasion: int,
) -> None:
    """Write "I do not know", careless and skipped answers into the attentive ones, in this order.

    Careless people do not take the trouble of "I do not know". A straight-liner gives the first
    answer again and again.
    """
    first = answers[:, 0].copy()
    rates = _dont_know_rates(scenario)
    draws = stream(seed, "do not know", occasion).random(answers.shape, dtype=np.float32)
    answers[draws < rates[people.level]] = DONT_KNOW

    rng = stream(seed, "careless answers", occasion)
    straight = careless == Careless.STRAIGHT
    answers[straight] = first[straight, None]
    for kind, attentive in ((Careless.RANDOM, 0), (Careless.TIRED, ATTENTIVE_ITEMS)):
        rows = np.flatnonzero(careless == kind)
        guesses = rng.integers(1, 6, (len(rows), len(ITEMS)), dtype=np.int8)
        kept = _item_order(rng, len(rows)) < attentive
        answers[rows] = np.where(kept, answers[rows], guesses)

    skips = stream(seed, "skips", occasion).random(answers.shape, dtype=np.float32)
    answers[skips < scenario.skip_rate] = SKIPPED
    support = people.level == LEVELS.index(Level.S)
    answers[support, ITEMS.index(NOT_ASKED_OF_SUPPORT)] = NOT_ASKED


def _item_order(rng: np.random.Generator, people: int) -> NDArray[np.int64]:
    """Place (0 to 50) at which each person meets each item: pages of method 2.1, random inside a page."""
    page = np.array([(i - f) % 3 for f in range(len(FACETS)) for i in range(3)])
    return np.argsort(np.argsort(page + rng.random((people, len(ITEMS))), axis=1), axis=1)


def who_responds(
    seat: NDArray[np.float64], scenario: Scenario, seed: int, occasion: int
) -> NDArray[np.bool_]:
    """Who answers; the constant of the logit is solved so that the expected rate is the wanted one."""
    draws = stream(seed, "response", occasion).random(len(seat))
    if scenario.response_rate in (0.0, 1.0):
        return draws < scenario.response_rate
    spread = float(seat.std())
    tendency = scenario.response_slope * (seat - seat.mean()) / (spread or 1.0)
    constant = brentq(lambda b0: float(expit(b0 + tendency).mean()) - scenario.response_rate, -50.0, 50.0)
    answered: NDArray[np.bool_] = draws < expit(constant + tendency)
    return answered
