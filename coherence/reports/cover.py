"""What stands on the cover of an organisation's printed report."""

from __future__ import annotations

from datetime import date

from babel import UnknownLocaleError
from babel.dates import format_date

from coherence.reports import findings
from coherence.reports.document import Cover
from coherence.reports.texts import ENGLISH, _
from coherence.reports.wording import Wording
from scoring.released import Ledger

AnsweringDays = tuple[date, date]
"""The first and the last day on which a survey took answers."""


def cover_of(ledger: Ledger, wording: Wording, language: str, answering: AnsweringDays | None) -> Cover:
    """Whose report it is, when people answered, how many did as far as it may be told, and who is shown."""
    cell = ledger.cell(ledger.root, "all") or ledger.cells[0]
    facts = [findings.answered(cell, wording)]
    if answering:
        facts.insert(0, _answered_on(*answering, language))
    note = _("Confidential. Groups of fewer than {k} people are not shown.").format(k=ledger.k)
    if ledger.board_consent:
        note += " " + _("The board is smaller and shown all the same, because every member agreed to it.")
    return Cover(_("Service report"), ledger.root[-1], ledger.wave, tuple(facts), note)


def _answered_on(first: date, last: date, language: str) -> str:
    """The days in words.

    >>> _answered_on(date(2026, 3, 2), date(2026, 3, 23), "en")
    'Answered from 2 March to 23 March 2026.'
    >>> _answered_on(date(2026, 3, 2), date(2026, 3, 2), "en")
    'Answered on 2 March 2026.'
    """
    if first == last:
        return _("Answered on {day}.").format(day=_day(last, "d MMMM y", language))
    start = _day(first, "d MMMM" if first.year == last.year else "d MMMM y", language)
    return _("Answered from {first} to {last}.").format(first=start, last=_day(last, "d MMMM y", language))


def _day(day: date, pattern: str, language: str) -> str:
    try:
        return format_date(day, pattern, locale=language)
    except (UnknownLocaleError, ValueError):
        return format_date(day, pattern, locale=ENGLISH)
