"""Verdicts, tests of change, flagged departments (method 7.5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from criteria.criterion import Criterion, Figure, Found, groups, percents
from criteria.firms import Firm, without_acquiescence
from criteria.scores import SCORES
from scoring.change import department_changes, judge_family, organisation_change
from scoring.estimable import NotEstimable
from scoring.kept_moments import kept_moments
from scoring.ranking import standings
from scoring.simulation import Scenario, inject, organisation, two_waves
from scoring.staff_groups import shrunken_departments, staff_groups


def judge_at_most(limit: float, runs: Sequence[Found]) -> list[Figure]:
    return [
        Figure(name, percents(parts), all(one.at_most(limit) for one in parts.values()))
        for name, parts in groups(runs).items()
    ]


# Verdicts ---------------------------------------------------------------------------------------


@cache
def forty_apart() -> Scenario:
    """All equal but the legs: D stands 40 points above R, B between them."""
    return inject(without_acquiescence("S0", centred=True), ("D = 50", "R = 10", "B = 30"), distance=0.0)


def verdicts(seed: int) -> Found:
    """Stools of all staff cells as they are printed, cells of 5 to 9 included."""
    found: dict[str, list[float]] = defaultdict(list)
    for truth, chosen, wrong in (
        ("leaning or falling, legs equal", without_acquiescence("S0", centred=True), ("leaning", "falling")),
        ("stable, legs 40 points apart", forty_apart(), ("stable",)),
    ):
        for employees, departments in ((300, 12), (1500, 30)):
            firm = Firm.of(chosen, seed, departments, employees)
            for cell, scores in zip(firm.staff, firm.printed(firm.staff), strict=True):
                place = "departments" if cell.unit else "organisation"
                found[f"{truth}|{place}"].append(float(scores.stool.verdict in wrong))
    return found


# Change -----------------------------------------------------------------------------------------

OVERLAPS = (0.0, 0.3, 0.6, 0.9)
SINGLE = "single tests of the organisation (legs, seat), by overlap"
ANY_OF_FOUR = "organisations with any of these four, after Holm"
ANY_DEPARTMENT = "firms with a “real” change of any department, after Benjamini-Hochberg"


def change(seed: int) -> Found:
    """Two waves of a firm in which nothing changed but who works there and who answers."""
    found: dict[str, list[float]] = {}
    chosen = without_acquiescence()
    firm = organisation(chosen, seed=seed, employees=300)
    for overlap in OVERLAPS:
        waves = two_waves(firm, chosen, seed=seed, overlap=overlap)
        before, after = (kept_moments(Firm.answered(wave).legs, 5) for wave in (waves.before, waves.after))
        name = f"{overlap:.0%}"
        observed = organisation_change(before, after, "staff", SCORES)
        if not isinstance(observed, NotEstimable):
            judged = judge_family(observed, 15.0, "holm")
            found[f"{SINGLE}|{name}"] = [float(one.p < 0.05) for one in observed]
            found[f"{ANY_OF_FOUR}|{name}"] = [float(any(one.p < 0.05 for one in judged))]
        units = [path for path in firm.tree.paths if len(path) > 1]
        families = [
            one
            for one in department_changes(before, after, units, SCORES).values()
            if not isinstance(one, NotEstimable)
        ]
        found[f"{ANY_DEPARTMENT}|{name}"] = [
            float(any(one.change_class == "real" for family in families for one in family))
        ]
    return found


# Flagged departments ----------------------------------------------------------------------------

FLAGGED: dict[str, tuple[int, int, dict[str, Any]]] = {
    "S0, 12 departments": (12, 300, {}),
    "S1, 12 departments": (12, 300, {}),
    "S1, 30 departments": (30, 750, {}),
    "S1, departments far apart": (12, 300, {"department_sd": 0.4}),
    "S19, 120 departments": (120, 3000, {}),
}
HARDLY = 5.0
"""A true deviation below this many points counts as none."""


def flagged(seed: int) -> Found:
    """Departments called clearly above or below the mean, and whether that is false."""
    found: dict[str, list[float]] = {}
    for name, (departments, employees, changes) in FLAGGED.items():
        firm = Firm.of(without_acquiescence(name.partition(",")[0], **changes), seed, departments, employees)
        groups = staff_groups(firm.legs, SCORES)
        cells = firm.staff[1:]
        shrunken = shrunken_departments(groups, cells)
        if isinstance(shrunken, NotEstimable) or not cells:
            continue
        truth = firm.true_lasting(firm.staff)
        deviation = truth[1:] - truth[0]
        sign = {"clearly above": 1.0, "clearly below": -1.0, "not distinguishable": 0.0}
        called = np.array([[sign[one] for one in row] for row in standings(shrunken)])
        wrong = (called != 0) & ((called * deviation) < HARDLY)
        found[f"false share, mean of firms|{name}"] = [wrong.sum() / max(1, (called != 0).sum())]
        found[f"false among all flagged|{name}"] = wrong[called != 0].astype(float).tolist()
        found[f"flagged of all|{name}"] = (called != 0).ravel().astype(float).tolist()
    return found


def judge_flagged(runs: Sequence[Found]) -> list[Figure]:
    return [
        Figure(
            name,
            percents(parts),
            all(one.at_most(0.10) for one in parts.values()) if "mean of firms" in name else None,
        )
        for name, parts in groups(runs).items()
    ]


CRITERIA = (
    Criterion(
        "verdicts",
        "at most 2.5 % leaning or falling where the legs are equal, at most 2.5 % stable where two "
        "differ by 40 points",
        "S0 with mean acquiescence 0, 12 and 30 departments; the same with D at +50, B at +30, R at +10; "
        "verdicts as printed",
        verdicts,
        partial(judge_at_most, 0.025),
    ),
    Criterion(
        "change",
        "at most 5 % at every overlap",
        "S1 with mean acquiescence 0, 300 people, nothing changes",
        change,
        partial(judge_at_most, 0.05),
    ),
    Criterion(
        "flagged",
        "at most 10 % false (other sign, or less than 5 points)",
        "S0, S1 and S19 with mean acquiescence 0; legs and seat of all departments, Benjamini-Hochberg",
        flagged,
        judge_flagged,
        note="The limit is one for the mean over firms of the false share, 0 where none is flagged. Where "
        "departments hardly differ few are flagged, and of those few more are false; the share among all "
        "flagged departments of all firms is therefore shown beside it.",
    ),
)
