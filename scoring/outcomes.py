"""Outcomes of departments by other sources than the survey (method 6.5): kinds, limits, periods."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scoring.answers import Path
from scoring.internal_chain import FEWEST_DEPARTMENTS


class OutcomeKind(StrEnum):
    """What was measured, in the order in which it decides importance (method 5.2)."""

    MYSTERY_SHOPPING = "mystery_shopping"
    RECOMMENDATION_INDEX = "recommendation_index"
    SATISFACTION_INDEX = "satisfaction_index"
    RETENTION = "retention"
    COMPLAINTS = "complaints"
    SALES_INDEX = "sales_index"
    EMPLOYEE_SATISFACTION = "employee_satisfaction"


LIMITS: Final[dict[OutcomeKind, tuple[float, float]]] = {
    OutcomeKind.MYSTERY_SHOPPING: (0, 100),
    OutcomeKind.RECOMMENDATION_INDEX: (-100, 100),
    OutcomeKind.SATISFACTION_INDEX: (0, 100),
    OutcomeKind.RETENTION: (0, 100),
    OutcomeKind.COMPLAINTS: (0, math.inf),
    OutcomeKind.SALES_INDEX: (0, math.inf),
    OutcomeKind.EMPLOYEE_SATISFACTION: (0, 100),
}
"""Lowest and highest value of each."""

LOWER_IS_BETTER: Final = frozenset({OutcomeKind.COMPLAINTS})
SAME_SOURCE: Final = frozenset({OutcomeKind.EMPLOYEE_SATISFACTION})
"""Told by employees again: no evidence for customers, so it never decides importance."""

_PERIOD: Final = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True, slots=True)
class OutcomeValue:
    """One outcome of one department, by its path, in one period."""

    unit: Path
    period: str
    kind: OutcomeKind
    value: float


def period_end(period: str) -> tuple[int, int] | None:
    """Year and last month of a period; None where it is none.

    >>> period_end("2026"), period_end("2026-Q3"), period_end("2026-09"), period_end("Q3 2026")
    ((2026, 12), (2026, 9), (2026, 9), None)
    """
    parts = _PERIOD.fullmatch(period)
    if parts is None:
        return None
    year, quarter, month = parts.groups()
    return int(year), 3 * int(quarter) if quarter else int(month or 12)


def latest(outcomes: Iterable[OutcomeValue], kind: OutcomeKind) -> tuple[str, dict[Path, float]]:
    """The values of a kind in the period that counts: the last one that enough departments have.

    Where no period has thirty departments, the last one of all; "" and nothing where there is none.
    """
    of_kind = [one for one in outcomes if one.kind is kind]
    departments = Counter(one.period for one in of_kind)
    if not departments:
        return "", {}
    period = max(
        departments,
        key=lambda one: (departments[one] >= FEWEST_DEPARTMENTS, period_end(one) or (0, 0), one),
    )
    return period, {one.unit: one.value for one in of_kind if one.period == period}
