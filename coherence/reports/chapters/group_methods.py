"""Methods appendix: agreement inside groups, differences between them, missing answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coherence.reports.chapters.decimals import decimal, decimal_span
from coherence.reports.chapters.not_estimable import not_estimable
from coherence.reports.document import Block, Cell, Chapter, Column, Facts, Heading, Paragraph, Table
from coherence.reports.points import band, signed
from coherence.reports.texts import _
from coherence.reports.wording import Wording
from scoring.estimable import NotEstimable
from scoring.released import Ledger, ReleasedCell
from scoring.released_diagnosis import DepartmentSpread, OrganisationFindings
from scoring.released_figures import Quantity
from scoring.vocabulary import Leg

MOST_NAMED: Final = 12
"""Departments that a sentence names; more of them would no longer be read."""


def group_methods(ledger: Ledger, found: OrganisationFindings, place: str, wording: Wording) -> Chapter:
    """How alike people answer, how far departments differ, what was left out or could not be estimated."""
    return Chapter(
        ident="methods-groups",
        place=place,
        title=_title(found),
        facts=_("Agreement, differences of departments, missing answers, and what could not be estimated."),
        blocks=(
            *_agreement(ledger, wording),
            *_spread(found, wording),
            Heading(_("Answers left out, gaps, use of the scale")),
            *(Paragraph(sentence) for sentence in _sensitivity(ledger, wording)),
            *_missing(ledger, found, wording),
        ),
        bookmark=_("Methods: groups"),
    )


def _title(found: OrganisationFindings) -> str:
    seat = None if isinstance(found.departments, NotEstimable) else found.departments.get("seat")
    if seat is None:
        return _("How far departments differ cannot be said")
    if seat.act_by == "department":
        return _("Departments differ much: act department by department")
    if seat.act_by == "organisation":
        return _("Departments hardly differ: act for the whole organisation")
    return {
        "hardly any": _("Departments hardly differ"),
        "small": _("Departments differ a little"),
        "medium": _("Departments differ noticeably"),
        "large": _("Departments differ much"),
    }[seat.size]


def _agreement(ledger: Ledger, wording: Wording) -> Iterator[Block]:
    staff = ledger.cell(ledger.root, "staff")
    if staff is None or staff.finer is None or not staff.finer.agreement:
        return
    words = {
        "good agreement": _("good agreement"),
        "usual": _("usual"),
        "divided": _("views differ widely"),
    }
    yield Heading(_("Agreement inside groups"))
    yield Table(
        (
            Column(_("Front line and support"), 0.34),
            Column(_("Agreement (r*wg)"), 0.22),
            Column(_("Distance (AD)"), 0.22),
            Column(_("In words"), 0.22),
        ),
        tuple(
            (
                Cell(wording.words.legs[leg]),
                Cell(decimal(one.r_star_wg)),
                Cell(decimal(one.ad)),
                Cell("", below=words[one.word]),
            )
            for leg, one in staff.finer.agreement.items()
        ),
    )
    yield Paragraph(
        _(
            "r*wg is 1 where all agree. AD is the mean distance of an answer from the mean of its statement, "
            "in answer steps: to 0.80 good agreement, from 0.90 views differ widely. {departments}"
        ).format(departments=_divided(ledger)),
        "quiet",
    )


def _divided(ledger: Ledger) -> str:
    divided = [
        cell.name
        for cell in ledger.departments
        if cell.finer is not None and any(one.word == "divided" for one in cell.finer.agreement.values())
    ]
    if not divided:
        return _("In no department that is shown do views of a leg differ that widely.")
    named = ", ".join(divided[:MOST_NAMED])
    if len(divided) > MOST_NAMED:
        return _("Views of a leg differ that widely in: {departments}, and others.").format(departments=named)
    return _("Views of a leg differ that widely in: {departments}.").format(departments=named)


def _spread(found: OrganisationFindings, wording: Wording) -> Iterator[Block]:
    if isinstance(found.departments, NotEstimable) or not found.departments:
        return
    yield Heading(_("Differences between departments"))
    yield Table(
        (
            Column(_("Front line and support"), 0.28),
            Column(_("Share between departments (ICC 1)"), 0.30),
            Column(_("Reliability of their means (ICC 2)"), 0.24),
            Column(_("In words"), 0.18),
        ),
        tuple(_spread_row(name, one, wording) for name, one in found.departments.items()),
    )
    yield Paragraph(
        _(
            "ICC(1): the share of a person’s score that goes with the department, with its 95 % interval; "
            "0.01 is small, 0.10 medium, 0.25 large. Departments are put in order only where ICC(2) is 0.70 "
            "or more."
        ),
        "quiet",
    )


def _spread_row(name: Quantity, one: DepartmentSpread, wording: Wording) -> tuple[Cell, ...]:
    sizes = {
        "hardly any": _("hardly any"),
        "small": _("small"),
        "medium": _("medium"),
        "large": _("large"),
    }
    return (
        Cell(wording.words.seat if name == "seat" else wording.words.legs[Leg(name)]),
        Cell(decimal(one.icc1), beside=decimal_span(one.low, one.high, wording)),
        Cell(decimal(one.icc2)),
        Cell("", below=sizes[one.size]),
    )


def _sensitivity(ledger: Ledger, wording: Wording) -> Iterator[str]:
    yield (
        _("Answers left out because all statements of a page had the same answer: {people}. {effect}")
        .format(
            people=band(ledger.careless),
            effect=_("Leaving them out moves the seat of the organisation by more than 5 points.")
            if ledger.careless_moves_seat
            else _("Leaving them out does not move the seat of the organisation by more than 5 points.")
            if ledger.careless not in ("0", "1-4")
            else "",
        )
        .strip()
    )
    filled = [cell for cell in ledger.cells if cell.imputed and len(cell.unit) == 1]
    if not any(cell.imputed for cell in ledger.cells):
        yield _(
            "Where a tenth of the answers of a leg are missing, the gaps are filled as a check. "
            "In no group does that move a leg by more than 5 points."
        )
    for cell in filled:
        yield _filled(cell, wording)
    staff = ledger.cell(ledger.root, "staff")
    if staff is not None and staff.finer is not None and staff.finer.style is not None:
        yield _(
            "Yes-saying: {steps} of an answer step; a tenth of a step raises every leg by about 3 points, so "
            "balance hardly changes. Answers at the ends of the scale: {share} %."
        ).format(steps=decimal(staff.finer.style.acquiescence), share=staff.finer.style.extremes)


def _filled(cell: ReleasedCell, wording: Wording) -> str:
    legs = ", ".join(
        _("{leg} {value} instead of {printed}").format(
            leg=wording.leg(leg), value=signed(value), printed=signed(cell.legs[leg].value)
        )
        for leg, value in cell.imputed.items()
    )
    return _("{group}: with gaps in the answers filled {legs}.").format(
        group=wording.levels[cell.level], legs=legs
    )


def _missing(ledger: Ledger, found: OrganisationFindings, wording: Wording) -> Iterator[Block]:
    rows = not_estimable(ledger, found, wording)
    yield Heading(_("What could not be estimated, and why"))
    if rows:
        yield Facts(rows)
    else:
        yield Paragraph(_("Everything that the method asks for could be estimated."))
