"""The stool at full size, with what its balance rests on."""

from __future__ import annotations

from typing import Final

from coherence.reports import findings
from coherence.reports.chapters.frame import place
from coherence.reports.document import Block, Chapter, Columns, Facts, Figure, Heading, Paragraph
from coherence.reports.drawings.stool import stool_svg
from coherence.reports.points import signed
from coherence.reports.texts import _
from coherence.reports.unit_blocks import one_cell_table
from coherence.reports.wording import Wording, counted_points
from scoring.released import Ledger, ReleasedCell
from scoring.vocabulary import LEGS

_SHARE: Final = 0.52


def stool_chapter(ledger: Ledger, wording: Wording) -> Chapter:
    """The organisation's stool, large, and how to read it."""
    cell = ledger.cell(ledger.root, "all") or ledger.cells[0]
    verdict = findings.verdict_title(cell, wording)
    told = "; ".join(
        f"{wording.words.legs[leg]} {wording.words.score(cell.legs[leg], rough=cell.size == 'small')}"
        for leg in LEGS
    )
    picture = Figure(
        stool_svg(cell, wording.words, title=verdict, ident="stool-large"),
        _("Stool. {verdict}. {values}.").format(verdict=verdict, values=told),
        slim=stool_svg(cell, wording.words, title=verdict, size="small", ident="stool-slim"),
        data=one_cell_table(cell, wording),
    )
    return Chapter(
        ident="stool",
        place=place(ledger, _("Everybody")),
        title=verdict,
        facts=findings.answered(cell, wording),
        blocks=(
            picture,
            Columns(
                (
                    Heading(_("What stands behind it")),
                    Paragraph(f"{findings.three_legs(cell, wording)} {findings.verdict_reason(cell)}"),
                    Paragraph(_what_it_shows(cell)),
                ),
                _balance(cell),
                _SHARE,
                level=True,
            ),
        ),
        bookmark=_("The stool"),
    )


def _balance(cell: ReleasedCell) -> tuple[Block, ...]:
    stool = cell.stool
    if stool.tilt is None or stool.imbalance is None or stool.stability is None:
        return (
            Heading(_("Balance")),
            Paragraph(_("No numbers for balance: too few of the invited answered to give intervals.")),
        )
    return (
        Heading(_("Balance in numbers")),
        Facts(
            (
                (_("Stability"), _("{number} of 100").format(number=stool.stability)),
                (_("Imbalance"), counted_points(stool.imbalance)),
                (_("Slope"), _("{degrees} degrees").format(degrees=f"{stool.tilt:.1f}")),
                (_("Seat"), signed(cell.seat.value)),
            )
        ),
        Paragraph(
            _(
                "The imbalance is the usual difference between two legs, without the part that chance alone "
                "makes. At 80 points the stability is 0 and the seat lies on the floor."
            ),
            "quiet",
        ),
    )


def _what_it_shows(cell: ReleasedCell) -> str:
    said = [_("The height of the seat is the service level; its slope shows how unequal the legs are.")]
    if cell.stool.verdict in ("cannot be said", None):
        said.append(_("The grey band is where the seat may lie: balance cannot be said."))
    else:
        said.append(_("The ball shows the verdict: it rests, has run to the low edge, or has fallen."))
    if cell.size == "small":
        said.append(_("Dashed lines: a small group."))
    return " ".join(said)
