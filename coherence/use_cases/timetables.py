"""When a wave opens and closes, and when its messages may go out, on the clock of its place."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy.orm import Session

from coherence.ballots.errors import WrongState
from coherence.errors import CoherenceError
from coherence.store import Database, Timetable, Wave, WaveState
from coherence.use_cases.audit_log import record


class BadTime(CoherenceError):
    """A moment or a time zone that cannot be meant; the message proposes another."""


def set_timetable(
    database: Database,
    wave_id: int,
    *,
    time_zone: str,
    opens: datetime | None,
    closes: datetime | None,
    now: datetime,
    quiet_hours: tuple[int, int] = (20, 7),
    actor_id: int | None = None,
) -> None:
    """Say when a wave opens and closes by the clock, and from when to when nobody is written to.

    Args:
        database: with the wave.
        wave_id: a draft, or an open wave (whose opening is not touched any more).
        time_zone: an IANA name, such as Europe/Vilnius.
        opens: on the clock of that zone, without a zone; None opens by hand.
        closes: likewise; None closes by hand.
        now: the present moment.
        quiet_hours: full hours, from and until; equal ones mean none.
        actor_id: who does it.

    Raises:
        BadTime: unknown zone, a time that the clock leaves out, in the past, or closing before opening.
        WrongState: the wave is closing or closed.
    """
    if time_zone not in available_timezones():
        raise BadTime(f"“{time_zone}” is no time zone; write a name such as Europe/Vilnius")
    zone = ZoneInfo(time_zone)
    opens_at = None if opens is None else instant(opens, zone)
    closes_at = None if closes is None else instant(closes, zone)
    with database.write() as session:
        wave = session.get_one(Wave, wave_id, with_for_update=True)
        if wave.state not in (WaveState.DRAFT, WaveState.OPEN):
            raise WrongState(
                f"the survey “{wave.name}” is {wave.state}; its times cannot be changed any more"
            )
        if wave.state is WaveState.DRAFT:
            if opens_at is not None and opens_at <= now:
                raise BadTime("the opening lies in the past; choose a later time, or open it now by hand")
            wave.opens_at = opens_at
        if closes_at is not None and closes_at <= max(now, wave.opens_at or now):
            raise BadTime("the closing must come after the opening, and not lie in the past")
        wave.closes_at = closes_at
        _keep(session, wave_id, time_zone, quiet_hours)
        record(
            session,
            "wave.timetable",
            wave,
            now=now,
            by=actor_id,
            opens=_written(opens_at),
            closes=_written(closes_at),
            zone=time_zone,
        )


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment that a clock on the wall shows, in UTC; of an hour that comes twice, the first.

    Raises:
        BadTime: the clock is put forward over this time.

    >>> instant(datetime(2026, 10, 25, 3, 30), ZoneInfo("Europe/Vilnius")).isoformat()
    '2026-10-25T00:30:00+00:00'
    """
    if local.tzinfo is not None:
        raise ValueError("the time must be written without a zone; the zone is given beside it")
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    shown = moment.astimezone(zone).replace(tzinfo=None)
    if shown != local:
        raise BadTime(
            f"on {local:%d.%m.%Y} clocks in {zone.key} are put forward, so {local:%H:%M} does not come; "
            f"take {shown:%H:%M}"
        )
    return moment


def quiet_until(now: datetime, zone: ZoneInfo, hours: tuple[int, int]) -> datetime | None:
    """The end of the quiet hours that a moment lies in, in UTC; None where messages may go out.

    >>> quiet_until(datetime(2026, 11, 2, 22, tzinfo=UTC), ZoneInfo("Europe/Vilnius"), (20, 7)).isoformat()
    '2026-11-03T05:00:00+00:00'
    >>> quiet_until(datetime(2026, 11, 2, 9, tzinfo=UTC), ZoneInfo("Europe/Vilnius"), (20, 7)) is None
    True
    """
    begin, end = hours
    local = now.astimezone(zone)
    hour = local.hour
    quiet = begin <= hour < end if begin <= end else hour >= begin or hour < end
    if not quiet:
        return None
    day = local.date() + timedelta(days=hour >= end)
    # Where the clock leaves this hour out, the moment after the gap is meant.
    return datetime.combine(day, time(end), zone).astimezone(UTC)


def quiet_end(session: Session, wave_id: int, now: datetime) -> datetime | None:
    """When messages of a wave may go out again; None now, or where nobody has set a timetable."""
    table = session.get(Timetable, wave_id)
    if table is None:
        return None
    return quiet_until(now, ZoneInfo(table.time_zone), (table.quiet_from, table.quiet_until))


def zone_of(session: Session, wave_id: int) -> ZoneInfo:
    """The time zone of a wave; UTC where nobody has set a timetable."""
    table = session.get(Timetable, wave_id)
    return ZoneInfo(table.time_zone if table else "UTC")


def _keep(session: Session, wave_id: int, time_zone: str, hours: tuple[int, int]) -> None:
    if any(not 0 <= hour <= 23 for hour in hours):
        raise BadTime("quiet hours are full hours from 0 to 23")
    table = session.get(Timetable, wave_id)
    if table is None:
        table = Timetable(wave_id=wave_id, time_zone=time_zone)
        session.add(table)
    table.time_zone, (table.quiet_from, table.quiet_until) = time_zone, hours


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
