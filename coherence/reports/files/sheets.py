"""The sheets of the workbook as plain data: which rows stand where, long or spread out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from coherence.reports.files.long_table import Row, Scale
from coherence.reports.texts import _

Value = float | str | None


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: heading, width in characters, and what its numbers are."""

    name: str
    width: int = 12
    scale: Scale = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table on a sheet; scales: of each cell where it differs from its column's.

    fixed: how many columns stay while one scrolls to the right. note: a line about the sheet, for the
    first sheet.
    """

    name: str
    note: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[Value, ...], ...]
    scales: tuple[Scale, ...] = ()
    fixed: int = 2


WIDE: Final = 40
NARROW: Final = 11


def long_sheet(name: str, note: str, rows: Iterable[Row]) -> Sheet:
    """One row a number."""
    kept = tuple(rows)
    columns = (
        SheetColumn(_("Unit"), WIDE),
        SheetColumn(_("Level"), 22),
        SheetColumn(_("Measure"), 60),
        SheetColumn(_("Value")),
        SheetColumn(_("Low")),
        SheetColumn(_("High")),
        SheetColumn(_("Word"), 24),
        SheetColumn(_("People")),
        SheetColumn(_("Note"), 60),
        SheetColumn(_("Code"), 28),
    )
    cells = tuple(
        (
            row.unit,
            row.level,
            row.name,
            row.value,
            row.low,
            row.high,
            row.text,
            row.people,
            row.note,
            row.measure,
        )
        for row in kept
    )
    return Sheet(name, note, columns, cells, tuple(row.scale for row in kept))


def spread_sheet(name: str, note: str, rows: Iterable[Row]) -> Sheet:
    """One row a cell of the ledger, its measures side by side, each with its interval and its word."""
    kept = tuple(rows)
    parts = _parts(kept)
    columns = [
        SheetColumn(_("Unit"), WIDE),
        SheetColumn(_("Level"), 22),
        SheetColumn(_("People")),
        *(part.column for part in parts),
    ]
    cells: dict[tuple[str, str], dict[str, Row]] = {}
    for row in kept:
        cells.setdefault((row.unit, row.level), {})[row.measure] = row
    lines = tuple(
        (
            *place,
            next(iter(found.values())).people,
            *(part.of(found[part.measure]) if part.measure in found else None for part in parts),
        )
        for place, found in cells.items()
    )
    return Sheet(name, note, tuple(columns), lines, fixed=3)


def item_sheet(name: str, note: str, rows: Iterable[Row]) -> Sheet:
    """One row a statement of a cell, the shares of its answers 1 to 5 beside it."""
    columns = (
        SheetColumn(_("Unit"), WIDE),
        SheetColumn(_("Level"), 22),
        SheetColumn(_("Statement"), 70),
        *(SheetColumn(heading, NARROW, "points") for heading in (_("Value"), _("Low"), _("High"))),
        *(SheetColumn(_("Answer {n}").format(n=n), NARROW, "percent") for n in range(1, 6)),
        SheetColumn(_("People")),
        SheetColumn(_("Note"), WIDE),
    )
    lines: list[tuple[Value, ...]] = []
    shares: list[Value] = []
    statement: Row | None = None
    for row in rows:
        if row.scale == "points":
            statement, shares = row, []
            continue
        shares.append(row.value)
        if statement is not None and len(shares) == 5:
            one = statement
            lines.append(
                (
                    one.unit,
                    one.level,
                    one.name,
                    one.value,
                    one.low,
                    one.high,
                    *shares,
                    one.people,
                    one.note,
                )
            )
    return Sheet(name, note, columns, tuple(lines))


@dataclass(frozen=True, slots=True)
class _Part:
    """One column of a spread sheet: a measure, and which of its figures."""

    measure: str
    column: SheetColumn
    of: Callable[[Row], Value]


def _parts(rows: Sequence[Row]) -> list[_Part]:
    """The columns that the rows fill, in the order in which their measures first appear."""
    of_measure: dict[str, list[Row]] = {}
    for row in rows:
        of_measure.setdefault(row.measure, []).append(row)
    parts = []
    for measure, found in of_measure.items():
        name, scale = found[0].name, found[0].scale
        for heading, figure, filled in (
            (name, lambda row: row.value, any(row.value is not None for row in found)),
            (
                _("{measure}, low").format(measure=name),
                lambda row: row.low,
                any(r.low is not None for r in found),
            ),
            (
                _("{measure}, high").format(measure=name),
                lambda row: row.high,
                any(r.high is not None for r in found),
            ),
        ):
            if filled:
                parts.append(_Part(measure, SheetColumn(heading, NARROW, scale), figure))
        if any(row.text for row in found):
            words_only = all(row.value is None for row in found)
            heading = name if words_only else _("{measure}, in a word").format(measure=name)
            parts.append(_Part(measure, SheetColumn(heading, 20), lambda row: row.text))
        if any(row.note for row in found):
            heading = _("{measure}, note").format(measure=name)
            parts.append(_Part(measure, SheetColumn(heading, 24), lambda row: row.note))
    return parts
