"""Which organisation a survey or an action belongs to; whether a person may know, the caller decides."""

from __future__ import annotations

from sqlalchemy import select

from coherence.store import Database, PlannedAction, Wave


def organisation_of_wave(database: Database, wave_id: int) -> int | None:
    """None where there is no such survey."""
    with database.read() as session:
        return session.scalar(select(Wave.organisation_id).where(Wave.id == wave_id))


def organisation_of_action(database: Database, action_id: int) -> int | None:
    """None where there is no such action."""
    with database.read() as session:
        return session.scalar(select(PlannedAction.organisation_id).where(PlannedAction.id == action_id))
