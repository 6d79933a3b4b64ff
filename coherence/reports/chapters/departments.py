"""Departments: all of them in one table, then two pages for each that may be shown."""

from __future__ import annotations

from collections.abc import Sequence

from coherence.reports.chapters.department_page import department_page
from coherence.reports.chapters.department_reasons import department_reasons
from coherence.reports.chapters.heat_map import by_standing, heat_map, is_ranked, legs_stand_out
from coherence.reports.chapters.surroundings import Surroundings, alphabetical, surroundings
from coherence.reports.document import Block, Chapter, Heading, Paragraph
from coherence.reports.points import signed
from coherence.reports.texts import _, ngettext
from coherence.reports.unit_blocks import step_legend
from coherence.reports.wording import Wording
from scoring.released import Ledger, ReleasedCell

MOST_NAMED = 2
"""Departments that the title names on each side; of more it tells the number."""


def overview(ledger: Ledger, wording: Wording) -> Chapter:
    """Seat and legs of every department, in the groups that the data can tell apart.

    Groups of 5 to 9 and managers stand in sections of their own.
    """
    around = surroundings(ledger, wording)
    departments = alphabetical(ledger.departments)
    large = [cell for cell in departments if cell.size != "small"]
    small = [cell for cell in departments if cell.size == "small"]
    managers = alphabetical(cell for cell in ledger.cells if cell.level == "M" and len(cell.unit) > 1)
    blocks: list[Block] = [step_legend(wording), *_by_standing(large, around)]
    for cells, title, explained in (
        (
            small,
            _("Small groups: read as a hint, not compared"),
            _("All small groups carry one common rough interval, so that their exact size stays unknown."),
        ),
        (managers, _("Managers of departments"), _("Where enough of them answered to be shown apart.")),
    ):
        if cells:
            blocks += [Heading(title), Paragraph(explained, "quiet", joined=True)]
            blocks.append(heat_map(cells, wording, {} if cells is managers else around.idents))
    return Chapter(
        ident="departments",
        place=_("{organisation}, {survey}. Front line and support").format(
            organisation=ledger.root[-1], survey=ledger.wave
        ),
        title=_title(departments, large),
        facts=" ".join([_reading(large), _order(large)]),
        blocks=tuple(blocks),
        bookmark=_("Departments"),
    )


def department_chapters(ledger: Ledger, wording: Wording) -> list[Chapter]:
    """Two pages for each department, in alphabetical order; one for groups of 5 to 9."""
    around = surroundings(ledger, wording)
    return [chapter for unit in around.idents for chapter in chapters_of(around.cells[unit, "staff"], around)]


def chapters_of(cell: ReleasedCell, around: Surroundings) -> tuple[Chapter, ...]:
    """The pages of one department: what is the case, then why and what to do first."""
    second = department_reasons(cell, around)
    first = department_page(cell, around, alone=second is None)
    return (first,) if second is None else (first, second)


def _by_standing(large: Sequence[ReleasedCell], around: Surroundings) -> list[Block]:
    names = {
        "clearly above": _("Clearly above the organisation"),
        "not distinguishable": _("Not distinguishable from the organisation"),
        "clearly below": _("Clearly below the organisation"),
        None: _("Not compared: too few of the invited answered"),
    }
    groups = by_standing(large)
    blocks: list[Block] = []
    for place, cells in groups.items():
        if len(groups) > 1 or place is not None:
            blocks.append(Heading(names[place]))
        blocks.append(heat_map(cells, around.wording, around.idents))
    return blocks


def _reading(large: Sequence[ReleasedCell]) -> str:
    if any(one.shrunken for cell in large for one in cell.comparison.values()):
        return _(
            "The number is what people answered, with its 95 % interval. The colour allows for chance, which "
            "is larger in small departments; where its word is another than the number’s, it stands below. "
            "So does whether a leg lies clearly above or below the organisation."
        )
    return _("The number is what people answered, with its 95 % interval; the colour repeats its word.")


def _order(large: Sequence[ReleasedCell]) -> str:
    if not any(cell.comparison for cell in large):
        return _("Too few can be compared to call one above or below; the order is alphabetical.")
    if is_ranked(large):
        return _(
            "The headings go by the seat. Inside a heading the highest seat stands first: "
            "departments differ enough to be put in order."
        )
    return _(
        "The headings go by the seat and are all that the data can tell apart. "
        "Inside a heading the order is alphabetical and means nothing."
    )


def _title(departments: Sequence[ReleasedCell], large: Sequence[ReleasedCell]) -> str:
    if not departments:
        return _("Only managers of departments can be shown apart")
    if not large:
        return ngettext(
            "The one department is small: read its scores as hints",
            "All departments are small: read their scores as hints",
            len(departments),
        )
    groups = by_standing(large)
    said = [
        text
        for text in (
            _apart(groups.get("clearly above", ()), _("Clearly above the organisation: {departments}")),
            _apart(groups.get("clearly below", ()), _("clearly below: {departments}")),
        )
        if text
    ]
    if said:
        joined = "; ".join(said)
        return joined[:1].upper() + joined[1:]
    if legs_stand_out(large):
        return _("By the seat no department stands out; some of their legs do")
    if len(groups) > 1 or None not in groups:
        return _("No department stands clearly above or below the organisation")
    seats = [cell.seat.value for cell in large]
    return ngettext(
        "{number} department: the seat is {low}",
        "{number} departments: seats lie between {low} and {high}",
        len(large),
    ).format(number=len(large), low=signed(min(seats)), high=signed(max(seats)))


def _apart(cells: Sequence[ReleasedCell], pattern: str) -> str:
    if not cells:
        return ""
    if len(cells) > MOST_NAMED:
        return pattern.format(
            departments=ngettext("{number} department", "{number} departments", len(cells)).format(
                number=len(cells)
            )
        )
    return pattern.format(departments=", ".join(cell.name for cell in cells))
