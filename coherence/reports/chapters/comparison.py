"""Two departments beside each other: stools, legs, gaps, parts."""

from __future__ import annotations

from typing import Final

from coherence.reports import findings
from coherence.reports.chapters.frame import staff_place
from coherence.reports.chapters.say_do import gap_cell
from coherence.reports.document import (
    Block,
    Cell,
    Chapter,
    Column,
    Columns,
    Figure,
    Heading,
    Paragraph,
    Table,
)
from coherence.reports.drawings.stool import stool_svg
from coherence.reports.texts import _, written_in
from coherence.reports.unit_blocks import one_cell_table, score_cell
from coherence.reports.wording import Wording, wording
from scoring.released import Ledger, ReleasedCell
from scoring.vocabulary import LEGS

_PAIRS: Final = ("D-R", "R-B", "D-B")


def side_by_side(ledger: Ledger, one: ReleasedCell, other: ReleasedCell, language: str) -> Chapter:
    """Two cells of a ledger; nothing is computed that is not printed for each of them."""
    with written_in(language):
        words = wording(ledger, language)
        pair = (one, other)
        drawn = [_stool(cell, f"compared-{i}", words) for i, cell in enumerate(pair)]
        heads = tuple(Column(cell.name, 0.36) for cell in pair)
        legs = [
            (Cell(words.words.seat), *(score_cell(cell, None, words) for cell in pair)),
            *(
                (Cell(words.words.legs[leg]), *(score_cell(cell, leg, words) for cell in pair))
                for leg in LEGS
            ),
        ]
        names = {
            "D-R": _("Declared, less enabled"),
            "R-B": _("Enabled, less done"),
            "D-B": _("Declared, less done"),
        }
        gaps = [(Cell(names[name]), *(gap_cell(cell, name) for cell in pair)) for name in _PAIRS]
        blocks: list[Block] = [
            Columns((drawn[0],), (drawn[1],), 0.5, level=True),
            Paragraph(_apart(one, other)),
            Table((Column(_("Score"), 0.28), *heads), tuple(legs)),
            Heading(_("Between the legs")),
            Table((Column(_("Gap"), 0.28), *heads), tuple(gaps)),
        ]
        return Chapter(
            ident="compare",
            place=staff_place(ledger),
            title=_("{one} beside {other}").format(one=one.name, other=other.name),
            facts=_("Two groups whose intervals overlap widely may well be equal."),
            blocks=tuple(blocks),
            bookmark=_("Two departments"),
        )


def _stool(cell: ReleasedCell, ident: str, words: Wording) -> Figure:
    verdict = findings.verdict_title(cell, words)
    svg = stool_svg(cell, words.words, title=f"{cell.name}: {verdict}", size="small", ident=ident)
    return Figure(svg, f"{cell.name}. {verdict}.", data=one_cell_table(cell, words))


def _apart(one: ReleasedCell, other: ReleasedCell) -> str:
    if one.seat.low is None or other.seat.low is None:
        return _("Too few answered in one of them to compare the two.")
    if findings.overlap(one.seat, other.seat):
        return _("The intervals of the two seats overlap, so the two may well be equal.")
    return _("The intervals of the two seats do not overlap.")
