"""Methods appendix: three factors beside the three legs, statement by statement."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from coherence.reports.chapters.decimals import decimal
from coherence.reports.document import Block, Cell, Chapter, Column, Paragraph, Table
from coherence.reports.texts import _
from coherence.reports.wording import Wording
from scoring.omega import SALIENT
from scoring.released_structure import ThreeFactors
from scoring.vocabulary import LEGS, Leg, facet_of, leg_of

FAIR: Final = 0.85
"""Congruence from which a leg and a factor are fairly alike (Lorenzo-Seva & ten Berge 2006)."""


def loadings(found: ThreeFactors, place: str, wording: Wording) -> Chapter:
    """Loadings of every statement, congruence of legs and factors, correlations of the factors."""
    order = _factors_by_leg(found)
    short = [leg for leg in LEGS if found.congruence[leg] < FAIR]
    title = (
        _("Three factors, and each resembles one leg")
        if not short and len(set(order.values())) == len(LEGS)
        else _("Three factors, and they do not follow the three legs")
    )
    columns = (
        Column(_("Statement"), 0.52),
        *(Column(f"F{order[leg] + 1}", 0.16, leg) for leg in LEGS),
    )
    blocks: tuple[Block, ...] = (
        _congruence(found, order, wording),
        Paragraph(
            _(
                "How strongly each statement belongs to each factor; bold from 0.30 on. Minimum residuals, "
                "oblique rotation (oblimin). Statements that end in c are reversed; their answers are turned "
                "round here."
            ),
            "quiet",
        ),
        Table(columns, tuple(_row(item, row, order, wording) for item, row in found.loadings.items())),
    )
    return Chapter(
        ident="methods-loadings",
        place=place,
        title=title,
        facts=_("What three factors of the answers have to do with the three legs."),
        blocks=blocks,
        bookmark=_("Methods: three factors"),
    )


def _congruence(found: ThreeFactors, order: Mapping[Leg, int], wording: Wording) -> Table:
    columns = (
        Column(_("Leg"), 0.28),
        Column(_("Factor like it"), 0.18),
        Column(_("Congruence"), 0.18),
        Column(_("Factors that correlate with it"), 0.36),
    )
    pairs = {frozenset(pair): phi for pair, phi in zip(((0, 1), (0, 2), (1, 2)), found.phi, strict=True)}
    rows = []
    for leg in LEGS:
        own = order[leg]
        others = ", ".join(
            f"F{other + 1} {decimal(pairs[frozenset((own, other))])}" for other in range(3) if other != own
        )
        fair = "" if found.congruence[leg] >= FAIR else _("below 0.85")
        rows.append(
            (
                Cell(wording.words.legs[leg]),
                Cell(f"F{own + 1}"),
                Cell(decimal(found.congruence[leg]), beside=fair),
                Cell("", below=others),
            )
        )
    return Table(columns, tuple(rows))


def _row(item: str, row: tuple[float, ...], order: Mapping[Leg, int], wording: Wording) -> tuple[Cell, ...]:
    return (
        Cell(f"{item}  {wording.facets[facet_of(item)]}"),
        *(_loading(row[order[leg]]) for leg in LEGS),
    )


def _loading(value: float) -> Cell:
    written = decimal(value)
    return Cell(written) if abs(value) >= SALIENT else Cell("", below=written)


def _factors_by_leg(found: ThreeFactors) -> dict[Leg, int]:
    """The factor that each leg resembles most, by Tucker's congruence with the leg's statements."""
    return {
        leg: max(range(3), key=lambda factor: _congruence_of(found.loadings, leg, factor)) for leg in LEGS
    }


def _congruence_of(found: Mapping[str, tuple[float, ...]], leg: Leg, factor: int) -> float:
    own = [row[factor] for item, row in found.items() if leg_of(item) is leg]
    size = math.sqrt(sum(row[factor] ** 2 for row in found.values()) * max(1, len(own)))
    return abs(sum(own)) / size if size else 0.0
