"""What a page about one unit is made of, the organisation and a department alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from coherence.reports import explained, findings
from coherence.reports.document import (
    Block,
    Cell,
    Column,
    Columns,
    Figure,
    Heading,
    KeyNumber,
    Paragraph,
    StepLegend,
    Table,
)
from coherence.reports.drawings import interval_bars as bars
from coherence.reports.drawings import scale_bar as scale
from coherence.reports.drawings.stool import stool_svg
from coherence.reports.drawings.svg import SLIM, WIDE
from coherence.reports.points import STEPS, signed, step
from coherence.reports.texts import _
from coherence.reports.wording import Wording
from scoring.released import Estimate, ReleasedCell
from scoring.vocabulary import LEGS, Leg, leg_of

STOOL: Final = 0.47
"""Share of the page's width that the stool takes; more would push the actions off the board's page."""


def stool_and_seat(cell: ReleasedCell, wording: Wording, ident: str, *more: Paragraph) -> Columns:
    """The stool; beside it the seat with its scale, and the verdict with its reason.

    more: paragraphs at the end of the right column.
    """
    words = wording.words
    verdict = findings.verdict_title(cell, wording)
    stool = Figure(
        stool_svg(cell, words, title=verdict, ident=f"{ident}-stool"),
        _("Stool. {verdict}. {values}.").format(verdict=verdict, values=_values(cell, wording)),
        slim=stool_svg(cell, words, title=verdict, size="small", ident=f"{ident}-stool-small")
        + _legs_below(cell, wording, f"{ident}-legs"),
        data=one_cell_table(cell, wording),
    )
    bar = Figure(
        scale.scale_bar(cell, words, width=SLIM, ident=f"{ident}-scale"),
        _("{seat} {score} on the scale from −200 to +200: {word}.").format(
            seat=words.seat, score=_score(cell, cell.seat, wording), word=words.step(cell.seat.value)
        ),
        slim=scale.scale_bar(cell, words, width=SLIM, ident=f"{ident}-scale-slim"),
    )
    right: tuple[Block, ...] = (
        KeyNumber(
            signed(cell.seat.value),
            words.step(cell.seat.value),
            findings.certainty(cell, wording),
            explained.seat(cell, wording),
        ),
        bar,
        Heading(verdict),
        Paragraph(f"{findings.three_legs(cell, wording)} {findings.verdict_reason(cell)}"),
        *more,
    )
    return Columns((stool,), right, STOOL)


def score_table(
    rows: Iterable[tuple[Cell, ReleasedCell]],
    wording: Wording,
    first: str,
    *,
    coloured: bool = False,
) -> Table:
    """Seat and legs of several cells, one row each; coloured: by the steps of the scale.

    rows: the heading of each row and its cell; first: the name of the first column.
    """
    columns = (
        Column(first, 0.28),
        Column(wording.words.seat, 0.18),
        *(Column(wording.words.legs[leg], 0.18, leg) for leg in LEGS),
    )
    return Table(
        columns,
        tuple(
            (
                name,
                *(score_cell(cell, leg, wording, coloured=coloured) for leg in (None, *LEGS)),
            )
            for name, cell in rows
        ),
    )


def facet_figure(
    facets: Mapping[str, Estimate],
    wording: Wording,
    ident: str,
    *,
    compared: Mapping[str, int],
    compared_with: str,
    roomy: bool = False,
) -> Figure:
    """The parts of the three legs as intervals on the whole scale.

    compared: scores of another group, drawn as thin ticks; compared_with: its name; roomy: on a page
    of its own.
    """
    groups = [
        bars.Bars(
            wording.words.legs[leg],
            tuple(
                bars.Bar(wording.facets[code], estimate, leg, compared.get(code))
                for code, estimate in facets.items()
                if leg_of(code) is leg
            ),
            leg,
        )
        for leg in LEGS
    ]
    shown = [group for group in groups if group.rows]
    title = findings.ends_of_facets(facets, wording)
    legend = compared_with if compared else ""
    wide, slim = (
        bars.interval_bars(
            shown,
            wording.words,
            title=title,
            compared_with=legend,
            width=width,
            ident=f"{ident}-{width}",
            roomy=roomy,
        )
        for width in (WIDE, SLIM)
    )
    told = "; ".join(
        f"{wording.facets[code]} {wording.words.score(estimate)}" for code, estimate in facets.items()
    )
    return Figure(wide, f"{title}. {told}.", slim=slim, data=_facet_table(facets, wording))


def step_legend(wording: Wording) -> StepLegend:
    """Words and ranges of the five colours."""
    ranges = [
        _("to {}").format(signed(STEPS[0][1])),
        *(wording.words.interval.format(signed(first), signed(last)) for first, last in STEPS[1:-1]),
        _("from {}").format(signed(STEPS[-1][0])),
    ]
    return StepLegend(tuple(zip(wording.words.steps, ranges, strict=True)))


def one_cell_table(cell: ReleasedCell, wording: Wording) -> Table:
    """Seat and legs of one cell, a row each: the data of a stool."""
    names = ((None, wording.words.seat), *((leg, wording.words.legs[leg]) for leg in LEGS))
    return Table(
        (Column(_("Score"), 0.4), Column(_("Points"), 0.6)),
        tuple((Cell(name), score_cell(cell, leg, wording)) for leg, name in names),
    )


def _facet_table(facets: Mapping[str, Estimate], wording: Wording) -> Table:
    """The parts of the legs, a row each."""
    return Table(
        (Column(_("Part"), 0.6), Column(_("Points"), 0.4)),
        tuple(
            (
                Cell(wording.facets[code], below=wording.words.legs[leg_of(code)]),
                Cell(
                    signed(estimate.value),
                    beside=wording.words.span(estimate),
                    explained=explained.facet(code, estimate, wording),
                ),
            )
            for code, estimate in facets.items()
        ),
    )


def score_cell(cell: ReleasedCell, leg: Leg | None, wording: Wording, *, coloured: bool = False) -> Cell:
    """A leg of a cell, or its seat."""
    estimate = cell.seat if leg is None else cell.legs[leg]
    small = cell.size == "small"
    return Cell(
        signed(estimate.value),
        below="" if coloured else wording.words.step(estimate.value),
        beside=wording.words.span(estimate, rough=small),
        step=step(estimate.value) if coloured else None,
        dashed=small,
        explained=explained.score(cell, leg, wording),
    )


def _score(cell: ReleasedCell, estimate: Estimate, wording: Wording) -> str:
    return wording.words.score(estimate, rough=cell.size == "small")


def _legs_below(cell: ReleasedCell, wording: Wording, ident: str) -> str:
    """The legs with their intervals, which a small stool has no room for."""
    small = cell.size == "small"
    rows = tuple(bars.Bar(wording.words.legs[leg], cell.legs[leg], leg, small=small) for leg in LEGS)
    title = findings.three_legs(cell, wording)
    return bars.interval_bars([bars.Bars("", rows)], wording.words, title=title, width=SLIM, ident=ident)


def _values(cell: ReleasedCell, wording: Wording) -> str:
    return "; ".join(
        [
            f"{wording.words.seat} {_score(cell, cell.seat, wording)}",
            *(f"{wording.words.legs[leg]} {_score(cell, cell.legs[leg], wording)}" for leg in LEGS),
        ]
    )
