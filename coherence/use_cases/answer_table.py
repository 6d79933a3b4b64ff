"""Reading a table of ordinal answers that a person brings: any items, gaps included."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coherence.use_cases.tables import BadTable, Problem, Problems, Table, open_table
from scoring.estimable import NotEstimable
from scoring.item_table import ItemTable

GAPS = frozenset({"", "NA", "N/A", "DK", "NAN", "NULL", "NONE", ".", "-"})
"""Cells that mean: no answer (in any case of letters)."""

LARGEST = 1e6
"""No answer lies beyond; squares of larger numbers would leave the range of numbers."""

_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d{1,2}")

MOST_VALUES = 20
"""A column with more different values is no ordinal item, unless it was asked for by name."""

FEWEST_TO_TELL_NUMBERS_OF_ROWS = 6
"""From as many answers on, a column in which no two are equal numbers the people and is no item."""


@dataclass(frozen=True, slots=True, eq=False)
class ItemsRead:
    """The chosen columns of a file.

    left_out: columns that cannot be items, and why. groups: a label a person, "" where there is
    none; empty where no group column was asked for.
    """

    table: ItemTable
    left_out: Mapping[str, NotEstimable]
    groups: tuple[str, ...]


def read_items(path: Path, items: str | None = None, group: str | None = None) -> ItemsRead:
    """Read a CSV (comma, semicolon or tabulator, UTF-8, one header row) of numbers and gaps.

    Args:
        path: the file.
        items: regular expression that the names of the item columns contain; without it every column
            of up to 20 different numbers is an item, unless it has another number in every row.
        group: name of the column that tells each person's group.

    Raises:
        BadTable: with file, row, column and what to do, for everything that is wrong.
    """
    source = open_table(path)
    chosen = _chosen(source, items, group)
    columns, groups = _cells(source, chosen, group, strict=items is not None)
    left_out: dict[str, NotEstimable] = {}
    kept: dict[str, NDArray[np.float64]] = {}
    for name, column in columns.items():
        if isinstance(column, NotEstimable):
            left_out[name] = column
        elif items is None and (unlike := _unlike_an_item(column)):
            left_out[name] = NotEstimable(f"{name} has {unlike}; name it with --items if it is an item")
        else:
            kept[name] = column
    if not kept:
        raise BadTable([Problem(path.name, None, None, "no column holds answers; they must be numbers")])
    return ItemsRead(ItemTable(tuple(kept), np.column_stack(list(kept.values()))), left_out, groups)


def _unlike_an_item(column: NDArray[np.float64]) -> str | None:
    """What speaks against a column of answers, in words; None where nothing does."""
    answers = column[~np.isnan(column)]
    different = len(np.unique(answers))
    if different > MOST_VALUES:
        return f"more than {MOST_VALUES} different values"
    if different == len(answers) >= FEWEST_TO_TELL_NUMBERS_OF_ROWS:
        return "another value in every row"
    return None


def _chosen(source: Table, items: str | None, group: str | None) -> tuple[str, ...]:
    problems = Problems(source.path.name)
    known = ", ".join(name for name in source.columns if name)
    if group is not None and group not in source.columns:
        problems.add(1, group, f"there is no such column to group by; the columns are {known}")
    try:
        pattern = re.compile(items or "")
    except re.error as error:
        problems.add(None, None, f"--items '{items}' is not a regular expression: {error}")
        problems.refuse()
    chosen = tuple(name for name in source.columns if name and name != group and pattern.search(name))
    if not chosen:
        problems.add(1, None, f"no column matches --items '{items or ''}'; the columns are {known}")
    problems.refuse()
    return chosen


def _cells(
    source: Table, chosen: Sequence[str], group: str | None, *, strict: bool
) -> tuple[dict[str, NDArray[np.float64] | NotEstimable], tuple[str, ...]]:
    """The columns as numbers; a column with words is a fault where it was named, else left out."""
    problems = Problems(source.path.name)
    at = [source.columns.index(name) for name in chosen]
    group_at = source.columns.index(group) if group is not None else None
    decimal_comma = source.delimiter != ","
    known: dict[str, float] = {}
    words: dict[str, NotEstimable] = {}
    rows: list[list[float]] = []
    groups: list[str] = []
    for number, cells in source.rows():
        if len(cells) != len(source.columns):
            problems.add(
                number,
                None,
                f"{len(cells)} cells under {len(source.columns)} column names; mend the row "
                "(a cell with a comma needs quotation marks)",
            )
            continue
        row = []
        for name, place in zip(chosen, at, strict=True):
            cell = cells[place]
            value = known.get(cell)
            if value is None:
                value = _number(cell, decimal_comma)
                if value is None:
                    reason = f"'{cell}' is not a number; leave the cell empty where there is no answer"
                    if strict:
                        problems.add(number, name, reason)
                    words.setdefault(name, NotEstimable(f"row {number}: {reason}"))
                    value = math.nan
                else:
                    known[cell] = value
            row.append(value)
        rows.append(row)
        if group_at is not None:
            label = cells[group_at].strip()
            groups.append("" if label.upper() in GAPS else label)
    if not rows and not problems.found:
        problems.add(None, None, "the table has a header but no rows")
    problems.refuse()
    values = np.array(rows, dtype=np.float64)
    columns = {name: words.get(name, values[:, i]) for i, name in enumerate(chosen)}
    return columns, tuple(groups)


def _number(cell: str, decimal_comma: bool) -> float | None:
    """The number in a cell, nan for a gap, None where it is neither."""
    text = cell.strip()
    if text.upper() in GAPS:
        return math.nan
    text = text.replace("−", "-")
    # beside commas as delimiters a cell with a comma stood in quotation marks; 1,000 stays unclear
    if decimal_comma or _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) <= LARGEST else None
