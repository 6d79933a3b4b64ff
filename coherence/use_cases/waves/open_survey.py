"""Open a prepared survey by hand, and begin to send the invitations."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from coherence.errors import CoherenceError
from coherence.store import Database
from coherence.use_cases.invite_people import start_invitations
from coherence.use_cases.scheduled import open_now
from coherence.use_cases.waves.overview import StepName, overview_of
from coherence.use_cases.waves.staff_waves import Staff, staff_draft


class NotReady(CoherenceError):
    """Steps are missing before the survey can open."""

    def __init__(self, missing: tuple[StepName, ...]) -> None:
        super().__init__(f"before the survey can open, see to: {', '.join(missing)}")
        self.missing = missing


def open_survey(
    database: Database, wave_id: int, staff: Staff, *, key_folder: Path, invite: bool, now: datetime
) -> None:
    """Freeze tree, head counts and questionnaire, make the key, and invite the roster.

    invite: send the invitations to everybody with an address, in the background.

    Raises:
        NotVisible, WrongState: no such draft.
        NotReady: steps are missing; nothing has happened.
        TooFewInvited, TreeHasNoRoot: the roster cannot be asked; it stays a draft.
    """
    with database.write() as session:
        wave = staff_draft(session, wave_id, staff)
        missing = overview_of(session, wave).missing
        if missing:
            raise NotReady(missing)
    open_now(database, wave_id, key_folder=key_folder, now=now, actor_id=staff.user_id)
    if invite:
        start_invitations(database, wave_id, now=now, actor_id=staff.user_id)
