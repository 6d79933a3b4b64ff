"""Close a wave: empty the box in random order, destroy the key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from coherence.ballots.closing import Ceremony, ClosingReport, Step
from coherence.store import AuditEntry, Database, Wave, WaveState
from coherence.use_cases.publish_wave import validity
from scoring.vocabulary import Form


def close_wave(
    database: Database,
    wave_id: int,
    *,
    key_folder: Path,
    clock: Callable[[], datetime],
    escrow_deleted: bool | None = None,
    watch: Callable[[Step], None] = lambda step: None,
) -> ClosingReport:
    """Run the ceremony from wherever an earlier attempt stopped. Errors as Ceremony.close."""
    with database.read() as session:
        wave = session.get_one(Wave, wave_id)
        before, organisation = wave.state, wave.organisation_id
        form: Form = wave.form.value
    ceremony = Ceremony(database, key_folder, validity(form), clock, watch)
    report = ceremony.close(wave_id, escrow_deleted=escrow_deleted)
    if before in (WaveState.OPEN, WaveState.CLOSING):
        with database.write() as session:
            session.add(
                AuditEntry(
                    at=clock(), organisation_id=organisation, action="wave.close", subject=f"wave:{wave_id}"
                )
            )
    return report
