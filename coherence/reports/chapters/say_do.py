"""What stands between the three legs: what is said, given and done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from coherence.reports import explained
from coherence.reports.chapters.frame import place
from coherence.reports.chapters.levels import gap_word, shown_levels
from coherence.reports.document import Block, Cell, Chapter, Column, Figure, Paragraph, Table
from coherence.reports.drawings import leg_spread as spread
from coherence.reports.drawings.svg import SLIM, WIDE
from coherence.reports.points import signed
from coherence.reports.texts import _
from coherence.reports.unit_blocks import score_table
from coherence.reports.wording import Wording, counted_points, signed_points
from scoring.released import Ledger, ReleasedCell
from scoring.vocabulary import LEGS, CellLevel

_LEG_PAIRS: Final = ("D-R", "R-B", "D-B")


def legs_chapter(ledger: Ledger, wording: Wording) -> Chapter | None:
    """What stands between the three legs; None where no gap is released."""
    cells = {level: cell for level, cell in shown_levels(ledger).items() if cell.gaps}
    if not cells:
        return None
    main = cells.get("staff") or next(iter(cells.values()))
    rows = tuple(
        (
            Cell(wording.levels[level], below=wording.words.people(cell)),
            *(gap_cell(cell, pair) for pair in _LEG_PAIRS),
        )
        for level, cell in cells.items()
    )
    names = (
        _("Declared, less enabled"),
        _("Enabled, less done"),
        _("Declared, less done"),
    )
    title = _say_do_title(main, wording)
    blocks: list[Block] = [
        _legs_apart(cells, title, wording),
        Table((Column(_("Level"), 0.28), *(Column(name, 0.24) for name in names)), rows),
        Paragraph(
            _(
                "Each gap is a difference of two legs, with its 95 % interval. From 25 points on a gap that "
                "chance does not explain is called visible; from 40 points, well away from 0, pronounced."
            ),
            "quiet",
        ),
    ]
    if main.one_to_one is not None:
        blocks.append(
            Paragraph(
                _(
                    "What is done makes up {percent} % of what is declared, if both are counted from the "
                    "lower end of the scale. It is an illustration: 100 % would be one to one."
                ).format(percent=main.one_to_one)
            )
        )
    return Chapter(
        ident="say-do",
        place=place(ledger),
        title=title,
        facts=_(
            "Declarations: what the company says. Resources: what it gives. Behaviours: what people do. "
            "Right: what is declared, less what is done."
        ),
        blocks=tuple(blocks),
        bookmark=_("Saying and doing"),
        joined=True,
    )


def gap_cell(cell: ReleasedCell, pair: str) -> Cell:
    """A difference of two legs of a cell."""
    gap = cell.gaps.get(pair)
    if gap is None:
        return Cell("–", below=_("not comparable"))
    return Cell(
        signed(gap.value),
        beside=_("{} to {}").format(signed(gap.low), signed(gap.high)),
        below=gap_word(gap.size),
        explained=explained.difference(gap.low, gap.high),
    )


def _legs_apart(cells: Mapping[CellLevel, ReleasedCell], title: str, wording: Wording) -> Figure:
    """The three legs of each level on one axis."""
    rows = []
    for level, cell in cells.items():
        gap = cell.gaps.get("D-B")
        size = "" if gap is None else signed_points(gap.value)
        rows.append(spread.Row(wording.levels[level], cell, size, "" if gap is None else gap_word(gap.size)))
    wide, slim = (
        spread.leg_spread(rows, wording.words, title=title, width=width, ident=f"say-do-{width}")
        for width in (WIDE, SLIM)
    )
    told = "; ".join(
        f"{row.name}: "
        + ", ".join(f"{wording.words.legs[leg]} {signed(row.cell.legs[leg].value)}" for leg in LEGS)
        for row in rows
    )
    data = [
        (Cell(wording.levels[level], below=wording.words.people(cell)), cell) for level, cell in cells.items()
    ]
    return Figure(wide, f"{title}. {told}.", slim=slim, data=score_table(data, wording, _("Level")))


def _say_do_title(cell: ReleasedCell, wording: Wording) -> str:
    gap = cell.gaps.get("D-B")
    if gap is None or gap.low <= 0 <= gap.high:
        return _("What is said and what is done lie close together")
    if gap.value > 0:
        return _("What is done stands {points} below what is said").format(points=counted_points(gap.value))
    return _("What is done stands {points} above what is said").format(points=counted_points(gap.value))
