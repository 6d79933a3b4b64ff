"""rwg, rwg(J), r*wg, average deviation: against multilevel, and by hand."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scoring.agreement import Bounded, WithinGroup, rwg_j, uniform_variance, within_group
from scoring.estimable import NotEstimable

REFERENCE = Path(__file__).parent.parent / "reference"


def _within(answers: Any, null: float = 2.0) -> WithinGroup:
    found = within_group(np.array(answers, dtype=float), null)
    assert isinstance(found, WithinGroup)
    return found


def test_indices_of_49_companies_are_those_of_multilevel(lq2002: Any) -> None:
    for scale, items in lq2002.scales.items():
        theirs = lq2002.values["agreement"][scale]
        answers = lq2002.table.of(items).values
        for at, company in enumerate(theirs["group"]):
            found = _within(answers[[label == company for label in lq2002.groups]])
            assert isinstance(found.rwg, Bounded)
            assert isinstance(found.rwg_j, Bounded)
            ours = (
                found.n,
                found.mean,
                found.variance,
                found.rwg.value,
                found.rwg_j.value,
                found.r_star_wg_j,
                found.ad,
                found.ad_median,
            )
            keys = (
                "n",
                "group_mean",
                "group_var",
                "rwg_mean",
                "rwg_j",
                "rwg_j_lindell",
                "ad_mean",
                "ad_median",
            )
            assert ours == pytest.approx([theirs[key][at] for key in keys], abs=1e-8)


def test_tiny_groups_with_a_gap_are_those_of_multilevel() -> None:
    with (REFERENCE / "cohesion.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    for theirs in json.loads((REFERENCE / "ref_cohesion.json").read_text(encoding="utf-8"))["rwg_j"]:
        own = [row for row in rows if f"{row['UNIT']} {row['PLATOON']}" == theirs["grpid"]]
        answers = [
            [np.nan if row[f"COH0{i}"] == "NA" else float(row[f"COH0{i}"]) for i in range(1, 6)]
            for row in own
        ]
        found = _within(answers)
        assert isinstance(found.rwg_j, Bounded)
        assert found.n == theirs["gsize"]
        assert found.rwg_j.value == pytest.approx(theirs["rwg.j"], abs=1e-8)


def test_a_group_worked_by_hand() -> None:
    found = _within([[4, 5], [4, 3], [5, 4]])
    assert (found.n, found.mean) == (3, pytest.approx(25 / 6))
    assert found.item_variance == pytest.approx((1 / 3 + 1) / 2)
    assert isinstance(found.rwg_j, Bounded)
    assert found.rwg_j.value == pytest.approx(2 * (2 / 3) / (2 * (2 / 3) + 1 / 3))
    assert found.r_star_wg_j == pytest.approx(2 / 3)
    assert found.ad == pytest.approx((4 / 9 + 2 / 3) / 2)


def test_people_who_all_answer_alike_agree_fully() -> None:
    found = _within([[3, 4], [3, 4], [3, 4]])
    assert found.rwg == found.rwg_j == Bounded(1.0, 1.0)
    assert found.ad == 0


def test_opposite_camps_count_as_zero_and_keep_the_raw_value() -> None:
    found = _within([[1], [1], [5], [5]])
    assert found.rwg == Bounded(0.0, pytest.approx(1 - (16 / 3) / 2))
    assert found.r_star_wg == pytest.approx(1 - (16 / 3) / 2)


def test_rwg_j_above_one_is_out_of_range() -> None:
    found = rwg_j(item_variance=4.0, items=2, null=2.0)
    assert found.value == 0
    assert found.raw == NotEstimable("the formula of rwg(J) divides by zero here")
    assert rwg_j(item_variance=5.0, items=2, null=2.0) == Bounded(0.0, pytest.approx(6.0))


def test_a_single_person_cannot_agree_or_disagree() -> None:
    found = _within([[1, 2], [np.nan, 3]])
    assert (found.n, found.mean) == (1, 1.5)
    assert found.rwg_j == NotEstimable("only one person of this group answered every item")


def test_a_group_without_complete_answers_says_so() -> None:
    found = within_group(np.array([[1, np.nan], [np.nan, 2]]), 2.0)
    assert found == NotEstimable("nobody in this group answered every item")


def test_a_scale_with_one_option_has_no_null_variance() -> None:
    assert within_group(np.ones((3, 2)), uniform_variance(1)) == NotEstimable("the scale has only one option")


@pytest.mark.parametrize(("options", "variance"), [(2, 0.25), (5, 2.0), (7, 4.0)])
def test_the_null_variance_is_that_of_equally_likely_options(options: int, variance: float) -> None:
    assert uniform_variance(options) == pytest.approx(np.var(np.arange(options)))
    assert uniform_variance(options) == variance
