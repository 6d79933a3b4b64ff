"""The change since an earlier wave as it is released, and what the earlier audit left (3.11, 4.5, 4.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import numpy as np

from scoring.change import (
    RELEVANT_FACET,
    RELEVANT_ORGANISATION,
    Change,
    covered,
    department_changes,
    judge_family,
    organisation_change,
    strata_of_departments,
    strata_of_level,
)
from scoring.coherence import SCORES
from scoring.differences import Difference
from scoring.estimable import NotEstimable
from scoring.kept_moments import CommonStratum, KeptMoments, KeptWave, common_strata
from scoring.level_figures import points_of
from scoring.released import Estimate, Ledger, ReleasedCell
from scoring.released_change import CellChange, FacetChange, ReleasedChange, WaveChange
from scoring.released_figures import QUANTITIES, Quantity
from scoring.rounding import nearest
from scoring.setbacks import EarlierAudit, LegChange
from scoring.shrinkage import GROUPS_FOR_INTERVAL
from scoring.vocabulary import LEGS, CellLevel, Form

LEVELS: Final[tuple[CellLevel, ...]] = ("all", "staff", "T", "M")

_ONE: Final = np.ones((1, 1))
_ALONE: Final = NotEstimable("not comparable: one of the two waves does not show it")
_BOARD: Final = NotEstimable("not comparable: a board of 3 or 4 is shown by its own scores only")
_LOW: Final = NotEstimable("not comparable: fewer than 30 % answered in one of the two waves")

Pair = tuple[ReleasedCell, ReleasedCell]


@dataclass(frozen=True, eq=False, slots=True)
class EarlierWave:
    """A published wave of the same organisation: its ledger, what was kept beside it, months since then."""

    ledger: Ledger
    kept: KeptWave
    months: float = 0.0


@dataclass(frozen=True, slots=True)
class Compared:
    """The change as it is released, and the earlier audit as patterns of setbacks read it."""

    change: WaveChange
    audit: EarlierAudit


def compare_waves(
    earlier: EarlierWave, kept: KeptWave, cells: Sequence[ReleasedCell], form: Form
) -> Compared:
    """Everything that changed.

    kept: moments of this wave. cells: its released cells. form: of its questionnaire; a long and a
    short one cannot be compared without equating (method 2.3).
    """
    then = earlier.ledger
    audit = EarlierAudit(months=earlier.months, level=_level(then))
    if not cells or not then.cells:
        return Compared(WaveChange(then.wave, 0, (), "one of the two waves shows nothing"), audit)
    if then.form != form:
        reason = "the full and the short questionnaire cannot be compared"
        return Compared(WaveChange(then.wave, 0, (), reason), audit)
    comparison = _Comparison(
        earlier.kept, kept, {(cell.unit, cell.level): cell for cell in then.cells}, cells
    )
    staff = comparison.legs_of_staff()
    share = 100 * covered(earlier.kept.legs, comparison.strata)
    change = WaveChange(then.wave, nearest(share), (*comparison.organisation(), *comparison.departments()))
    return Compared(
        change,
        EarlierAudit(
            months=earlier.months,
            level=audit.level,
            facets={facet: one.observed.value for facet, one in comparison.facets().items()},
            legs={
                leg: LegChange(one.value, one.low, one.high) for leg, one in zip(LEGS, staff, strict=False)
            },
            response=_difference(_response, cells, then.cells),
            disagreement=_difference(_disagreement, cells, then.cells),
        ),
    )


@dataclass(frozen=True, eq=False)
class _Comparison:
    before: KeptWave
    after: KeptWave
    earlier: Mapping[tuple[tuple[str, ...], CellLevel], ReleasedCell]
    cells: Sequence[ReleasedCell]

    @property
    def strata(self) -> tuple[CommonStratum, ...]:
        return common_strata(self.before.legs, self.after.legs)

    def pair(self, cell: ReleasedCell) -> Pair | NotEstimable:
        """The same cell in both waves; not where one does not show it, few answered, or of a small board."""
        then = self.earlier.get((cell.unit, cell.level))
        if then is None:
            return _ALONE
        if then.board_consent or cell.board_consent:
            return _BOARD
        return _LOW if "low" in (then.response, cell.response) else (then, cell)

    def organisation(self) -> list[CellChange]:
        root = [cell for cell in self.cells if len(cell.unit) == 1 and cell.level in LEVELS]
        return [self._of_level(cell) for cell in sorted(root, key=lambda one: LEVELS.index(one.level))]

    def _of_level(self, cell: ReleasedCell) -> CellChange:
        pair = self.pair(cell)
        strata = strata_of_level(self.before.legs, self.after.legs, cell.level)
        if isinstance(pair, NotEstimable) or isinstance(strata, NotEstimable):
            reason = pair if isinstance(pair, NotEstimable) else strata
            return CellChange(cell.unit, cell.level, (), (), _reason(reason))
        observed = organisation_change(self.before.legs, self.after.legs, cell.level, SCORES)
        if isinstance(observed, NotEstimable):
            return CellChange(cell.unit, cell.level, (), (), observed)
        family = judge_family(observed, RELEVANT_ORGANISATION, "holm")
        return CellChange(
            cell.unit,
            cell.level,
            *_labels(self.before.legs, self.after.legs, strata),
            _scores(family, pair),
            self._released_facets(pair) if cell.level == "staff" else {},
        )

    def legs_of_staff(self) -> Sequence[Difference]:
        staff = next((cell for cell in self.cells if len(cell.unit) == 1 and cell.level == "staff"), None)
        if staff is None or isinstance(self.pair(staff), NotEstimable):
            return ()
        found = organisation_change(self.before.legs, self.after.legs, "staff", SCORES)
        return () if isinstance(found, NotEstimable) else found

    def facets(self) -> dict[str, Change]:
        """Changes of the facets of all staff, one family."""
        if not self.legs_of_staff():
            return {}
        found: dict[str, Difference] = {}
        for facet, then in self.before.facets.items():
            if facet in self.after.facets:
                one = organisation_change(then, self.after.facets[facet], "staff", _ONE)
                if not isinstance(one, NotEstimable):
                    found[facet] = one[0]
        family = judge_family(list(found.values()), RELEVANT_FACET, "benjamini-hochberg") if found else []
        return dict(zip(found, family, strict=True))

    def _released_facets(self, pair: Pair) -> dict[str, FacetChange]:
        released = {}
        for facet, change in self.facets().items():
            strata = strata_of_level(self.before.facets[facet], self.after.facets[facet], "staff")
            if facet in pair[0].facets and facet in pair[1].facets and not isinstance(strata, NotEstimable):
                plain = pair[1].facets[facet].estimate.value - pair[0].facets[facet].estimate.value
                labels = _labels(self.before.facets[facet], self.after.facets[facet], strata)
                released[facet] = FacetChange(_released(change, plain), *labels)
        return released

    def departments(self) -> list[CellChange]:
        """Changes of the departments' staff: one family, those that were low in a wave left out."""
        shown = [cell for cell in self.cells if len(cell.unit) > 1 and cell.level == "staff"]
        pairs = {cell.unit: self.pair(cell) for cell in shown}
        units = [unit for unit, pair in pairs.items() if not isinstance(pair, NotEstimable)]
        before, after, strata = self.before.legs, self.after.legs, self.strata
        covers = strata_of_departments(before, after, strata, units)
        changes = department_changes(before, after, units, SCORES)
        valued = sum(one.is_staff for one in strata) >= GROUPS_FOR_INTERVAL
        found = []
        for unit, pair in pairs.items():
            if isinstance(pair, NotEstimable):
                found.append(CellChange(unit, "staff", (), (), pair))
                continue
            cover, change = covers[unit], changes[unit]
            if isinstance(change, NotEstimable) or isinstance(cover, NotEstimable):
                found.append(CellChange(unit, "staff", (), (), _reason(change)))
            else:
                shrunken = valued and "small" not in (pair[0].size, pair[1].size)
                scores = _scores(change, pair, shrunken=shrunken)
                found.append(CellChange(unit, "staff", *_labels(before, after, cover), scores))
        return found


def _reason(found: object) -> NotEstimable:
    return found if isinstance(found, NotEstimable) else _ALONE


def _labels(
    before: KeptMoments, after: KeptMoments, strata: Sequence[CommonStratum]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Keys of the labels inside some common strata, of either wave."""
    return (
        tuple(before.labels[i].key for one in strata for i in one.before),
        tuple(after.labels[i].key for one in strata for i in one.after),
    )


def _scores(
    family: Sequence[Change], pair: Pair, *, shrunken: bool = False
) -> dict[Quantity, ReleasedChange]:
    then, now = map(points_of, pair)
    return {
        quantity: _released(change, now[i] - then[i], shrunken=shrunken)
        for i, (quantity, change) in enumerate(zip(QUANTITIES, family, strict=True))
    }


def _released(change: Change, plain: int, *, shrunken: bool = False) -> ReleasedChange:
    seen, judged = change.observed, change.judged
    drawn: Estimate | None = None
    if shrunken and judged is not seen:
        drawn = Estimate(nearest(judged.value), nearest(judged.low), nearest(judged.high))
    return ReleasedChange(
        nearest(seen.value), nearest(seen.low), nearest(seen.high), plain, change.change_class, drawn
    )


def _level(ledger: Ledger) -> int | None:
    """Maturity that the earlier audit found."""
    maturity = None if ledger.findings is None else ledger.findings.maturity
    return None if maturity is None or isinstance(maturity.level, NotEstimable) else maturity.level


def _difference(
    figure: Callable[[Sequence[ReleasedCell]], float | None],
    now: Sequence[ReleasedCell],
    then: Sequence[ReleasedCell],
) -> float | None:
    later, earlier = figure(now), figure(then)
    return None if later is None or earlier is None else later - earlier


def _response(cells: Sequence[ReleasedCell]) -> float | None:
    """Printed response rate of the organisation, percent."""
    return cells[0].response_percent


def _disagreement(cells: Sequence[ReleasedCell]) -> float | None:
    """Median of the departments' printed AD, a department's being the mean of its legs."""
    means = [
        float(np.mean([one.ad for one in cell.finer.agreement.values()]))
        for cell in cells
        if len(cell.unit) > 1 and cell.level == "staff" and cell.finer is not None and cell.finer.agreement
    ]
    return median(means) if means else None
