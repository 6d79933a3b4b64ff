"""When to ask again: a pulse after three to four months, the whole survey after twelve (method 5.5)."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select

from coherence.store import Database, FormLength, Wave, WaveState

PULSE_FROM: Final = 3
PULSE_UNTIL: Final = 4
FULL_FROM: Final = 9
FULL_AT: Final = 12
"""Months after the last asking."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An earlier asking: which form, and the day it closed."""

    form: FormLength
    closed_on: date


@dataclass(frozen=True, slots=True)
class NextAsking:
    """What to ask next, and between which days."""

    form: FormLength
    since: date
    until: date


def next_asking(asked: Sequence[Asked], today: date) -> NextAsking | None:
    """What method 5.5 proposes; None before the first full survey.

    A pulse three to four months after the full survey, then the next full survey. A pulse that was
    asked, or whose months have passed, is not proposed again.

    >>> first = Asked(FormLength.FULL, date(2026, 11, 30))
    >>> pulse = next_asking([first], date(2026, 12, 1))
    >>> pulse.form.value, str(pulse.since), str(pulse.until)
    ('short', '2027-02-28', '2027-03-30')
    >>> str(next_asking([first], date(2027, 6, 1)).since)
    '2027-08-30'
    """
    full = max((one.closed_on for one in asked if one.form is FormLength.FULL), default=None)
    if full is None:
        return None
    pulsed = any(one.form is FormLength.SHORT and one.closed_on > full for one in asked)
    if not pulsed and today <= (until := _months_after(full, PULSE_UNTIL)):
        return NextAsking(FormLength.SHORT, _months_after(full, PULSE_FROM), until)
    return NextAsking(FormLength.FULL, _months_after(full, FULL_FROM), _months_after(full, FULL_AT))


def read_next_asking(database: Database, organisation_id: int, today: date) -> NextAsking | None:
    """The same for an organisation; None while a survey is being prepared or is open."""
    with database.read() as session:
        waves = session.scalars(select(Wave).where(Wave.organisation_id == organisation_id)).all()
        if any(wave.state not in (WaveState.CLOSED, WaveState.PUBLISHED) for wave in waves):
            return None
        asked = [Asked(wave.form, wave.closed_at.date()) for wave in waves if wave.closed_at is not None]
    return next_asking(asked, today)


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
