"""The page for the board: how high, does it stand, who sees it differently, why, what first."""

from __future__ import annotations

import re
from typing import Final

from coherence.reports import findings
from coherence.reports.chapters.frame import place
from coherence.reports.chapters.levels import side_by_side
from coherence.reports.document import (
    Action,
    Actions,
    Block,
    Chapter,
    Columns,
    Heading,
    MarkedHeading,
    Paragraph,
)
from coherence.reports.pattern_notes import certainty_words
from coherence.reports.texts import _, ngettext
from coherence.reports.unit_blocks import stool_and_seat
from coherence.reports.wording import Wording, as_title, capitalised, uncapitalised
from scoring.released import Ledger, ReleasedCell
from scoring.released_diagnosis import UnitDiagnosis

MOST_PATTERNS: Final = 2
MOST_ACTIONS: Final = 3
_PATTERNS_SHARE: Final = 0.38

_POINT: Final = re.compile(r"(.{8,90}?)[:;] (.+)")
"""A recommendation that says its point first and what it means behind a colon."""


def board(ledger: Ledger, wording: Wording) -> Chapter:
    """The organisation on one page."""
    cell = ledger.cell(ledger.root, "all") or ledger.cells[0]
    diagnosis = diagnosis_of(ledger)
    return Chapter(
        ident="organisation",
        place=place(ledger, _("Summary for the board")),
        title=_title(cell, diagnosis, wording),
        facts=f"{findings.answered(cell, wording)} {findings.scale()}",
        blocks=(
            stool_and_seat(cell, wording, "organisation"),
            *side_by_side(ledger, wording, "board"),
            *_why_and_what(diagnosis, wording),
        ),
        bookmark=_("Summary"),
    )


def diagnosis_of(ledger: Ledger) -> UnitDiagnosis | None:
    """The diagnosis of the organisation; None where its staff are too few to be judged."""
    staff = ledger.cell(ledger.root, "staff")
    return None if staff is None else staff.diagnosis


def point_of(text: str) -> tuple[str, str]:
    """The point of a recommendation and what it means; the second is empty where there is only one.

    >>> point_of("Front line first: nobody outside learns earlier.")
    ('Front line first', 'Nobody outside learns earlier.')
    """
    parts = _POINT.fullmatch(text)
    return (
        (parts[1], capitalised(parts[2])) if parts and "?" not in parts[2] else (text.removesuffix("."), "")
    )


def _title(cell: ReleasedCell, diagnosis: UnitDiagnosis | None, wording: Wording) -> str:
    """The first clear pattern says why; without one the legs say how."""
    clear = [one for one in diagnosis.patterns if one.certainty == "clear"] if diagnosis else []
    return as_title(wording.patterns[clear[0].id].finding) if clear else findings.headline(cell, wording)


def _why_and_what(diagnosis: UnitDiagnosis | None, wording: Wording) -> tuple[Block, ...]:
    if diagnosis is None:
        return ()
    patterns = sorted(diagnosis.patterns, key=lambda one: one.certainty != "clear")[:MOST_PATTERNS]
    named: list[Block] = [
        Heading(ngettext("A pattern", "Patterns", len(patterns)) if patterns else _("No pattern stands out"))
    ]
    for one in patterns:
        texts = wording.patterns[one.id]
        clear = one.certainty == "clear"
        named.append(MarkedHeading(texts.name, _("clear") if clear else _("possible"), clear))
        named.append(
            Paragraph(texts.meaning if clear else f"{texts.meaning} {_('Talk before you conclude.')}")
        )
    if patterns:
        named.append(Paragraph(certainty_words(), "quiet"))
    else:
        named.append(Paragraph(_("No rule of the method held often enough to be shown.")))
    return (Columns(tuple(named), _actions(diagnosis, wording), _PATTERNS_SHARE, level=True),)


def _actions(diagnosis: UnitDiagnosis, wording: Wording) -> tuple[Block, ...]:
    if diagnosis.recommendations is None:
        return ()
    if not diagnosis.recommendations:
        return (Heading(_("First actions")), Paragraph(_("No change is recommended by these data.")))
    entries = []
    for one in diagnosis.recommendations[:MOST_ACTIONS]:
        advice = wording.advice[one.id]
        title, text = point_of(advice.text)
        note = _("{who}. In 14 days: {step}").format(who=advice.who, step=uncapitalised(advice.first_step))
        entries.append(Action(title, text, note))
    return (Heading(_("First actions")), Actions(tuple(entries)))
