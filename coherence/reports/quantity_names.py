"""What a rule looks at, in words: "D", "R4", "H_T", "R_T-R", "D - R" (method 4.2)."""

from __future__ import annotations

import re
from typing import Final

from coherence.reports.points import signed
from coherence.reports.texts import _
from coherence.reports.wording import Wording, counted_points, uncapitalised
from scoring.released import Estimate
from scoring.released_diagnosis import ShownReading
from scoring.vocabulary import FACETS, Leg

_PART: Final = re.compile(r"([DRBH][1-6]?)(?:_([TM]))?")


def quantity_name(quantity: str, wording: Wording) -> str:
    """What is compared, as it begins a row.

    Raises:
        ValueError: no quantity of a rule.
    """
    one, less, other = quantity.partition(" - ")
    if less:
        return _("{one}, less {other}").format(
            one=_scored(one, wording), other=uncapitalised(_scored(other, wording))
        )
    upper, less, lower = quantity.partition("-")
    if less:
        what, above = _parts(upper)
        return _("{what}: {above} less {below}").format(
            what=_named(what, wording), above=_level(above, wording), below=_level(_parts(lower)[1], wording)
        )
    return _scored(quantity, wording)


def is_difference(quantity: str) -> bool:
    """Whether the numbers are distances, not places on the scale."""
    return "-" in quantity


def reading_value(reading: ShownReading, wording: Wording) -> tuple[str, str]:
    """The number, and its interval in words; the second is empty where there is none."""
    estimate = Estimate(reading.value, reading.low, reading.high)
    return signed(reading.value), wording.words.span(estimate)


def reading_rule(reading: ShownReading) -> str:
    """What the rule asks for."""
    if is_difference(reading.quantity) and reading.threshold >= 0:
        points = counted_points(reading.threshold)
        return (
            _("{points} or more").format(points=points)
            if reading.relation == ">="
            else _("{points} at most").format(points=points)
        )
    points = signed(reading.threshold)
    return (
        _("{points} or higher").format(points=points)
        if reading.relation == ">="
        else _("{points} or lower").format(points=points)
    )


def reading_sentence(reading: ShownReading, wording: Wording) -> str:
    """A quantity with its number and interval."""
    value, span = reading_value(reading, wording)
    name = quantity_name(reading.quantity, wording)
    return f"{name}: {value} ({span})" if span else f"{name}: {value}"


def _scored(quantity: str, wording: Wording) -> str:
    what, level = _parts(quantity)
    name = _named(what, wording)
    return _("{what}, {level}").format(what=name, level=_level(level, wording)) if level else name


def _named(what: str, wording: Wording) -> str:
    if what == "H":
        return wording.words.seat
    return wording.facets[what] if what in FACETS else wording.words.legs[Leg(what)]


def _level(code: str, wording: Wording) -> str:
    return {"T": wording.words.levels["T"], "M": wording.words.levels["M"]}.get(
        code, wording.words.levels["staff"]
    )


def _parts(name: str) -> tuple[str, str]:
    found = _PART.fullmatch(name)
    if found is None:
        raise ValueError(f"{name!r} is no quantity of a rule")
    return found[1], found[2] or ""
