"""Close a wave: empty the box in random order, destroy the key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coherence.ballots.closing import Ceremony, ClosingReport, Step
from coherence.store import AuditEntry, Database, Delivery, Invitation, Wave
from coherence.use_cases.audit_log import record
from coherence.use_cases.publish_wave import validity
from scoring.vocabulary import Form

CLOSED: Final = "wave.close"


def close_wave(
    database: Database,
    wave_id: int,
    *,
    key_folder: Path,
    clock: Callable[[], datetime],
    escrow_deleted: bool | None = None,
    actor_id: int | None = None,
    watch: Callable[[Step], None] = lambda step: None,
) -> ClosingReport:
    """Run the ceremony from wherever an earlier attempt stopped. Errors as Ceremony.close."""
    with database.read() as session:
        form: Form = session.get_one(Wave, wave_id).form.value
    ceremony = Ceremony(database, key_folder, validity(form), clock, watch)
    report = ceremony.close(wave_id, escrow_deleted=escrow_deleted)
    with database.write() as session:
        _settle(session, wave_id, clock(), actor_id)
    return report


def _settle(session: Session, wave_id: int, now: datetime, actor_id: int | None) -> None:
    """Forget whom no message reached, and write the closing down, once."""
    of_wave = select(Invitation.id).where(Invitation.wave_id == wave_id)
    session.execute(delete(Delivery).where(Delivery.invitation_id.in_(of_wave)))
    known = select(AuditEntry.id).where(AuditEntry.action == CLOSED, AuditEntry.subject == f"wave:{wave_id}")
    if session.scalar(known) is None:
        record(session, CLOSED, session.get_one(Wave, wave_id), now=now, by=actor_id)
