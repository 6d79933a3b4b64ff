"""All departments in one table: seat and legs, each cell in the colour of its step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from coherence.reports.document import Cell, Column, Table
from coherence.reports.points import signed, step
from coherence.reports.texts import _
from coherence.reports.wording import Wording
from scoring.answers import Path
from scoring.ranking import Standing
from scoring.released import ReleasedCell
from scoring.released_figures import Quantity
from scoring.vocabulary import LEGS, Leg

STANDINGS: tuple[Standing, ...] = ("clearly above", "not distinguishable", "clearly below")


def heat_map(cells: Collection[ReleasedCell], wording: Wording, chapters: Mapping[Path, str]) -> Table:
    """Rows of departments, with their number and interval printed raw and the colour of their step.

    Colour follows the score drawn towards the mean where one is released; where its word is another
    than the number's, the word stands below (method 3.7). chapters: ident of each department's own.
    """
    columns = (
        Column(_("Department"), 0.28),
        Column(wording.words.seat, 0.18),
        *(Column(wording.words.legs[leg], 0.18, leg) for leg in LEGS),
    )
    parents = {unit[:-1] for unit in chapters}
    return Table(columns, tuple(_row(cell, wording, chapters, parents) for cell in cells))


def by_standing(cells: Sequence[ReleasedCell]) -> dict[Standing | None, list[ReleasedCell]]:
    """Departments by the standing of their seat, best first; None: not compared.

    Inside a standing they are in the order of their rank where ranks are released (ICC(2) of .70 or
    more), else in the given order.
    """
    places: tuple[Standing | None, ...] = (*STANDINGS, None)
    found = {place: [cell for cell in cells if standing(cell) == place] for place in places}
    return {place: sorted(own, key=_rank) for place, own in found.items() if own}


def standing(cell: ReleasedCell) -> Standing | None:
    """How the seat of a department stands to the mean of all staff; None where it is not compared."""
    comparison = cell.comparison.get("seat")
    return None if comparison is None else comparison.standing


def legs_stand_out(cells: Iterable[ReleasedCell]) -> bool:
    """Whether a leg of any of them lies clearly above or below the mean of all staff."""
    return any(
        name != "seat" and one.standing != "not distinguishable"
        for cell in cells
        for name, one in cell.comparison.items()
    )


def is_ranked(cells: Iterable[ReleasedCell]) -> bool:
    """Whether the seats are reliable enough to be put in order."""
    return any(_rank(cell) for cell in cells)


def _rank(cell: ReleasedCell) -> int:
    comparison = cell.comparison.get("seat")
    return 0 if comparison is None or comparison.rank is None else comparison.rank


def _row(
    cell: ReleasedCell, wording: Wording, chapters: Mapping[Path, str], parents: Collection[Path]
) -> tuple[Cell, ...]:
    ordered: tuple[Quantity, ...] = ("seat", "D", "R", "B")
    return (
        _name(cell, wording, chapters.get(cell.unit, ""), parent=cell.unit in parents),
        *(_score(cell, quantity, wording) for quantity in ordered),
    )


def _name(cell: ReleasedCell, wording: Wording, leads_to: str, *, parent: bool) -> Cell:
    """A department with its place, its size and a hint where few answered."""
    people = wording.words.people(cell)
    small = cell.size == "small"
    hints = {"indicative": _("under half answered"), "low": _("under 30 % answered")}
    said = (
        _("in {place}").format(place=" / ".join(cell.unit[1:-1])) if len(cell.unit) > 2 else "",
        _("with its departments") if parent else "",
        "" if small else people,
        hints.get(cell.response),
    )
    return Cell(
        cell.name,
        below=", ".join(part for part in said if part),
        badge=people if small else "",
        leads_to=leads_to,
    )


def _score(cell: ReleasedCell, quantity: Quantity, wording: Wording) -> Cell:
    estimate = cell.seat if quantity == "seat" else cell.legs[Leg(quantity)]
    comparison = cell.comparison.get(quantity)
    shrunken = None if comparison is None else comparison.shrunken
    coloured = estimate.value if shrunken is None else shrunken.value
    word = wording.words.step(coloured)
    name = wording.words.seat if quantity == "seat" else wording.words.legs[Leg(quantity)]
    explained = [
        _("{name}: {score}, {word}.").format(
            name=name,
            score=wording.words.score(estimate, rough=cell.size == "small"),
            word=wording.words.step(estimate.value),
        )
    ]
    if comparison is not None:
        explained.append(
            {
                "clearly above": _("Clearly above the mean of the whole organisation."),
                "not distinguishable": _("Not distinguishable from the mean of the whole organisation."),
                "clearly below": _("Clearly below the mean of the whole organisation."),
            }[comparison.standing]
        )
    if shrunken is not None:
        explained.append(
            _("Drawn towards the mean, as far as so few people ask for it: {score}, {word}.").format(
                score=wording.words.score(shrunken), word=word
            )
        )
    apart = "not distinguishable" if quantity == "seat" or comparison is None else comparison.standing
    below = (
        "" if word == wording.words.step(estimate.value) else word,
        {"clearly above": _("clearly above"), "clearly below": _("clearly below")}.get(apart, ""),
    )
    return Cell(
        signed(estimate.value),
        below=", ".join(part for part in below if part),
        beside=wording.words.span(estimate, rough=cell.size == "small"),
        step=step(coloured),
        dashed=cell.size == "small",
        explained=" ".join(explained),
    )
