"""The scoring engine: a million people, patterns, the diagnosis of a firm, a file from end to end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cases.case import Case
from scoring.agreement_of_legs import answer_tallies, answers_in, leg_agreements
from scoring.answers import AnswerMatrix
from scoring.cells import Cell, cells
from scoring.coherence import SCORES
from scoring.conditions import View
from scoring.disclosure import partitions
from scoring.legs import score_people
from scoring.patterns import pattern_support
from scoring.publication import publish
from scoring.released_diagnosis import FactAnswer
from scoring.simulation import Scenario, answer, organisation, scenario
from scoring.staff_groups import reliability_of_groups, shrunken_departments, staff_groups
from scoring.support import LEG_MEANS, Scores, draw, generator, prior_facet_covariance, square_root
from scoring.tiers import Tier, atom_codes, facet_tiers, leg_tier
from scoring.told_counts import resting_on_items, told_counts
from survey_forms.questionnaire import default_questionnaire

K = 5
COPIES = 10
FACTS: dict[str, FactAnswer] = {f"M{number:02d}": "yes" for number in range(1, 17)}


def million(seed: int) -> AnswerMatrix:
    """A simulated firm of 100,000 people in 2,000 departments, everybody ten times."""
    chosen = replace(Scenario(), response_rate=1.0)
    firm = organisation(chosen, seed=seed, departments=2000, employees=100_000)
    wave = answer(firm, chosen, seed=seed).answers
    return AnswerMatrix(
        answers=np.tile(wave.answers, (COPIES, 1)),
        unit=np.tile(wave.unit, COPIES),
        level=np.tile(wave.level, COPIES),
        tree=wave.tree,
        invited={atom: COPIES * people for atom, people in wave.invited.items()},
    )


def score_a_million(seed: int) -> Callable[[], None]:
    """Makes the answers; what it returns is measured."""
    return partial(score_everything, million(seed))


def score_everything(matrix: AnswerMatrix) -> None:
    """Legs, seat and facets of every cell with intervals, shrunken departments, agreement."""
    people = score_people(matrix)
    tiers = partitions(matrix.tree, matrix.invited, matrix.answered_by_atom(people.valid), K)
    legs = leg_tier(matrix, people, tiers.legs)
    found = cells(legs.partition)
    _scores(legs, found, SCORES)
    fine = cells(tiers.fine)
    tallies = answer_tallies(matrix, people)
    told, facets = told_counts(legs, tallies, K), facet_tiers(matrix, people, tiers, K)
    for tier in resting_on_items(facets, matrix, people.valid, legs, told, K).values():
        _scores(tier, fine if tier.partition is tiers.fine else cells(tier.partition), np.ones((1, 1)))
    codes = [atom_codes(legs.partition, cell.labels) for cell in found]
    leg_agreements(answers_in(tallies, codes), 2 * K)


def _scores(tier: Tier, found: Sequence[Cell], contrasts: NDArray[np.float64]) -> None:
    """Intervals and shrunken values of one tier."""
    means = tier.means(found, contrasts)
    means.low, means.high  # noqa: B018 (computed when asked for)
    groups = staff_groups(tier, contrasts)
    shrunken_departments(groups, [cell for cell in found if cell.level == "staff"])
    reliability_of_groups(tier, contrasts)


def pattern_supports(seed: int) -> None:
    """All patterns of 500 units, draws included."""
    root = square_root(prior_facet_covariance())
    random = np.random.default_rng(seed)
    for unit in range(500):
        published, draws = [], []
        for level in ("staff", "T", "M"):
            facets = random.normal(30, 40, 17)
            published.append(Scores.published((LEG_MEANS @ facets).tolist(), facets.tolist()))
            draws.append(draw(published[-1], root, 1 / 20, generator("wave", f"{unit}:{level}")))
        view = View(published[0], published[1], published[2]).drawn(draws[0], draws[1], draws[2])
        pattern_support(view, organisation=True, facts={"M02"})


def diagnosis(seed: int) -> Callable[[], Any]:
    """The whole publication of S19, with facts and recommendations."""
    large = scenario("S19")
    matrix = answer(organisation(large, seed=seed), large, seed=seed).answers
    return partial(publish, matrix, wave="2026", facts=FACTS, library=default_questionnaire().recommendations)


def file_of_100_000(folder: Path, seed: int) -> Callable[[], Any]:
    """`coherence score` on a file of about 100,000 rows: reading, scoring, report."""
    simulate = ["simulate", "--employees", "130000", "--departments", "120", "--seed", str(seed)]
    _coherence(*simulate, "--out", str(folder))
    return partial(
        _coherence,
        *("score", str(folder / "answers.csv"), "--headcounts", str(folder / "headcounts.csv")),
        *("--out", str(folder / "scored")),
    )


def _coherence(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "coherence.cli", *arguments], check=True, capture_output=True)


def apart(seed: int) -> tuple[Case, float]:
    """The case whose memory is measured, and the gigabytes that it may take."""
    name = "1,000,000 people x 51 items in 2,000 departments"
    return Case(name, partial(score_a_million, seed), 3.0), 2.0


def engine(seed: int, folder: Path) -> list[Case]:
    return [
        Case("pattern support, 2,000 draws x 15 patterns x 500 units", partial(pattern_supports, seed), 5.0),
        Case("whole diagnosis of 3,000 employees in 120 departments", diagnosis(seed), 2.0),
        Case("coherence score, 100,000 rows: read, score, PDF", file_of_100_000(folder, seed), 10.0, most=3),
    ]
