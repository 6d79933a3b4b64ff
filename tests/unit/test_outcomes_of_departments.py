"""Outcomes by other sources beside the scores of departments (method 3.9, 5.2, 6.5)."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from fixtures_ledgers import a_cell
from scipy import stats

from scoring.answers import AnswerMatrix
from scoring.estimable import NotEstimable
from scoring.outcome_findings import internal_correlations, outcome_correlations
from scoring.outcomes import OutcomeKind, OutcomeValue, latest, period_end
from scoring.publication import publication
from scoring.released import Estimate, Ledger, ReleasedCell
from scoring.released_diagnosis import OrganisationFindings, ReleasedOutcome
from scoring.released_figures import FinerFigures, ShownIndex, ShownRating
from scoring.simulation import answer, organisation, scenario

MYSTERY, COMPLAINTS = OutcomeKind.MYSTERY_SHOPPING, OutcomeKind.COMPLAINTS


@lru_cache
def a_chain_of_branches() -> AnswerMatrix:
    truth = scenario("S1")
    return answer(organisation(truth, seed=3, departments=70, employees=1100), truth, seed=3).answers


@lru_cache
def alone() -> Ledger:
    return publication(a_chain_of_branches(), wave="1").ledger


def outcomes(
    kind: OutcomeKind, *, sign: float = 1.0, departments: int = 999, period: str = "2026-Q3"
) -> list[OutcomeValue]:
    """An outcome that follows leg B of the first departments closely."""
    shown = alone().departments[:departments]
    rng = np.random.default_rng(1)
    return [
        OutcomeValue(one.unit, period, kind, 150 + sign * one.legs["B"].value + rng.normal(0, 4))  # type: ignore[index]
        for one in shown
    ]


def findings(*given: OutcomeValue) -> OrganisationFindings:
    found = publication(a_chain_of_branches(), wave="1", outcomes=given).ledger.findings
    assert found is not None
    return found


def beside(*given: OutcomeValue) -> dict[str, ReleasedOutcome]:
    return outcome_correlations(alone().cells, given)


def leaves() -> list[tuple[str, ...]]:
    units = [one.unit for one in alone().departments if one.response != "low"]
    return [unit for unit in units if not any(other[: len(unit)] == unit != other for other in units)]


def test_a_correlation_is_that_of_the_printed_scores_of_departments_none_inside_another() -> None:
    given = outcomes(MYSTERY)
    found = beside(*given)["mystery_shopping"]
    assert (found.period, found.lower_is_better, found.same_source) == ("2026-Q3", False, False)
    assert found.departments == len(leaves()) >= 50
    value = {one.unit: one.value for one in given}
    cells = {one.unit: one for one in alone().departments}
    for name in ("D", "B", "seat"):
        scores = [
            cells[unit].seat.value if name == "seat" else cells[unit].legs[name].value  # type: ignore[index]
            for unit in leaves()
        ]
        twin = stats.pearsonr(scores, [value[unit] for unit in leaves()])
        one = found.correlations[name]
        assert not isinstance(one, NotEstimable)
        assert one.r == pytest.approx(twin.statistic, abs=0.006)
        assert one.low == pytest.approx(twin.confidence_interval(0.95).low, abs=0.006)


def test_an_outcome_of_fifty_departments_weighs_the_legs() -> None:
    found = findings(*outcomes(MYSTERY)).importance
    assert found is not None
    assert (found.tier, found.outcome, found.reason) == (2, "mystery_shopping", "")
    assert set(found.shares) == {"D", "R", "B"}
    assert found.shares["B"].value > 60
    assert sum(one.value for one in found.shares.values()) == pytest.approx(100, abs=2)


def test_few_complaints_are_good() -> None:
    """A leg that goes with fewer complaints is as important as one that goes with more mystery shopping."""
    for_complaints = findings(*outcomes(COMPLAINTS, sign=-1.0))
    found = for_complaints.outcomes["complaints"]
    assert found.lower_is_better
    assert found.correlations["B"].r < -0.7  # type: ignore[union-attr]
    assert for_complaints.importance is not None
    assert for_complaints.importance.shares["B"].value > 60


def test_few_departments_or_employees_themselves_leave_importance_to_the_survey() -> None:
    """45 departments are too few, and employee satisfaction is told by the same people again."""
    found = findings(*outcomes(MYSTERY, departments=45), *outcomes(OutcomeKind.EMPLOYEE_SATISFACTION))
    assert found.importance is not None
    assert (found.importance.tier, found.importance.outcome) == (1, "")
    assert found.outcomes["mystery_shopping"].departments < 50 <= len(leaves())
    assert found.outcomes["employee_satisfaction"].same_source


def test_with_fewer_than_thirty_departments_there_is_no_correlation() -> None:
    found = beside(*outcomes(MYSTERY, departments=20))["mystery_shopping"]
    assert all(isinstance(one, NotEstimable) for one in found.correlations.values())


def test_outcomes_of_departments_that_are_not_shown_count_for_nothing() -> None:
    strange = [OutcomeValue(("Elsewhere", f"D{i}"), "2026", MYSTERY, 50.0) for i in range(60)]
    found = beside(*strange)["mystery_shopping"]
    assert found.departments == 0


def a_department(number: int, x1: int, x3: float, b: int) -> ReleasedCell:
    finer = FinerFigures(
        ("label",),
        enps=ShownIndex(Estimate(x1, None, None), ("label",)),
        internal_service=ShownRating(x3, None, None, ("label",)),
    )
    return replace(a_cell("Acme", f"D{number}", legs=(0, 0, b)), finer=finer)


def test_the_internal_chain_is_taken_over_printed_scores_of_thirty_departments() -> None:
    rng = np.random.default_rng(1)
    x1, x3, b = rng.integers(-50, 50, 30), rng.uniform(0, 10, 30).round(1), rng.integers(-90, 90, 30)
    cells = [a_department(i, int(x1[i]), float(x3[i]), int(b[i])) for i in range(30)]
    found = internal_correlations([a_cell("Acme"), *cells])
    for pair, columns in (("X3-X1", (x3, x1)), ("X3-B", (x3, b)), ("X1-B", (x1, b))):
        one = found[pair]
        assert not isinstance(one, NotEstimable)
        assert (one.r, one.departments) == (pytest.approx(stats.pearsonr(*columns).statistic, abs=0.006), 30)
    assert all(isinstance(one, NotEstimable) for one in internal_correlations(cells[1:]).values())
    inside = replace(cells[0], unit=("Acme", "D1", "Team"))  # and so D1 itself no longer counts
    assert isinstance(internal_correlations([*cells[1:], inside])["X1-B"], NotEstimable)


def test_the_internal_chain_stands_in_the_findings() -> None:
    found = alone().findings
    assert found is not None
    assert found.internal_chain == internal_correlations(alone().cells)


def test_the_last_period_that_enough_departments_have_is_taken() -> None:
    def of(period: str, n: int) -> list[OutcomeValue]:
        return [OutcomeValue(("O", str(i)), period, MYSTERY, float(i)) for i in range(n)]

    assert latest(of("2026-Q1", 40) + of("2026-Q2", 40) + of("2026-Q3", 3), MYSTERY)[0] == "2026-Q2"
    assert latest(of("2025", 10) + of("2026-09", 3), MYSTERY)[0] == "2026-09"
    assert latest(of("2026", 40), COMPLAINTS) == ("", {})


@pytest.mark.parametrize("written", ["2026-Q5", "2026-13", "26", "2026-9", "2026Q3", ""])
def test_what_is_no_period_is_none(written: str) -> None:
    assert period_end(written) is None
