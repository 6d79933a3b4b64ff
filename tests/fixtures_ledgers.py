"""Ledgers made by hand, and ways of looking into any ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scoring.released import (
    Estimate,
    Ledger,
    ReleasedCell,
    ReleasedFacet,
    ReleasedLabel,
    Response,
    Size,
    Stool,
    Verdict,
)
from scoring.vocabulary import FACETS, LEGS, CellLevel

HOSTILE = """<img src="/etc/passwd"><b>&amp; {{ 7*7 }} %s {0} 'x'"""
LONG = (
    "Klientų aptarnavimo ir nusiskundimų nagrinėjimo šiaurės vakarų regiono žąsų ūkio skyrius, "
    "Dział obsługi zażaleń i reklamacji źdźbeł, Отдел обслуживания клиентов Їжак"
)
UNBROKEN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2

COMMON_HALF = 57
"""Half the one interval of all small groups."""


def an_estimate(value: int, half: int | None) -> Estimate:
    if half is None:
        return Estimate(value, None, None)
    return Estimate(value, max(-200, value - half), min(200, value + half))


def a_cell(
    *unit: str,
    level: CellLevel = "staff",
    legs: tuple[int, int, int] = (46, -4, 15),
    n: int = 43,
    invited: int = 61,
    size: Size = "exact",
    response: Response = "usual",
    verdict: Verdict | None = "leaning",
    facets: bool = True,
) -> ReleasedCell:
    """A released cell of n people; a small one has the common interval, a low one has none."""
    small = size == "small"
    half = None if response == "low" else COMMON_HALF if small else 7
    if response == "low":
        stool = Stool(None, None, None, None)
    else:
        lowest = min(zip(LEGS, legs, strict=True), key=lambda pair: pair[1])[0]
        named = verdict in ("leaning", "falling")
        stool = Stool(3.1, max(legs) - min(legs), 41, verdict, (lowest,) if named else ())
    shown = {code: an_estimate(3 * i - 20, half and half + 9) for i, code in enumerate(FACETS)}
    return ReleasedCell(
        unit=unit,
        level=level,
        members=("label",),
        size=size,
        n=n if size == "exact" else None,
        n_band="5-9" if small else f"{n - 2}-{n + 2}" if size == "banded" else "40-49",
        invited=None if small else invited,
        response="withheld" if small else response,
        legs={leg: an_estimate(value, half) for leg, value in zip(LEGS, legs, strict=True)},
        seat=an_estimate(round(sum(legs) / 3), half),
        stool=stool,
        facets={code: ReleasedFacet(value, ("label",)) for code, value in shown.items()}
        if facets and not small
        else {},
        response_percent=None if small else 71,
    )


def a_small_cell(
    *unit: str, level: CellLevel = "staff", legs: tuple[int, int, int] = (31, -9, 22)
) -> ReleasedCell:
    return a_cell(*unit, level=level, legs=legs, size="small", verdict="cannot be said")


def a_ledger(*cells: ReleasedCell, labels: tuple[ReleasedLabel, ...] = ()) -> Ledger:
    """A wave that released these cells, or those of an organisation with four departments."""
    made = cells or (
        a_cell("Acme", level="all", n=208, invited=314, legs=(48, 4, 17)),
        a_small_cell("Acme", level="T", legs=(88, 92, 54)),
        a_cell("Acme", level="M", legs=(64, 21, 30), n=33),
        a_cell("Acme", n=167, legs=(42, -3, 12)),
        a_small_cell("Acme", "Claims"),
        a_cell("Acme", "Delivery", legs=(-71, -123, -66), n=47, verdict="cannot be said"),
        a_small_cell("Acme", "Delivery", level="M"),
        a_cell("Acme", "Delivery", "Night shift", legs=(83, 79, 86), verdict="stable", n=78),
        a_cell("Acme", "Workshop", legs=(78, 18, 62), response="low"),
    )
    return Ledger(wave="Autumn", k=5, form="full", labels=labels, cells=made, moved_up="5-9", careless="1-4")


def staff(ledger: Ledger) -> ReleasedCell:
    found = ledger.cell(ledger.root, "staff")
    assert found is not None
    return found


def keys_and_values(data: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield key, value
            yield from keys_and_values(value)
    elif isinstance(data, list):
        for value in data:
            yield from keys_and_values(value)
