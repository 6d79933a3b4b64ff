"""The change of the whole organisation as a picture: seat and legs around 0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from coherence.reports.document import Block, Figure, Heading, Paragraph
from coherence.reports.drawings.changes import Row, change_chart
from coherence.reports.drawings.svg import SLIM, WIDE
from coherence.reports.points import signed
from coherence.reports.texts import _
from coherence.reports.wording import Wording
from scoring.change import RELEVANT_ORGANISATION
from scoring.estimable import NotEstimable
from scoring.released_change import CellChange, ReleasedChange
from scoring.released_figures import Quantity
from scoring.vocabulary import Leg

ORDER: Final[tuple[Quantity, ...]] = ("seat", "D", "R", "B")


def change_picture(own: Sequence[CellChange], earlier: str, wording: Wording) -> Iterator[Block]:
    """The first level that can be compared, everybody where possible.

    own: the changes of the organisation, level by level; earlier: name of the other survey.
    """
    for cell in own:
        if isinstance(cell.scores, NotEstimable):
            continue
        small = round(RELEVANT_ORGANISATION)
        rows = []
        for quantity in ORDER:
            if found := cell.scores.get(quantity):
                leg = None if quantity == "seat" else Leg(quantity)
                name = wording.words.legs[leg] if leg else wording.words.seat
                rows.append(Row(name, leg, found, _said(found, wording)))
        title = _("{level}: the change since {earlier}").format(
            level=wording.levels[cell.level], earlier=earlier
        )
        told = "; ".join(f"{row.name} {row.said}" for row in rows) + "."
        wide, slim = (
            change_chart(rows, small, title=title, told=told, width=width, ident=f"change-{width}")
            for width in (WIDE, SLIM)
        )
        yield Heading(title)
        yield Paragraph(
            _(
                "Right of 0 is better than before. Line: the 95 % interval. Pale: changes of fewer than "
                "{small} points, too small to matter."
            ).format(small=small),
            "quiet",
            joined=True,
        )
        yield Figure(wide, f"{title}. {told}", slim=slim)
        return


def _said(found: ReleasedChange, wording: Wording) -> str:
    ends = wording.words.interval.format(signed(found.low), signed(found.high))
    pattern = _("{value} ({ends}), real") if found.verdict == "real" else "{value} ({ends})"
    return pattern.format(value=signed(found.value), ends=ends)
