"""How people answer, and what is true of them (method 7.2, 7.3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring.answers import AnswerMatrix
from scoring.simulation.disturbances import careless_kinds, disturb, who_responds
from scoring.simulation.organisations import Organisation
from scoring.simulation.people import People, correlated, draw_people
from scoring.simulation.questions import answer_questions
from scoring.simulation.scenario import LEG_OF_FACET, Scenario, expected_points, halves_mean
from scoring.simulation.streams import stream
from scoring.vocabulary import (
    FACETS,
    ITEMS,
    KEYS,
    LEGS,
    LEVELS,
    NOT_ASKED_OF_SUPPORT,
    Leg,
    Level,
    facet_of,
    leg_of,
)


@dataclass(frozen=True, eq=False)
class Truth:
    """What everybody who was invited would score on average: no acquiescence, no extremity, no DIF.

    The expectation over the noise of single answers (normal ogive), in points. The desirability of
    managers is part of their view and stays in.

    facets: people x 17. unit, level: as in AnswerMatrix. lasting: departments x 4 levels x 17, the
    mean over all people whom a department could have: the target of "lasting condition" (method 3.6).
    """

    facets: NDArray[np.float64]
    unit: NDArray[np.int32]
    level: NDArray[np.int8]
    lasting: NDArray[np.float64]

    @cached_property
    def legs(self) -> NDArray[np.float64]:
        """People x 3."""
        return mean_by_leg(self.facets)

    @property
    def seat(self) -> NDArray[np.float64]:
        """Mean of the three legs of every person."""
        seats: NDArray[np.float64] = self.legs.mean(axis=1)
        return seats


@dataclass(frozen=True, eq=False)
class Wave:
    """One survey of a synthetic organisation.

    answers: of those who answered. truth, responded, careless (codes of Careless), language,
    acquiescence: of everybody who was invited; `truth.legs[responded]` belongs to `answers`.
    """

    organisation: Organisation
    answers: AnswerMatrix
    truth: Truth
    responded: NDArray[np.bool_]
    careless: NDArray[np.int8]
    language: NDArray[np.int8]
    acquiescence: NDArray[np.float64]


def answer(organisation: Organisation, scenario: Scenario, *, seed: int) -> Wave:
    """One wave: everybody has a view, some of them answer, some of those without care."""
    return hold_wave(organisation, scenario, draw_people(organisation, scenario, seed=seed), seed=seed)


def hold_wave(
    organisation: Organisation, scenario: Scenario, people: People, *, seed: int, occasion: int = 0
) -> Wave:
    """The wave of given people; departments and item severities depend on the seed alone."""
    effects = _department_effects(organisation, scenario, seed)
    severity = _severities(scenario, seed)
    answers, facets = _attentive_answers(people, scenario, effects, severity, seed, occasion)
    truth = Truth(facets, people.unit, people.level, _lasting(scenario, effects, severity))
    careless = careless_kinds(len(people), scenario.careless, seed, occasion)
    disturb(answers, people, careless, scenario, seed, occasion)
    responded = who_responds(truth.seat, scenario, seed, occasion)
    questions = answer_questions(truth.seat, facets[:, FACETS.index("B3")], people.level, seed, occasion)
    return Wave(
        organisation=organisation,
        answers=AnswerMatrix(
            answers=answers[responded],
            unit=people.unit[responded],
            level=people.level[responded],
            tree=organisation.tree,
            invited=organisation.invited,
            questions={name: column[responded] for name, column in questions.items()},
        ),
        truth=truth,
        responded=responded,
        careless=careless,
        language=people.language,
        acquiescence=people.acquiescence,
    )


def mean_by_leg(facets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means over the facets (last axis, 17) of each leg; last axis 3."""
    means = [facets[..., leg == LEG_OF_FACET].mean(axis=-1) for leg in range(len(LEGS))]
    return np.stack(means, axis=-1)


def _department_effects(organisation: Organisation, scenario: Scenario, seed: int) -> NDArray[np.float64]:
    """Departments x 3; 0 at the root, where only the top stands."""
    units = len(organisation.tree.paths)
    rng = stream(seed, "departments")
    effects = correlated(rng, units, scenario.department_sd, scenario.department_correlation)
    if scenario.centred:
        effects -= np.average(effects, axis=0, weights=organisation.staff_by_unit)
    effects[0] = 0.0
    return effects


def _severities(scenario: Scenario, seed: int) -> NDArray[np.float64]:
    draws = scenario.severity_sd * stream(seed, "severities").standard_normal(len(ITEMS))
    for leg in LEGS:
        inside = [leg_of(item) == leg for item in ITEMS]
        draws[inside] -= draws[inside].mean()
    if scenario.centred:
        draws -= draws.reshape(-1, 3).mean(axis=1).repeat(3)
    return draws


def _attentive_answers(
    people: People,
    scenario: Scenario,
    effects: NDArray[np.float64],
    severity: NDArray[np.float64],
    seed: int,
    occasion: int,
) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Raw answers (people x 51) and true facets (people x 17); facet by facet, to spare memory."""
    noise = stream(seed, "answers", occasion)
    locations = scenario.locations
    top = people.level == LEVELS.index(Level.T)
    dif = np.array([scenario.dif_shift * (item in scenario.dif_items) for item in ITEMS])
    answers = np.empty((len(people), len(ITEMS)), dtype=np.int8)
    facets = np.empty((len(people), len(FACETS)))
    for f, leg in enumerate(LEG_OF_FACET):
        items = slice(3 * f, 3 * f + 3)
        view = locations[people.level, f] + effects[people.unit, leg] + people.view[:, leg]
        view += people.facets[:, f] + scenario.split * people.half
        if LEGS[leg] == Leg.B:
            view += people.desirability
        latent = view[:, None] + severity[items]
        facets[:, f] = _facet_mean(expected_points(latent, scenario.noise_sd), f, people.level)
        latent += top[:, None] * dif[items]
        latent = latent * KEYS[items] + people.acquiescence[:, None]
        latent += scenario.noise_sd * noise.standard_normal(latent.shape)
        latent *= people.extremity[:, None]
        # The cuts lie halfway between whole steps, so cutting is rounding.
        answers[:, items] = np.clip(np.rint(latent), -2, 2) + 3
    return answers, facets


def _facet_mean(items: NDArray[np.float64], facet: int, level: NDArray[np.int8]) -> NDArray[np.float64]:
    """Mean of a facet's items; support is not asked one of them."""
    means: NDArray[np.float64] = items.mean(axis=1)
    if FACETS[facet] == facet_of(NOT_ASKED_OF_SUPPORT):
        asked = np.array([ITEMS[3 * facet + i] != NOT_ASKED_OF_SUPPORT for i in range(3)])
        support = level == LEVELS.index(Level.S)
        means[support] = items[support][:, asked].mean(axis=1)
    return means


def _lasting(
    scenario: Scenario, effects: NDArray[np.float64], severity: NDArray[np.float64]
) -> NDArray[np.float64]:
    spread = float(np.sqrt(scenario.noise_sd**2 + scenario.person_sd**2 + scenario.facet_sd**2))
    latent = scenario.reported_locations[None] + effects[:, None, LEG_OF_FACET]
    points = halves_mean(latent[..., None] + severity.reshape(-1, 3), spread, scenario.split)
    lasting: NDArray[np.float64] = points.mean(axis=-1)
    support, f = LEVELS.index(Level.S), FACETS.index(facet_of(NOT_ASKED_OF_SUPPORT))
    lasting[:, support, f] = _facet_mean(points[:, support, f], f, np.full(len(effects), support, np.int8))
    return lasting
