"""Who of the staff reaches which wave: the one door that every page about waves goes through."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from coherence.accounts.access import STAFF, NotVisible, Rights
from coherence.ballots.errors import WrongState
from coherence.store import Organisation, Wave, WavePreparation, WaveState


@dataclass(frozen=True, slots=True)
class Staff:
    """A signed-in consultant or HR: who does it, and what this person may reach."""

    user_id: int
    rights: Rights


def staff_wave(session: Session, wave_id: int, staff: Staff, *, to_change: bool = False) -> Wave:
    """A wave of an organisation in which the person is consultant or HR.

    to_change: lock the row, so that nobody opens or closes the wave meanwhile.

    Raises:
        NotVisible: there is no such wave for this person.
    """
    wave = session.get(Wave, wave_id, with_for_update=True if to_change else None)
    if wave is None or not staff.rights.may(STAFF, wave.organisation_id):
        raise NotVisible(f"there is no wave {wave_id} for this user")
    return wave


def staff_draft(session: Session, wave_id: int, staff: Staff) -> Wave:
    """The same, to be changed, while everything about it can still be changed.

    Raises:
        NotVisible: there is no such wave for this person.
        WrongState: it was opened.
    """
    wave = staff_wave(session, wave_id, staff, to_change=True)
    if wave.state is not WaveState.DRAFT:
        raise WrongState(f"the survey “{wave.name}” is {wave.state}; this was settled when it opened")
    return wave


def staff_organisation(
    session: Session, organisation_id: int, staff: Staff, *, to_change: bool = False
) -> Organisation:
    """An organisation in which the person is consultant or HR.

    to_change: lock the row, so that of two who change the roster at once the second sees what the first did.

    Raises:
        NotVisible: there is none of this number for this person.
    """
    staff.rights.require(STAFF, organisation_id)
    # Not the whole lock of PostgreSQL: rows of other tables may go on referring to the organisation.
    found = session.get(
        Organisation, organisation_id, with_for_update={"key_share": True} if to_change else None
    )
    if found is None:
        raise NotVisible(f"there is no organisation {organisation_id} for this user")
    return found


def preparation(session: Session, wave_id: int) -> WavePreparation:
    """The row of what was prepared, made where there is none yet."""
    found = session.get(WavePreparation, wave_id)
    if found is None:
        found = WavePreparation(wave_id=wave_id)
        session.add(found)
        session.flush()
    return found
