"""A survey while it is open: rates in steps, which groups may stay too small, when to remind.

Everything here follows from the daily count that is shown; nothing looks at newer or finer numbers
(docs/confidentiality.md, 3.7).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select

from coherence.store import (
    AuditEntry,
    Database,
    Delivery,
    DeliveryState,
    Invitation,
    Person,
    WaveState,
)
from coherence.use_cases.wave_status import GroupRate, WaveStatus, rate_step, wave_status
from coherence.use_cases.waves.staff_waves import Staff, staff_wave

BETWEEN_MESSAGES: Final = timedelta(days=4)
"""People who were written to more often than that answer less."""

LAST_CHANCE: Final = timedelta(days=2)
MOST_REMINDERS: Final = 3
FORECAST_FROM: Final = 0.5
"""Share of the time that must have passed before a forecast is worth its ink."""


class Outlook(StrEnum):
    """Whether a group will have enough answers to be shown by itself."""

    ENOUGH = "enough"
    UNDECIDED = "undecided"
    AT_RISK = "at risk"


class Advice(StrEnum):
    """What to do about reminders."""

    WAIT = "wait"
    REMIND = "remind"
    LAST_REMINDER = "last reminder"
    NO_MORE = "no more"


@dataclass(frozen=True, slots=True)
class Group:
    """A group with its rate of the last daily count, and what to expect of it."""

    rate: GroupRate
    outlook: Outlook

    @property
    def half(self) -> bool:
        """Whether half or more have answered, as far as the shown rate tells."""
        return half_shown(self.rate)


@dataclass(frozen=True, slots=True)
class LiveView:
    """What may be seen of an open survey.

    whole: the rate of the whole organisation; None before the first count. wait_until: with Advice.WAIT.
    reminders: rounds of reminders so far. undeliverable: addresses that no message reaches.
    """

    status: WaveStatus
    whole: GroupRate | None
    groups: tuple[Group, ...]
    last_message_at: datetime | None
    reminders: int
    advice: Advice
    wait_until: datetime | None
    undeliverable: int
    without_address: int


def live_view(database: Database, wave_id: int, staff: Staff, *, now: datetime) -> LiveView:
    """The live view; of a survey that is not open, the last count.

    Raises:
        NotVisible: there is no such wave for this person.
    """
    with database.read() as session:
        wave = staff_wave(session, wave_id, staff)
        opened_at, k = wave.opened_at, wave.k
        messages = session.scalars(
            select(AuditEntry.at)
            .where(
                AuditEntry.subject == f"wave:{wave_id}",
                AuditEntry.action.in_(("wave.invitation", "wave.reminder")),
            )
            .order_by(AuditEntry.id)
        ).all()
        reminders = session.scalars(
            select(func.count())
            .select_from(AuditEntry)
            .where(AuditEntry.subject == f"wave:{wave_id}", AuditEntry.action == "wave.reminder")
        ).one()
        undeliverable = session.scalars(
            select(func.count())
            .select_from(Delivery)
            .join(Invitation, Invitation.id == Delivery.invitation_id)
            .where(Invitation.wave_id == wave_id, Delivery.state == DeliveryState.UNDELIVERABLE)
        ).one()
        without_address = session.scalars(
            select(func.count())
            .select_from(Invitation)
            .join(Person, Person.id == Invitation.person_id)
            .where(Invitation.wave_id == wave_id, Person.email.is_(None))
        ).one()
    status = wave_status(database, wave_id, now=now)
    passed = _passed(opened_at, status.closes_at, status.counted_at)
    last = messages[-1] if messages else None
    advice, wait_until = reminder_advice(last, reminders, status.closes_at, now)
    return LiveView(
        status=status,
        whole=status.rates[0] if status.rates else None,
        groups=tuple(Group(rate, outlook(rate, k, passed)) for rate in status.rates[1:]),
        last_message_at=last,
        reminders=reminders,
        advice=advice if status.state is WaveState.OPEN else Advice.NO_MORE,
        wait_until=wait_until,
        undeliverable=undeliverable,
        without_address=without_address,
    )


def outlook(rate: GroupRate, k: int, passed: float) -> Outlook:
    """What to expect of a group, from its rate in steps and the share of the time that has passed.

    >>> outlook(GroupRate(("Acme", "Stores"), ("F",), 8, None, False), 5, 0.7)
    <Outlook.AT_RISK: 'at risk'>
    """
    least, most = rate_bounds(rate)
    if least >= k:
        return Outlook.ENOUGH
    if passed >= FORECAST_FROM and not half_shown(rate) and (least + most) / 2 < k:
        return Outlook.AT_RISK
    return Outlook.UNDECIDED


def half_shown(rate: GroupRate) -> bool:
    """Whether the shown rate says half or more; where steps are shown, only they may speak.

    >>> half_shown(GroupRate(("Acme",), ("F",), 31, 40, True))
    False
    """
    return bool(rate.half) if rate.at_least is None else rate.at_least >= 50


def rate_bounds(rate: GroupRate) -> tuple[int, int]:
    """At least and at most how many have answered, as anybody can tell from the shown rate.

    >>> rate_bounds(GroupRate(("Acme",), ("F",), 20, 25, False))
    (5, 9)
    """
    half = -(-rate.invited // 2)
    if rate.at_least is None:
        return (half, rate.invited) if rate.half else (0, half - 1)
    least = -(-rate.invited * rate.at_least // 100)
    beyond = -(-rate.invited * (rate.at_least + rate_step(rate.invited)) // 100)
    return least, min(rate.invited, beyond - 1) if rate.at_least < 100 else rate.invited


def reminder_advice(
    last_message_at: datetime | None, reminders: int, closes_at: datetime | None, now: datetime
) -> tuple[Advice, datetime | None]:
    """Whether to remind now, and where not yet, from when on."""
    if reminders >= MOST_REMINDERS or (closes_at is not None and closes_at <= now):
        return Advice.NO_MORE, None
    if last_message_at is None:
        return Advice.WAIT, None
    closing_soon = closes_at is not None and closes_at - now <= LAST_CHANCE
    if closing_soon and now - last_message_at >= timedelta(days=1):
        return Advice.LAST_REMINDER, None
    if now - last_message_at < BETWEEN_MESSAGES:
        return Advice.WAIT, last_message_at + BETWEEN_MESSAGES
    return Advice.REMIND, None


def _passed(opened_at: datetime | None, closes_at: datetime | None, at: datetime | None) -> float:
    """Share of the time that had passed at a moment; 0 where no end is set."""
    if opened_at is None or closes_at is None or at is None or closes_at <= opened_at:
        return 0.0
    return (at - opened_at) / (closes_at - opened_at)
