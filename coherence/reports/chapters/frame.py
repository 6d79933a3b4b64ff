"""What stands above a chapter about the whole organisation."""

from __future__ import annotations

from typing import Final

from coherence.reports.texts import _
from scoring.released import Ledger
from scoring.vocabulary import CellLevel

LEVELS: Final[tuple[CellLevel, ...]] = ("all", "T", "M", "staff", "F", "S")
"""The order in which levels stand in tables."""


def place(ledger: Ledger, who: str = "") -> str:
    """Organisation and survey; who: whose answers the chapter is about."""
    where = _("{organisation}, {survey}").format(organisation=ledger.root[-1], survey=ledger.wave)
    return _("{where}. {who}").format(where=where, who=who) if who else where


def staff_place(ledger: Ledger) -> str:
    """The same for what front line and support say."""
    return place(ledger, _("Front line and support"))
