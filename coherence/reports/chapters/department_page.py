"""The first page of a department: how high its seat is, whether the stool stands, beside whom."""

from __future__ import annotations

from collections.abc import Iterator

from coherence.reports import explained, findings
from coherence.reports.chapters.decimals import decimal
from coherence.reports.chapters.department_place import department_place
from coherence.reports.chapters.heat_map import standing
from coherence.reports.chapters.levels import gap_word
from coherence.reports.chapters.surroundings import Surroundings
from coherence.reports.document import Block, Cell, Chapter, Column, Heading, Paragraph, Table
from coherence.reports.drawings.stool import divided_legs
from coherence.reports.points import signed
from coherence.reports.texts import _
from coherence.reports.unit_blocks import score_table, stool_and_seat
from coherence.reports.wording import Wording, uncapitalised
from scoring.released import ReleasedCell
from scoring.vocabulary import LEGS, CellLevel

LEVELS: tuple[CellLevel, ...] = ("staff", "F", "S", "M")


def department_page(cell: ReleasedCell, around: Surroundings, *, alone: bool) -> Chapter:
    """What is the case in a department.

    alone: no second page follows, so this one says why.
    """
    wording, ident = around.wording, around.idents[cell.unit]
    headline = findings.headline(cell, wording)
    return Chapter(
        ident=ident,
        place=department_place(cell, around),
        title=f"{cell.name}. {headline}" if ":" in headline else f"{cell.name}: {uncapitalised(headline)}",
        facts=findings.answered(cell, wording),
        blocks=(
            stool_and_seat(cell, wording, ident, *(Paragraph(one) for one in _beside(cell, around))),
            *_levels(cell, around),
            *_gaps(cell, wording),
            *_agreement(cell, wording),
            *_filled(cell, wording),
            *([Paragraph(_why_alone(cell, around))] if alone else ()),
        ),
        bookmark=" / ".join(cell.unit[1:]),
        depth=1,
    )


def _beside(cell: ReleasedCell, around: Surroundings) -> Iterator[str]:
    whole = around.compared_with(cell)
    place = standing(cell)
    if whole is not None and place is None:
        yield findings.beside_the_organisation(cell, whole)
    if whole is not None and place is not None:
        yield {
            "clearly above": _("The seat is clearly above that of the whole organisation ({seat})."),
            "not distinguishable": _(
                "The seat cannot be told apart from that of the whole organisation ({seat}): "
                "this number alone asks for no plan of its own."
            ),
            "clearly below": _("The seat is clearly below that of the whole organisation ({seat})."),
        }[place].format(seat=signed(whole.seat.value))
    if cell.shift is not None and cell.shift.move:
        yield _(
            "If those who did not answer stood 50 points lower or higher, the seat would lie {move} points "
            "lower or higher."
        ).format(move=cell.shift.move)


def _levels(cell: ReleasedCell, around: Surroundings) -> Iterator[Block]:
    wording = around.wording
    rows = [
        (Cell(wording.levels[level], below=wording.words.people(found)), found)
        for level in LEVELS
        if (found := around.cells.get((cell.unit, level)))
    ]
    whole = around.compared_with(cell)
    if whole is not None:
        rows.append((Cell(_("Whole organisation"), below=wording.words.people(whole)), whole))
    yield score_table(rows, wording, _("Level"))


def _gaps(cell: ReleasedCell, wording: Wording) -> Iterator[Block]:
    if not cell.gaps:
        return
    pairs = {
        "D-R": _("Declared, less enabled"),
        "R-B": _("Enabled, less done"),
        "D-B": _("Declared, less done"),
    }
    yield Heading(_say_do(cell))
    yield Table(
        (Column("", 0.28), *(Column(name, 0.24) for name in pairs.values())),
        ((Cell(_("Gap"), below=_("points, 95 % interval")), *(_gap(cell, pair, wording) for pair in pairs)),),
    )


def _gap(cell: ReleasedCell, pair: str, wording: Wording) -> Cell:
    gap = cell.gaps.get(pair)
    if gap is None:
        return Cell("–", below=_("not comparable"))
    return Cell(
        signed(gap.value),
        beside=wording.words.interval.format(signed(gap.low), signed(gap.high)),
        below=gap_word(gap.size),
        explained=explained.difference(gap.low, gap.high),
    )


def _say_do(cell: ReleasedCell) -> str:
    if cell.one_to_one is None:
        return _("Between the legs")
    return _("Between the legs: what is done makes up {percent} % of what is declared").format(
        percent=cell.one_to_one
    )


def _agreement(cell: ReleasedCell, wording: Wording) -> Iterator[Block]:
    if cell.finer is None or not cell.finer.agreement:
        return
    found = cell.finer.agreement
    names = {
        "good agreement": _("good agreement"),
        "usual": _("usual"),
        "divided": _("views differ widely"),
    }
    divided = [wording.words.legs[leg] for leg in divided_legs(cell)]
    yield Heading(
        _("Views differ widely about: {legs}").format(legs=", ".join(divided))
        if divided
        else _("People agree about the legs as in other groups")
    )
    yield Table(
        (Column("", 0.28), *(Column(wording.words.legs[leg], 0.24, leg) for leg in LEGS)),
        (
            (
                Cell(_("Distance of answers"), below=_("from their mean, in answer steps")),
                *(
                    Cell(decimal(found[leg].ad), beside=names[found[leg].word]) if leg in found else Cell("–")
                    for leg in LEGS
                ),
            ),
        ),
    )


def _filled(cell: ReleasedCell, wording: Wording) -> Iterator[Block]:
    """Legs that move by more than 5 points when the gaps in the answers are filled."""
    for leg, value in cell.imputed.items():
        yield Paragraph(
            _(
                "Many answers about {leg} are missing. With the gaps filled they would stand at {value} "
                "instead of {printed}."
            ).format(leg=wording.leg(leg), value=signed(value), printed=signed(cell.legs[leg].value)),
            "quiet",
        )


def _why_alone(cell: ReleasedCell, around: Surroundings) -> str:
    if cell.size == "small":
        return _(
            "{k} to {most} people answered here. So few are shown with seat, legs and a rough interval only: "
            "parts of the legs, patterns and recommendations need {enough} people, or single answers could "
            "be guessed. Use this page for a talk, and the pages of the organisation for reasons."
        ).format(k=around.k, most=2 * around.k - 1, enough=2 * around.k)
    if cell.response == "low":
        return _(
            "Fewer than 30 % of the invited answered. So few cannot speak for the others, so parts of the "
            "legs, patterns and recommendations are not shown."
        )
    return _("Parts of the legs, patterns and recommendations could not be worked out for this department.")
