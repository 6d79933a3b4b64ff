"""The consent of a small board to a column of its own (docs/confidentiality.md, 4)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coherence.errors import CoherenceError
from coherence.store import BoardConsent, Database, Person, Wave
from coherence.use_cases.waves.staff_waves import Staff, record, staff_draft, staff_wave
from scoring.vocabulary import Level

SMALL_BOARDS: Final = range(3, 5)
"""How many members a board has that may agree to be shown although it is smaller than k."""


class NoSuchMember(CoherenceError):
    """Somebody is ticked who is no member of this board."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the board as the roster has it, and whether this person has agreed."""

    person_id: int
    name: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class BoardCase:
    """The board of a wave; k: the smallest group."""

    members: tuple[Member, ...]
    k: int

    @property
    def askable(self) -> bool:
        """Whether it is of a size at which its members may be asked."""
        return len(self.members) in SMALL_BOARDS and len(self.members) < self.k

    @property
    def agreed(self) -> int:
        """How many have agreed."""
        return sum(member.agreed for member in self.members)

    @property
    def complete(self) -> bool:
        """Whether every single member has agreed."""
        return self.askable and self.agreed == len(self.members)


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
        record(session, "wave.board_consent", wave, staff, now, {"complete": case.complete})
        return case


def board_of(session: Session, wave: Wave) -> BoardCase:
    """The board on the present roster."""
    agreed = set(session.scalars(select(BoardConsent.person_id).where(BoardConsent.wave_id == wave.id)))
    people = session.scalars(
        select(Person)
        .where(Person.organisation_id == wave.organisation_id, Person.level == Level.T)
        .order_by(Person.id)
    )
    return BoardCase(
        tuple(
            Member(one.id, one.name or one.email or one.reference or "", one.id in agreed) for one in people
        ),
        wave.k,
    )
