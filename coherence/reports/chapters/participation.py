"""Who answered, what the silent could change, who is counted where."""

from __future__ import annotations

from coherence.reports import explained, findings
from coherence.reports.chapters.frame import LEVELS, place
from coherence.reports.document import Block, Cell, Chapter, Column, Figure, Heading, Paragraph, Table
from coherence.reports.drawings import shift as shifts
from coherence.reports.drawings.svg import SLIM, WIDE
from coherence.reports.points import band, signed
from coherence.reports.texts import _, ngettext
from coherence.reports.wording import Wording, counted_points
from scoring.released import Ledger, ReleasedCell
from scoring.released_figures import QUANTITIES, Quantity, Shift
from scoring.vocabulary import Leg

_ORDER: tuple[Quantity, ...] = ("seat", *(one for one in QUANTITIES if one != "seat"))


def participation(ledger: Ledger, wording: Wording) -> Chapter:
    """Answers of each level, and the shift table as a picture."""
    cell = ledger.cell(ledger.root, "all") or ledger.cells[0]
    return Chapter(
        ident="participation",
        place=place(ledger),
        title=_title(cell, wording),
        facts=findings.answered(cell, wording),
        blocks=(*_answers(ledger, wording), *_silent(cell, wording), *_who_is_where(ledger)),
        bookmark=_("Participation"),
    )


def _title(cell: ReleasedCell, wording: Wording) -> str:
    if cell.response == "low":
        return _("Fewer than 30 % answered: read everything as a hint")
    if cell.shift is None:
        return _("Who answered")
    pattern = (
        _("{percent} % answered; the rest could add or take {points}")
        if cell.size == "exact"
        else _("About {percent} % answered; the rest could add or take {points}")
    )
    return pattern.format(percent=cell.response_percent, points=counted_points(cell.shift.move))


def _answers(ledger: Ledger, wording: Wording) -> tuple[Block, ...]:
    rows = tuple(
        (Cell(wording.levels[level]), *_sizes(cell))
        for level in LEVELS
        if (cell := ledger.cell(ledger.root, level))
    )
    columns = (
        Column(_("Level"), 0.34),
        *(Column(name, 0.22) for name in (_("Invited"), _("Answered"), _("Response"))),
    )
    return (Table(columns, rows),)


def _sizes(cell: ReleasedCell) -> tuple[Cell, ...]:
    answered = band(cell.n_band) if cell.n is None else str(cell.n)
    about = cell.size != "exact"
    if cell.invited is None or cell.response_percent is None:
        why = _("not told: it would tell the size of a small group")
        return (
            Cell("–"),
            Cell(answered, explained=explained.answers(banded=cell.n is None)),
            Cell("–", below=why),
        )
    words = {"indicative": _("under half: indicative"), "low": _("under 30 %: no intervals, no verdict")}
    percent = f"{cell.response_percent} %"
    return (
        Cell(
            _("about {number}").format(number=cell.invited) if about else str(cell.invited),
            explained=explained.invited(rounded=about),
        ),
        Cell(answered, explained=explained.answers(banded=cell.n is None)),
        Cell(
            _("about {number}").format(number=percent) if about else percent,
            below=words.get(cell.response, ""),
            explained=explained.response(cell),
        ),
    )


def _silent(cell: ReleasedCell, wording: Wording) -> tuple[Block, ...]:
    if cell.shift is None:
        return ()
    shift = cell.shift
    title = ngettext(
        "What the silent could change: {move} point on every score",
        "What the silent could change: {move} points on every score",
        shift.move,
    ).format(move=shift.move)
    rows = [
        shifts.Row(
            _name(quantity, wording),
            None if quantity == "seat" else Leg(quantity),
            cell.seat if quantity == "seat" else cell.legs[Leg(quantity)],
            shift.scores[quantity],
            wording.words.interval.format(
                signed(shift.scores[quantity].low), signed(shift.scores[quantity].high)
            ),
        )
        for quantity in _ORDER
    ]
    told = "; ".join(f"{row.name} {signed(row.estimate.value)}: {row.said}" for row in rows)
    wide, slim = (
        shifts.shift_chart(rows, title=title, told=f"{told}.", width=width, ident=f"shift-{width}")
        for width in (WIDE, SLIM)
    )
    return (
        Heading(title),
        Paragraph(
            _(
                "Pale: where each score would lie if those who did not answer stood 50 points lower or "
                "higher. Line: the 95 % interval, which covers chance only."
            ),
            "quiet",
            joined=True,
        ),
        Figure(wide, f"{title}. {told}.", slim=slim, data=_shift_table(cell, shift, wording)),
    )


def _shift_table(cell: ReleasedCell, shift: Shift, wording: Wording) -> Table:
    rows = []
    for quantity in _ORDER:
        estimate = cell.seat if quantity == "seat" else cell.legs[Leg(quantity)]
        ends = shift.scores[quantity]
        rows.append(
            (
                Cell(_name(quantity, wording)),
                Cell(signed(estimate.value), beside=wording.words.span(estimate)),
                Cell(signed(ends.low), explained=explained.shifted(shift.move, higher=False)),
                Cell(signed(ends.high), explained=explained.shifted(shift.move, higher=True)),
            )
        )
    names = (_("As answered"), _("The silent lower"), _("The silent higher"))
    return Table((Column(_("Score"), 0.28), *(Column(name, 0.24) for name in names)), tuple(rows))


def _name(quantity: Quantity, wording: Wording) -> str:
    return wording.words.seat if quantity == "seat" else wording.words.legs[Leg(quantity)]


def _who_is_where(ledger: Ledger) -> tuple[Block, ...]:
    small = f"{ledger.k}–{2 * ledger.k - 1}"
    said = [
        _(
            "A group is shown from {k} answers on. Groups of {small} are drawn with dashed lines and carry "
            "one common rough interval, so that their exact size stays unknown."
        ).format(k=ledger.k, small=small),
        _(
            "People whose own group was too small count only at a higher place in the organisation: {people}."
        ).format(people=band(ledger.moved_up)),
        _("Answers left out because all statements of a page had the same answer: {people}.").format(
            people=band(ledger.careless)
        ),
    ]
    if ledger.board_consent:
        said.insert(
            1,
            _(
                "The board is smaller and stands by itself all the same, because every member agreed to it. "
                "Its interval is rougher still, and it is compared with nobody."
            ),
        )
    if ledger.careless_moves_seat:
        said[-1] += " " + _("Leaving them out moves the seat by more than 5 points.")
    if any(cell.facets for cell in ledger.cells):
        said.append(
            _(
                "The parts of the legs need groups of {size} people. Smaller groups inside a department were "
                "joined for them, so a part may rest on fewer people than the legs."
            ).format(size=2 * ledger.k)
        )
    if not ledger.departments:
        said.append(
            _(
                "No department is large enough to be shown on its own. "
                "Its people count in the results of the organisation."
            )
        )
    return (Heading(_("Who is where")), *(Paragraph(sentence) for sentence in said))
