"""Departments: all of them in one table, then a page for each that may be shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from coherence.reports import findings
from coherence.reports.document import Block, Cell, Chapter, Heading, Paragraph
from coherence.reports.points import signed
from coherence.reports.texts import _, ngettext
from coherence.reports.unit_blocks import facet_figure, score_table, step_legend, stool_and_seat
from coherence.reports.wording import Wording
from scoring.released import Ledger, ReleasedCell
from scoring.vocabulary import CellLevel

_LEVELS: tuple[CellLevel, ...] = ("staff", "F", "S", "M")


def overview(ledger: Ledger, wording: Wording) -> Chapter:
    """Seat and legs of every department; groups of 5 to 9 and managers in sections of their own."""
    departments = _alphabetical(ledger.departments)
    large = [cell for cell in departments if cell.size != "small"]
    small = [cell for cell in departments if cell.size == "small"]
    managers = _alphabetical(cell for cell in ledger.cells if cell.level == "M" and len(cell.unit) > 1)
    blocks: list[Block] = [step_legend(wording)]
    for cells, title, explained in (
        (large, "", ""),
        (
            small,
            _("Small groups: read as a hint, not compared"),
            _("All small groups carry one common rough interval, so that their exact size stays unknown."),
        ),
        (managers, _("Managers of departments"), _("Where enough of them answered to be shown apart.")),
    ):
        if cells and title:
            blocks += [Heading(title), Paragraph(explained, "quiet", joined=True)]
        if cells:
            rows = [(_row_name(cell, wording), cell) for cell in cells]
            blocks.append(score_table(rows, wording, _("Department"), coloured=True))
    return Chapter(
        ident="departments",
        place=_("{organisation}, wave {wave}. Front line and support").format(
            organisation=ledger.root[-1], wave=ledger.wave
        ),
        title=_overview_title(departments, large),
        facts=_(
            "The number is what people answered, with its 95 % interval; the colour repeats its word. "
            "The order is alphabetical and means nothing."
        ),
        blocks=tuple(blocks),
        bookmark=_("Departments"),
    )


def department_chapters(ledger: Ledger, wording: Wording) -> list[Chapter]:
    """A page for each department, in the order of the overview."""
    whole = ledger.cell(ledger.root, "staff")
    return [
        _department(ledger, cell, whole, wording, f"department-{number}")
        for number, cell in enumerate(_alphabetical(ledger.departments), 1)
    ]


def _department(
    ledger: Ledger, cell: ReleasedCell, whole: ReleasedCell | None, wording: Wording, ident: str
) -> Chapter:
    if cell.size == "small" or (whole and "low" in (cell.response, whole.response)):
        whole = None  # too few answered for any comparison
    beside = [Paragraph(findings.beside_the_organisation(cell, whole))] if whole else []
    rows = [
        (Cell(wording.levels[level], below=wording.words.people(found)), found)
        for level in _LEVELS
        if (found := ledger.cell(cell.unit, level))
    ]
    if whole:
        rows.append((Cell(_("Whole organisation"), below=wording.words.people(whole)), whole))
    headline = findings.headline(cell, wording)
    return Chapter(
        ident=ident,
        place=_("{path}, wave {wave}. Front line and support").format(
            path=" / ".join(cell.unit), wave=ledger.wave
        ),
        title=f"{cell.name}: {headline[:1].lower()}{headline[1:]}",
        facts=findings.answered(cell, wording),
        blocks=(
            stool_and_seat(cell, wording, ident, *beside),
            score_table(rows, wording, _("Level")),
            *_facets(cell, whole, wording, ident),
        ),
        bookmark=" / ".join(cell.unit[1:]),
        depth=1,
    )


def _facets(
    cell: ReleasedCell, whole: ReleasedCell | None, wording: Wording, ident: str
) -> tuple[Block, ...]:
    if not cell.facets:
        return ()
    facets = {code: facet.estimate for code, facet in cell.facets.items()}
    compared = {code: facet.estimate.value for code, facet in whole.facets.items()} if whole else {}
    return (
        Heading(findings.ends_of_facets(facets, wording)),
        facet_figure(
            facets, wording, f"{ident}-facets", compared=compared, compared_with=_("whole organisation")
        ),
    )


def _overview_title(departments: list[ReleasedCell], large: list[ReleasedCell]) -> str:
    if not departments:
        return _("Only managers of departments can be shown apart")
    if not large:
        return _("All departments are small: read their scores as hints")
    seats = [cell.seat.value for cell in large]
    return ngettext(
        "{number} department: the seat is {low}",
        "{number} departments: seats lie between {low} and {high}",
        len(large),
    ).format(number=len(large), low=signed(min(seats)), high=signed(max(seats)))


def _row_name(cell: ReleasedCell, wording: Wording) -> Cell:
    people = wording.words.people(cell)
    place = _("in {place}").format(place=" / ".join(cell.unit[1:-1])) if len(cell.unit) > 2 else ""
    size = "" if cell.size == "small" else people
    hints = {"indicative": _("under half answered"), "low": _("under 30 % answered")}
    return Cell(
        cell.name,
        below=", ".join(part for part in (place, size, hints.get(cell.response)) if part),
        badge=people if cell.size == "small" else "",
    )


def _alphabetical(cells: Iterable[ReleasedCell]) -> list[ReleasedCell]:
    return sorted(cells, key=lambda cell: [_collated(name) for name in cell.unit])


def _collated(name: str) -> tuple[str, str]:
    """A key that puts accented letters beside their plain ones."""
    return unicodedata.normalize("NFD", name).casefold(), name
