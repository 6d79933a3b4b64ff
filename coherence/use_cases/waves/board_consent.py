"""The consent of a small board to a column of its own (docs/confidentiality.md, 4)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from coherence.ballots.board import BoardCase, board_of
from coherence.errors import CoherenceError
from coherence.store import BoardConsent, Database
from coherence.use_cases.audit_log import record
from coherence.use_cases.waves.staff_waves import Staff, staff_draft, staff_wave


class NoSuchMember(CoherenceError):
    """Somebody is ticked who is no member of this board."""


def board_case(database: Database, wave_id: int, staff: Staff) -> BoardCase:
    """The board and who has agreed.

    Raises:
        NotVisible: no such wave for this person.
    """
    with database.read() as session:
        return board_of(session, staff_wave(session, wave_id, staff))


def record_consent(
    database: Database, wave_id: int, staff: Staff, *, agreed: Collection[int], now: datetime
) -> BoardCase:
    """Keep who has agreed, all others have not; gives the board as it stands then.

    agreed: numbers of people on the roster.

    Raises:
        NotVisible, WrongState: no such draft.
        NoSuchMember: somebody is no member of the board; nothing is stored.
    """
    with database.write() as session:
        wave = staff_draft(session, wave_id, staff)
        members = {member.person_id for member in board_of(session, wave).members}
        if not set(agreed) <= members:
            raise NoSuchMember("somebody is ticked who is no member of the board; look at the list once more")
        held = set(session.scalars(select(BoardConsent.person_id).where(BoardConsent.wave_id == wave_id)))
        session.execute(
            delete(BoardConsent).where(
                BoardConsent.wave_id == wave_id, BoardConsent.person_id.in_(held - set(agreed))
            )
        )
        for person_id in set(agreed) - held:
            session.add(
                BoardConsent(wave_id=wave_id, person_id=person_id, recorded_by=staff.user_id, recorded_at=now)
            )
        session.flush()
        case = board_of(session, wave)
        # No names: the log is for ever, and shall not keep who has refused.
        record(session, "wave.board_consent", wave, now=now, by=staff.user_id, complete=case.complete)
        return case
