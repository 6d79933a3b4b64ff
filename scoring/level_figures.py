"""Top, managers and staff of the organisation beside one another (method 3.5, 3.9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from scoring.coherence import (
    SCORES,
    GapLevel,
    lasting,
    level_gaps,
    present,
    priority_echo,
    small,
    top_figures,
)
from scoring.coherence import LevelGap as ExactGap
from scoring.differences import Difference, Score
from scoring.dont_know import Blindness, DontKnow, blindness, common_facet_tier
from scoring.estimable import NotEstimable
from scoring.intervals import LEG_RELIABILITY
from scoring.legs import FACETS_OF
from scoring.moments import PRIOR_WEIGHT
from scoring.printed import CLIPPED
from scoring.released import ReleasedCell
from scoring.released_diagnosis import Echo, LevelGap, LevelPair
from scoring.released_figures import QUANTITIES, Quantity
from scoring.rounding import hundredths, nearest, whole_points
from scoring.scored_wave import ScoredWave, Shown
from scoring.tiers import Tier, atom_codes
from scoring.vocabulary import FACETS, LEGS, Leg
from scoring.weightings import EQUAL_WEIGHTS, PERSPECTIVE_WEIGHTS, Weighting, combined

UPPER: Final[tuple[Literal["T", "M"], ...]] = ("T", "M")
QUALITY: Final = "quality of service"

_PAIRS: Final[tuple[tuple[Literal["T", "M"], GapLevel, LevelPair], ...]] = (
    ("T", "staff", "T-staff"),
    ("T", "M", "T-M"),
    ("M", "staff", "M-staff"),
)
_ONE: Final = np.ones((1, 1))


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """What is known of the levels.

    gaps: as released. withheld: names of gaps ("R_T-R") that too few facets or people are left for.
    """

    gaps: Mapping[LevelPair, Mapping[Quantity, LevelGap]] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    not_informed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    blindness: Mapping[str, Blindness] = field(default_factory=dict)
    unclear: tuple[str, ...] = ()

    def by_name(self) -> dict[str, float | None]:
        """Gaps of legs as conditions name them ("R_T-R", "D_T-D_M"); None: withheld."""
        named: dict[str, float | None] = dict.fromkeys(self.withheld)
        for pair, gaps in self.gaps.items():
            for quantity, gap in gaps.items():
                if quantity != "seat":
                    named[gap_name(pair, quantity)] = float(gap.value)
        return named


def gap_name(pair: LevelPair, quantity: str) -> str:
    """How conditions name a gap.

    >>> gap_name("T-staff", "R"), gap_name("T-M", "D")
    ('R_T-R', 'D_T-D_M')
    """
    upper, lower = pair.split("-")
    return f"{quantity}_{upper}-{quantity}" + ("" if lower == "staff" else f"_{lower}")


def level_figures(scored: ScoredWave, levels: Mapping[GapLevel, Shown]) -> LevelFigures:
    """Gaps, blindness and facets that a level is not informed of.

    levels: the cells T, M and staff of the organisation, as far as they are shown and 30 % or more
    of their people answered.
    """
    known = {level: _dont_know(scored, one) for level, one in levels.items()}
    tells = [level for level in UPPER if level in levels and _tells(scored, levels[level])]
    not_informed: dict[str, tuple[str, ...]] = {
        level: _in_order(known[level].not_informed) for level in tells
    }
    gaps: dict[LevelPair, dict[Quantity, LevelGap]] = {}
    withheld: set[str] = set()
    exact_r: dict[str, Difference] = {}
    for upper, lower, pair in _PAIRS:
        if upper in levels and lower in levels:
            left_out = {*not_informed.get(upper, ()), *not_informed.get(lower, ())}
            found = _gaps(scored, levels[upper], levels[lower], left_out)
            gaps[pair] = {quantity: _released(one, quantity, left_out) for quantity, one in found.items()}
            withheld |= {gap_name(pair, leg) for leg in LEGS if leg.value not in found}
            if lower == "staff" and "R" in found:
                exact_r[upper] = found["R"].difference
    withheld |= {f"{facet}_{level}-{facet}" for level, facets in not_informed.items() for facet in facets}
    blind: dict[str, Blindness] = {}
    for level in tells:
        if "staff" in known:
            one = blindness(known[level], known["staff"], exact_r.get(level))
            if not isinstance(one, NotEstimable):
                blind[level] = one
    staff = levels.get("staff")
    full = staff is not None and not staff.is_small and scored.matrix.form == "full"
    unclear = _in_order(known["staff"].not_informed) if full else ()
    return LevelFigures(gaps, frozenset(withheld), not_informed, blind, unclear)


def _dont_know(scored: ScoredWave, one: Shown) -> DontKnow:
    codes = atom_codes(scored.tiers.legs, one.cell.labels)
    return DontKnow.of(scored.dont_know_tallies.merged([codes]).counts[0])


def _tells(scored: ScoredWave, one: Shown) -> bool:
    """Whether its "I do not know" may be told of: a top from 8 people on, managers from 10."""
    people = int(scored.legs.n(one.cell.labels).sum())
    return top_figures(people, scored.k).dont_know if one.cell.level == "T" else not one.is_small


def _in_order(facets: frozenset[str]) -> tuple[str, ...]:
    return tuple(facet for facet in FACETS if facet in facets)


def _gaps(scored: ScoredWave, upper: Shown, lower: Shown, left_out: set[str]) -> dict[Quantity, ExactGap]:
    """Gaps of the legs and the seat between two levels, one family; a leg that cannot be told is absent."""
    sides = dict(
        zip(QUANTITIES, zip(_scores(scored, upper), _scores(scored, lower), strict=True), strict=True)
    )
    for leg in LEGS:
        if left_out & {FACETS[f] for f in FACETS_OF[leg]}:
            tier = common_facet_tier(scored.matrix, scored.people, scored.legs, leg, left_out)
            both = (
                [] if isinstance(tier, NotEstimable) else [_common(scored, tier, x) for x in (upper, lower)]
            )
            if both and both[0] is not None and both[1] is not None:
                sides[leg.value] = both[0], both[1]
            else:
                del sides[leg.value]
    family = level_gaps([one for one, _ in sides.values()], [other for _, other in sides.values()])
    return dict(zip(sides, family, strict=True))


def _scores(scored: ScoredWave, one: Shown) -> tuple[Score, ...]:
    """Legs and seat of a level: lasting for the staff, of those present above, from print where small."""
    if one.is_small:
        return small(one.printed, scored.legs, scored.k)
    return (lasting if one.cell.level == "staff" else present)(scored.legs, one.cell)


def _common(scored: ScoredWave, tier: Tier, one: Shown) -> Score | None:
    """A leg without some facets; None where a label holds fewer than k people who have it."""
    n = tier.n(one.cell.labels)
    if len(n) < len(scored.legs.rows(one.cell.labels)) or n.min() < scored.k:
        return None
    if one.is_small:
        value = whole_points(float(tier.means([one.cell], _ONE).value[0, 0]))
        variance = float(tier.pool[0, 0]) / scored.k
        return Score(float(max(-CLIPPED, min(CLIPPED, value))), variance, float(PRIOR_WEIGHT + scored.k - 1))
    if one.cell.level == "staff":
        return lasting(tier, one.cell, _ONE)[0]
    return present(tier, one.cell, _ONE, (LEG_RELIABILITY,))[0]


def _released(exact: ExactGap, quantity: Quantity, left_out: set[str]) -> LevelGap:
    found = exact.difference
    return LevelGap(
        nearest(found.value),
        nearest(found.low),
        nearest(found.high),
        found.gap_class,
        exact.p < 0.05,
        () if quantity == "seat" else tuple(f for f in FACETS if f in left_out and f[0] == quantity),
    )


def weightings(
    scored: ScoredWave, levels: Mapping[GapLevel, ReleasedCell]
) -> dict[Literal["B", "C"], dict[Quantity, int]]:
    """Legs and seat of the organisation by fixed perspectives (B) and equal levels (C), values only.

    Where a level holds fewer than 2k people they follow from the printed points, for the exact mean of
    such a level could be read back from them. Nothing with one level alone. The column of a board of 3 or
    4 takes no part.
    """
    hidden = any(cell.size == "small" for cell in levels.values())
    levels = {level: cell for level, cell in levels.items() if not cell.board_consent}
    if len(levels) < 2:
        return {}
    found: dict[Literal["B", "C"], dict[Quantity, int]] = {}
    options: tuple[tuple[Literal["B", "C"], Weighting, Mapping[str, float]], ...] = (
        ("B", Weighting.PERSPECTIVES, PERSPECTIVE_WEIGHTS),
        ("C", Weighting.EQUAL, EQUAL_WEIGHTS),
    )
    for name, weighting, weights in options:
        if hidden:
            total = sum(weights[level] for level in levels)
            rows = [
                [weights[level] / total * value for value in points_of(cell)]
                for level, cell in levels.items()
            ]
            values = [sum(column) for column in zip(*rows, strict=True)]
        else:
            values = [float(value) for value in combined(scored.legs, weighting, SCORES).value[0]]
        found[name] = {q: whole_points(value) for q, value in zip(QUANTITIES, values, strict=True)}
    return found


def points_of(cell: ReleasedCell) -> tuple[int, int, int, int]:
    """Printed legs and seat."""
    return cell.legs[Leg.D].value, cell.legs[Leg.R].value, cell.legs[Leg.B].value, cell.seat.value


def echo(cells: Mapping[GapLevel, ReleasedCell]) -> Echo | None:
    """The priority echo from the shares of X2 that are shown; None where no level shows any."""
    shares = {
        level: cell.finer.priorities.shares[QUALITY] / 100
        for level, cell in cells.items()
        if cell.finer is not None and cell.finer.priorities is not None
    }
    if not shares:
        return None
    found = priority_echo(shares)
    ratio = found.echo if isinstance(found.echo, NotEstimable) else hundredths(found.echo)
    return Echo({str(level): share for level, share in found.shares.items()}, ratio)
