"""What the additional questions say: what counts most, how departments serve each other, recommending."""

from __future__ import annotations

from collections.abc import Iterator

from coherence.reports import explained
from coherence.reports.chapters.frame import LEVELS, place
from coherence.reports.document import Block, Cell, Chapter, Column, Heading, Paragraph, Table
from coherence.reports.points import signed
from coherence.reports.reasons import reason_text
from coherence.reports.texts import _
from coherence.reports.wording import Wording
from scoring.estimable import NotEstimable
from scoring.released import Ledger, ReleasedCell
from scoring.released_figures import FinerFigures
from scoring.vocabulary import CellLevel


def questions_chapter(ledger: Ledger, wording: Wording) -> Chapter | None:
    """The additional questions by level; None where none of them is released."""
    cells = {
        level: cell
        for level in LEVELS
        if (cell := ledger.cell(ledger.root, level)) and cell.finer and _any(cell.finer)
    }
    if not cells:
        return None
    return Chapter(
        ident="questions",
        place=place(ledger),
        title=_title(ledger, cells, wording),
        facts=_("Questions beside the statements. They take no part in the legs or the seat."),
        blocks=(*_priorities(cells, ledger, wording), *_ratings(cells, wording)),
        bookmark=_("What counts most"),
        joined=True,
    )


def _any(finer: FinerFigures) -> bool:
    return any(one is not None for one in (finer.enps, finer.internal_service, finer.priorities))


def _title(ledger: Ledger, cells: dict[CellLevel, ReleasedCell], wording: Wording) -> str:
    echo = None if ledger.findings is None else ledger.findings.echo
    if echo is not None and "staff" in echo.shares:
        return _("{share} of 100 at the front line name quality of service as what counts most").format(
            share=echo.shares["staff"]
        )
    return _("What else people were asked")


def _priorities(cells: dict[CellLevel, ReleasedCell], ledger: Ledger, wording: Wording) -> Iterator[Block]:
    shown = {
        level: cell.finer.priorities.shares
        for level, cell in cells.items()
        if cell.finer is not None and cell.finer.priorities is not None
    }
    if not shown:
        return
    options = list(wording.questionnaire.questions["X2"].options.values())
    share = 0.68 / len(shown)
    yield Heading(wording.questionnaire.questions["X2"].text)
    yield Table(
        (
            Column(_("Answer"), 1 - share * len(shown)),
            *(Column(wording.levels[level], share) for level in shown),
        ),
        tuple(
            (
                Cell(option[:1].upper() + option[1:]),
                *(
                    Cell(f"{list(shares.values())[position]} %", explained=explained.choice())
                    for shares in shown.values()
                ),
            )
            for position, option in enumerate(options)
        ),
    )
    echo = None if ledger.findings is None else ledger.findings.echo
    if echo is None:
        return
    if isinstance(echo.echo, NotEstimable):
        yield Paragraph(
            _("How far the priority carries cannot be said. {why}").format(why=reason_text(echo.echo.reason))
        )
        return
    above: CellLevel = "T" if "T" in echo.shares else "M"
    yield Paragraph(
        _(
            "Echo: {below} % of the front line against {above} % of the level above it ({level}). "
            "1 would mean that the priority arrives whole; here it is {echo}."
        ).format(
            below=echo.shares["staff"],
            above=echo.shares[above],
            level=wording.words.levels[above],
            echo=f"{echo.echo:.2f}",
        )
    )


def _ratings(cells: dict[CellLevel, ReleasedCell], wording: Wording) -> Iterator[Block]:
    rows = []
    for level, cell in cells.items():
        if cell.finer is None or (cell.finer.enps is None and cell.finer.internal_service is None):
            continue
        rows.append((Cell(wording.levels[level]), _recommending(cell.finer), _served(cell.finer)))
    if not rows:
        return
    yield Heading(_("Recommending the company, and being served inside it"))
    yield Table(
        (
            Column(_("Level"), 0.32),
            Column(_("Would recommend, −100 to +100"), 0.34),
            Column(_("Served by other departments, 0 to 10"), 0.34),
        ),
        tuple(rows),
    )
    yield Paragraph(
        _(
            "Recommending: the share of those who answered 9 or 10, less the share of those who answered 0 "
            "to 6, as a place to work. It says little about customers, because the same people answer."
        ),
        "quiet",
    )


def _recommending(finer: FinerFigures) -> Cell:
    if finer.enps is None:
        return Cell("–", below=_("fewer than 10 answers"))
    one = finer.enps.estimate
    span = (
        "" if one.low is None or one.high is None else _("{} to {}").format(signed(one.low), signed(one.high))
    )
    return Cell(signed(one.value), beside=span, explained=explained.recommending())


def _served(finer: FinerFigures) -> Cell:
    one = finer.internal_service
    if one is None:
        return Cell("–", below=_("fewer than 10 answers"))
    span = (
        ""
        if one.low is None or one.high is None
        else _("{} to {}").format(f"{one.low:.1f}", f"{one.high:.1f}")
    )
    return Cell(f"{one.value:.1f}", beside=span, explained=explained.served())
