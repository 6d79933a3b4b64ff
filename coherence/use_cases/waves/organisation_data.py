"""What stands beside the answers of a survey: its fact sheet, and the organisation's outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from coherence.store import Database
from coherence.use_cases.fact_sheet import FactEntry, StoredFact, fact_sheet, save_fact_sheet
from coherence.use_cases.outcomes import outcomes_of
from coherence.use_cases.waves.staff_waves import Staff, staff_organisation, staff_wave
from scoring.outcomes import OutcomeValue


def sheet_of(database: Database, wave_id: int, staff: Staff) -> dict[str, StoredFact]:
    """The answered facts of a survey.

    Raises:
        NotVisible: there is no such wave for this person.
    """
    with database.read() as session:
        return fact_sheet(session, staff_wave(session, wave_id, staff).id)


def save_sheet(
    database: Database, wave_id: int, staff: Staff, sheet: Mapping[str, FactEntry], *, now: datetime
) -> None:
    """Keep the whole sheet. NotVisible as above, else as save_fact_sheet."""
    with database.read() as session:
        staff_wave(session, wave_id, staff)
    save_fact_sheet(database, wave_id, sheet, now=now, by=staff.user_id)


def kept_outcomes(database: Database, organisation_id: int, staff: Staff) -> tuple[OutcomeValue, ...]:
    """Everything kept of an organisation, oldest first.

    Raises:
        NotVisible: there is no such organisation for this person.
    """
    with database.read() as session:
        staff_organisation(session, organisation_id, staff)
        return outcomes_of(session, organisation_id)
