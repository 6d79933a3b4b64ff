"""The diagnosis in the form in which it is printed: whole points, no shares, no strengths."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.conditions import Reading
from scoring.importance import Importance
from scoring.maturity import Maturity
from scoring.patterns import ShownPattern
from scoring.priorities import Priorities
from scoring.recommendations import Chosen
from scoring.released_diagnosis import (
    PercentShare,
    ReleasedEvidence,
    ReleasedGate,
    ReleasedImportance,
    ReleasedMaturity,
    ReleasedPattern,
    ReleasedRecommendation,
    ShownReading,
    UnitDiagnosis,
)
from scoring.rounding import nearest


def released_unit(
    patterns: Sequence[ShownPattern], found: Priorities | None, chosen: Sequence[Chosen] | None
) -> UnitDiagnosis:
    """The diagnosis of a unit as it is printed."""
    return UnitDiagnosis(
        patterns=tuple(
            ReleasedPattern(
                one.id, one.certainty, tuple(note.value for note in one.notes), _readings(one.readings)
            )
            for one in patterns
        ),
        key_areas=None if found is None else tuple(one.facet for one in found.key_areas),
        candidates=() if found is None else tuple(one.facet for one in found.candidates),
        recommendations=None if chosen is None else tuple(_recommendation(one) for one in chosen),
    )


def _recommendation(chosen: Chosen) -> ReleasedRecommendation:
    return ReleasedRecommendation(
        chosen.id,
        chosen.reason,
        tuple(
            ReleasedEvidence(one.rule, _readings(one.readings), one.certainty, one.facet, one.count)
            for one in chosen.evidence
        ),
    )


def _readings(readings: Sequence[Reading]) -> tuple[ShownReading, ...]:
    return tuple(
        ShownReading(
            one.quantity,
            nearest(one.value),
            None if one.low is None else nearest(one.low),
            None if one.high is None else nearest(one.high),
            one.relation,
            nearest(one.threshold),
        )
        for one in readings
    )


def released_maturity(found: Maturity, *, facts_known: bool) -> ReleasedMaturity:
    """Maturity as it is printed."""
    return ReleasedMaturity(
        by_facts=found.by_facts,
        by_perception=found.by_perception,
        level=found.level,
        secure=found.secure,
        perhaps=found.perhaps,
        remark=found.remark,
        gaps_assessed=found.gaps_assessed,
        facts_known=facts_known,
        gates=tuple(
            ReleasedGate(one.level, one.facts_yes, one.facts_passed, one.passed, one.gap_assessed)
            for one in found.gates
        ),
    )


def released_importance(found: Importance) -> ReleasedImportance:
    """Importance as it is printed, in whole percent."""
    return ReleasedImportance(
        found.tier,
        found.reason,
        {
            name: PercentShare(nearest(100 * one.value), nearest(100 * one.low), nearest(100 * one.high))
            for name, one in found.shares.items()
        },
        found.outcome,
    )
