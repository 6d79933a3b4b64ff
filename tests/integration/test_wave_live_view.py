"""What may be seen of an open survey follows from the daily count alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fixtures_waves import NOW, AWave, an_open_wave
from sqlalchemy import select

from coherence.accounts.access import Grant, NotVisible, Rights
from coherence.store import AuditEntry, Database, Role, Wave
from coherence.use_cases.wave_status import GroupRate, rate_steps
from coherence.use_cases.waves.live_view import (
    Advice,
    Outlook,
    half_shown,
    live_view,
    outlook,
    rate_bounds,
    reminder_advice,
)
from coherence.use_cases.waves.staff_waves import Staff
from scoring.vocabulary import Level

HR = Staff(7, Rights((Grant(1, Role.HR),)))
DAY = timedelta(days=1)


def test_the_bounds_of_a_rate_hold_the_truth_and_nothing_tells_more_than_what_is_shown() -> None:
    for invited in (5, 6, 12, 19, 20, 23, 31, 50, 99, 100, 188, 250):
        told: dict[str, set[object]] = {}
        for answered in range(invited + 1):
            at_least, half = rate_steps(answered, invited)
            rate = GroupRate(("Acme",), ("F",), invited, at_least, half)
            least, most = rate_bounds(rate)
            assert least <= answered <= most <= invited
            printed = f"half: {half}, {at_least} %"
            told.setdefault(printed, set()).add((least, most, half_shown(rate), outlook(rate, 5, 0.6)))
        assert all(len(conclusions) == 1 for conclusions in told.values()), invited


@pytest.mark.parametrize(
    ("invited", "at_least", "half", "passed", "expected"),
    [
        (8, None, False, 0.2, Outlook.UNDECIDED),
        (8, None, False, 0.6, Outlook.AT_RISK),
        (8, None, True, 0.9, Outlook.UNDECIDED),
        (6, None, True, 0.9, Outlook.UNDECIDED),
        (12, None, True, 0.1, Outlook.ENOUGH),
        (23, 0, None, 0.6, Outlook.AT_RISK),
        (88, 40, None, 0.9, Outlook.ENOUGH),
    ],
)
def test_a_group_that_may_stay_too_small_is_named_after_half_of_the_time(
    invited: int, at_least: int | None, half: bool | None, passed: float, expected: Outlook
) -> None:
    assert outlook(GroupRate(("Acme", "Stores"), ("F",), invited, at_least, half), 5, passed) is expected


def test_reminders_are_spaced_and_end() -> None:
    now = datetime(2026, 11, 10, tzinfo=UTC)
    closes = now + 6 * DAY
    assert reminder_advice(None, 0, closes, now) == (Advice.WAIT, None)
    assert reminder_advice(now - DAY, 0, closes, now) == (Advice.WAIT, now + 3 * DAY)
    assert reminder_advice(now - 4 * DAY, 0, closes, now) == (Advice.REMIND, None)
    assert reminder_advice(now - 2 * DAY, 1, now + DAY, now) == (Advice.LAST_REMINDER, None)
    assert reminder_advice(now - 9 * DAY, 3, closes, now) == (Advice.NO_MORE, None)


@pytest.fixture
def wave(sqlite_database: Database, tmp_path: Path) -> AWave:
    """Twelve in North, eight in South, six managers; open for ten days."""
    roster = {("North", Level.F): 12, ("South", Level.F): 8, ("", Level.M): 6}
    opened = an_open_wave(sqlite_database, tmp_path / "keys", roster)
    with sqlite_database.write() as session:
        session.get_one(Wave, opened.wave_id).closes_at = NOW + 10 * DAY
    return opened


def test_the_view_shows_words_until_the_next_daily_count(sqlite_database: Database, wave: AWave) -> None:
    first = live_view(sqlite_database, wave.wave_id, HR, now=NOW + 6 * DAY)
    assert first.whole
    assert first.whole.invited == 26
    risks = {"/".join(group.rate.unit): group.outlook for group in first.groups}
    assert risks["Firm/South"] is Outlook.AT_RISK
    for invitation in wave.invitations:
        wave.answer(invitation)
    same = live_view(sqlite_database, wave.wave_id, HR, now=NOW + 6.9 * DAY)
    assert same.groups == first.groups
    later = live_view(sqlite_database, wave.wave_id, HR, now=NOW + 7 * DAY)
    assert {group.outlook for group in later.groups} == {Outlook.UNDECIDED, Outlook.ENOUGH}
    assert all(group.rate.half for group in later.groups)


def test_the_view_belongs_to_staff_of_the_organisation(sqlite_database: Database, wave: AWave) -> None:
    with pytest.raises(NotVisible):
        live_view(sqlite_database, wave.wave_id, Staff(8, Rights((Grant(2, Role.HR),))), now=NOW)
    with sqlite_database.read() as session:
        assert session.scalars(select(AuditEntry.id)).all() == []
