"""Anonymity of what is published, geometry of the stool, and properties that hold exactly (method 7.5)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from criteria.criterion import Criterion, Figure, Found, groups
from criteria.firms import Firm, K, named
from scoring.answers import DONT_KNOW, AnswerMatrix, Atom
from scoring.cells import cells
from scoring.disclosure import Partition, merge_statistic
from scoring.disclosure_audit import find_isolation
from scoring.legs import FACETS_OF, score_people
from scoring.publication import publish
from scoring.stool import ANGLES, LegScores, seat_plane, tilt_degrees
from scoring.vocabulary import FACETS, ITEMS, KEYS, LEGS

# Anonymity --------------------------------------------------------------------------------------


def isolated(partitions: Iterable[Partition], sizes: Mapping[Atom, int], fewest: int) -> bool:
    """Whether the cells of some partitions give the total of fewer people than allowed back."""
    atoms = list(sizes)
    released = [
        {atom for label in cell.labels for atom in partition.atoms_of(label)}
        for partition in partitions
        for cell in cells(partition)
    ]
    facts = np.array([[atom in cell for atom in atoms] for cell in released], dtype=float)
    found = find_isolation(facts.reshape(len(released), len(atoms)), [sizes[atom] for atom in atoms], fewest)
    return found is not None


def attacked(firm: Firm) -> Found:
    """Sets of released numbers, one of legs, one of each facet and item, and all of them together."""
    matrix, valid = firm.matrix, firm.people.valid
    answered = {
        **dict(zip(FACETS, ~np.isnan(firm.people.facets).T, strict=True)),
        **dict(zip(ITEMS, (matrix.answers > 0).T, strict=True)),
    }
    finer = {}
    found: dict[str, list[float]] = {"tried": [], "isolated": []}
    for name, having in answered.items():
        sizes = matrix.answered_by_atom(valid & having)
        finer[name] = merge_statistic(firm.tiers.fine, sizes, 2 * K)
        found["tried"].append(1.0)
        found["isolated"].append(float(isolated([finer[name]], sizes, 2 * K)))
    people = matrix.answered_by_atom(valid)
    for together in ([firm.tiers.legs], [firm.tiers.legs, *_different(finer.values())]):
        found["tried"].append(1.0)
        found["isolated"].append(float(isolated(together, people, K)))
    return found


def _different(partitions: Iterable[Partition]) -> list[Partition]:
    return list({tuple(one.label_of.items()): one for one in partitions}.values())


def anonymity_small(seed: int) -> Found:
    found: dict[str, Sequence[float]] = {}
    for name in ("S18", "S23"):
        firm = Firm.of(replace(named(name), careless=0.08), seed)
        found |= {f"{name}|{what}": values for what, values in attacked(firm).items()}
    return found


def anonymity_large(seed: int) -> Found:
    firm = Firm.of(replace(named("S19"), careless=0.08), seed)
    return {f"S19|{what}": values for what, values in attacked(firm).items()}


def judge_anonymity(runs: Sequence[Found]) -> list[Figure]:
    figures = []
    for name, parts in groups(runs).items():
        isolations = round(parts["isolated"].value * parts["isolated"].count)
        text = f"{isolations} isolations in {parts['tried'].count} sets of numbers of {len(runs)} firms"
        figures.append(Figure(name, text, isolations == 0))
    return figures


# Exact properties -------------------------------------------------------------------------------


def geometry(seed: int) -> Found:
    """How far the tops of three legs lie off the plane through them, and the tilt off its identity."""
    legs = LegScores(*np.random.default_rng(seed).uniform(-200, 200, 3))
    plane = seat_plane(legs)
    residuals = [
        plane.height + plane.slope_x * math.cos(angle) + plane.slope_y * math.sin(angle)
        - (legs[leg] + 200) / 400
        for leg, angle in ANGLES.items()
    ]  # fmt: skip
    return {
        "residual of a top": [max(map(abs, residuals))],
        "tilt less atan(sqrt(2) SD / 400), degrees": [abs(plane.tilt_degrees - tilt_degrees(legs.spread))],
    }


def judge_geometry(runs: Sequence[Found]) -> list[Figure]:
    figures = []
    for name in runs[0]:
        largest = max(run[name][0] for run in runs)
        figures.append(Figure(name, f"largest {largest:.1e}".replace("-", "−"), largest <= 1e-12))
    return figures


def properties(seed: int) -> Found:
    """Each property as 1 where it holds in a simulated firm."""
    firm = Firm.of(named("S1"), seed, employees=200)
    matrix = firm.matrix
    order = np.random.default_rng(seed).permutation(len(matrix))
    shuffled = replace(
        matrix,
        answers=matrix.answers[order],
        unit=matrix.unit[order],
        level=matrix.level[order],
        questions={name: column[order] for name, column in matrix.questions.items()},
    )
    mirrored = _with(matrix, np.where(matrix.answers > 0, 6 - matrix.answers, matrix.answers))
    best = _with(matrix, np.where(np.array(KEYS) > 0, 5, 1) + 0 * matrix.answers)
    unknown = _with(matrix, np.full_like(matrix.answers, DONT_KNOW))
    return {
        "permuting people changes nothing": [
            float(publish(shuffled, wave="1") == publish(matrix, wave="1")),
        ],
        "a constant moves only its own leg": [float(_moves_only_its_leg(matrix))],
        "mirrored answers change the sign": [
            float(np.allclose(score_people(mirrored).legs, -firm.people.legs, equal_nan=True))
        ],
        "all best answers give +200": [float((score_people(best).legs == 200).all())],
        "only “I do not know” gives no score": [float(np.isnan(score_people(unknown).legs).all())],
    }


def _with(matrix: AnswerMatrix, answers: NDArray[Any]) -> AnswerMatrix:
    return replace(matrix, answers=answers.astype(np.int8))


def _moves_only_its_leg(matrix: AnswerMatrix) -> bool:
    """One step up from answers that leave room for it: +100 for that leg, nothing for the others."""
    inner = _with(matrix, np.where(matrix.answers > 0, matrix.answers.clip(2, 4), matrix.answers))
    before = score_people(inner).legs
    for column, leg in enumerate(LEGS):
        facets = FACETS_OF[leg]
        own = slice(3 * facets[0], 3 * facets[-1] + 3)
        raised = inner.answers.copy()
        raised[:, own] = np.where(raised[:, own] > 0, raised[:, own] + KEYS[own], raised[:, own])
        expected = before + 100.0 * (np.arange(len(LEGS)) == column)
        if not np.allclose(score_people(_with(matrix, raised)).legs, expected, equal_nan=True):
            return False
    return True


def judge_properties(runs: Sequence[Found]) -> list[Figure]:
    return [
        Figure(name, f"in {held} of {len(runs)} firms", held == len(runs))
        for name in runs[0]
        for held in [sum(run[name][0] == 1 for run in runs)]
    ]


CRITERIA = (
    Criterion(
        "anonymity",
        "no linear combination of published numbers is about fewer than 5 people (10 in the finer tier)",
        "S18 and S23 with 8 % careless; legs, every facet, every item, and all of them together",
        anonymity_small,
        judge_anonymity,
        note="Each search is exact: by leverages, then by an integer program over all sets of departments "
        "and levels.",
        share=0.2,
    ),
    Criterion(
        "anonymity-large",
        "the same",
        "S19 with 8 % careless: 3,000 people in 120 departments",
        anonymity_large,
        judge_anonymity,
        share=0.01,
    ),
    Criterion(
        "geometry",
        "residual of the three tops at most 1e−12; tilt = atan(sqrt(2) SD / 400)",
        "random legs",
        geometry,
        judge_geometry,
    ),
    Criterion("properties", "hold exactly", "S1 with 200 people", properties, judge_properties, share=0.2),
)
